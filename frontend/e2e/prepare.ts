// Before all journeys: a state folder with its tables made, which each gateway gets a copy of.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { ROOT, runManage } from './gateway';

export default function prepare(): () => void {
  if (!existsSync(join(ROOT, 'frontend/dist/index.html'))) throw new Error('The application is not built: npm run build.');
  const folder = mkdtempSync(join(tmpdir(), 'sandbar-e2e-'));
  process.env.E2E_FOLDER = folder;
  runManage(['migrate', '--verbosity', '0'], join(folder, 'template'), join(folder, 'logs'));
  return () => rmSync(folder, { recursive: true, force: true });
}
