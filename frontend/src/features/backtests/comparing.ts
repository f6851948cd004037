// Runs side by side: which they are, by the address, and in what their specs differ.

/** More lines than there are colours could not be told apart. */
export const MOST_COMPARED = 4;
export const LINE_COLOURS = ['accent', 'warn', 'up', 'down'] as const;

/** The ids in an address, each once. */
export function comparedIn(text: string | null): string[] {
  const ids = (text ?? '').split(',').filter((id) => /^[A-Za-z0-9-]{1,64}$/.test(id));
  return [...new Set(ids)].slice(0, MOST_COMPARED);
}

export interface Difference {
  place: string;
  /** As it is in each of the runs; empty where one has none. */
  texts: string[];
}

/** The places at which specs say different things, such as `strategy.stop.percent`. */
export function differencesOf(specs: readonly object[]): Difference[] {
  const flat = specs.map((spec) => new Map(leavesOf(spec)));
  const places = [...new Set(flat.flatMap((each) => [...each.keys()]))].sort();
  return places
    .map((place) => ({ place, texts: flat.map((each) => each.get(place) ?? '') }))
    .filter(({ texts }) => new Set(texts).size > 1);
}

function leavesOf(value: unknown, place = ''): [string, string][] {
  if (Array.isArray(value)) return [[place, value.map(String).join(', ')]];
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, each]) => leavesOf(each, place ? `${place}.${name}` : name));
  }
  return value === null || value === undefined ? [] : [[place, typeof value === 'string' ? value : JSON.stringify(value)]];
}

/** Each curve as a share of what it began with, from 100 on, so that runs with other money are comparable. */
export function rebased(startEquity: number, points: readonly { time: string; equity: number }[]): (readonly [number, number])[] {
  return points.map(({ time, equity }) => [Date.parse(time), startEquity > 0 ? (equity / startEquity) * 100 : 0] as const);
}
