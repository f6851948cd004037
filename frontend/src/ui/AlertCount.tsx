// How many alerts nobody has acknowledged, beside their entry of the navigation.
import { UNACKNOWLEDGED_KEPT, useUnacknowledged } from '../api/queries';
import classes from './Shell.module.css';

export function AlertCount({ account }: { account: string }) {
  const { data } = useUnacknowledged(account);
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <strong className={classes.count} data-testid="alert-count">
      {count < UNACKNOWLEDGED_KEPT ? count : `${UNACKNOWLEDGED_KEPT}+`} <small className="visually-hidden">not acknowledged</small>
    </strong>
  );
}
