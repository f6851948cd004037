// What strategies said, as notes on the chart: at the bar they said it, on the side that it was about.
import type { StrategyRun, StrategySignal } from '../../api/types';
import type { Note } from '../../ui/chart/CandleChart';

/** As many as a chart can tell apart. */
const MOST_NOTES = 120;
const BUYS = new Set(['long_entry', 'short_exit']);

export interface OfRun {
  run: StrategyRun;
  signals: readonly StrategySignal[];
}

/** The newest of them; what came to nothing is none. A program says no side. */
export function notesOfSignals(found: readonly OfRun[]): Note[] {
  const notes = found.flatMap(({ run, signals }) => signals.filter(({ outcome }) => outcome !== 'nothing').map((signal) => noteOf(run, signal)));
  return notes.sort((a, b) => b.time.localeCompare(a.time)).slice(0, MOST_NOTES);
}

function noteOf({ strategy }: StrategyRun, { id, bar_time: time, outcome, said }: StrategySignal): Note {
  const note = { id, time, text: outcome === 'refused' ? `${strategy}: refused` : strategy };
  if (said.length === 0) return note;
  return { ...note, side: said.some((each) => BUYS.has(each)) ? 'buy' : 'sell' };
}
