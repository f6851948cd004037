// One strategy by its address: its runs with what they did and why not, what it says, and its versions.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { asApiError } from '../../api/errors';
import type { Strategy, StrategyRun } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { dialogOf } from '../../ui/dialog';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { toastGood } from '../../ui/toast';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { ChangeStrategy } from './ChangeStrategy';
import { PerformancePanel } from './PerformancePanel';
import { useDelete, useRuns, useStrategy } from './queries';
import { RehearsalsPanel } from './RehearsalsPanel';
import { RunDetails } from './RunDetails';
import { RunsTable } from './RunsTable';
import { SignalsPanel } from './SignalsPanel';
import { SpecList } from './SpecList';
import { usePlace } from './usePlace';
import { VersionsPanel } from './VersionsPanel';
import classes from './strategies.module.css';

const StartDialog = dialogOf(() => import('./StartDialog'));
const RehearseDialog = dialogOf(() => import('./RehearseDialog'));
const StopDialog = dialogOf(() => import('./StopDialog'));

export default function StrategyView({ id }: { id: string }) {
  const account = useAccountName();
  const strategy = useStrategy(account, id);
  if (strategy.error && asApiError(strategy.error).status === 404) return <Gone id={id} />;
  return (
    <Page title={`Strategy: ${strategy.data?.name ?? ''}`}>
      <QueryState query={strategy} errorTitle="The strategy cannot be read">
        {(found) => <Board account={account} strategy={found} />}
      </QueryState>
    </Page>
  );
}

function Gone({ id }: { id: string }) {
  return (
    <Page title="Strategy">
      <Empty title={`This account has no strategy ${id}.`}>It was deleted, or it is another account’s. The list has those that are there.</Empty>
    </Page>
  );
}

type Open = { do: 'start' } | { do: 'rehearse' } | { do: 'stop'; run: StrategyRun | null } | null;

function Board({ account, strategy }: { account: string; strategy: Strategy }) {
  const runs = useRuns(account, strategy.id);
  const place = usePlace();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const items = runs.data?.items ?? [];
  const chosen = items.find((run) => run.id === place.run) ?? items[0];
  return (
    <div className={classes.board}>
      <div className={classes.main}>
        <Panel
          title="Runs"
          isFlush
          actions={
            <>
              <Button size="compact-sm" onClick={() => setOpen({ do: 'start' })}>
                Start…
              </Button>
              <Button size="compact-sm" variant="default" disabled={strategy.runs.length === 0} onClick={() => setOpen({ do: 'stop', run: null })}>
                {strategy.runs.length > 1 ? `Stop all ${strategy.runs.length}…` : 'Stop…'}
              </Button>
            </>
          }
        >
          <QueryState query={runs}>
            {() =>
              chosen ? (
                <>
                  <RunsTable runs={items} chosen={chosen} onChoose={(run) => place.set('run', run.id)} />
                  <RunDetails run={chosen} onStop={() => setOpen({ do: 'stop', run: chosen })} />
                </>
              ) : (
                <Empty title="It was never started.">A run trades one version, on an account of its own unless you say otherwise. Test it on the past first.</Empty>
              )
            }
          </QueryState>
        </Panel>
        {chosen ? (
          <>
            <PerformancePanel key={chosen.id} account={account} run={chosen} />
            <SignalsPanel account={account} run={chosen} place={place} />
          </>
        ) : null}
        <RehearsalsPanel account={account} strategy={strategy} place={place} onRehearse={() => setOpen({ do: 'rehearse' })} />
      </div>
      <Side account={account} strategy={strategy} />
      {open?.do === 'start' ? (
        <StartDialog
          account={account}
          strategy={strategy}
          onStarted={(run) => {
            close();
            place.set('run', run.id);
          }}
          onClose={close}
        />
      ) : null}
      {open?.do === 'rehearse' ? (
        <RehearseDialog
          account={account}
          strategy={strategy}
          onBegun={(rehearsal) => {
            close();
            place.set('rehearsal', rehearsal.id);
          }}
          onClose={close}
        />
      ) : null}
      {open?.do === 'stop' ? <StopDialog account={account} strategy={strategy} run={open.run} onClose={close} /> : null}
    </div>
  );
}

function Side({ account, strategy }: { account: string; strategy: Strategy }) {
  const [search, setSearch] = useSearchParams();
  const isChanging = search.get('do') === 'change';
  const change = (isWanted: boolean) =>
    setSearch((now) => {
      if (isWanted) now.set('do', 'change');
      else now.delete('do');
      return now;
    });
  return (
    <div className={classes.side}>
      <Panel title={isChanging ? `Change ${strategy.name}` : 'What it does'} actions={isChanging ? null : <Acts account={account} strategy={strategy} onChange={() => change(true)} />}>
        {isChanging ? (
          <ChangeStrategy key={strategy.version.version} account={account} strategy={strategy} onClose={() => change(false)} />
        ) : (
          <>
            {strategy.notes ? <p className={classes.notes}>{strategy.notes}</p> : null}
            <SpecList version={strategy.version} />
          </>
        )}
      </Panel>
      <VersionsPanel account={account} strategy={strategy} />
    </div>
  );
}

function Acts({ account, strategy, onChange }: { account: string; strategy: Strategy; onChange: () => void }) {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const [isAsking, setAsking] = useState(false);
  const remove = useDelete(account);
  const run = () => {
    remove
      .writeAsync(strategy.id)
      .then(() => {
        toastGood('Strategy deleted.', strategy.name);
        return navigate(linkTo('/strategies'));
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => void navigate(linkTo('/backtests', { strategy: strategy.id }))}>
        Backtest it
      </Button>
      <Button size="compact-sm" variant="default" onClick={onChange}>
        Change…
      </Button>
      <Button size="compact-sm" variant="default" disabled={strategy.runs.length > 0} title={strategy.runs.length > 0 ? 'Stop its runs first' : undefined} onClick={() => setAsking(true)}>
        Delete…
      </Button>
      {isAsking ? (
        <Confirm title={`Delete ${strategy.name}?`} action="Delete the strategy" isBusy={remove.isPending} fault={remove.error} onConfirm={run} onClose={() => setAsking(false)}>
          Its versions, runs and signals are removed. Its orders stay in the journal, and the accounts that it traded on stay as they are.
        </Confirm>
      ) : null}
    </>
  );
}
