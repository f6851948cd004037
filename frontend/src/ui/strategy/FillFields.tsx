// How orders fill on bars, what they cost, and with how much money. The orders of a program fill as on the exchange, which settles most of it.
import { NativeSelect, Switch, TextInput } from '@mantine/core';
import type { Draft } from './draft';
import classes from './strategy.module.css';

interface Props {
  draft: Draft;
  fields: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
}

const FILL_AT = [
  { value: 'next_open', label: 'The next open' },
  { value: 'signal_close', label: 'The close of the signal (nobody can)' },
];
const PATHS = [
  { value: 'pessimistic', label: 'What hurts comes first' },
  { value: 'nearer', label: 'The nearer extreme first' },
  { value: 'ohlc', label: 'The high first' },
  { value: 'olhc', label: 'The low first' },
];
const LIMIT_FILLS = [
  { value: 'through', label: 'When the price goes beyond it' },
  { value: 'touch', label: 'When the price comes there' },
];
const SPREADS = [
  { value: 'ticks', label: 'So many ticks' },
  { value: 'bar', label: 'That of the bar, as a replay has it' },
];

export function FillFields({ draft, fields, onChange }: Props) {
  const { fills } = draft;
  const change = (part: Partial<Draft['fills']>) => onChange({ fills: { ...fills, ...part } });
  const choice = (name: 'fill_at' | 'path' | 'limit_fill' | 'spread', label: string, data: { value: string; label: string }[]) => (
    <NativeSelect size="xs" label={label} data={data} value={fills[name]} error={fields[`fills.${name}`]} onChange={(event) => change({ [name]: event.currentTarget.value })} />
  );
  const number = (name: Exclude<keyof Draft['fills'], 'fill_at' | 'path' | 'limit_fill' | 'spread'>, label: string) => (
    <TextInput size="xs" inputMode="decimal" label={label} value={fills[name]} error={fields[`fills.${name}`]} onChange={(event) => change({ [name]: event.currentTarget.value })} />
  );
  return (
    <div className={classes.three}>
      {draft.program ? (
        choice('limit_fill', 'A limit order fills', LIMIT_FILLS)
      ) : (
        <>
          {choice('fill_at', 'Signals act at', FILL_AT)}
          {choice('path', 'Within a bar', PATHS)}
          {choice('limit_fill', 'A target fills', LIMIT_FILLS)}
          {choice('spread', 'Spread', SPREADS)}
          {fills.spread === 'ticks' ? number('spread_ticks', 'Spread, ticks') : null}
        </>
      )}
      {number('slippage_ticks', 'Slippage, ticks')}
      {number('slippage_percent', 'Slippage, percent')}
      {number('volume_share_impact_percent', 'Impact by share of volume, percent')}
      {number('root_impact_percent', 'Impact by its root, percent')}
      {number('volume_cap_percent', 'Largest share of a bar’s volume, percent (0: any)')}
    </div>
  );
}

export function MoneyFields({ draft, fields, onChange }: Props) {
  const text = (label: string, value: string, field: string, change: (text: string) => Partial<Draft>, description?: string) => (
    <TextInput size="xs" inputMode="decimal" label={label} description={description} value={value} error={fields[field]} onChange={(event) => onChange(change(event.currentTarget.value))} />
  );
  return (
    <>
      <div className={classes.three}>
        {text('Money to begin with', draft.starting_cash, 'starting_cash', (starting_cash) => ({ starting_cash }))}
        {text('Leverage', draft.leverage, 'leverage', (leverage) => ({ leverage }))}
        {text('Maker fee, basis points', draft.fees.maker_bps, 'fees.maker_bps', (maker_bps) => ({ fees: { ...draft.fees, maker_bps } }))}
        {text('Taker fee, basis points', draft.fees.taker_bps, 'fees.taker_bps', (taker_bps) => ({ fees: { ...draft.fees, taker_bps } }))}
        {draft.program ? null : (
          <>
            {text('Most positions at once', draft.limits.max_open_positions, 'limits.max_open_positions', (max_open_positions) => ({ limits: { ...draft.limits, max_open_positions } }))}
            {text('Largest share of one, percent', draft.limits.max_share_percent, 'limits.max_share_percent', (max_share_percent) => ({ limits: { ...draft.limits, max_share_percent } }))}
          </>
        )}
      </div>
      {draft.program ? null : <Switch label="Sell at the last close what is still held" checked={draft.close_at_end} onChange={(event) => onChange({ close_at_end: event.currentTarget.checked })} />}
    </>
  );
}
