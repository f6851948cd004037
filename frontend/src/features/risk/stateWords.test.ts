// What a change of the trading state will do, in sentences.
import { describe, expect, it } from 'vitest';
import { makeRisk } from '../../test/make';
import { consequencesOf, outcomeOf, type Plan } from './stateWords';

const HALT: Plan = { kind: 'halt', scope: 'account', cancelsOrders: true, closesPositions: false };
const HELD = { openOrders: 3, positions: 1 };
const halted = { state: 'HALTED', reason: 'Fire.', by: 'me', since: '2026-01-01T00:00:00.000Z' } as const;
const said = (plan: Partial<Plan>, held: Parameters<typeof consequencesOf>[2] = HELD, risk = makeRisk()) => consequencesOf({ ...HALT, ...plan }, risk, held);

describe('a halt', () => {
  it('says how many orders end, and that positions stay', () => {
    expect(said({})).toEqual([
      'No order of this account is taken until it is resumed. Canceling stays possible.',
      'Its 3 open orders are canceled.',
      'Its 1 position stays as it is.',
    ]);
  });

  it('says that orders which are left may still fill', () => {
    expect(said({ cancelsOrders: false, closesPositions: true }, { openOrders: 1, positions: 2 }).slice(1)).toEqual([
      'Its 1 open order stays and may still fill.',
      'Its 2 positions are closed by market orders.',
    ]);
  });

  it('says that there is nothing to cancel or to close', () => {
    expect(said({ closesPositions: true }, { openOrders: 0, positions: 0 }).slice(1)).toEqual(['It has no open orders.', 'It has no positions.']);
  });

  it('counts nothing that is not known, and nothing of all accounts', () => {
    expect(said({}, { openOrders: null, positions: null }).slice(1)).toEqual(['Its open orders are canceled.', 'Its positions stay as they are.']);
    expect(said({ scope: 'all', closesPositions: true }, { openOrders: 0, positions: 0 })).toEqual([
      'No order of any account is taken until it is resumed. Canceling stays possible.',
      'All open orders are canceled.',
      'All positions are closed by market orders.',
    ]);
  });
});

it('to only reduce cancels what would do more', () => {
  expect(said({ kind: 'restrict' }).slice(0, 2)).toEqual([
    'Of this account only orders that reduce a position are taken until it is resumed.',
    'Of its 3 open orders those that would do more than reduce a position are canceled.',
  ]);
});

describe('to resume', () => {
  it('an account counts its losses anew', () => {
    expect(said({ kind: 'resume' })).toEqual([
      'This account may place orders again, within its limits.',
      'Its daily loss and its drawdown begin to count anew, from the equity it has now.',
    ]);
  });

  it('one of the two says that the other still holds', () => {
    expect(said({ kind: 'resume' }, HELD, makeRisk({ global_state: halted })).at(-1)).toBe('All accounts stay HALTED until that is resumed too.');
    expect(said({ kind: 'resume', scope: 'all' }, HELD, makeRisk({ account_state: halted })).at(-1)).toBe('This account itself stays HALTED until that is resumed too.');
  });
});

it('what has happened is told with its numbers', () => {
  const done = { scope: 'account', account: 'default', ...halted } as const;
  expect(outcomeOf({ ...done, canceled_orders: 2, closing_orders: ['a'] })).toBe('2 orders canceled. 1 order sent to close positions.');
  expect(outcomeOf({ ...done, canceled_orders: 0, closing_orders: [] })).toBe('No order was touched.');
});
