// The state of a part as a sign and a word, in the colour that belongs to it.
import classes from './StateWord.module.css';

const TONES: Record<string, 'good' | 'warn' | 'bad' | 'off'> = {
  ok: 'good',
  good: 'good',
  usable: 'warn',
  doubtful: 'bad',
  info: 'off',
  warning: 'warn',
  error: 'bad',
  scheduled: 'off',
  active: 'warn',
  lasting: 'warn',
  ended: 'off',
  running: 'good',
  succeeded: 'good',
  idle: 'off',
  stopped: 'off',
  queued: 'off',
  canceled: 'off',
  paused: 'warn',
  finished: 'warn',
  starting: 'warn',
  degraded: 'warn',
  interrupted: 'warn',
  failed: 'bad',
  ACTIVE: 'good',
  REDUCING: 'warn',
  HALTED: 'bad',
  open: 'bad',
  critical: 'bad',
  armed: 'good',
  fired: 'warn',
  cooling_down: 'warn',
  off: 'off',
  ordered: 'good',
  refused: 'bad',
  delivered: 'good',
  dropped: 'bad',
};
const SIGNS = { good: '●', warn: '◐', bad: '✕', off: '○' } as const;

export function StateWord({ state }: { state: string }) {
  const tone = TONES[state] ?? 'off';
  return (
    <span className={classes.state} data-tone={tone}>
      <span aria-hidden="true">{SIGNS[tone]} </span>
      {state.charAt(0).toUpperCase() + state.slice(1).replaceAll('_', ' ')}
    </span>
  );
}
