// What may be lost, by what prices did before: with the sample it is made of, or why it cannot be known.
import type { Risk } from '../../api/types';
import { divide, multiply } from '../../ui/decimal';
import { Amount, Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { Empty } from '../../ui/States';
import classes from './risk.module.css';

const SHARE_DECIMALS = 2;

interface Props {
  risk: Risk;
  className?: string | undefined;
}

export function TailPanel({ risk, className }: Props) {
  const { tail_risk: tail } = risk;
  return (
    <Panel title="What may be lost" className={className} aside={tail.horizon ? <span className="soft small">within {tail.horizon}</span> : null}>
      {tail.levels.length > 0 ? <Levels risk={risk} /> : <Empty title="Not known.">{tail.reason}</Empty>}
    </Panel>
  );
}

function Levels({ risk }: { risk: Risk }) {
  const { tail_risk: tail, base_currency: base } = risk;
  return (
    <>
      <table className={classes.tail}>
        <thead>
          <tr>
            <th scope="col">Confidence</th>
            <th scope="col">Value at risk</th>
            <th scope="col">Expected shortfall</th>
          </tr>
        </thead>
        <tbody>
          {tail.levels.map((level) => (
            <tr key={level.confidence_percent}>
              <th scope="row">{level.confidence_percent}%</th>
              <td>
                <Loss amount={level.value_at_risk} equity={risk.equity} base={base} />
              </td>
              <td>
                <Loss amount={level.expected_shortfall} equity={risk.equity} base={base} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small">
        The positions of this moment, put through the {tail.sample} moves that their {tail.horizon} candles made from <Time value={tail.since} /> to <Time value={tail.until} />.
      </p>
      <p className="soft small">
        Value at risk is the loss that was exceeded no oftener than the confidence leaves; expected shortfall is the mean of those beyond it. A negative amount is a gain. By {tail.method}; nothing is scaled.
      </p>
    </>
  );
}

function Loss({ amount, equity, base }: { amount: string; equity: string | null; base: string }) {
  const share = equity === null || Number(equity) <= 0 ? null : divide(multiply(amount, '100'), equity, SHARE_DECIMALS);
  return (
    <>
      <Amount value={amount} decimals={2} unit={base} />
      {share === null ? null : <div className={classes.ofEquity}>{share}% of the equity</div>}
    </>
  );
}
