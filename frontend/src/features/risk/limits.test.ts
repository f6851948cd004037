// Limits between what the gateway says, what stands in the form, and what is sent.
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../test/make';
import { amountText, defaultText, formOf, limitsOf, newRow, problemsOf, toneOf, usedText } from './limits';

const OWN = makeLimits({
  max_order_notional: '5000',
  max_open_orders: 7,
  restricted_symbols: ['ETH-USDT', 'BTC-USDT'],
  symbols: [{ symbol: 'BTC-USDT', max_order_quantity: '0.5', max_position_quantity: null, max_position_notional: null }],
  on_breach: 'REDUCING',
  close_on_breach: true,
});

describe('the form', () => {
  it('sends again what it was made of', () => {
    expect(limitsOf(formOf(OWN))).toEqual({ ...OWN, restricted_symbols: ['BTC-USDT', 'ETH-USDT'] });
  });

  it('leaves to the installation what is empty', () => {
    const form = formOf(OWN);
    form.amounts.max_open_orders = ' ';
    expect(limitsOf(form).max_open_orders).toBeNull();
  });

  it('sends what is no whole number as it was typed, for the gateway to say so', () => {
    const form = formOf(OWN);
    form.amounts.max_open_orders = '1.5';
    expect(limitsOf(form).max_open_orders).toBe('1.5');
  });

  it('sends no limits of a symbol that has none', () => {
    const form = formOf(makeLimits());
    form.symbols.push(newRow('SOL-USDT'));
    expect(limitsOf(form)).toMatchObject({ symbols: [], restricted_symbols: [] });
  });
});

it('a refusal is found at its field, also in the row of its symbol', () => {
  const form = formOf(OWN);
  form.symbols = [newRow('ETH-USDT', true), ...form.symbols];
  const fields = { max_leverage: 'Is too large.', 'symbols.0.max_order_quantity': 'Must be above 0.', restricted_symbols: 'Too many.' };
  expect(problemsOf(fields, form)).toEqual({
    amounts: { max_leverage: 'Is too large.' },
    symbols: { 'BTC-USDT max_order_quantity': 'Must be above 0.' },
    others: ['restricted_symbols: Too many.'],
  });
});

describe('use', () => {
  it.each([
    ['100', '100', '100', 'near'],
    ['100.01', '100', '100.01', 'over'],
    ['79', '100', '79', 'calm'],
    ['80', '100', '80', 'near'],
    ['1', '0', null, 'over'],
    ['0', '0', null, 'calm'],
    [null, '100', null, 'none'],
  ])('of %s of %s is %s percent: told as %s', (used, limit, share, tone) => {
    expect(toneOf({ used, limit, share_percent: share })).toBe(tone);
  });

  it('has its unit, and no more digits than are worth reading', () => {
    expect(usedText('12.345678', 'USDT')).toBe('12.35 USDT');
    expect(usedText('0.00012', 'BTC')).toBe('0.00012 BTC');
    expect(usedText('0.274478', 'times equity')).toBe('0.274×');
    expect(amountText('0.0125', 'percent')).toBe('0.0125%');
    expect(amountText('5000', 'quote asset')).toBe('5,000');
  });
});

it('what holds where a field is empty is the installation’s', () => {
  expect(defaultText('max_open_orders', makeLimits({ max_open_orders: 10_000 }))).toBe('Empty: the installation’s 10,000');
  expect(defaultText('max_leverage', makeLimits())).toBe('Empty: no limit');
});
