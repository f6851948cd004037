// The rehearsals of a strategy: looked up when somebody asks for them, one of them with its curve and its orders.
import { Button, Progress } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link } from 'react-router';
import type { Strategy, StrategyRehearsal } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Change, Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { Empty, Loading, QueryState } from '../../ui/States';
import { toastFault } from '../../ui/toast';
import { useLinkTo } from '../../ui/usePlace';
import { useCancelRehearsal, useRehearsals } from './queries';
import type { Place } from './usePlace';
import classes from './strategies.module.css';

const RehearsalResult = lazy(() => import('./RehearsalResult'));

interface Props {
  account: string;
  strategy: Strategy;
  place: Place;
  onRehearse: () => void;
}

/** In the address where they are shown, and none of them is chosen. */
const NEWEST = 'newest';

export function RehearsalsPanel({ account, strategy, place, onRehearse }: Props) {
  const isShown = place.rehearsal !== '';
  const rehearsals = useRehearsals(account, strategy.id, isShown);
  return (
    <Panel
      title="Rehearsals"
      isFlush
      actions={
        <>
          <Button size="compact-sm" variant="default" aria-pressed={isShown} onClick={() => place.set('rehearsal', isShown ? '' : NEWEST)}>
            {isShown ? 'Hide them' : 'Show them'}
          </Button>
          <Button size="compact-sm" variant="default" onClick={onRehearse}>
            Rehearse…
          </Button>
        </>
      }
    >
      {isShown ? (
        <QueryState query={rehearsals} errorTitle="The rehearsals cannot be read">
          {({ items }) => <Rehearsals account={account} items={items} place={place} />}
        </QueryState>
      ) : (
        <p className={classes.hint}>A rehearsal plays a data set through at full speed and has the strategy trade it, as a run would. What came of it is kept.</p>
      )}
    </Panel>
  );
}

function Rehearsals({ account, items, place }: { account: string; items: readonly StrategyRehearsal[]; place: Place }) {
  const linkTo = useLinkTo();
  const chosen = items.find((each) => each.id === place.rehearsal) ?? items[0];
  if (!chosen) return <Empty title="It was never rehearsed.">Choose a data set of its symbol, and it is traded in a minute or less.</Empty>;
  const columns: Column<StrategyRehearsal>[] = [
    {
      id: 'begun',
      header: 'Begun',
      isName: true,
      cell: (row) => (
        <button type="button" className={classes.linkLike} aria-pressed={row.id === chosen.id} onClick={() => place.set('rehearsal', row.id)}>
          <Time value={row.started_at} />
        </button>
      ),
    },
    { id: 'state', header: 'State', cell: (row) => <StateWord state={row.state === 'finished' ? 'ended' : row.state} /> },
    { id: 'version', header: 'Version', isNumber: true, cell: (row) => row.version },
    { id: 'bars', header: 'Bars', isNumber: true, isExtra: true, cell: (row) => row.result?.bars ?? '—' },
    { id: 'profit', header: 'Profit', isNumber: true, cell: (row) => <Change value={row.result?.performance.profit} decimals={2} /> },
  ];
  return (
    <>
      <DataTable label="Rehearsals of the strategy" columns={columns} rows={items} rowKey={(row) => row.id} maxHeight={230} isSelected={(row) => row.id === chosen.id} />
      <section className={classes.details} aria-label="The chosen rehearsal">
        {chosen.state === 'running' ? <Playing account={account} rehearsal={chosen} /> : null}
        {chosen.reason ? <div className={chosen.state === 'failed' ? classes.bad : ''}>{chosen.reason}</div> : null}
        {chosen.state === 'running' ? null : (
          <Link to={linkTo('/parity', { rehearsal: chosen.id })}>Beside a backtest</Link>
        )}
        {chosen.result ? (
          <Suspense fallback={<Loading />}>
            <RehearsalResult key={chosen.id} account={account} rehearsal={chosen} />
          </Suspense>
        ) : null}
      </section>
    </>
  );
}

function Playing({ account, rehearsal }: { account: string; rehearsal: StrategyRehearsal }) {
  const cancel = useCancelRehearsal(account);
  const share = Math.round(rehearsal.progress * 100);
  const run = () => {
    cancel.writeAsync(rehearsal.id).catch((fault: unknown) => toastFault('It plays on.', fault));
  };
  return (
    <div className="stack">
      <div className="row">
        <span>{share} % of the data has played.</span>
        <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={run}>
          Cancel it
        </Button>
      </div>
      <Progress value={share} aria-label="How far the rehearsal is" />
    </div>
  );
}
