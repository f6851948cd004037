// The log as it is written.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDeferredValue, useMemo, useState } from 'react';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { Empty } from '../../ui/States';
import { isAtLeast, type KeptLine, messageOf, useLogTail } from './logStore';
import classes from './services.module.css';

const COLUMNS: Column<KeptLine>[] = [
  { id: 'time', header: 'Time', cell: (row) => <Time value={row.time} shape="time" /> },
  { id: 'level', header: 'Level', cell: (row) => <span data-level={row.level} className={classes.level}>{row.level}</span> },
  { id: 'logger', header: 'From', isExtra: true, cell: (row) => <span className="mono small">{row.logger}</span> },
  { id: 'message', header: 'Message', isName: true, cell: (row) => <span className={classes.message} title={textOf(row)}>{messageOf(row)}</span> },
  { id: 'trace', header: 'Trace', isExtra: true, cell: (row) => <span className="mono small">{row.trace_id}</span> },
];

function textOf({ number: _, ...line }: KeptLine): string {
  return JSON.stringify(line, null, 1);
}

export function LogPanel() {
  const [isPaused, setPaused] = useState(false);
  const [level, setLevel] = useState('INFO');
  const [text, setText] = useState('');
  const sought = useDeferredValue(text).toLowerCase();
  const { lines, skipped } = useLogTail(isPaused);
  const shown = useMemo(
    () => lines.filter((line) => isAtLeast(line, level) && (sought === '' || textOf(line).toLowerCase().includes(sought))),
    [lines, level, sought],
  );
  return (
    <Panel
      title="Log"
      isFlush
      aside={<span className="soft small">{shown.length} lines{skipped > 0 ? `, ${skipped} skipped` : ''}</span>}
      actions={
        <>
          <NativeSelect size="xs" aria-label="Lowest level" value={level} onChange={(event) => setLevel(event.currentTarget.value)} data={['DEBUG', 'INFO', 'WARNING', 'ERROR']} />
          <TextInput size="xs" aria-label="Find in the log" placeholder="Find, or a trace id" value={text} onChange={(event) => setText(event.currentTarget.value)} />
          <Button size="compact-sm" variant="default" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            {isPaused ? 'Go on' : 'Pause'}
          </Button>
        </>
      }
    >
      {shown.length === 0 ? (
        <Empty title="No lines.">{lines.length === 0 ? 'They appear as the gateway writes them.' : 'None of those that came match.'}</Empty>
      ) : (
        <DataTable label="Log of the gateway" columns={COLUMNS} rows={shown} rowKey={(row) => String(row.number)} maxHeight={360} />
      )}
    </Panel>
  );
}
