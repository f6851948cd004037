// One event in full: the value that fired, on which bar, by whom it was seen, and what became of each delivery.
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { AlertEvent } from '../../api/types';
import { CopyText } from '../../ui/CopyText';
import { Time } from '../../ui/Figures';
import { NOTHING } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { StateWord } from '../../ui/StateWord';
import { toastFault } from '../../ui/toast';
import classes from './alerts.module.css';
import { useAcknowledge } from './queries';

interface Props {
  account: string;
  event: AlertEvent;
  onClose: () => void;
}

export function EventDetails({ account, event, onClose }: Props) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [event.id]);
  return (
    <section ref={place} className={classes.details} aria-label="The event">
      <div className="row">
        <StateWord state={event.severity} />
        <strong className={classes.told}>{event.text}</strong>
        <ActionIcon variant="subtle" color="gray" className="push" aria-label="Close the event" onClick={onClose}>
          <Icon name="close" />
        </ActionIcon>
      </div>
      <dl className="pairs">
        <dt>Rule</dt>
        <dd>{event.rule_name}</dd>
        <dt>Value</dt>
        <dd className="num">{event.value ?? NOTHING}</dd>
        <dt>Bar opened</dt>
        <dd>
          <Time value={event.bar_time} />
        </dd>
        <dt>Market time</dt>
        <dd>
          <Time value={event.market_time} />
        </dd>
        <dt>Told</dt>
        <dd>
          <Time value={event.time} />
        </dd>
        <dt>Acknowledged</dt>
        <dd>{event.acknowledged_at ? <Acknowledged event={event} /> : <AcknowledgeOne account={account} id={event.id} />}</dd>
        <dt>Id</dt>
        <dd>
          <CopyText text={event.id} label="event id" />
        </dd>
      </dl>
      <Deliveries event={event} />
    </section>
  );
}

function Acknowledged({ event }: { event: AlertEvent }) {
  return (
    <>
      <Time value={event.acknowledged_at} /> by {event.acknowledged_by ?? 'nobody named'}
    </>
  );
}

function AcknowledgeOne({ account, id }: { account: string; id: string }) {
  const acknowledge = useAcknowledge(account, { fault: (fault) => toastFault('It is not acknowledged.', fault) });
  return (
    <Button size="compact-sm" loading={acknowledge.isPending} onClick={() => acknowledge.write([id])}>
      Acknowledge
    </Button>
  );
}

function Deliveries({ event }: { event: AlertEvent }) {
  if (event.deliveries.length === 0) return <p className="soft small">These pages alone were told; the rule sends it nowhere else.</p>;
  return (
    <ul className={classes.deliveries} aria-label="Deliveries">
      {event.deliveries.map((each) => (
        <li key={each.channel}>
          <strong>{each.channel}</strong> <StateWord state={each.status} />
          {each.attempts > 1 ? <span className="soft small">{each.attempts} tries</span> : null}
          <span className={classes.told}>{each.detail}</span>
          {each.ended_at ? (
            <span className="soft small">
              <Time value={each.ended_at} />
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
