// Whether prices come and the parts of the gateway work.
import { Link } from 'react-router';
import { useFeed, useServices } from '../../api/queries';
import type { Feed } from '../../api/types';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './Dashboard.module.css';

export function StatePanel({ className }: { className?: string | undefined }) {
  const feed = useFeed();
  const services = useServices();
  const linkTo = useLinkTo();
  return (
    <Panel title="Feed and services" className={className} actions={<Link to={linkTo('/services')}>All services</Link>}>
      <QueryState query={feed}>
        {(now) => (
          <div className={classes.feed}>
            <StateWord state={now.status} />{' '}
            {sourceWords(now)}, {now.updates_per_second.toFixed(0)} updates a second
            <div className="soft small">
              Market time <Time value={now.position.time} />
            </div>
            {now.waiting_for ? <div className="small">Simulated prices until {now.waiting_for} answers.</div> : null}
            {now.error ? <div className="small">{now.error}</div> : null}
          </div>
        )}
      </QueryState>
      <QueryState query={services}>
        {(page) => (
          <ul className={classes.parts}>
            {page.items.map((part) => (
              <li key={part.name} title={part.detail}>
                <span>{part.name}</span>
                <StateWord state={part.state} />
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Panel>
  );
}

function sourceWords({ source, exchange }: Feed): string {
  if (source === 'live') return `Live ${exchange ?? ''}`.trim();
  return source === 'replay' ? 'Replay' : 'Simulated market';
}
