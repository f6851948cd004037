// The fields of the ticket: those that the type has, and no others.
import { Checkbox, NativeSelect } from '@mantine/core';
import type { Dispatch } from 'react';
import type { Instrument, OrderType, TimeInForce } from '../../api/types';
import { useSettings } from '../../settings';
import { newestTicker } from '../../stream/markets';
import { MomentField } from '../../ui/MomentField';
import { fieldText } from '../../ui/moments';
import { NumberField } from './NumberField';
import { SideChoice } from './SideChoice';
import classes from './Ticket.module.css';
import { canPostOnly, canShowPart, ORDER_TYPES, type PriceName, type Problems, type Ticket, type TicketAction, TIMES } from './ticketState';

export interface Fields {
  ticket: Ticket;
  instrument: Instrument;
  problems: Problems;
  change: (part: Partial<Ticket>) => void;
  dispatch: Dispatch<TicketAction>;
}

export function Kind({ ticket, change }: Fields) {
  return (
    <>
      <SideChoice side={ticket.side} onChoose={(side) => change({ side })} />
      <NativeSelect
        label="Type"
        value={ticket.type}
        onChange={(event) => change({ type: event.currentTarget.value as OrderType })}
        data={Object.entries(ORDER_TYPES).map(([value, { label }]) => ({ value, label }))}
        description={ORDER_TYPES[ticket.type].about}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
    </>
  );
}

export function Prices(fields: Fields) {
  const { hasPrice, stopLabel, hasTrail, hasOffset } = ORDER_TYPES[fields.ticket.type];
  return (
    <>
      {stopLabel ? <PriceField {...fields} field="stopPrice" label={stopLabel} /> : null}
      {hasPrice ? <PriceField {...fields} field="price" label="Price" /> : null}
      {hasTrail ? <Trail {...fields} /> : null}
      {hasOffset ? <PriceField {...fields} field="limitOffset" label="Limit, from the stop" from="0" /> : null}
    </>
  );
}

interface PriceFieldProps extends Fields {
  field: PriceName;
  label: string;
  unit?: string;
  step?: string;
  /** Where steps begin while nothing is typed; left out: at the market. */
  from?: string;
}

function PriceField({ field, label, unit, step, from, ticket, instrument, problems, change, dispatch }: PriceFieldProps) {
  const begin = () => from ?? newestTicker(instrument.symbol)?.last ?? '0';
  return (
    <NumberField
      label={label}
      unit={unit ?? instrument.quote}
      value={ticket[field]}
      problem={problems[field]}
      onChange={(text) => change({ [field]: text })}
      onStep={(count) => dispatch({ do: 'nudge', field, step: step ?? instrument.tick_size, count, from: begin() })}
    />
  );
}

const PERCENT_STEP = '0.1';

/** How far the stop stays behind the best price, in one of two measures. */
function Trail(fields: Fields) {
  const { ticket, instrument, change } = fields;
  const isPercent = ticket.trailBy === 'percent';
  return (
    <div className={classes.pair}>
      <PriceField {...fields} field="trail" label="Trails by" from="0" {...(isPercent ? { unit: '%', step: PERCENT_STEP } : {})} />
      <NativeSelect
        aria-label="Trail measured in"
        value={ticket.trailBy}
        onChange={(event) => change({ trailBy: event.currentTarget.value as Ticket['trailBy'], trail: '' })}
        data={[
          { value: 'percent', label: 'percent' },
          { value: 'amount', label: instrument.quote },
        ]}
      />
    </div>
  );
}

const DAY_MS = 86_400_000;

export function Terms(fields: Fields) {
  const { ticket, instrument, problems, change } = fields;
  const { timeZone } = useSettings();
  const { times } = ORDER_TYPES[ticket.type];
  const choose = (timeInForce: TimeInForce) => {
    // The market's clock is what counts, and it may be one of another year.
    const time = newestTicker(instrument.symbol)?.time;
    const tomorrow = fieldText((time ? Date.parse(time) : Date.now()) + DAY_MS, timeZone);
    change({ timeInForce, ...(timeInForce === 'gtd' && !ticket.expiresAt ? { expiresAt: tomorrow } : {}) });
  };
  return (
    <>
      <NativeSelect
        label="Time in force"
        value={ticket.timeInForce}
        onChange={(event) => choose(event.currentTarget.value as TimeInForce)}
        data={times.map((value) => ({ value, label: TIMES[value] }))}
      />
      {ticket.timeInForce === 'gtd' ? (
        <MomentField label="Expires, by the market’s clock" value={ticket.expiresAt} error={problems.expiresAt} onChange={(expiresAt) => change({ expiresAt })} />
      ) : null}
      {canShowPart(ticket) ? (
        <NumberField label="Shown at a time, empty: all of it" unit={instrument.base} value={ticket.displayQuantity} problem={problems.displayQuantity} onChange={(displayQuantity) => change({ displayQuantity })} />
      ) : null}
      {ticket.type === 'limit' ? (
        <Checkbox
          label="Post only: never take, or be refused"
          checked={ticket.isPostOnly}
          disabled={!canPostOnly(ticket)}
          onChange={(event) => change({ isPostOnly: event.currentTarget.checked })}
        />
      ) : null}
      <Checkbox label="Reduce only: never open or turn a position" checked={ticket.isReduceOnly} onChange={(event) => change({ isReduceOnly: event.currentTarget.checked })} />
    </>
  );
}
