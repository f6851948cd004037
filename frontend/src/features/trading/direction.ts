// Directing the feed: where it goes on, and what is let happen; as it is typed, as it is asked for, and in words.
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import { beginAnew, takeFeed } from '../../api/feed';
import { keys } from '../../api/keys';
import type { Feed, Scenario, ScenarioIn, SeekIn } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import { duration, type TimeZone } from '../../ui/format';
import { momentOf } from '../../ui/moments';

export type ScenarioKind = Scenario['kind'];
type Figure = 'percent' | 'times' | 'duration_seconds' | 'recovery_percent' | 'recovery_seconds';

export interface ScenarioForm {
  kind: ScenarioKind;
  /** All symbols that are fed, or the one that is looked at. */
  isAll: boolean;
  /** The field of a moment; empty: at once. */
  start: string;
  seed: string;
  figures: Partial<Record<Figure, string>>;
}

export interface FigureField {
  name: Figure;
  label: string;
  /** Without it the gateway's own value holds. */
  isOptional?: boolean;
  hint?: string;
}

const LASTS: FigureField = { name: 'duration_seconds', label: 'Lasts, seconds' };

export const KINDS: Record<ScenarioKind, { label: string; fields: FigureField[]; usual: ScenarioForm['figures'] }> = {
  crash: {
    label: 'Crash',
    fields: [
      { name: 'percent', label: 'Falls by, percent' },
      { name: 'duration_seconds', label: 'Falls for, seconds' },
      { name: 'recovery_percent', label: 'Wins back, percent', isOptional: true, hint: 'Empty: nothing' },
      { name: 'recovery_seconds', label: 'Recovers for, seconds', isOptional: true, hint: 'Empty: as long as it fell' },
    ],
    usual: { percent: '20', duration_seconds: '600', recovery_percent: '50' },
  },
  gap: {
    label: 'Price gap',
    fields: [
      { name: 'percent', label: 'Jumps by, percent; down with −' },
      { ...LASTS, isOptional: true, hint: 'Empty: it stays there' },
    ],
    usual: { percent: '-5' },
  },
  spread: { label: 'Wide spread', fields: [{ name: 'times', label: 'Times as wide' }, LASTS], usual: { times: '10', duration_seconds: '300' } },
  thin_book: { label: 'Thin book', fields: [{ name: 'percent', label: 'Depth gone, percent' }, LASTS], usual: { percent: '90', duration_seconds: '300' } },
  halt: { label: 'Halt', fields: [LASTS], usual: { duration_seconds: '300' } },
};

export function formFor(kind: ScenarioKind): ScenarioForm {
  return { kind, isAll: false, start: '', seed: '1', figures: KINDS[kind].usual };
}

/** A figure as people write it: with a comma, or with the minus of the page. */
function numberOf(text: string): number | null {
  const value = Number(text.trim().replace(',', '.').replace('−', '-'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

/** Null while a figure is missing that this kind cannot do without. */
export function scenarioOf(form: ScenarioForm, symbol: string, zone: TimeZone): ScenarioIn | null {
  const figures: Partial<Record<Figure, number>> = {};
  for (const { name, isOptional = false } of KINDS[form.kind].fields) {
    const text = form.figures[name] ?? '';
    const value = numberOf(text);
    if (value === null && !(isOptional && text.trim() === '')) return null;
    if (value !== null) figures[name] = value;
  }
  const seed = numberOf(form.seed);
  if (seed === null) return null;
  const start = momentOf(form.start, zone);
  return { kind: form.kind, seed, ...figures, ...(form.isAll ? {} : { symbols: [symbol] }), ...(start === null ? {} : { start }) };
}

/** How strong it is and how long it goes on. */
export function courseOf(scenario: Scenario): string {
  const { kind, percent, times, duration_seconds: lasts, recovery_percent: back } = scenario;
  const long = lasts === null ? '' : duration(lasts);
  const size = `${String(Math.abs(percent ?? 0))}%`;
  const sign = (percent ?? 0) < 0 ? '−' : '+';
  switch (kind) {
    case 'crash':
      return `down ${size} in ${long}${back ? `, ${String(back)}% of it won back` : ''}`;
    case 'gap':
      return `${sign}${size}${long ? ` for ${long}` : ', to stay'}`;
    case 'spread':
      return `${String(times ?? 1)} times as wide for ${long}`;
    case 'thin_book':
      return `${size} of the depth gone for ${long}`;
    case 'halt':
      return `for ${long}`;
  }
}

/** Those that can still be ended, then those that have; each as the gateway lists them, the newest first. */
export function inOrder(scenarios: readonly Scenario[]): Scenario[] {
  const isOver = (each: Scenario) => Number(each.status === 'ended');
  return [...scenarios].sort((a, b) => isOver(a) - isOver(b));
}

export function useSeekFeed() {
  const client = useQueryClient();
  return useWrite<SeekIn, Feed>((body, key) => call('post', '/api/v1/feed/seek/', { body, key }), {
    onSuccess: (feed) => {
      takeFeed(client, feed);
      beginAnew(client); // ahead as well: what is on the chart does not go on there
    },
  });
}

export function useAddScenario() {
  const client = useQueryClient();
  return useWrite<ScenarioIn, Scenario>((body, key) => call('post', '/api/v1/feed/scenarios/', { body, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.feed }),
  });
}

export function useEndScenario() {
  const client = useQueryClient();
  return useWrite<string, Scenario>((id, key) => call('delete', '/api/v1/feed/scenarios/{id}/', { path: { id }, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.feed }),
  });
}
