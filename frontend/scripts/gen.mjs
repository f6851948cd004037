// Writes src/api/schema.d.ts out of the gateway's OpenAPI. With --check it only says whether the file is what it should be.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(here, 'src/api/schema.d.ts');
const python = process.env.PYTHON ?? join(here, '../.venv/bin/python');
const HEADER = '// Made by `npm run gen` out of the OpenAPI of the gateway. Not to be changed by hand.\n\n';

const folder = mkdtempSync(join(tmpdir(), 'sandbar-openapi-'));
try {
  const file = join(folder, 'openapi.json');
  const made = spawnSync(python, [join(here, '../manage.py'), 'spectacular', '--format', 'openapi-json', '--file', file], {
    stdio: 'inherit',
    env: { ...process.env, STATE_DIR: join(folder, 'state'), LOG_DIR: join(folder, 'logs') },
  });
  if (made.status !== 0) process.exit(made.status ?? 1);
  const wanted = HEADER + astToString(await openapiTS(pathToFileURL(file)));
  if (!process.argv.includes('--check')) {
    writeFileSync(target, wanted);
  } else if (!existsSync(target) || readFileSync(target, 'utf8') !== wanted) {
    console.error('src/api/schema.d.ts is not what the OpenAPI says: run `npm run gen` in frontend/ and commit the result.');
    process.exit(1);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
