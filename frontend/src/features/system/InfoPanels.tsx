// Versions of what runs, and what it uses of the machine.
import { useFeed } from '../../api/queries';
import { Time } from '../../ui/Figures';
import { bytes, duration, grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { useSystemInfo, useSystemTime } from './queries';
import classes from './system.module.css';
import { valueText } from './values';

export function VersionsPanel() {
  const info = useSystemInfo();
  return (
    <Panel title="Versions">
      <QueryState query={info}>
        {(found) => (
          <dl className="pairs">
            <dt>Sandbar</dt>
            <dd>{found.version}</dd>
            <dt>Python</dt>
            <dd>{found.python}</dd>
            <dt>Server</dt>
            <dd>{found.server}</dd>
            <dt>System</dt>
            <dd>{found.system}</dd>
            {Object.entries(found.libraries).map(([name, version]) => (
              <div key={name} className={classes.pair}>
                <dt>{name}</dt>
                <dd className="num">{version}</dd>
              </div>
            ))}
            <dt>Browser</dt>
            <dd className="small">{navigator.userAgent}</dd>
          </dl>
        )}
      </QueryState>
    </Panel>
  );
}

export function ResourcesPanel() {
  const info = useSystemInfo();
  const time = useSystemTime();
  const feed = useFeed();
  return (
    <Panel title="Resources and clocks">
      <QueryState query={info}>
        {({ process, disk, uptime_seconds: uptime, started_at: started, cores, config }) => (
          <div className="stack">
            <dl className="pairs">
              <dt>Up for</dt>
              <dd>
                {duration(uptime)}, since <Time value={started} />
              </dd>
              <dt>Processor</dt>
              <dd className="num">
                {process.cpu_percent.toFixed(1)}% of one of {cores} cores, {duration(process.cpu_seconds)} in all
              </dd>
              <dt>Memory</dt>
              <dd className="num">{bytes(process.memory_bytes)}</dd>
              <dt>Threads, descriptors</dt>
              <dd className="num">
                {process.threads}, {process.descriptors}
              </dd>
              <dt>Disk</dt>
              <dd className="num">
                <meter min={0} max={disk.total_bytes} value={disk.total_bytes - disk.free_bytes} aria-label="Used of the disk" /> {bytes(disk.free_bytes)} free of {bytes(disk.total_bytes)}
              </dd>
              <dt>Gateway’s clock</dt>
              <dd>
                <Time value={time.data?.time} />
                {time.data ? <span className="soft small num"> ({grouped(time.data.offsetMs.toFixed(0))} ms from this browser’s)</span> : null}
              </dd>
              <dt>Market’s clock</dt>
              <dd>
                <Time value={feed.data?.position.time} />
              </dd>
            </dl>
            <details>
              <summary>Environment, without secrets</summary>
              <dl className="pairs">
                {Object.entries((config ?? {}) as Record<string, unknown>).map(([name, value]) => (
                  <div key={name} className={classes.pair}>
                    <dt className="mono small">{name}</dt>
                    <dd className="mono small">{valueText(value)}</dd>
                  </div>
                ))}
              </dl>
            </details>
          </div>
        )}
      </QueryState>
    </Panel>
  );
}
