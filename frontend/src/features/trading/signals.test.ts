// Signals as notes on the chart.
import { expect, it } from 'vitest';
import { makeRun, makeSignal } from '../../test/strategies';
import { notesOfSignals } from './signals';

it('stand at their bar on the side that they were about, refused ones with the word', () => {
  const signals = [
    makeSignal({ id: 'a', bar_time: '2026-01-01T00:01:00.000Z' }),
    makeSignal({ id: 'b', bar_time: '2026-01-01T00:03:00.000Z', said: ['long_exit'], outcome: 'refused' }),
    makeSignal({ id: 'c', outcome: 'nothing' }),
    makeSignal({ id: 'd', bar_time: '2026-01-01T00:02:00.000Z', said: [] }),
  ];
  expect(notesOfSignals([{ run: makeRun(), signals }])).toEqual([
    { id: 'b', time: '2026-01-01T00:03:00.000Z', text: 'Sell refused', side: 'sell' },
    { id: 'd', time: '2026-01-01T00:02:00.000Z', text: 'Order' },
    { id: 'a', time: '2026-01-01T00:01:00.000Z', text: 'Buy', side: 'buy' },
  ]);
});

it('have the name of their strategy where there are several', () => {
  const two = [
    { run: makeRun(), signals: [makeSignal()] },
    { run: makeRun({ strategy: 'Grid' }), signals: [] },
  ];
  expect(notesOfSignals(two)[0]?.text).toBe('Buy: Crossing');
});

it('are the newest, as many as a chart can tell apart', () => {
  const signals = Array.from({ length: 300 }, (_, index) => makeSignal({ id: String(index), bar_time: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString() }));
  const notes = notesOfSignals([{ run: makeRun(), signals }]);
  expect([notes.length, notes[0]?.id]).toEqual([120, '299']);
});
