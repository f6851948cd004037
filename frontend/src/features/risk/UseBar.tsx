// How much of something is used: a bar for the eye, and the same in words.
import { decimal, NOTHING } from '../../ui/format';
import type { Tone } from './limits';
import classes from './risk.module.css';

const SIGNS: Record<Tone, string> = { calm: '', near: '◐ ', over: '✕ ', none: '' };
const WHOLE = 100;

interface Props {
  /** Of the whole, in percent; null where there is nothing to divide by. */
  percent: string | null;
  tone: Tone;
}

export function UseBar({ percent, tone }: Props) {
  if (tone === 'none') return <span className="soft">{NOTHING}</span>;
  const width = tone === 'over' ? WHOLE : Math.min(WHOLE, Number(percent ?? 0));
  return (
    <span className={classes.use} data-tone={tone}>
      <span className={classes.bar} aria-hidden="true">
        <span style={{ width: `${width}%` }} />
      </span>
      <span className="num">
        <span aria-hidden="true">{SIGNS[tone]}</span>
        {percent === null ? '' : `${decimal(percent, 1)}%`}
        {tone === 'over' ? ' over' : ''}
      </span>
    </span>
  );
}
