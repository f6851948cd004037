// Three lights that say different things: whether the gateway answers, whether the stream runs, whether the engine works.
import { Tooltip } from '@mantine/core';
import { useFeed, useHealth } from '../api/queries';
import { useReach } from '../api/reach';
import { useStreamStatus } from '../stream/StreamProvider';
import { milliseconds } from './format';
import classes from './Lights.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'off';

interface LightProps {
  name: string;
  tone: Tone;
  word: string;
  detail: string;
}

const SIGNS: Record<Tone, string> = { good: '●', warn: '◐', bad: '✕', off: '○' };

/** A sign, a colour and a word: none of them alone. */
export function Light({ name, tone, word, detail }: LightProps) {
  return (
    <Tooltip label={detail ? `${name}: ${word}. ${detail}` : `${name}: ${word}`} multiline maw={320}>
      <span className={classes.light} data-tone={tone} data-testid={`light-${name.toLowerCase()}`} tabIndex={0} role="img" aria-label={`${name}: ${word}. ${detail}`}>
        <span className={classes.sign} aria-hidden="true">
          {SIGNS[tone]}
        </span>
        <span aria-hidden="true">{name}</span>
        <span aria-hidden="true" className={classes.word}>
          {tone === 'good' ? '' : word}
        </span>
      </span>
    </Tooltip>
  );
}

export function Lights() {
  const api = useApiLight();
  const stream = useStreamLight();
  const engine = useEngineLight();
  return (
    <div className={classes.lights} role="group" aria-label="State of the gateway">
      <Light {...api} />
      <Light {...stream} />
      <Light {...engine} />
    </div>
  );
}

export function useApiLight(): LightProps {
  const reach = useReach();
  const name = 'API';
  if (reach.state === 'unreachable') return { name, tone: 'bad', word: 'Unreachable', detail: 'The gateway does not answer; trying again.' };
  if (reach.state === 'unknown') return { name, tone: 'off', word: 'Unknown', detail: 'Nothing was asked yet.' };
  return { name, tone: 'good', word: 'Answers', detail: `The last answer took ${milliseconds(reach.latencyMs)}.` };
}

export function useStreamLight(): LightProps {
  const { state, reason } = useStreamStatus();
  const name = 'Stream';
  if (state === 'live') return { name, tone: 'good', word: 'Live', detail: 'Prices and orders arrive as they happen.' };
  if (state === 'connecting') return { name, tone: 'off', word: 'Connecting', detail: '' };
  return { name, tone: 'bad', word: 'Reconnecting', detail: `${reason} What you see may be old.` };
}

export function useEngineLight(): LightProps {
  const health = useHealth();
  const feed = useFeed();
  const name = 'Engine';
  if (health.error || !health.data) return { name, tone: 'off', word: 'Unknown', detail: 'Its state cannot be asked for now.' };
  const ill = health.data.checks.filter((check) => check.status !== 'ok');
  const told = ill.map((check) => `${check.name}: ${check.detail || check.status}`).join('; ');
  if (health.data.status === 'failed') return { name, tone: 'bad', word: 'Failed', detail: told };
  if (health.data.status === 'degraded') return { name, tone: 'warn', word: 'Degraded', detail: told };
  if (feed.data?.paused) return { name, tone: 'warn', word: 'Paused', detail: 'The market is paused; the clock of orders stands.' };
  if (feed.data?.finished) return { name, tone: 'warn', word: 'Finished', detail: 'The replay has come to its end.' };
  return { name, tone: 'good', word: 'Running', detail: 'Orders are taken and prices move.' };
}
