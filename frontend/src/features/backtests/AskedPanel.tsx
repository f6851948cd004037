// What was asked: rules, size, fills, and the very bars, by their hash.
import { CopyText } from '../../ui/CopyText';
import type { Backtest } from '../../api/types';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { DISTANCES, SIDES, type Spec } from '../../ui/strategy/draft';
import { specOf } from '../../ui/strategy/results';
import classes from './backtests.module.css';

const SIDE_WORDS = { long_entry: 'Buy when', long_exit: 'Sell when', short_entry: 'Sell short when', short_exit: 'Buy back when' } as const;
/** As many symbols as are listed before the rest is a number. */
const MOST_LISTED = 6;

export function AskedPanel({ backtest }: { backtest: Backtest }) {
  const spec = specOf(backtest);
  const { data, warm_up_bars: warmUp } = backtest.result;
  return (
    <Panel title="What was asked">
      <dl className="pairs">
        {SIDES.map((side) => {
          const text = spec.strategy[side];
          return text ? <Pair key={side} name={SIDE_WORDS[side]} text={<code className={classes.code}>{text}</code>} /> : null;
        })}
        {rowsOf(spec).map(([name, text]) => (
          <Pair key={name} name={name} text={text} />
        ))}
        {warmUp === null ? null : <Pair name="History" text={`${grouped(String(warmUp))} bars until the rules are settled`} />}
        {data.slice(0, MOST_LISTED).map((each) => (
          <Pair
            key={each.symbol}
            name={each.symbol}
            text={
              <>
                {grouped(String(each.rows))} bars of {each.interval}, <Time value={each.from} shape="date" /> to <Time value={each.to} shape="date" />
                <CopyText text={each.content_hash.slice(0, 12)} label={`hash of the bars of ${each.symbol}`} />
              </>
            }
          />
        ))}
        {data.length > MOST_LISTED ? <Pair name="And" text={`${data.length - MOST_LISTED} more symbols`} /> : null}
      </dl>
    </Panel>
  );
}

function Pair({ name, text }: { name: string; text: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}

function partsOf(value: object | null | undefined): string {
  const parts = Object.entries(value ?? {}).filter(([name, each]) => name !== 'kind' && each !== null && each !== '0' && each !== 0);
  return parts.map(([name, each]) => `${name.replace(/_/g, ' ')} ${String(each)}`).join(', ');
}

function rowsOf(spec: Spec): [string, string][] {
  const { strategy } = spec;
  const rows: [string, string][] = [];
  if (strategy.python) rows.push(['Strategy', `${strategy.python.name} in Python, ${partsOf(strategy.python.parameters as object | null) || 'as it is declared'}`]);
  const parameters = partsOf(strategy.parameters as object | undefined);
  if (parameters) rows.push(['Parameters', parameters]);
  if (strategy.sizing) rows.push(['How much', `${strategy.sizing.kind.replace(/_/g, ' ')}, ${partsOf(strategy.sizing)}`]);
  for (const name of DISTANCES) {
    const distance = strategy[name];
    if (distance) rows.push([`${name.charAt(0).toUpperCase()}${name.slice(1)}`, `${distance.kind}, ${partsOf(distance)}`]);
  }
  rows.push(['Fills', partsOf(spec.fills)], ['Fees', partsOf(spec.fees)], ['Money', `${grouped(spec.starting_cash ?? '')}, leverage ${spec.leverage}`]);
  return rows;
}
