// The budgets of the built application, in bytes as they travel (gzip). Says each figure; fails where one is over.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KB = 1_000;
const INITIAL_LIMIT = 190 * KB;
const CHART_LIMIT = 65 * KB;
const ROUTE_LIMIT = 40 * KB;
const STYLES_LIMIT = 35 * KB;

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
const sizes = new Map();
const sizeOf = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return sizes.get(file);
};

/** A chunk and what it needs at once. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const sum = (keys) => [...keys].reduce((total, key) => total + sizeOf(manifest[key].file), 0);
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
// What a first visit loads before it shows anything: the shell, and the dashboard it opens with.
const dashboard = Object.keys(manifest).find((key) => key.endsWith('DashboardPage.tsx'));
const initial = closure(dashboard, closure(entry));
const isChart = (key) => /ui\/chart\//.test(key);
const charts = new Set(Object.keys(manifest).filter(isChart).flatMap((key) => [...closure(key)]));

const rows = [['initial JavaScript', sum(initial), INITIAL_LIMIT]];
rows.push(['charts', sum([...charts].filter((key) => !initial.has(key))), CHART_LIMIT]);
for (const key of Object.keys(manifest).filter((each) => /features\/.*Page\.tsx$/.test(each) && each !== dashboard)) {
  const own = [...closure(key)].filter((each) => !initial.has(each) && !isChart(each));
  rows.push([key.replace(/.*\//, ''), sum(own), ROUTE_LIMIT]);
}
const styles = [...initial].flatMap((key) => manifest[key].css ?? []);
rows.push(['initial styles', styles.reduce((total, file) => total + sizeOf(file), 0), STYLES_LIMIT]);

let isOver = false;
for (const [name, size, limit] of rows) {
  const mark = size > limit ? 'OVER' : 'ok';
  isOver ||= size > limit;
  console.log(`${mark.padEnd(5)} ${name.padEnd(22)} ${(size / KB).toFixed(1).padStart(7)} kB of ${limit / KB} kB`);
}
process.exit(isOver ? 1 : 0);
