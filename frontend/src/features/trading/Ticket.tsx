// The order ticket: typed by hand or by keys, previewed while typing, reviewed and sent once.
import { Button } from '@mantine/core';
import { type Dispatch, type FormEvent, type RefObject, useMemo, useRef, useState } from 'react';
import { ApiError } from '../../api/errors';
import { newKey } from '../../api/intent';
import { usePlaceOrder } from '../../api/queries';
import type { Account, Balance, Instrument, OrderIn } from '../../api/types';
import { useSettings } from '../../settings';
import { newestTicker } from '../../stream/markets';
import { orderNews } from '../../ui/AccountEvents';
import { toastGood } from '../../ui/toast';
import { useSingleKey } from '../../ui/useSingleKey';
import { NumberField } from './NumberField';
import { PreviewPanel } from './PreviewPanel';
import { Refusal } from './Refusal';
import { Review, useReviewAtHand } from './lazyReview';
import classes from './Ticket.module.css';
import { type Fields, Kind, Prices, Terms } from './TicketFields';
import { inWords, isFar, ORDER_TYPES, orderOf, type Problems, problemsOf, sizeOfShare, type Ticket as State, type TicketAction } from './ticketState';
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
  const { hasReview, timeZone } = useSettings();
  const size = useRef<HTMLInputElement>(null);
  const { order, problems } = orderOf(ticket, instrument, timeZone);
  const preview = usePreview(account.id, order);
  const { place, reviewed, setReviewed, sent, send, submit, isChecked } = useSending({ account, instrument, ticket, dispatch }, order);
  useSideKeys(dispatch, size);
  useReviewAtHand();
  const change = (part: Partial<State>) => {
    place.reset();
    dispatch({ do: 'change', change: part });
  };
  const foreseen = order && preview.error instanceof ApiError ? preview.error.fields : {};
  const refused = problemsOf({ ...foreseen, ...place.error?.fields });
  const fields: Fields = { ticket, instrument, change, dispatch, problems: { ...refused.problems, ...(isChecked ? problems : onlyTyped(problems, ticket)) } };
  return (
    <form className={classes.ticket} onSubmit={submit} aria-label="Order ticket" noValidate>
      <Kind {...fields} />
      <Prices {...fields} />
      <SizeField {...fields} account={account} balances={balances} inputRef={size} />
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
      {place.error && sent ? (
        <Refusal fault={place.error} words={sent.words} others={refused.others} onRetry={place.error.isRetryable ? () => send(sent) : undefined} />
      ) : null}
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

interface SizeProps extends Fields {
  account: Account;
  balances: readonly Balance[];
  inputRef: RefObject<HTMLInputElement>;
}

const SHARES = [25, 50, 75, 100];

function SizeField({ ticket, instrument, change, problems, account, balances, inputRef }: SizeProps) {
  const means = useMemo(() => {
    const free = (asset: string) => balances.find((each) => each.asset === asset)?.available ?? '0';
    return { quote: free(instrument.quote), base: free(instrument.base), takerBps: account.fees.taker_bps };
  }, [balances, instrument, account.fees.taker_bps]);
  const fill = (percent: number) => {
    const ticker = newestTicker(instrument.symbol);
    const { hasPrice, stopLabel } = ORDER_TYPES[ticket.type];
    const price = (hasPrice && ticket.price) || (stopLabel && ticket.stopPrice) || (ticket.side === 'buy' ? ticker?.ask : ticker?.bid) || null;
    change({ size: sizeOfShare(ticket, instrument, means, price, percent) });
  };
  const unit = ticket.sizeIn === 'base' ? instrument.base : instrument.quote;
  return (
    <div>
      <NumberField label={ticket.sizeIn === 'base' ? 'Quantity' : 'Amount to spend'} unit={unit} value={ticket.size} problem={problems.size} inputRef={inputRef} onChange={(size) => change({ size })} />
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
