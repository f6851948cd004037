// What rules told: as it comes, filtered, one opened with its deliveries, one or many acknowledged.
import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { AlertEvent } from '../../api/types';
import { useSettings } from '../../settings';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { NOTHING, timeText } from '../../ui/format';
import { MomentField } from '../../ui/MomentField';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { StateWord } from '../../ui/StateWord';
import { toastFault } from '../../ui/toast';
import classes from './alerts.module.css';
import { EventDetails } from './EventDetails';
import { useAcknowledge, useEvents, useRules } from './queries';
import type { Filters } from './useFilters';
import { deliveryWords, SEVERITIES } from './words';

interface Props {
  account: string;
  filters: Filters;
}

export function EventsPanel({ account, filters }: Props) {
  const events = useEvents(account, filters.asked);
  const rows = useMemo(() => events.data?.pages.flatMap((page) => page.items) ?? [], [events.data]);
  const [opened, setOpened] = useState<string | null>(null);
  const choice = useChoice(rows);
  const { hasNextPage, isFetching, fetchNextPage } = events;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const open = useCallback((row: AlertEvent) => setOpened((now) => (now === row.id ? null : row.id)), []);
  const { isChosen, toggle } = choice;
  const columns = useMemo(() => columnsOf({ isChosen, toggle, open }), [isChosen, toggle, open]);
  const shown = rows.find((row) => row.id === opened);
  return (
    <Panel title="Events" isFlush actions={<AcknowledgeTools account={account} choice={choice} />}>
      <FilterFields account={account} filters={filters} />
      <QueryState query={events}>
        {() =>
          rows.length === 0 ? (
            <Empty title={filters.isAny ? 'Nothing matches.' : 'Nothing was told.'}>{filters.isAny ? 'Clear the filters to see all of it.' : 'What rules tell is listed here, the newest first.'}</Empty>
          ) : (
            <DataTable label="Events" columns={columns} rows={rows} rowKey={(row) => row.id} maxHeight={520} onEndReached={more} onRowClick={open} isSelected={(row) => row.id === opened} />
          )
        }
      </QueryState>
      {shown ? <EventDetails account={account} event={shown} onClose={() => setOpened(null)} /> : null}
    </Panel>
  );
}

interface Choice {
  /** What is to be acknowledged of what is shown, in the order it is shown. */
  chosen: readonly string[];
  waiting: readonly string[];
  isChosen: (id: string) => boolean;
  toggle: (id: string) => void;
  clear: () => void;
}

