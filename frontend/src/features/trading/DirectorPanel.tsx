// Directing the market: go to another time, take steps, and let things happen on top of what plays.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/errors';
import { useDatasets, useFeed, useSetFeed, useStepFeed } from '../../api/queries';
import type { Feed } from '../../api/types';
import { useSettings } from '../../settings';
import { Confirm } from '../../ui/Confirm';
import { ErrorNote } from '../../ui/ErrorNote';
import { Time } from '../../ui/Figures';
import { MomentField } from '../../ui/MomentField';
import { fieldText, momentOf } from '../../ui/moments';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { toastFault, toastGood } from '../../ui/toast';
import { useSeekFeed } from './direction';
import classes from './director.module.css';
import { ScenarioAdder } from './ScenarioAdder';
import { ScenarioList } from './ScenarioList';

export default function DirectorPanel({ symbol }: { symbol: string }) {
  const feed = useFeed();
  return (
    <Panel title="Direct the market">
      <QueryState query={feed}>
        {(now) => (
          <div className={classes.parts}>
            <div className="stack">
              {now.source === 'live' ? <ExchangeForm feed={now} /> : <SeekForm feed={now} />}
              {now.source === 'live' ? null : <StepForm feed={now} />}
            </div>
            <ScenarioAdder symbol={symbol} />
            <ScenarioList scenarios={now.scenarios} />
          </div>
        )}
      </QueryState>
    </Panel>
  );
}

function onSubmit(run: () => void) {
  return (event: FormEvent) => {
    event.preventDefault();
    run();
  };
}

/** Another time. While orders wait, the gateway asks first. */
function SeekForm({ feed }: { feed: Feed }) {
  const { timeZone } = useSettings();
  const [text, setText] = useState(() => fieldText(feed.position.time, timeZone));
  const seek = useSeekFeed();
  const datasets = useDatasets();
  const dataset = datasets.data?.items.find((each) => each.id === feed.dataset);
  const time = momentOf(text, timeZone);
  const isAsking = seek.error instanceof ApiError && seek.error.code === 'OPEN_ORDERS';
  const go = (confirm: boolean) => {
    if (time === null) return;
    seek
      .writeAsync({ time, confirm })
      .then(() => toastGood('The market goes on elsewhere.', 'Chart, book and tape begin anew there.'))
      .catch(() => undefined); // shown below, or asked about
  };
  return (
    <form className="stack" aria-label="Go to a time" onSubmit={onSubmit(() => go(false))}>
      <MomentField size="xs" label="Market time to go to" value={text} error={isAsking ? undefined : seek.error?.fields.time} onChange={setText} />
      <span className="soft small">
        {feed.source === 'replay' && dataset ? (
          <>
            The data set goes from <Time value={dataset.from} /> to <Time value={dataset.to} />.
          </>
        ) : (
          'The simulation goes ahead only, up to 31 days at once.'
        )}
      </span>
      <div className="row">
        <Button type="submit" size="compact-sm" variant="default" disabled={time === null} loading={seek.isPending}>
          Go there
        </Button>
        {dataset && feed.source === 'replay' ? (
          <Button size="compact-sm" variant="subtle" onClick={() => setText(fieldText((Date.parse(dataset.from) + Date.parse(dataset.to)) / 2, timeZone))}>
            Its middle
          </Button>
        ) : null}
      </div>
      {seek.error && !isAsking ? <ErrorNote fault={seek.error} title="The market stays where it is" /> : null}
      {isAsking ? (
        <Confirm title="Orders wait in these markets" action="Go there anyway" isBusy={seek.isPending} onConfirm={() => go(true)} onClose={() => seek.reset()}>
          {openOrders(seek.error)} They do not see the prices between, and may fill at the first one there.
        </Confirm>
      ) : null}
    </form>
  );
}

function openOrders(fault: unknown): string {
  const count = fault instanceof ApiError ? Number(fault.details.orders) : NaN;
  if (!Number.isFinite(count)) return 'Orders wait.';
  return count === 1 ? 'One order waits.' : `${count} orders wait.`;
}

/** As many steps as one likes, of a market that is paused. */
function StepForm({ feed }: { feed: Feed }) {
  const [text, setText] = useState('10');
  const step = useStepFeed();
  const count = Number(text);
  const isNumber = Number.isInteger(count) && count > 0;
  const canStep = feed.paused && feed.status !== 'finished';
  const go = () => {
    if (isNumber && canStep) step.writeAsync(count).catch((fault: unknown) => toastFault('No step was taken.', fault));
  };
  return (
    <form className={classes.line} aria-label="Take steps" onSubmit={onSubmit(go)}>
      <TextInput size="xs" label="Steps" inputMode="numeric" value={text} error={isNumber ? undefined : 'A whole number.'} onChange={(event) => setText(event.currentTarget.value)} />
      <Button type="submit" size="compact-sm" variant="default" disabled={!canStep || !isNumber} loading={step.isPending}>
        Take the steps
      </Button>
      {canStep ? null : <span className="soft small">Pause the market to step.</span>}
    </form>
  );
}

/** Whose prices a live market shows. */
function ExchangeForm({ feed }: { feed: Feed }) {
  const [text, setText] = useState(feed.exchange ?? '');
  const set = useSetFeed();
  const go = () => {
    const exchange = text.trim().toLowerCase();
    set
      .writeAsync({ source: 'live', ...(exchange ? { exchange } : {}) })
      .then((now) => toastGood('Another exchange is followed.', now.exchange ?? ''))
      .catch(() => undefined); // shown at the field
  };
  return (
    <form className={classes.line} aria-label="Follow an exchange" onSubmit={onSubmit(go)}>
      <TextInput size="xs" label="Exchange that is followed" value={text} error={set.error?.fields.exchange ?? set.error?.message} onChange={(event) => setText(event.currentTarget.value)} />
      <Button type="submit" size="compact-sm" variant="default" loading={set.isPending}>
        Follow it
      </Button>
    </form>
  );
}
