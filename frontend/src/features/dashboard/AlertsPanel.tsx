// The newest of what alerts told and nobody has acknowledged.
import { Link } from 'react-router';
import { useUnacknowledged } from '../../api/queries';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { Empty, QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './Dashboard.module.css';

const SHOWN = 5;

export default function AlertsPanel({ account, className }: { account: string; className?: string | undefined }) {
  const alerts = useUnacknowledged(account);
  const linkTo = useLinkTo();
  return (
    <Panel title="Alerts nobody has acknowledged" className={className} isFlush actions={<Link to={linkTo('/alerts')}>All alerts</Link>}>
      <QueryState query={alerts}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="None." />
          ) : (
            <ul className={classes.alertList} aria-label="Newest alerts">
              {items.slice(0, SHOWN).map((each) => (
                <li key={each.id}>
                  <StateWord state={each.severity} />
                  <span className={classes.alertText}>
                    <strong>{each.rule_name}</strong> <span>{each.text}</span>
                  </span>
                  <span className="soft small">
                    <Time value={each.time} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}
