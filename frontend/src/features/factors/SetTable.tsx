// The factors that the gateway brings along, found by a part of their name.
import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useFactorSets } from '../../api/queries';
import type { FactorSet } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './factors.module.css';

type Row = FactorSet['factors'][number];

export function SetTable() {
  const sets = useFactorSets();
  return <QueryState query={sets}>{(found) => <>{found.map((each) => <OneSet key={each.name} set={each} />)}</>}</QueryState>;
}

function OneSet({ set }: { set: FactorSet }) {
  const [sought, setSought] = useState('');
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: 'name', header: 'Name', isName: true, sortBy: (row) => row.name, cell: (row) => row.name },
      { id: 'text', header: 'Expression', cell: (row) => <code className={classes.text}>{row.expression}</code> },
      { id: 'acts', header: 'Then', cell: (row) => <Acts name={row.name} /> },
    ],
    [],
  );
  const rows = set.factors.filter((row) => `${row.name} ${row.expression}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <>
      <div className={classes.bar}>
        <span>
          <strong>{set.name}</strong>: {set.description} <span className="soft">{set.source}</span>
        </span>
        <TextInput size="xs" aria-label={`Find in ${set.name}`} placeholder="Find by name or operator" value={sought} onChange={(event) => setSought(event.currentTarget.value)} />
      </div>
      <DataTable label={`Factors of ${set.name}`} columns={columns} rows={rows} rowKey={(row) => row.name} maxHeight={580} />
    </>
  );
}

function Acts({ name }: { name: string }) {
  const linkTo = useLinkTo();
  return (
    <span className={classes.acts}>
      <Link to={linkTo('/factors', { judge: name })}>Judge</Link>
      <Link to={linkTo('/strategies', { factor: name })}>Trade</Link>
    </span>
  );
}
