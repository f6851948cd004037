// Back-fills: asked for as they were typed, and not before they are whole.
import { expect, it } from 'vitest';
import { type BackfillForm, bodyOf } from './backfill';

const FORM: BackfillForm = { exchange: ' Kraken ', symbol: ' btc-usdt', interval: '1h', from: '2026-01-01T00:00', to: '' };

it('is of the names as the gateway writes them, until now where no end is said', () => {
  expect(bodyOf(FORM, 'utc')).toEqual({ exchange: 'kraken', symbol: 'BTC-USDT', interval: '1h', from: '2026-01-01T00:00:00.000Z' });
  expect(bodyOf({ ...FORM, exchange: '', to: '2026-02-01T00:00' }, 'utc')).toEqual({
    symbol: 'BTC-USDT',
    interval: '1h',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-02-01T00:00:00.000Z',
  });
});

it('is not asked for without a symbol or a beginning', () => {
  expect(bodyOf({ ...FORM, symbol: ' ' }, 'utc')).toBeNull();
  expect(bodyOf({ ...FORM, from: '' }, 'utc')).toBeNull();
});
