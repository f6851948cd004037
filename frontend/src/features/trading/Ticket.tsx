// The order ticket: typed by hand or by keys, previewed while typing, reviewed and sent once.
import { Button, Checkbox, NativeSelect, SegmentedControl } from '@mantine/core';
import { type Dispatch, type FormEvent, type RefObject, useMemo, useRef, useState } from 'react';
import { newKey } from '../../api/intent';
import { usePlaceOrder } from '../../api/queries';
import type { Account, Balance, Instrument, OrderIn, OrderType, TimeInForce } from '../../api/types';
import { useSettings } from '../../settings';
import { newestTicker } from '../../stream/markets';
import { orderNews } from '../../ui/AccountEvents';
import { toastGood } from '../../ui/toast';
import { useSingleKey } from '../../ui/useSingleKey';
import { NumberField } from './NumberField';
import { PreviewPanel } from './PreviewPanel';
import { Refusal } from './Refusal';
import { Review } from './Review';
import classes from './Ticket.module.css';
import { inWords, isFar, ORDER_TYPES, orderOf, type Problems, sizeOfShare, type Ticket as State, type TicketAction, TIMES } from './ticketState';
import { usePreview } from './usePreview';

interface Props {
  account: Account;
  balances: readonly Balance[];
  instrument: Instrument;
  ticket: State;
  dispatch: Dispatch<TicketAction>;
}

/** One order on its way: what was meant, and the key under which it happens at most once. */
interface Intent {
  order: OrderIn;
  key: string;
  words: string;
}

export function Ticket({ account, balances, instrument, ticket, dispatch }: Props) {
  const { hasReview } = useSettings();
  const size = useRef<HTMLInputElement>(null);
  const { order, problems } = orderOf(ticket, instrument);
  const preview = usePreview(account.id, order);
  const { place, reviewed, setReviewed, sent, send, submit, isChecked } = useSending({ account, instrument, ticket, dispatch }, order);
  useSideKeys(dispatch, size);
  const change = (part: Partial<State>) => {
    place.reset();
    dispatch({ do: 'change', change: part });
  };
  const shown: Problems = isChecked ? problems : onlyTyped(problems, ticket);
  const fields = { ticket, instrument, change };
  return (
    <form className={classes.ticket} onSubmit={submit} aria-label="Order ticket" noValidate>
      <Kind {...fields} />
      <Prices {...fields} dispatch={dispatch} problems={shown} refused={place.error?.fields ?? {}} />
      <SizeField {...fields} account={account} balances={balances} inputRef={size} problem={shown.size ?? place.error?.fields.quantity ?? place.error?.fields.notional} />
      <Terms {...fields} />
      <PreviewPanel preview={order ? preview.data : undefined} fault={order ? preview.error : null} instrument={instrument} />
      <Button type="submit" loading={place.isPending} className={classes.send} data-side={ticket.side} fullWidth>
        {hasReview ? `Review: ${inWords(ticket, instrument)}` : inWords(ticket, instrument)}
      </Button>
      {place.isPending && place.failureCount > 0 ? (
        <p className={classes.note} role="status">
          No answer yet; asking again under the same key ({place.failureCount}). It is one order, however often.
        </p>
      ) : null}
      {place.error && sent ? <Refusal fault={place.error} words={sent.words} onRetry={place.error.isRetryable ? () => send(sent) : undefined} /> : null}
      {reviewed ? (
        <Review order={reviewed.order} words={reviewed.words} instrument={instrument} preview={preview.data} onSend={() => send(reviewed)} onClose={() => setReviewed(null)} />
      ) : null}
    </form>
  );
}

/** From what was typed to an order on its way: reviewed where that is wanted, sent under one key. */
function useSending({ account, instrument, ticket, dispatch }: Omit<Props, 'balances'>, order: OrderIn | null) {
  const { hasReview } = useSettings();
  const [reviewed, setReviewed] = useState<Intent | null>(null);
  const [sent, setSent] = useState<Intent | null>(null);
  const [isChecked, setChecked] = useState(false);
  const place = usePlaceOrder(account.id, {
    success: (placed) => {
      toastGood('Order sent.', orderNews(placed));
      dispatch({ do: 'clear' });
      setChecked(false);
    },
  });
  const send = (intent: Intent) => {
    setReviewed(null);
    setSent(intent);
    place.write(intent.order, intent.key);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!order || place.isPending) return;
    const intent = { order, key: newKey(), words: inWords(ticket, instrument) };
    const last = newestTicker(instrument.symbol)?.last ?? null;
    if (hasReview || isFar(order.price ?? order.stop_price ?? '', last)) setReviewed(intent);
    else send(intent);
  };
  return { place, reviewed, setReviewed, sent, send, submit, isChecked };
}

type Fields = Omit<FieldProps, 'problem'>;

