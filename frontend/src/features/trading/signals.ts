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

/** The newest of them; what came to nothing is none. */
export function notesOfSignals(found: readonly OfRun[]): Note[] {
  const isOne = found.length === 1;
  const notes = found.flatMap(({ run, signals }) => signals.filter(({ outcome }) => outcome !== 'nothing').map((signal) => noteOf(signal, isOne ? '' : `: ${run.strategy}`)));
  return notes.sort((a, b) => b.time.localeCompare(a.time)).slice(0, MOST_NOTES);
}

/** With the name of its strategy only where there are several. What a program did, or a stop, has no side that was said. */
function noteOf({ id, bar_time: time, outcome, said }: StrategySignal, name: string): Note {
  const ending = `${outcome === 'refused' ? ' refused' : ''}${name}`;
  if (said.length === 0) return { id, time, text: `Order${ending}` };
  const side = said.some((each) => BUYS.has(each)) ? 'buy' : 'sell';
  return { id, time, text: `${side === 'buy' ? 'Buy' : 'Sell'}${ending}`, side };
}
