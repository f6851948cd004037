// Writes dist/licences.json: what of other people's work the built application has in it, and under which licence.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => JSON.parse(readFileSync(join(here, path), 'utf8'));

const found = Object.entries(read('package-lock.json').packages)
  .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.dev && !entry.optional && !entry.peer)
  .map(([path]) => {
    const { name, version, license, homepage } = read(join(path, 'package.json'));
    return { name, version, licence: typeof license === 'string' ? license : 'unknown', homepage: homepage ?? null };
  })
  .sort((a, b) => a.name.localeCompare(b.name));

writeFileSync(join(here, 'dist/licences.json'), JSON.stringify(found, null, 1));
