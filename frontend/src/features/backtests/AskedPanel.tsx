// What was asked: rules, size, fills, and the very bars, by their hash.
import { CopyText } from '../../ui/CopyText';
import type { Backtest } from '../../api/types';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import type { Spec } from '../../ui/strategy/draft';
import { specOf } from '../../ui/strategy/results';
import { partsOf, ruleRows, sizeRows } from '../../ui/strategy/words';
import classes from './backtests.module.css';

/** As many symbols as are listed before the rest is a number. */
const MOST_LISTED = 6;

export function AskedPanel({ backtest }: { backtest: Backtest }) {
  const spec = specOf(backtest);
  const { data, warm_up_bars: warmUp } = backtest.result;
  return (
    <Panel title="What was asked">
      <dl className="pairs">
        {ruleRows(spec.strategy ?? {}).map(([name, text]) => (
          <Pair key={name} name={name} text={<code className={classes.code}>{text}</code>} />
        ))}
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

function wordsOfProgram(program: unknown): string {
  const { kind, ...rest } = program as Record<string, unknown>;
  return `${String(kind)}, ${partsOf(rest)}`;
}

function rowsOf(spec: Spec): [string, string][] {
  const strategy = spec.strategy ?? {};
  const rows: [string, string][] = [];
  if (spec.program) rows.push(['Program', wordsOfProgram(spec.program)]);
  if (strategy.python) rows.push(['Strategy', `${strategy.python.name} in Python, ${partsOf(strategy.python.parameters as object | null) || 'as it is declared'}`]);
  const parameters = partsOf(strategy.parameters as object | undefined);
  if (parameters) rows.push(['Parameters', parameters]);
  rows.push(...sizeRows(strategy));
  rows.push(['Fills', partsOf(spec.fills)], ['Fees', partsOf(spec.fees)], ['Money', `${grouped(spec.starting_cash ?? '')}, leverage ${spec.leverage}`]);
  return rows;
}
