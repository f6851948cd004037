// What a person prefers, kept in this browser.
import { useSyncExternalStore } from 'react';

const PLACE = 'sandbar.settings';

export interface Settings {
  /** `safe` is told apart by colour-blind eyes. */
  palette: 'default' | 'safe';
  /** Rising prices in red, as in East Asia. */
  isRedUp: boolean;
  timeZone: 'utc' | 'local';
  /** Orders are shown for review before they are sent. */
  hasReview: boolean;
  /** Single letters act: B, S, / and ?. */
  hasSingleKeys: boolean;
  account: string;
  symbol: string;
  watched: string[];
  isFirstRunHidden: boolean;
}

export const DEFAULTS: Settings = {
  palette: 'default',
  isRedUp: false,
  timeZone: 'utc',
  hasReview: true,
  hasSingleKeys: true,
  account: 'default',
  symbol: 'BTC-USDT',
  watched: [],
  isFirstRunHidden: false,
};

let settings: Settings = read();
const listeners = new Set<() => void>();

function read(): Settings {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Settings>) };
  } catch {
    return DEFAULTS; // what somebody else wrote there is not worth a broken page
  }
}

export function getSettings(): Settings {
  return settings;
}

export function changeSettings(change: Partial<Settings>): void {
  settings = { ...settings, ...change };
  localStorage.setItem(PLACE, JSON.stringify(settings));
  applyPalette();
  for (const listener of listeners) listener();
}

export function useSettings(): Settings {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => settings,
  );
}

/** Tell the style sheet which colours mean up and down. */
export function applyPalette(): void {
  document.documentElement.dataset.palette = settings.palette;
  document.documentElement.dataset.redUp = String(settings.isRedUp);
}
