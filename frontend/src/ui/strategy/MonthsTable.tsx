// Returns by month, a row for each year.
import type { PeriodReturn } from '../../api/types';
import { percent, signedPercent, wayOf } from '../numbers';
import classes from './results.module.css';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function MonthsTable({ months, years }: { months: readonly PeriodReturn[]; years: readonly PeriodReturn[] }) {
  const byMonth = new Map(months.map(({ period, value }) => [period, value]));
  return (
    <div className={classes.scroll} role="region" aria-label="Returns by month" tabIndex={0}>
      <table className={classes.months}>
        <thead>
          <tr>
            <th scope="col">Year</th>
            {MONTHS.map((month) => (
              <th key={month} scope="col">
                {month}
              </th>
            ))}
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {years.map(({ period: year, value }) => (
            <tr key={year}>
              <th scope="row">{year}</th>
              {MONTHS.map((month, index) => (
                <Cell key={month} value={byMonth.get(`${year}-${String(index + 1).padStart(2, '0')}`)} />
              ))}
              <Cell value={value} isWhole />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ value, isWhole = false }: { value: number | undefined; isWhole?: boolean }) {
  if (value === undefined) return <td />;
  const way = wayOf(value);
  return (
    <td className={`num ${way === 'flat' ? '' : way}`} data-whole={isWhole || undefined} title={percent(value, 4)}>
      {signedPercent(value, 1)}
    </td>
  );
}
