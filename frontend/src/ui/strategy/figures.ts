// The figures of a result: what each is called, how it is written, and what it means in a sentence.
import type { Figures } from '../../api/types';
import { duration, grouped } from '../format';
import { percent, ratio, signedPercent, signedRatio } from '../numbers';

type Kind = 'share' | 'change' | 'ratio' | 'money' | 'gain' | 'days' | 'hours' | 'count';

export interface FigureWord {
  /** Where it stands in the figures: group and name. */
  group: Exclude<keyof Figures, 'benchmark'> | 'benchmark';
  name: string;
  label: string;
  kind: Kind;
  about: string;
}

const word = (group: FigureWord['group'], kind: Kind, name: string, label: string, about: string): FigureWord => ({ group, name, label, kind, about });

export const FIGURE_GROUPS: readonly { title: string; words: readonly FigureWord[] }[] = [
  {
    title: 'Return',
    words: [
      word('returns', 'change', 'total_return', 'Total return', 'What the start became, as a share of it.'),
      word('returns', 'change', 'cagr', 'Growth a year', 'The steady yearly growth that leads to the same end; none under 30 days.'),
      word('returns', 'gain', 'profit', 'Profit', 'The last equity less the first, after fees.'),
      word('returns', 'change', 'best_day', 'Best day', 'The highest daily return.'),
      word('returns', 'change', 'worst_day', 'Worst day', 'The lowest daily return.'),
      word('returns', 'share', 'positive_days', 'Days above zero', 'The share of days that gained.'),
    ],
  },
  {
    title: 'Risk',
    words: [
      word('risk', 'ratio', 'sharpe', 'Sharpe ratio', 'Mean daily return over its deviation, by the year: gain for what it shakes.'),
      word('risk', 'ratio', 'sortino', 'Sortino ratio', 'As Sharpe, with the falls alone as risk.'),
      word('risk', 'ratio', 'calmar', 'Calmar ratio', 'Growth a year over the deepest fall.'),
      word('risk', 'share', 'volatility', 'Volatility a year', 'The deviation of daily returns, by the year.'),
      word('risk', 'change', 'value_at_risk_95', 'Value at risk, 95 %', 'One day in twenty was this bad or worse.'),
      word('risk', 'change', 'expected_shortfall_95', 'Expected shortfall, 95 %', 'The mean of those days.'),
      word('risk', 'ratio', 'skew', 'Skew', 'Below 0: the large surprises are losses.'),
      word('risk', 'ratio', 'kurtosis', 'Kurtosis', 'Above 0: more extreme days than a normal distribution has.'),
      word('risk', 'share', 'probabilistic_sharpe', 'Probability that Sharpe is above 0', 'How sure so many days make it that there is a gain at all.'),
    ],
  },
  {
    title: 'Drawdown',
    words: [
      word('drawdowns', 'change', 'maximum', 'Deepest fall', 'The furthest that equity was below its highest before.'),
      word('drawdowns', 'change', 'average', 'Average fall', 'The mean depth of all falls.'),
      word('drawdowns', 'days', 'longest_days', 'Longest fall', 'From a peak until it was seen again, or to the end.'),
      word('drawdowns', 'change', 'current', 'Fall at the end', 'Where the last bar stands.'),
      word('drawdowns', 'ratio', 'ulcer_index', 'Ulcer index', 'Falls by depth and length together.'),
      word('drawdowns', 'ratio', 'recovery_factor', 'Recovery factor', 'Total return over the deepest fall.'),
    ],
  },
  {
    title: 'Trades',
    words: [
      word('trades', 'count', 'count', 'Round trips', 'From an entry to its exit.'),
      word('trades', 'share', 'win_rate', 'Won', 'The share of round trips with a profit.'),
      word('trades', 'ratio', 'profit_factor', 'Profit factor', 'What the winners made over what the losers lost.'),
      word('trades', 'ratio', 'payoff_ratio', 'Payoff ratio', 'The average win over the average loss.'),
      word('trades', 'gain', 'expectancy', 'Expectancy', 'The mean profit of a round trip.'),
      word('trades', 'ratio', 'expectancy_r', 'Expectancy, in risks', 'The same, in multiples of what a stop would have lost.'),
      word('trades', 'gain', 'best', 'Best trade', 'The highest profit.'),
      word('trades', 'gain', 'worst', 'Worst trade', 'The deepest loss.'),
      word('trades', 'hours', 'average_hold_hours', 'Held for, on average', 'From the entry to the exit.'),
      word('trades', 'count', 'most_losses_in_a_row', 'Most losses in a row', 'The longest run of losers.'),
      word('trades', 'ratio', 'system_quality', 'System quality', 'Mean over deviation of trades, times the root of their number.'),
      word('trades', 'share', 'kelly', 'Kelly share', 'A bound of what to stake, not an advice.'),
    ],
  },
  {
    title: 'Costs',
    words: [
      word('costs', 'money', 'fees', 'Fees', 'All that was paid for fills.'),
      word('costs', 'share', 'fees_of_gross_profit', 'Fees of gross profit', 'Of what winners made before fees.'),
      word('costs', 'ratio', 'turnover', 'Turnover a year', 'Traded value over mean equity.'),
      word('costs', 'share', 'exposure', 'In the market', 'The share of bars with a position.'),
    ],
  },
  {
    title: 'Beside buying and holding',
    words: [
      word('benchmark', 'change', 'total_return', 'Bought and held', 'What the symbol itself returned.'),
      word('benchmark', 'change', 'alpha', 'Alpha a year', 'What is left when the market’s part is taken out.'),
      word('benchmark', 'ratio', 'beta', 'Beta', 'How far it moves when the market moves by one.'),
      word('benchmark', 'ratio', 'correlation', 'Correlation', 'How alike the two are, from -1 to 1.'),
      word('benchmark', 'ratio', 'information_ratio', 'Information ratio', 'The mean difference over its deviation.'),
    ],
  },
];

/** The figure itself; null where it is not known, or there is nothing of its kind. */
export function valueOf(figures: Figures, { group, name }: Pick<FigureWord, 'group' | 'name'>): number | null {
  const found = (figures[group] as Record<string, unknown> | null)?.[name];
  return typeof found === 'number' ? found : null;
}

export function figureText(value: number | null, kind: Kind): string {
  if (value === null) return '—';
  switch (kind) {
    case 'share':
      return percent(value);
    case 'change':
      return signedPercent(value);
    case 'gain':
      return signedRatio(value);
    case 'days':
      return `${ratio(value, 1)} d`;
    case 'hours':
      return duration(value * 3_600);
    case 'count':
      return grouped(String(Math.round(value)));
    default:
      return ratio(value);
  }
}

/** Whether its sign says well or ill. */
export function hasWay(kind: Kind): boolean {
  return kind === 'change' || kind === 'gain';
}
