// How a run starts: values within their bounds, and what only an account of its own is opened with.
import { expect, it } from 'vitest';
import { makeVersion } from '../../test/strategies';
import { emptyStart, startBody, startProblems } from './startForm';

const version = makeVersion();

it('sends the values that are not the version’s own, and limits that are typed', () => {
  const form = { ...emptyStart(version), values: { fast: '10' }, cash: '5000' };
  const limited = { ...form, limits: { ...form.limits, max_daily_loss: '100' } };
  expect(startBody(limited, version)).toEqual({
    version: 1,
    parameters: { fast: 10 },
    own_account: true,
    wait_for_warm_up: true,
    cash: '5000',
    fees: { maker_bps: 2, taker_bps: 5 },
    fill_policy: 'realistic',
    risk_limits: { max_daily_loss: '100', on_breach: 'HALTED', close_on_breach: false },
  });
  expect(startBody({ ...form, values: { fast: '20' } }, version).parameters).toEqual({});
});

it('sends neither money nor rules for an account that is there', () => {
  expect(startBody({ ...emptyStart(version), hasOwnAccount: false }, version)).toEqual({ version: 1, parameters: {}, own_account: false, wait_for_warm_up: true });
});

it('refuses a value out of its bounds, and money that is no number where it counts', () => {
  const form = { ...emptyStart(version), values: { fast: '51' }, cash: 'much' };
  expect(startProblems(form, version)).toEqual({ 'parameters.fast': 'From 5 to 50.', cash: 'Type a number.' });
  expect(startProblems({ ...form, hasOwnAccount: false, values: { fast: '50' } }, version)).toEqual({});
});
