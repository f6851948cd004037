// Where orders are made: one by itself, or a bracket that is drawn on the chart.
import { SegmentedControl } from '@mantine/core';
import { type Dispatch, lazy, Suspense } from 'react';
import type { Balance, Instrument } from '../../api/types';
import { AccountState } from '../../ui/AccountState';
import { Panel } from '../../ui/Panel';
import { Loading } from '../../ui/States';
import { Ticket } from './Ticket';
import type { Ticket as TicketState, TicketAction } from './ticketState';
import type { BracketDrawing } from './useBracket';

const BracketTicket = lazy(() => import('./BracketTicket'));

interface Props {
  account: string;
  balances: readonly Balance[];
  instrument: Instrument;
  ticket: TicketState;
  dispatch: Dispatch<TicketAction>;
  drawing: BracketDrawing;
  className?: string | undefined;
}

export function OrderPanel({ account, balances, instrument, ticket, dispatch, drawing, className }: Props) {
  const { bracket } = drawing;
  return (
    <Panel
      title="Order"
      className={className}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="What is made"
          value={bracket ? 'bracket' : 'single'}
          onChange={drawing.toggle}
          data={[
            { value: 'single', label: 'Single' },
            { value: 'bracket', label: 'Bracket' },
          ]}
        />
      }
    >
      <AccountState name={account}>
        {(found) =>
          bracket ? (
            <Suspense fallback={<Loading />}>
              <BracketTicket account={found} instrument={instrument} bracket={bracket} dispatch={drawing.dispatch} />
            </Suspense>
          ) : (
            <Ticket account={found} balances={balances} instrument={instrument} ticket={ticket} dispatch={dispatch} />
          )
        }
      </AccountState>
    </Panel>
  );
}
