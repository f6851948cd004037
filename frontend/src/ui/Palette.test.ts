// What the palette finds.
import { expect, it } from 'vitest';
import { matching } from './Palette';

const COMMANDS = [
  { label: 'Dashboard', about: 'whether all is well' },
  { label: 'Trading', about: 'chart and ticket' },
  { label: 'ETH-USDT', about: 'Trade this symbol' },
];

it('names come before what is only said about a thing', () => {
  expect(matching(COMMANDS, 'eth').map((each) => each.label)).toEqual(['ETH-USDT', 'Dashboard']);
  expect(matching(COMMANDS, 'tick chart').map((each) => each.label)).toEqual(['Trading']);
  expect(matching(COMMANDS, 'nothing like it')).toEqual([]);
});
