// All that may be written in an expression, found by a part of its name or meaning.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Operator } from '../../api/types';
import { useLanguage } from '../../ui/expression/useValidation';
import { type Column, DataTable } from '../../ui/DataTable';
import { QueryState } from '../../ui/States';
import classes from './factors.module.css';

const AXES: Record<Operator['axis'], string> = { element: 'bar by bar', time: 'along time', cross_section: 'across symbols' };

const COLUMNS: Column<Operator>[] = [
  { id: 'name', header: 'Operator', isName: true, sortBy: (row) => row.name, cell: (row) => <code>{row.signature}</code> },
  { id: 'meaning', header: 'Meaning', cell: (row) => <Meaning operator={row} /> },
  { id: 'gives', header: 'Gives', isExtra: true, sortBy: (row) => row.gives, cell: (row) => row.gives },
  { id: 'axis', header: 'Works', isExtra: true, sortBy: (row) => row.axis, cell: (row) => AXES[row.axis] },
  { id: 'back', header: 'Bars back', isExtra: true, cell: (row) => <span className={classes.text}>{row.look_back}</span> },
];

export function OperatorsTable() {
  const language = useLanguage();
  const [sought, setSought] = useState('');
  const wanted = sought.trim().toLowerCase();
  return (
    <QueryState query={language}>
      {({ operators, fields, groups }) => (
        <>
          <div className={classes.bar}>
            <span>
              Columns: <code>{fields.join(' ')}</code>. Groupings: <code>{groups.join(' ')}</code>.
            </span>
            <TextInput size="xs" aria-label="Find an operator" placeholder="Find an operator" value={sought} onChange={(event) => setSought(event.currentTarget.value)} />
          </div>
          <DataTable label="Operators" columns={COLUMNS} rows={operators.filter((row) => `${row.signature} ${row.meaning}`.toLowerCase().includes(wanted))} rowKey={(row) => row.signature} maxHeight={580} />
        </>
      )}
    </QueryState>
  );
}

function Meaning({ operator }: { operator: Operator }) {
  return (
    <span className={classes.text}>
      {operator.meaning}
      {operator.definition ? (
        <>
          {' '}
          <code className="soft">= {operator.definition}</code>
        </>
      ) : null}
    </span>
  );
}
