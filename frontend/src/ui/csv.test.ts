// Rows as a file.
import { expect, it } from 'vitest';
import { csvOf } from './csv';

it('has a line for each row, quotes what has to be, and leaves what is not known empty', () => {
  expect(csvOf([{ name: 'a, "b"', value: -0.5, note: null }, { name: 'c', value: 1e-7, note: true }])).toBe('name,value,note\r\n"a, ""b""",-0.5,\r\nc,1e-7,true\r\n');
  expect(csvOf([])).toBe('\r\n');
});
