// Files on their way in: how much of one is looked at, and what goes with it.
import { expect, it } from 'vitest';
import { canPreview, EMPTY_FORM, formOf, headOf, importedOf, kindWords, MAX_WHOLE_PREVIEW_BYTES } from './imports';

it('looks at the head of a long text, up to its last whole line', async () => {
  const file = new File(['time,close\n', '2026-01-01,1\n'.repeat(40_000)], 'long.csv');
  const head = await (await headOf(file)).text();
  expect(head.length).toBeLessThan(file.size);
  expect(head.endsWith('\n')).toBe(true);
  expect(head.startsWith('time,close\n')).toBe(true);
});

it('leaves short and packed files whole', async () => {
  const short = new File(['a\n'], 'short.csv');
  expect(await headOf(short)).toBe(short);
  const packed = new File([new Uint8Array(400_000)], 'long.csv.gz');
  expect(await headOf(packed)).toBe(packed);
});

it('does not look at packed files that are too large to send twice', () => {
  const size = MAX_WHOLE_PREVIEW_BYTES + 1;
  expect(canPreview({ name: 'x.parquet', size })).toBe(false);
  expect(canPreview({ name: 'x.csv', size })).toBe(true);
});

it('sends what was chosen, and leaves the rest to be found', () => {
  const form = formOf(new File(['a'], 'a.csv'), { ...EMPTY_FORM, symbol: ' btc-usdt ', columns: { close: 'last' } }, true);
  expect([...form.keys()]).toEqual(['file', 'symbol', 'columns']);
  expect(form.get('symbol')).toBe('BTC-USDT');
  expect(form.get('columns')).toBe('{"close":"last"}');
});

it('sends which side of bars with both, and that a panel has closes alone', () => {
  const form = formOf(new File(['a'], 'a.csv'), { ...EMPTY_FORM, price: 'bid', isCloses: true }, true);
  expect([...form.entries()].slice(1)).toEqual([['price', 'bid'], ['closes', 'true']]);
});

it('tells what came of a file of one symbol, and of several', () => {
  const one = { id: '1', symbol: 'BTC-USDT', kind: 'quotes', interval: null, rows: 3 } as const;
  expect(importedOf(one)).toEqual({ datasets: [one], refused: [], refusedCount: 0 });
  const refused = [{ name: 'YIELD', code: 'UNSUITABLE_DATA', message: 'Yields are no prices.' }];
  expect(importedOf({ datasets: [one], refused, refused_count: 5 })).toEqual({ datasets: [one], refused, refusedCount: 5 });
  expect(importedOf(null)).toBeNull();
});

it('names what a data set holds', () => {
  expect(kindWords({ kind: 'candles', interval: '5m' })).toBe('5m candles');
  expect(kindWords({ kind: 'quotes', interval: null })).toBe('Quotes');
  expect(kindWords({ kind: 'depth', interval: null })).toBe('Order book');
});
