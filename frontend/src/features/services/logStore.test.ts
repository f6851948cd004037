// Which lines of the log are shown.
import { expect, it } from 'vitest';
import { isAtLeast } from './logStore';

const line = (level: string) => ({ time: '', level, logger: '', message: '' });

it('are those at least as grave as the level, and those of a level nobody knows', () => {
  expect(['DEBUG', 'INFO', 'WARN', 'WARNING', 'ERROR', 'TRACE'].filter((level) => isAtLeast(line(level), 'WARNING'))).toEqual(['WARN', 'WARNING', 'ERROR', 'TRACE']);
});
