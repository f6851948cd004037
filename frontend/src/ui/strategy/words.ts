// What a strategy says, in words: its conditions, sizes and distances.
import { DISTANCES, type RuleSide, SIDES } from './draft';

export const SIDE_WORDS: Record<RuleSide, string> = { long_entry: 'Buy when', long_exit: 'Sell when', short_entry: 'Sell short when', short_exit: 'Buy back when' };

/** Numbers with their names, as in `percent 2`; what is nothing is left out. */
export function partsOf(value: object | null | undefined): string {
  const parts = Object.entries(value ?? {}).filter(([name, each]) => name !== 'kind' && each !== null && each !== '0' && each !== 0);
  return parts.map(([name, each]) => `${name.replace(/_/g, ' ')} ${String(each)}`).join(', ');
}

interface Kinded {
  kind: string;
}

/** How much is bought, and the ways out that need no signal. */
export function sizeRows(strategy: { sizing?: Kinded | null } & Partial<Record<(typeof DISTANCES)[number], Kinded | null>>): [string, string][] {
  const rows: [string, string][] = [];
  const row = (name: string, value: Kinded | null | undefined) => {
    if (value) rows.push([name, `${value.kind.replace(/_/g, ' ')}, ${partsOf(value)}`]);
  };
  row('How much', strategy.sizing);
  for (const name of DISTANCES) row(`${name.charAt(0).toUpperCase()}${name.slice(1)}`, strategy[name]);
  return rows;
}

/** The conditions that there are, as they are written. */
export function ruleRows(strategy: Partial<Record<RuleSide, string | null>>): [string, string][] {
  return SIDES.flatMap((side) => {
    const text = strategy[side];
    return text ? [[SIDE_WORDS[side], text] as [string, string]] : [];
  });
}
