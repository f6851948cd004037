// One's own factors, to change, judge or forget.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Factor } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { type Column, DataTable } from '../../ui/DataTable';
import { grouped } from '../../ui/format';
import { Empty } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './factors.module.css';
import { useDeleteFactor } from './queries';

interface Props {
  account: string;
  factors: readonly Factor[];
  chosen: string | null;
}

export function FactorsTable({ account, factors, chosen }: Props) {
  const linkTo = useLinkTo();
  const columns = useMemo<Column<Factor>[]>(
    () => [
      { id: 'name', header: 'Name', isName: true, sortBy: (row) => row.name, cell: (row) => <Link to={linkTo(`/factors/${row.id}`)}>{row.name}</Link> },
      { id: 'text', header: 'Expression', cell: (row) => <code className={classes.text}>{row.expression}</code> },
      { id: 'warm', header: 'Settled after', isNumber: true, isExtra: true, sortBy: (row) => row.warm_up_bars, cell: (row) => `${grouped(String(row.warm_up_bars))} bars` },
      { id: 'acts', header: 'Then', cell: (row) => <Acts account={account} factor={row} /> },
    ],
    [account, linkTo],
  );
  if (factors.length === 0) return <Empty title="No factor has a name yet.">Write an expression beside or below, or take one of the built-in set.</Empty>;
  return <DataTable label="Named factors" columns={columns} rows={factors} rowKey={(row) => row.id} maxHeight={620} isSelected={(row) => row.id === chosen} />;
}

function Acts({ account, factor }: { account: string; factor: Factor }) {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const [isAsking, setAsking] = useState(false);
  const remove = useDeleteFactor(account);
  return (
    <span className={classes.acts}>
      <Link to={linkTo('/factors', { judge: factor.name })}>Judge</Link>
      <Link to={linkTo('/backtests', { factor: factor.name })} aria-label={`Backtest ${factor.name}`}>
        Backtest
      </Link>
      <Link to={linkTo('/strategies', { factor: factor.name })} aria-label={`Trade ${factor.name}`}>
        Trade
      </Link>
      <Button size="compact-xs" variant="default" aria-label={`Delete ${factor.name}`} onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking ? (
        <Confirm
          title={`Delete ${factor.name}?`}
          action="Delete the factor"
          isBusy={remove.isPending}
          fault={remove.error}
          onConfirm={() => {
            remove
              .writeAsync(factor.id)
              .then(() => navigate(linkTo('/factors')))
              .catch(() => undefined); // shown in the dialog
          }}
          onClose={() => setAsking(false)}
        >
          Its name and expression are removed. Tear sheets that were made of it stay.
        </Confirm>
      ) : null}
    </span>
  );
}
