// A factor as a condition: a number for each bar becomes one by being compared, first of all with nothing.
import type { Draft, RuleSide } from '../../ui/strategy/draft';

export interface NamedFactor {
  name: string;
  expression: string;
  parameters?: unknown;
}

const ENTRIES: readonly RuleSide[] = ['long_entry', 'short_exit'];

function conditionOf(factor: NamedFactor, side: RuleSide): string {
  return `(${factor.expression}) ${ENTRIES.includes(side) ? '>' : '<'} 0`;
}

/** The rules with the factor at the end of one of them, and the values of its parameters where none is typed yet. */
export function withFactor(form: Draft, factor: NamedFactor, side: RuleSide): Pick<Draft, 'rules' | 'values'> {
  const text = form.rules[side].trim();
  const condition = conditionOf(factor, side);
  const own = Object.entries((factor.parameters ?? {}) as Record<string, number>).map(([name, value]) => [name, String(value)]);
  return {
    rules: { ...form.rules, [side]: text ? `(${text}) and ${condition}` : condition },
    values: { ...(Object.fromEntries(own) as Record<string, string>), ...form.values },
  };
}
