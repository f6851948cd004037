// What happened to an order and why: its state, its course in words and numbers, each fill taken apart, or what was missing for one.
import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Explanation, Instrument, Order } from '../../api/types';
import { isLive } from '../../stream/accountSync';
import { CopyText } from '../../ui/CopyText';
import { decimalsOf } from '../../ui/decimal';
import { Amount, SideWord, Time } from '../../ui/Figures';
import { grouped, trimmed } from '../../ui/format';
import { QueryState } from '../../ui/States';
import classes from './explain.module.css';
import { ExplainedFills } from './ExplainedFills';
import { numbersOf } from './Refusal';
import { typeWords } from './tables/shared';

interface Props {
  account: string;
  order: Order;
  instrument: Instrument | undefined;
  onClose: () => void;
}

const REFRESH_MS = 3_000;

export default function ExplainDrawer({ account, order: opened, instrument, onClose }: Props) {
  const query = useQuery({
    queryKey: keys.explanation(account, opened.id),
    queryFn: ({ signal }) => call('get', '/api/v1/orders/{id}/explain/', { path: { id: opened.id }, account, signal }),
    // What still waits goes on: prices come nearer, and the queue ahead gets shorter.
    refetchInterval: ({ state }) => (isLive(state.data?.order ?? opened) ? REFRESH_MS : false),
  });
  const order = query.data?.order ?? opened;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={840}
      title={`${typeWords(order.type)} order of ${order.symbol}`}
      closeButtonProps={{ 'aria-label': 'Close the explanation' }}
    >
      <div className="stack">
        <Facts order={order} decimals={instrument && decimalsOf(instrument.tick_size)} />
        <QueryState query={query} errorTitle="No explanation">
          {(found) => <Course explanation={found} instrument={instrument} />}
        </QueryState>
      </div>
    </Drawer>
  );
}

function Facts({ order, decimals }: { order: Order; decimals: number | undefined }) {
  const price = (value: string | null) => <Amount value={value} decimals={decimals} />;
  const facts: [string, React.ReactNode][] = [
    ['Side', <SideWord key="side" side={order.side} />],
    ['Filled', `${grouped(trimmed(order.filled_quantity))} of ${grouped(trimmed(order.quantity))}`],
    ['Price', price(order.price)],
    ['Stop price', price(order.stop_price)],
    ...(order.trail_amount ? [['Trails by', price(order.trail_amount)] as [string, React.ReactNode]] : []),
    ...(order.trail_percent ? [['Trails by', `${trimmed(order.trail_percent)}%`] as [string, React.ReactNode]] : []),
    ...(order.watermark ? [['Best price so far', price(order.watermark)] as [string, React.ReactNode]] : []),
    ['Average price', price(order.average_price)],
    ['Fees', order.fees.length === 0 ? '—' : order.fees.map((fee) => `${grouped(fee.amount)} ${fee.asset}`).join(', ')],
    ['Fill policy', order.fill_policy],
    ['Placed', <Time key="placed" value={order.created_at} />],
    ...(order.expires_at ? [['Expires', <Time key="expires" value={order.expires_at} />] as [string, React.ReactNode]] : []),
    ['Id', <CopyText key="id" text={order.id} label="order id" />],
  ];
  return (
    <>
      <div>
        <strong>{typeWords(order.status)}</strong>
        {order.status_reason ? <div>{order.status_reason}</div> : null}
      </div>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Course({ explanation, instrument }: { explanation: Explanation; instrument: Instrument | undefined }) {
  const { timeline, fills, not_filled: missing, policy } = explanation;
  return (
    <>
      <section aria-label="What happened">
        <h3>What happened</h3>
        <ol className={classes.timeline}>
          {timeline.map((each, index) => (
            <li key={`${each.time} ${index}`}>
              <span className="soft small">
                <Time value={each.time} />
              </span>
              <div>{each.text}</div>
              <Numbers numbers={each.numbers} label={`Numbers of: ${each.text}`} />
            </li>
          ))}
        </ol>
      </section>
      {fills.length > 0 ? <ExplainedFills fills={fills} instrument={instrument} /> : null}
      {missing ? <Missing missing={missing} instrument={instrument} /> : null}
      <details>
        <summary>How it fills: the numbers of the policy {policy.name}</summary>
        <Numbers numbers={policy.numbers} label={`Numbers of the policy ${policy.name}`} />
      </details>
    </>
  );
}

function Numbers({ numbers, label }: { numbers: Record<string, string>; label: string }) {
  const pairs = numbersOf(numbers);
  if (pairs.length === 0) return null;
  return (
    <dl className={`${classes.numbers ?? ''} small`} aria-label={label}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Why it did not fill (or not all of it), and how near it came. */
function Missing({ missing, instrument }: { missing: NonNullable<Explanation['not_filled']>; instrument: Instrument | undefined }) {
  return (
    <section aria-label="What was missing">
      <h3>What was missing</h3>
      <p>{missing.reason}</p>
      <dl className={classes.numbers}>
        {missing.nearest_price === null ? null : (
          <div>
            <dt>Nearest price</dt>
            <dd>
              <Amount value={missing.nearest_price} decimals={instrument && decimalsOf(instrument.tick_size)} unit={instrument?.quote} />
            </dd>
          </div>
        )}
        {missing.missing === null ? null : (
          <div>
            <dt>Missing</dt>
            <dd>
              <Amount value={missing.missing} decimals={instrument && decimalsOf(instrument.tick_size)} unit={instrument?.quote} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
