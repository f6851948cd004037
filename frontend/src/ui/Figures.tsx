// Numbers and times on the page: tabular, with sign and arrow where they rise or fall, never told by colour alone.
import { memo } from 'react';
import { useSettings } from '../settings';
import { decimal, direction, NOTHING, signed, type TimeShape, timeText, zoneName } from './format';

interface NumberProps {
  value: string | null | undefined;
  decimals?: number | undefined;
  unit?: string | undefined;
}

export const Amount = memo(function Amount({ value, decimals, unit }: NumberProps) {
  return (
    <span className="num">
      {decimal(value, decimals)}
      {unit && value !== null && value !== undefined ? <span className="soft"> {unit}</span> : null}
    </span>
  );
});

const ARROWS = { up: '▲', down: '▼', flat: '' } as const;

/** A change: signed, with an arrow, in the colours of up and down. */
export const Change = memo(function Change({ value, decimals, unit }: NumberProps) {
  const way = direction(value);
  return (
    <span className={`num ${way === 'flat' ? '' : way}`}>
      {ARROWS[way] ? <span aria-hidden="true">{ARROWS[way]} </span> : null}
      {signed(value, decimals)}
      {unit && value !== null && value !== undefined ? unit : ''}
    </span>
  );
});

export function SideWord({ side }: { side: 'buy' | 'sell' | 'long' | 'short' | 'flat' }) {
  const isUp = side === 'buy' || side === 'long';
  const word = side.charAt(0).toUpperCase() + side.slice(1);
  if (side === 'flat') return <span>{word}</span>;
  return (
    <span className={isUp ? 'up' : 'down'}>
      <span aria-hidden="true">{isUp ? '▲' : '▼'} </span>
      {word}
    </span>
  );
}

/** A moment in the chosen zone; the tooltip has it in full, in both zones. */
export function Time({ value, shape = 'full' }: { value: string | null | undefined; shape?: TimeShape }) {
  const { timeZone } = useSettings();
  if (!value) return <span>{NOTHING}</span>;
  const both = `${timeText(value, 'full', 'utc')} UTC · ${timeText(value, 'full', 'local')} ${zoneName('local')}`;
  return (
    <time className="num" dateTime={value} title={both}>
      {timeText(value, shape, timeZone)}
    </time>
  );
}