function Kind({ ticket, change }: Fields) {
  return (
    <>
      <SegmentedControl
        fullWidth
        aria-label="Side"
        value={ticket.side}
        onChange={(side) => change({ side: side as State['side'] })}
        data={[
          { value: 'buy', label: 'Buy' },
          { value: 'sell', label: 'Sell' },
        ]}
        classNames={{ root: classes.sides ?? '', indicator: classes.sideChosen ?? '' }}
        data-side={ticket.side}
      />
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

interface PricesProps extends Fields {
  dispatch: Dispatch<TicketAction>;
  problems: Problems;
  refused: Record<string, string>;
}

function Prices({ problems, refused, ...fields }: PricesProps) {
  const { hasStop, hasPrice } = ORDER_TYPES[fields.ticket.type];
  return (
    <>
      {hasStop ? <PriceField {...fields} field="stopPrice" label="Stop price" problem={problems.stopPrice ?? refused.stop_price} /> : null}
      {hasPrice ? <PriceField {...fields} field="price" label="Price" problem={problems.price ?? refused.price} /> : null}
    </>
  );
}

function Terms({ ticket, change }: Fields) {
  const { times } = ORDER_TYPES[ticket.type];
  return (
    <>
      {times.length > 1 ? (
        <NativeSelect
          label="Time in force"
          value={ticket.timeInForce}
          onChange={(event) => change({ timeInForce: event.currentTarget.value as TimeInForce })}
          data={times.map((value) => ({ value, label: TIMES[value] }))}
        />
      ) : null}
      {ticket.type === 'limit' ? (
        <Checkbox
          label="Post only: never take, or be refused"
          checked={ticket.isPostOnly}
          disabled={ticket.timeInForce !== 'gtc'}
          onChange={(event) => change({ isPostOnly: event.currentTarget.checked })}
        />
      ) : null}
    </>
  );
}

/** Before anything was sent, an empty field is no mistake yet. */
function onlyTyped(problems: Problems, ticket: State): Problems {
  const names = (Object.keys(problems) as (keyof Problems)[]).filter((name) => ticket[name] !== '');
  return Object.fromEntries(names.map((name) => [name, problems[name]]));
}

function useSideKeys(dispatch: Dispatch<TicketAction>, size: RefObject<HTMLInputElement>): void {
  const choose = (side: State['side']) => () => {
    dispatch({ do: 'change', change: { side } });
    size.current?.focus();
    size.current?.select();
  };
  useSingleKey('b', choose('buy'));
  useSingleKey('s', choose('sell'));
}

interface FieldProps {
  ticket: State;
  instrument: Instrument;
  change: (part: Partial<State>) => void;
  problem: string | undefined;
}

function PriceField({ field, label, ticket, instrument, change, dispatch, problem }: FieldProps & { field: 'price' | 'stopPrice'; label: string; dispatch: Dispatch<TicketAction> }) {
  return (
    <NumberField
      label={label}
      unit={instrument.quote}
      value={ticket[field]}
      problem={problem}
      onChange={(text) => change({ [field]: text })}
      onStep={(count) => dispatch({ do: 'nudge', field, step: instrument.tick_size, count, from: newestTicker(instrument.symbol)?.last ?? '0' })}
    />
  );
}

const SHARES = [25, 50, 75, 100];

function SizeField({ ticket, instrument, change, problem, account, balances, inputRef }: FieldProps & { account: Account; balances: readonly Balance[]; inputRef: RefObject<HTMLInputElement> }) {
  const means = useMemo(() => {
    const free = (asset: string) => balances.find((each) => each.asset === asset)?.available ?? '0';
    return { quote: free(instrument.quote), base: free(instrument.base), takerBps: account.fees.taker_bps };
  }, [balances, instrument, account.fees.taker_bps]);
  const fill = (percent: number) => {
    const ticker = newestTicker(instrument.symbol);
    const price = ticket.price || ticket.stopPrice || (ticket.side === 'buy' ? ticker?.ask : ticker?.bid) || null;
    change({ size: sizeOfShare(ticket, instrument, means, price, percent) });
  };
  const unit = ticket.sizeIn === 'base' ? instrument.base : instrument.quote;
  return (
    <div>
      <NumberField label={ticket.sizeIn === 'base' ? 'Quantity' : 'Amount to spend'} unit={unit} value={ticket.size} problem={problem} inputRef={inputRef} onChange={(size) => change({ size })} />
      <div className={classes.shares}>
        {SHARES.map((percent) => (
          <button key={percent} type="button" className={classes.share} onClick={() => fill(percent)} aria-label={`${percent} percent of what is free`}>
            {percent}%
          </button>
        ))}
        {ticket.type === 'market' ? (
          <button type="button" className={classes.share} onClick={() => change({ sizeIn: ticket.sizeIn === 'base' ? 'quote' : 'base', size: '' })}>
            in {ticket.sizeIn === 'base' ? instrument.quote : instrument.base}
          </button>
        ) : null}
      </div>
    </div>
  );
}
