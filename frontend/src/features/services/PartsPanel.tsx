// The internal parts: state, latency, load, last error, and a restart where that makes sense.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import { useServices } from '../../api/queries';
import type { Service } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import { Confirm } from '../../ui/Confirm';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { milliseconds, NOTHING } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { Empty, QueryState } from '../../ui/States';
import { toastGood } from '../../ui/toast';
import classes from './services.module.css';

export function PartsPanel() {
  const services = useServices();
  const [asked, setAsked] = useState<Service | null>(null);
  const columns = useMemo(() => columnsOf(setAsked), []);
  return (
    <Panel title="Parts" isFlush>
      <QueryState query={services}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No part is registered.">The gateway has started without any.</Empty>
          ) : (
            <DataTable label="Parts of the gateway" columns={columns} rows={items} rowKey={(row) => row.name} maxHeight={460} />
          )
        }
      </QueryState>
      {asked ? <Restart part={asked} onClose={() => setAsked(null)} /> : null}
    </Panel>
  );
}

function columnsOf(ask: (part: Service) => void): Column<Service>[] {
  return [
    { id: 'name', header: 'Part', isName: true, sortBy: (row) => row.name, cell: (row) => <strong>{row.name}</strong> },
    { id: 'state', header: 'State', sortBy: (row) => row.state, cell: (row) => <StateWord state={row.state} /> },
    { id: 'latency', header: 'Latency', isNumber: true, sortBy: (row) => row.latency_ms, cell: (row) => milliseconds(row.latency_ms) },
    { id: 'load', header: 'Load', isNumber: true, sortBy: (row) => row.load, cell: (row) => <Load share={row.load} /> },
    { id: 'since', header: 'Since', isExtra: true, cell: (row) => <Time value={row.since} /> },
    { id: 'detail', header: 'Detail', isExtra: true, cell: (row) => <span className={classes.detail}>{row.detail}</span> },
    { id: 'error', header: 'Last error', isExtra: true, cell: (row) => <span className={classes.detail}>{row.last_error ?? NOTHING}</span> },
    {
      id: 'restart',
      header: 'Restart',
      cell: (row) =>
        row.restartable ? (
          <Button size="compact-xs" variant="default" onClick={() => ask(row)} aria-label={`Restart ${row.name}`}>
            Restart
          </Button>
        ) : (
          <span className="soft">{NOTHING}</span>
        ),
    },
  ];
}

function Load({ share }: { share: number | null }) {
  if (share === null) return <span>{NOTHING}</span>;
  const percent = Math.round(share * 100);
  return (
    <span className={classes.load}>
      <meter min={0} max={1} value={share} aria-label={`Load ${percent} percent`} /> <span className="num">{percent}%</span>
    </span>
  );
}

function Restart({ part, onClose }: { part: Service; onClose: () => void }) {
  const client = useQueryClient();
  const restart = useWrite<string, Service>((name, key) =>
    call('post', '/api/v1/system/services/{name}/restart/', { path: { name }, key }),
  );
  const run = () => {
    restart
      .writeAsync(part.name)
      .then((now) => {
        toastGood(`${part.name} was restarted.`, `It is ${now.state}.`);
        void client.invalidateQueries({ queryKey: keys.services });
        onClose();
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <Confirm title={`Restart ${part.name}?`} action={`Restart ${part.name}`} isBusy={restart.isPending} fault={restart.error} onConfirm={run} onClose={onClose}>
      What it does stops for a moment. Orders and balances stay as they are.
    </Confirm>
  );
}
