// Every limit in force, and how much of it is used.
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Account, LimitUse } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Empty } from '../../ui/States';
import { amountText, toneOf, usedText, wordsOf } from './limits';
import { LimitsDialog } from './LimitsDialog';
import classes from './risk.module.css';
import { UseBar } from './UseBar';

const COLUMNS: Column<LimitUse>[] = [
  { id: 'limit', header: 'Limit', isName: true, sortBy: (row) => wordsOf(row.name).label, cell: (row) => <Name use={row} /> },
  { id: 'share', header: 'Use', sortBy: (row) => (row.share_percent === null ? null : Number(row.share_percent)), cell: (row) => <Use use={row} /> },
  { id: 'used', header: 'Used', isNumber: true, isExtra: true, cell: (row) => <Used use={row} /> },
  { id: 'most', header: 'Allowed', isNumber: true, isExtra: true, cell: (row) => amountText(row.limit, row.unit) },
  { id: 'whose', header: 'Set for', isExtra: true, sortBy: (row) => String(row.own), cell: (row) => (row.own ? 'This account' : 'The installation') },
];

function Name({ use }: { use: LimitUse }) {
  const { label, about } = wordsOf(use.name);
  return (
    <span title={about}>
      {label}
      {use.symbol ? <span className={classes.symbol}> {use.symbol}</span> : null}
    </span>
  );
}

/** The bar; where there is no room for more columns, the numbers stand below it. */
function Use({ use }: { use: LimitUse }) {
  return (
    <>
      <UseBar percent={use.share_percent} tone={toneOf(use)} />
      <span className={classes.below}>
        <Used use={use} /> of {amountText(use.limit, use.unit)}
      </span>
    </>
  );
}

function Used({ use }: { use: LimitUse }) {
  if (use.used !== null) return <>{usedText(use.used, use.unit)}</>;
  if (use.reason === null) return <span className="soft">Each order</span>;
  return (
    <span className={classes.unknown} title={use.reason}>
      Not known: {use.reason}
    </span>
  );
}

interface Props {
  account: Account;
  limits: readonly LimitUse[];
  className?: string | undefined;
}

export function LimitsPanel({ account, limits, className }: Props) {
  const [isEditing, setEditing] = useState(false);
  const over = limits.filter((use) => toneOf(use) === 'over').length;
  return (
    <Panel
      title="Limits and their use"
      className={className}
      isFlush
      aside={over > 0 ? <span className={classes.over}>✕ {over} over</span> : <span className="soft small">{limits.length} in force</span>}
      actions={
        <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
          Change limits
        </Button>
      }
    >
      {limits.length === 0 ? (
        <Empty title="There is no limit.">Orders are held to the market’s rules and the account’s money alone.</Empty>
      ) : (
        <DataTable label="Use of limits" columns={COLUMNS} rows={limits} rowKey={(row) => `${row.name} ${row.symbol ?? ''}`} maxHeight={520} />
      )}
      {isEditing ? <LimitsDialog account={account} onClose={() => setEditing(false)} /> : null}
    </Panel>
  );
}
