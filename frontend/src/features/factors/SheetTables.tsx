// The numbers behind the pictures of a tear sheet.
import { percent, ratio, signedPercent, signedRatio } from '../../ui/numbers';
import classes from './factors.module.css';
import type { Horizon, Month, Quantile } from './tearSheet';

export function HorizonsTable({ horizons }: { horizons: readonly Horizon[] }) {
  return (
    <div className={classes.scroll} role="region" aria-label="By horizon" tabIndex={0}>
      <table className={classes.plain}>
        <thead>
          <tr>
            <th scope="col">Bars</th>
            <th scope="col">Rank IC</th>
            <th scope="col">t</th>
            <th scope="col">ICIR</th>
            <th scope="col">Spread</th>
            <th scope="col">Turnover of the highest</th>
            <th scope="col">Ranks kept</th>
          </tr>
        </thead>
        <tbody>
          {horizons.map((each) => (
            <tr key={each.bars}>
              <th scope="row">{each.bars}</th>
              <td>{signedRatio(each.ic.rank_ic.mean, 4)}</td>
              <td>{ratio(each.ic.rank_ic.t)}</td>
              <td>{signedRatio(each.ic.icir, 3)}</td>
              <td>{signedPercent(each.spread.mean, 3)}</td>
              <td>{percent(each.quantiles.at(-1)?.turnover, 0)}</td>
              <td>{ratio(each.rank_autocorrelation)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function QuantilesTable({ quantiles }: { quantiles: readonly Quantile[] }) {
  return (
    <div className={classes.scroll} role="region" aria-label="Quantiles" tabIndex={0}>
      <table className={classes.plain}>
        <thead>
          <tr>
            <th scope="col">Quantile</th>
            <th scope="col">Mean return</th>
            <th scope="col">t</th>
            <th scope="col">Above all</th>
            <th scope="col">Turnover</th>
          </tr>
        </thead>
        <tbody>
          {quantiles.map((each) => (
            <tr key={each.quantile}>
              <th scope="row">{each.quantile}</th>
              <td>{signedPercent(each.returns.mean, 3)}</td>
              <td>{ratio(each.returns.t)}</td>
              <td>{signedPercent(each.excess, 3)}</td>
              <td>{percent(each.turnover, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface MonthsProps {
  label: string;
  months: readonly Month[];
  text: (value: number | null) => string;
}

export function MonthsTable({ label, months, text }: MonthsProps) {
  return (
    <details className={classes.more}>
      <summary>As table</summary>
      <div className={classes.tall} role="region" aria-label={label} tabIndex={0}>
        <table className={classes.plain}>
          <thead>
            <tr>
              <th scope="col">Month</th>
              <th scope="col">Mean</th>
              <th scope="col">Bars</th>
            </tr>
          </thead>
          <tbody>
            {months.map((each) => (
              <tr key={each.month}>
                <th scope="row">{each.month}</th>
                <td>{text(each.mean)}</td>
                <td>{each.bars}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
