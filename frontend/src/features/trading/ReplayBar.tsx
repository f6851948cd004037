// What moves the market: the simulation, a replay or an exchange; play, pause, step and speed, and the way to direct it.
import { ActionIcon, Button, NativeSelect, Tooltip } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useDatasets, useFeed, useSetFeed, useStepFeed } from '../../api/queries';
import type { Dataset, Feed, FeedIn } from '../../api/types';
import { Time } from '../../ui/Figures';
import { Icon } from '../../ui/icons';
import { Loading } from '../../ui/States';
import { toastFault } from '../../ui/toast';
import classes from './bars.module.css';
import { droppedWords } from './liveWords';

const DirectorPanel = lazy(() => import('./DirectorPanel'));

const SPEEDS = [0.5, 1, 2, 5, 10, 60, 300, 0];

function speedWords(speed: number): string {
  return speed === 0 ? 'As fast as it goes' : `${speed} ×`;
}

interface Props {
  symbol: string;
  onSource: (symbol: string) => void;
}

export function ReplayBar({ symbol, onSource }: Props) {
  const [isDirecting, setDirecting] = useState(false);
  return (
    <>
      <Bar onSource={onSource}>
        <Button size="compact-sm" variant="default" aria-expanded={isDirecting} onClick={() => setDirecting(!isDirecting)}>
          Direct
        </Button>
      </Bar>
      {isDirecting ? (
        <div className={classes.director}>
          <Suspense fallback={<Loading />}>
            <DirectorPanel symbol={symbol} />
          </Suspense>
        </div>
      ) : null}
    </>
  );
}

function Bar({ onSource, children }: { onSource: Props['onSource']; children: React.ReactNode }) {
  const feed = useFeed();
  const datasets = useDatasets();
  const set = useSetFeed();
  const step = useStepFeed();
  const [isBusy, setBusy] = useState(false);
  if (!feed.data) return <div className={classes.bar}>{feed.error ? <span className="soft">The feed does not answer.</span> : null}</div>;
  const now = feed.data;
  const change = (wanted: FeedIn, after?: () => void) => {
    setBusy(true);
    set
      .writeAsync(wanted)
      .then(after)
      .catch((fault: unknown) => toastFault('The feed stays as it was.', fault))
      .finally(() => setBusy(false));
  };
  // A live market goes at its own pace; while one is waited for, another stands in, and choosing it is final.
  const isLive = now.source === 'live' || now.waiting_for !== null;
  const isPaused = now.paused || now.status === 'finished';
  const playLabel = isPaused ? 'Play the market' : 'Pause the market';
  return (
    <div className={classes.bar} role="group" aria-label="Market replay">
      <NativeSelect
        size="xs"
        aria-label="Source of the market"
        value={now.source === 'replay' ? (now.dataset ?? '') : isLive ? 'live' : 'simulated'}
        disabled={isBusy}
        onChange={(event) => chooseSource(event.currentTarget.value, datasets.data?.items ?? [], change, onSource)}
        data={sourcesOf(now, datasets.data?.items ?? [])}
      />
      <Tooltip label={playLabel}>
        <ActionIcon variant="default" aria-label={playLabel} loading={isBusy} onClick={() => change({ paused: !isPaused })} disabled={isLive || now.status === 'finished'}>
          <Icon name={isPaused ? 'play' : 'pause'} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="One step">
        <ActionIcon
          variant="default"
          aria-label="One step"
          disabled={!now.paused || now.status === 'finished'}
          onClick={() => {
            step.writeAsync(1).catch((fault: unknown) => toastFault('No step was taken.', fault));
          }}
        >
          <Icon name="step" />
        </ActionIcon>
      </Tooltip>
      <NativeSelect
        size="xs"
        aria-label="Speed"
        value={String(now.speed)}
        disabled={isBusy || isLive}
        onChange={(event) => change({ speed: Number(event.currentTarget.value) })}
        data={[...new Set([...SPEEDS, now.speed])].map((speed) => ({ value: String(speed), label: speedWords(speed) }))}
      />
      {children}
      <Position feed={now} />
    </div>
  );
}

/** Where the market is, and why it stands where it does. */
function Position({ feed }: { feed: Feed }) {
  const dropped = droppedWords(feed.dropped_ticks);
  return (
    <>
      <span className={`${classes.figure ?? ''} ${classes.wide ?? ''}`}>
        <span className="soft">Market time</span> <Time value={feed.position.time} />
        {feed.position.total ? <span className="num soft"> · {Math.floor((feed.position.index / feed.position.total) * 100)}%</span> : null}
      </span>
      {feed.waiting_for ? <span className={classes.fault}>Simulated prices until {feed.waiting_for} answers.</span> : null}
      {feed.source === 'live' && feed.stale_symbols.length > 0 ? <span className={classes.fault}>Old prices: {feed.stale_symbols.join(', ')}</span> : null}
      {dropped ? <span className="soft">{dropped}.</span> : null}
      {feed.error ? <span className={classes.fault}>{feed.error}</span> : null}
      {feed.status === 'finished' ? <span className={classes.fault}>The replay has ended; choose a source to go on.</span> : null}
    </>
  );
}

function sourcesOf(feed: Feed, datasets: readonly Dataset[]) {
  const known = datasets.some((each) => each.id === feed.dataset) || feed.source !== 'replay';
  return [
    { value: 'simulated', label: 'Simulated market' },
    { value: 'live', label: `Live ${feed.exchange ?? ''}`.trim() },
    ...(known ? [] : [{ value: feed.dataset ?? '', label: 'Replay' }]),
    ...datasets.map(({ id, symbol, interval, kind }) => ({ value: id, label: `Replay ${symbol} ${interval ?? kind}` })),
  ];
}

function chooseSource(value: string, datasets: readonly Dataset[], change: (wanted: FeedIn, after?: () => void) => void, onSource: (symbol: string) => void): void {
  if (value === 'simulated' || value === 'live') {
    change({ source: value });
    return;
  }
  const dataset = datasets.find((each) => each.id === value);
  change({ source: 'replay', dataset: value }, () => dataset && onSource(dataset.symbol));
}
