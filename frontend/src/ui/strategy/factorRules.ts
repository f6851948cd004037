// A factor as rules: a number for each bar becomes a condition by being compared, with nothing or with levels.
import type { Draft, RuleSide } from './draft';

export interface NamedFactor {
  name: string;
  expression: string;
  parameters?: unknown;
}

type Rules = Pick<Draft, 'rules' | 'values'>;

const ENTRIES: readonly RuleSide[] = ['long_entry', 'short_exit'];

/** Rules to begin with, whose levels may be searched for: in while the factor is above `p.buy`, out below `p.sell`. */
export function rulesOfFactor({ expression, ...factor }: NamedFactor): Rules {
  return {
    rules: { long_entry: `cross_above(${expression}, p.buy)`, long_exit: `cross_below(${expression}, p.sell)`, short_entry: '', short_exit: '' },
    values: { buy: '0', sell: '0', ...valuesOf(factor) },
  };
}

/** The rules with the factor, compared with nothing, at the end of one of them; values of its parameters where none is typed yet. */
export function withFactor(form: Rules, factor: NamedFactor, side: RuleSide): Rules {
  const text = form.rules[side].trim();
  const condition = `(${factor.expression}) ${ENTRIES.includes(side) ? '>' : '<'} 0`;
  return {
    rules: { ...form.rules, [side]: text ? `(${text}) and ${condition}` : condition },
    values: { ...valuesOf(factor), ...form.values },
  };
}

function valuesOf({ parameters }: Pick<NamedFactor, 'parameters'>): Record<string, string> {
  return Object.fromEntries(Object.entries((parameters ?? {}) as Record<string, number>).map(([name, value]) => [name, String(value)]));
}
