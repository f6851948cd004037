// The versions of a strategy, and two of them held against each other.
import { NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../../api/keys';
import type { Strategy, StrategyVersion } from '../../api/types';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { useVersions } from './queries';
import { usePlace } from './usePlace';
import { VersionDiff } from './VersionDiff';
import classes from './strategies.module.css';

export function VersionsPanel({ account, strategy }: { account: string; strategy: Strategy }) {
  const versions = useVersions(account, strategy.id);
  useNewest(account, strategy, versions.data?.items);
  return (
    <Panel title="Versions">
      <QueryState query={versions}>{({ items }) => <Versions versions={items} />}</QueryState>
    </Panel>
  );
}

/** Somebody else may have made one. */
function useNewest(account: string, { id, version }: Strategy, known: readonly StrategyVersion[] | undefined): void {
  const client = useQueryClient();
  const isOld = known !== undefined && known[0]?.version !== version.version;
  useEffect(() => {
    if (isOld) void client.invalidateQueries({ queryKey: [...keys.strategy(account, id), 'versions'] });
  }, [client, account, id, isOld]);
}

function Versions({ versions }: { versions: readonly StrategyVersion[] }) {
  const place = usePlace();
  const find = (text: string) => versions.find((each) => String(each.version) === text);
  const after = find(place.after) ?? versions[0];
  const before = find(place.before) ?? versions.find((each) => after && each.version < after.version);
  if (!after || !before) return <p className={classes.lead}>There is one version. A change makes the next one, and the two are held against each other here.</p>;
  const choices = versions.map(({ version, note }) => ({ value: String(version), label: note ? `${version}: ${note}` : String(version) }));
  return (
    <div className="stack">
      <div className={classes.bound}>
        <NativeSelect size="xs" label="From version" value={String(before.version)} data={choices} onChange={(event) => place.set('before', event.currentTarget.value)} />
        <NativeSelect size="xs" label="To version" value={String(after.version)} data={choices} onChange={(event) => place.set('after', event.currentTarget.value)} />
      </div>
      <p className={classes.lead}>
        Version {after.version} is of <Time value={after.created_at} />
        {after.note ? `: “${after.note}”` : ''}.
      </p>
      <VersionDiff before={before} after={after} />
    </div>
  );
}
