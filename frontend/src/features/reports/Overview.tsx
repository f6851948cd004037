// What was made and what is due, with the form for the next one; what is looked at, and the form, are in the address.
import { Button, NativeSelect } from '@mantine/core';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import type { Account } from '../../api/types';
import { AccountPage } from '../../ui/AccountPage';
import { dialogOf } from '../../ui/dialog';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import { KIND_NAMES, KINDS } from './kinds';
import { MakingPanel } from './MakingPanel';
import { useReports, useSchedules } from './queries';
import classes from './reports.module.css';
import { ReportsTable } from './ReportsTable';
import { SchedulesPanel } from './SchedulesPanel';
import { type ReportsPlace, useReportsPlace } from './useReportsPlace';

const ReportDialog = dialogOf(
  () => import('./ReportDialog'),
  (props) => props.onLeave(),
);

export function Overview() {
  return (
    <AccountPage title="Reports" group="Oversight">
      {(found) => <Board key={found.id} account={found} />}
    </AccountPage>
  );
}

function Board({ account }: { account: Account }) {
  const place = useReportsPlace();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const show = useCallback((report: string) => void navigate(linkTo(`/reports/${report}`), { replace: true }), [navigate, linkTo]);
  return (
    <div className={classes.board}>
      {place.making ? <MakingPanel key={place.making} account={account.id} id={place.making} onClose={() => place.set({ making: '' })} /> : null}
      <ListPanel account={account} place={place} />
      <SchedulesPanel account={account} onMake={() => place.set({ make: 'statement', repeat: 'yes' })} onShow={(schedule) => place.set({ schedule })} />
      {place.draft ? <ReportDialog account={account} initial={place.draft} onLeave={place.leave} onMade={show} /> : null}
    </div>
  );
}

function ListPanel({ account, place }: { account: Account; place: ReportsPlace }) {
  const { query, reports, more } = useReports(account.id, place.kind, place.schedule);
  const isFiltered = place.kind !== null || place.schedule !== '';
  return (
    <Panel
      title="Reports"
      isFlush
      actions={
        <>
          <FilterFields account={account.id} place={place} />
          <Button size="compact-sm" onClick={() => place.set({ make: 'performance' })}>
            Make a report…
          </Button>
        </>
      }
    >
      <QueryState query={query}>
        {() =>
          reports.length === 0 ? (
            <Empty title={isFiltered ? 'No report is like that.' : 'No reports yet.'}>
              {isFiltered ? 'Choose every kind, and every origin, to see all of them.' : 'A report is a file about the account, a backtest, a factor or data: to read, to send, to keep.'}
            </Empty>
          ) : (
            <ReportsTable account={account.id} reports={reports} onEndReached={more} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function FilterFields({ account, place }: { account: string; place: ReportsPlace }) {
  const schedules = useSchedules(account);
  const known = (schedules.data?.items ?? []).map(({ id, name, asked }) => ({ value: id, label: name || labelOf(asked) }));
  const isGone = place.schedule !== '' && schedules.data !== undefined && known.every(({ value }) => value !== place.schedule);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Kind"
        value={place.kind ?? ''}
        onChange={(event) => place.set({ kind: event.currentTarget.value })}
        data={[{ value: '', label: 'Every kind' }, ...KIND_NAMES.map((each) => ({ value: each, label: KINDS[each].label }))]}
      />
      <NativeSelect
        size="xs"
        aria-label="Origin"
        value={place.schedule}
        onChange={(event) => place.set({ schedule: event.currentTarget.value })}
        data={[{ value: '', label: 'Every origin' }, ...known, ...(isGone ? [{ value: place.schedule, label: 'A schedule that was deleted' }] : [])]}
      />
    </>
  );
}

function labelOf(asked: unknown): string {
  const kind = KIND_NAMES.find((each) => each === (asked as { kind?: string } | null)?.kind);
  return kind ? KINDS[kind].label : 'A schedule';
}
