// A bracket as it is drawn: where its lines begin, how they are placed, what is wrong with it, and what is asked for.
import { describe, expect, it } from 'vitest';
import { BTC } from '../../test/make';
import { drawnOf, handlesOfBracket } from './bracketOverlays';
import { refusedLegs } from './bracketRefusals';
import { type Bracket, bracketWords, linesIn, listOf, mistakesOf, prospectOf, reduceBracket } from './bracketState';

function begun(side: 'buy' | 'sell' = 'buy', change: Partial<Bracket> = {}): Bracket {
  const bracket = reduceBracket(null, { do: 'begin', side, price: '60000', range: 3_000, tick: '0.01' });
  return { ...(bracket as Bracket), size: '0.01', ...change };
}

describe('the lines', () => {
  it('begin around the price: a tenth of the day to the stop, twice as far to the profit', () => {
    expect(begun()).toMatchObject({ entry: '60000.00', takeProfit: '60600.00', stop: '59700.00' });
    expect(begun('sell')).toMatchObject({ entry: '60000.00', takeProfit: '59400.00', stop: '60300.00' });
  });

  it('are apart though the day was still', () => {
    const still = reduceBracket(null, { do: 'begin', side: 'buy', price: '60000', range: 0, tick: '0.01' });
    expect(still).toMatchObject({ takeProfit: '60120.00', stop: '59940.00' });
  });

  it('change places when the side turns', () => {
    expect(reduceBracket(begun(), { do: 'turn', side: 'sell' })).toMatchObject({ side: 'sell', takeProfit: '59700.00', stop: '60600.00' });
    expect(reduceBracket(begun(), { do: 'turn', side: 'buy' })).toEqual(begun());
  });

  it('are placed by one click each, one after the other', () => {
    let now: Bracket | null = begun('buy', { placing: 'entry' });
    for (const price of ['60010.00', '61000.00', '59500.00', '1.00']) now = reduceBracket(now, { do: 'place', price });
    expect(now).toMatchObject({ entry: '60010.00', takeProfit: '61000.00', stop: '59500.00', placing: null });
  });

  it('are moved by the tick', () => {
    expect(reduceBracket(begun(), { do: 'nudge', field: 'stop', step: '0.01', count: -10 })).toMatchObject({ stop: '59699.90' });
  });

  it('are those there are: none for a market entry or a stop that trails', () => {
    expect(linesIn(begun())).toEqual(['entry', 'takeProfit', 'stop']);
    const bare = begun('buy', { enterBy: 'market', stopBy: 'trail' });
    expect(drawnOf(bare).lines.map((line) => line.title)).toEqual(['Take profit']);
    expect(drawnOf(null)).toEqual({ lines: [], reach: [] });
  });

  it('are kept in sight, and a handle moves each', () => {
    const sent: unknown[] = [];
    expect(drawnOf(begun()).reach).toEqual([60_000, 60_600, 59_700]);
    handlesOfBracket(begun(), (action) => sent.push(action))[2]?.onMove('59000.00', 'drag');
    expect(sent).toEqual([{ do: 'change', change: { stop: '59000.00' } }]);
  });

  it('are gone at the end', () => {
    expect(reduceBracket(begun(), { do: 'end' })).toBeNull();
    expect(reduceBracket(null, { do: 'place', price: '1' })).toBeNull();
  });
});

describe('what is wrong', () => {
  it('is nothing as it begins, once it has a size', () => {
    expect(mistakesOf(begun(), BTC, '60000')).toEqual({});
    expect(mistakesOf(begun('sell'), BTC, '60000')).toEqual({});
    expect(mistakesOf(begun('buy', { size: '' }), BTC, '60000')).toEqual({ size: 'Needed.' });
  });

  it('is a way out on the wrong side of the entry', () => {
    expect(mistakesOf(begun('buy', { takeProfit: '60000.00', stop: '60000.01' }), BTC, null)).toEqual({ takeProfit: 'Must be above the entry.', stop: 'Must be below the entry.' });
    expect(mistakesOf(begun('sell', { takeProfit: '61000.00', stop: '59000.00' }), BTC, null)).toEqual({ takeProfit: 'Must be below the entry.', stop: 'Must be above the entry.' });
  });

  it('is measured from the market where it enters there', () => {
    expect(mistakesOf(begun('buy', { enterBy: 'market', entry: '' }), BTC, '61000')).toEqual({ takeProfit: 'Must be above the entry.' });
    expect(mistakesOf(begun('buy', { enterBy: 'market' }), BTC, null)).toEqual({});
  });

  it('is a price off the grid, or a trail that is missing', () => {
    expect(mistakesOf(begun('buy', { takeProfit: '60600.001', stopBy: 'trail' }), BTC, '60000')).toEqual({
      takeProfit: 'Must be a multiple of the tick size 0.01.',
      trailPercent: 'Needed.',
    });
  });
});

it('wins at the one end and loses at the other, to the last digit', () => {
  expect(prospectOf(begun(), null)).toMatchObject({ profit: '6.0000', loss: '3.0000', ratio: '2.00' });
  expect(prospectOf(begun('sell'), null)).toMatchObject({ profit: '6.0000', loss: '3.0000', ratio: '2.00' });
  expect(Number(prospectOf(begun('buy', { stopBy: 'trail', trailPercent: '1' }), null)?.loss)).toBe(6);
  expect(prospectOf(begun('buy', { enterBy: 'market' }), null)).toBeNull();
});

it('is asked for as one list of three', () => {
  expect(listOf(begun(), BTC)).toEqual({
    type: 'bracket',
    symbol: 'BTC-USDT',
    side: 'buy',
    quantity: '0.01',
    entry: { type: 'limit', price: '60000.00', post_only: false, reduce_only: false },
    take_profit: { type: 'limit', price: '60600.00', post_only: false, reduce_only: false },
    stop_loss: { type: 'stop', stop_price: '59700.00', post_only: false, reduce_only: false },
  });
  expect(listOf(begun('buy', { enterBy: 'market', stopBy: 'trail', trailPercent: '2' }), BTC)).toMatchObject({
    entry: { type: 'market' },
    stop_loss: { type: 'trailing_stop', trail_percent: '2' },
  });
});

it('says what it does', () => {
  expect(bracketWords(begun(), BTC)).toBe('Buy 0.01 BTC at 60000.00, out at 60600.00 or 59700.00');
  expect(bracketWords(begun('sell', { enterBy: 'market', stopBy: 'trail', trailPercent: '2' }), BTC)).toBe('Sell 0.01 BTC at market, out at 59400.00 or a stop trailing by 2%');
});

it('says what was refused at the field of the leg, or by name', () => {
  expect(refusedLegs({ quantity: ['Too small.'], entry: { price: ['Too far.'] }, take_profit: { time_in_force: ['Not here.'] }, order_id: 'x' })).toEqual({
    problems: { size: 'Too small.', entry: 'Too far.' },
    others: ['take profit time in force: Not here.'],
  });
});
