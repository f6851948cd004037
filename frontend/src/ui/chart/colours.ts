// The colours of the style sheet, as charts need them: a canvas knows no variables.
import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { useSettings } from '../../settings';

export interface ChartColours {
  up: string;
  down: string;
  panel: string;
  line: string;
  text: string;
  textSoft: string;
  accent: string;
  warn: string;
}

function read(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim() || '#888888';
  const rise = value('--rise');
  const fall = value('--fall');
  const isRedUp = document.documentElement.dataset.redUp === 'true';
  return {
    up: isRedUp ? fall : rise,
    down: isRedUp ? rise : fall,
    panel: value('--panel'),
    line: value('--line'),
    text: value('--text'),
    textSoft: value('--text-soft'),
    accent: value('--accent'),
    warn: value('--warn'),
  };
}

/** Read anew whenever a theme or a palette is chosen. */
export function useChartColours(): ChartColours {
  const scheme = useComputedColorScheme('dark');
  const { palette, isRedUp } = useSettings();
   
  return useMemo(read, [scheme, palette, isRedUp]);
}

/** With less of it: a colour of the style sheet made see-through. */
export function faded(colour: string, share: number): string {
  const level = Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');
  return colour.length === 7 ? colour + level : colour;
}
