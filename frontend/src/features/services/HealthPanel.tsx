// The health checks, as probes see them.
import { useHealth } from '../../api/queries';
import { Time } from '../../ui/Figures';
import { milliseconds } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { QueryState } from '../../ui/States';
import classes from './services.module.css';

export function HealthPanel() {
  const health = useHealth();
  return (
    <Panel title="Health checks" aside={health.data ? <StateWord state={health.data.status} /> : null}>
      <QueryState query={health}>
        {(report) => (
          <>
            <ul className={classes.checks}>
              {report.checks.map((check) => (
                <li key={check.name}>
                  <strong>{check.name}</strong> <StateWord state={check.status} />
                  <div className="soft small">
                    {check.detail || (check.required ? 'Needed to be in service.' : 'Not needed to be in service.')} · {milliseconds(check.latency_ms)}
                  </div>
                </li>
              ))}
            </ul>
            <p className="soft small">
              Checked <Time value={report.checked_at} shape="time" />
            </p>
          </>
        )}
      </QueryState>
    </Panel>
  );
}
