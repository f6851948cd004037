// A price file as they come: unsorted, with gaps, rows twice and otherwise, a spike and rows that make no sense.
const BEGIN = Date.UTC(2024, 2, 1);
const MINUTE_MS = 60_000;
const BARS = 601;
const SPIKE_AT = 420;
const GAP = { from: 200, to: 220 };

function barAt(index: number): string[] {
  const open = 100 + 5 * Math.sin(index / 40);
  const close = 100 + 5 * Math.sin((index + 1) / 40) + (index % 7) * 0.01;
  const [high, low] = [Math.max(open, close) + 0.05, Math.min(open, close) - 0.05];
  const time = new Date(BEGIN + index * MINUTE_MS).toISOString().slice(0, 19);
  const volume = 10 + (index % 13);
  return [time, ...[open, high, low, close].map((price) => price.toFixed(2)), String(volume)];
}

/** Ten hours of minutes from the first of March 2024 on, and what is wrong with them. */
export function dirtyFile(name: string): { name: string; mimeType: string; buffer: Buffer } {
  const rows = Array.from({ length: BARS }, (_, index) => barAt(index)).filter((_, index) => index < GAP.from || index >= GAP.to);
  const spike = rows.findIndex(([time]) => time === barAt(SPIKE_AT)[0]);
  rows[spike] = (rows[spike] ?? []).map((cell, column) => (column >= 1 && column <= 4 ? (Number(cell) * 1.6).toFixed(2) : cell));
  const other = [...(rows[50] ?? [])];
  other[4] = (Number(other[4]) + 0.01).toFixed(2);
  const [early, late] = [rows[100] ?? [], rows[140] ?? []];
  [rows[100], rows[140]] = [late, early];
  rows.push(other, [...(rows[60] ?? [])], ['2024-03-01T09:00:30', '100', '90', '110', '100', '1'], ['2024-03-01T09:01:30', 'many', '1', '1', '1', '1']);
  const text = [['time', 'open', 'high', 'low', 'close', 'volume'], ...rows].map((row) => row.join(',')).join('\n');
  return { name, mimeType: 'text/csv', buffer: Buffer.from(`${text}\n`) };
}