/** Which events are ticked. One that was acknowledged meanwhile, or is no longer shown, is not among them. */
function useChoice(rows: readonly AlertEvent[]): Choice {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const waiting = useMemo(() => rows.filter((row) => row.acknowledged_at === null).map((row) => row.id), [rows]);
  const toggle = useCallback((id: string) => {
    setTicked((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const isChosen = useCallback((id: string) => ticked.has(id), [ticked]);
  const clear = useCallback(() => setTicked(new Set()), []);
  return { chosen: waiting.filter((id) => ticked.has(id)), waiting, isChosen, toggle, clear };
}

function AcknowledgeTools({ account, choice }: { account: string; choice: Choice }) {
  const acknowledge = useAcknowledge(account, { fault: (fault) => toastFault('Not all are acknowledged.', fault) });
  const { chosen, waiting } = choice;
  const ids = chosen.length > 0 ? chosen : waiting;
  const run = () => {
    acknowledge
      .writeAsync(ids)
      .then(choice.clear)
      .catch(() => undefined); // said in the corner
  };
  return (
    <Button size="compact-sm" variant="default" disabled={ids.length === 0} loading={acknowledge.isPending} onClick={run}>
      {chosen.length > 0 ? `Acknowledge ${chosen.length} chosen` : `Acknowledge all ${waiting.length} shown`}
    </Button>
  );
}

function FilterFields({ account, filters }: Props) {
  const { data } = useRules(account);
  const { texts, set, clear } = filters;
  const rules = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isGone = texts.rule !== '' && data !== undefined && rules.every(({ value }) => value !== texts.rule);
  return (
    <div className={classes.filters} role="group" aria-label="Filters">
      <NativeSelect
        size="xs"
        label="Rule"
        value={texts.rule}
        onChange={(event) => set('rule', event.currentTarget.value)}
        data={[{ value: '', label: 'All' }, ...rules, ...(isGone ? [{ value: texts.rule, label: 'One that was deleted' }] : [])]}
      />
      <NativeSelect
        size="xs"
        label="Severity"
        value={texts.severity}
        onChange={(event) => set('severity', event.currentTarget.value)}
        data={[{ value: '', label: 'All' }, ...SEVERITIES.map((each) => ({ value: each, label: each.charAt(0).toUpperCase() + each.slice(1) }))]}
      />
      <NativeSelect
        size="xs"
        label="Acknowledged"
        value={texts.acknowledged}
        onChange={(event) => set('acknowledged', event.currentTarget.value)}
        data={[
          { value: '', label: 'All' },
          { value: 'no', label: 'By nobody' },
          { value: 'yes', label: 'By somebody' },
        ]}
      />
      <MomentField size="xs" label="From" value={texts.from} onChange={(text) => set('from', text)} />
      <MomentField size="xs" label="To" value={texts.to} onChange={(text) => set('to', text)} />
      <Button size="compact-sm" variant="default" disabled={!filters.isAny} onClick={clear}>
        Clear
      </Button>
    </div>
  );
}

type Acts = Pick<Choice, 'isChosen' | 'toggle'> & { open: (row: AlertEvent) => void };

function columnsOf({ isChosen, toggle, open }: Acts): Column<AlertEvent>[] {
  return [
    { id: 'choose', header: '✓', cell: (row) => <Tick row={row} isChosen={isChosen(row.id)} toggle={toggle} /> },
    { id: 'time', header: 'Time', isExtra: true, cell: (row) => <Time value={row.time} /> },
    { id: 'severity', header: 'Severity', cell: (row) => <StateWord state={row.kind === 'failed' ? 'failed' : row.severity} /> },
    { id: 'text', header: 'What', isName: true, cell: (row) => <Opener row={row} open={open} /> },
    { id: 'value', header: 'Value', isNumber: true, isExtra: true, cell: (row) => <Value text={row.value} /> },
    { id: 'rule', header: 'Rule', isExtra: true, cell: (row) => <span className={classes.cut}>{row.rule_name}</span> },
    { id: 'deliveries', header: 'Delivered', isExtra: true, cell: (row) => deliveryWords(row) },
  ];
}

function Opener({ row, open }: { row: AlertEvent; open: (row: AlertEvent) => void }) {
  const onClick = (event: React.MouseEvent) => {
    event.stopPropagation(); // the row opens too
    open(row);
  };
  return (
    <button type="button" className={`${classes.linkLike ?? ''} ${classes.what ?? ''}`} title={row.text} onClick={onClick}>
      {row.kind === 'test' ? 'Test: ' : ''}
      {row.text}
    </button>
  );
}

/** A number, or a code, which may be long. */
function Value({ text }: { text: string | null }) {
  return (
    <span className={classes.cut} title={text ?? undefined}>
      {text ?? NOTHING}
    </span>
  );
}

function Acknowledged({ at }: { at: string }) {
  const { timeZone } = useSettings();
  return (
    <span title={`Acknowledged at ${timeText(at, 'full', timeZone)}`}>
      <span aria-hidden="true">✓</span>
      <span className="visually-hidden">Acknowledged</span>
    </span>
  );
}

function Tick({ row, isChosen, toggle }: { row: AlertEvent; isChosen: boolean; toggle: (id: string) => void }) {
  if (row.acknowledged_at !== null) return <Acknowledged at={row.acknowledged_at} />;
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Checkbox size="xs" aria-label={`Choose: ${row.text}`} checked={isChosen} onChange={() => toggle(row.id)} />
    </span>
  );
}
