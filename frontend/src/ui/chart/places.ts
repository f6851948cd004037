// Where moments stand among bars that may have gaps between them: as places, counted from the first bar, with parts of a bar.

/** A stretch of time, in milliseconds since 1970. */
export interface Sight {
  from: number;
  to: number;
}

/** The last of rising times that is not after a moment; -1 for a moment before all of them. */
export function lastBefore(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= time) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}

/** How far bars are apart at the ends, where it is not known how they go on. */
function stepOf(times: readonly number[]): number {
  const [first = 0] = times;
  const last = times.at(-1) ?? first;
  return times.length > 1 ? (last - first) / (times.length - 1) : 1;
}

/** The place of a moment; beyond the first and the last bar as if bars went on. Two bars at least make places. */
export function placeOf(times: readonly number[], time: number): number {
  const [first = 0] = times;
  const last = times.at(-1) ?? first;
  if (time < first) return (time - first) / stepOf(times);
  if (time >= last) return times.length - 1 + (time - last) / stepOf(times);
  const at = lastBefore(times, time);
  const opened = times[at] ?? first;
  return at + (time - opened) / ((times[at + 1] ?? last) - opened);
}

/** The moment at a place: `placeOf` the other way round. */
export function momentAt(times: readonly number[], place: number): number {
  const [first = 0] = times;
  const last = times.at(-1) ?? first;
  if (place < 0) return first + place * stepOf(times);
  if (place >= times.length - 1) return last + (place - times.length + 1) * stepOf(times);
  const at = Math.floor(place);
  const opened = times[at] ?? first;
  return opened + (place - at) * ((times[at + 1] ?? last) - opened);
}
