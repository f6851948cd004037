// A report as a form: out of an address, into a request with what its kind knows and nothing else, and back into an address.
import { expect, it } from 'vitest';
import { ApiError } from '../../api/errors';
import { changeBody, type Draft, draftIn, emptyDraft, missingOf, problemsOf, reportBody, rhythmsOf, scheduleBody, searchOf } from './draft';
import { makeSchedule } from '../../test/reports';

const opened = (address: string): Draft => draftIn(new URLSearchParams(address), 'utc', 'UTC') ?? emptyDraft('data', 'none');

it('is not open where the address asks for none, and knows the usual kind where it asks for one that there is not', () => {
  expect(draftIn(new URLSearchParams('kind=risk'), 'utc', 'UTC')).toBeNull();
  expect(opened('make=poem').kind).toBe('performance');
});

it('is filled in by the address', () => {
  const draft = opened('make=trades&format=csv&backtest=b1&from=2026-01-01T00:00:00Z&time_zone=Asia/Tokyo&name=Mine');
  expect(reportBody(draft, 'utc')).toEqual({
    kind: 'trades',
    format: 'csv',
    name: 'Mine',
    time_zone: 'Asia/Tokyo',
    method: 'fifo',
    backtest: 'b1',
    from: '2026-01-01T00:00:00.000Z',
    to: null,
  });
});

it('sends what belongs to the kind and keeps the rest to itself', () => {
  const draft = { ...opened('make=performance&backtest=b1&job=j1&dataset=d1&epoch=3'), accounts: ['a'] };
  expect(reportBody(draft, 'utc')).not.toHaveProperty('job');
  expect(reportBody(draft, 'utc')).not.toHaveProperty('epoch'); // a backtest has none
  expect(reportBody({ ...draft, kind: 'statement' }, 'utc')).toMatchObject({ kind: 'statement', epoch: 3 });
  expect(reportBody({ ...draft, kind: 'statement' }, 'utc')).not.toHaveProperty('backtest');
  const data = reportBody({ ...draft, kind: 'data' }, 'utc');
  expect(data).toMatchObject({ dataset: 'd1' });
  expect(data).not.toHaveProperty('from');
});

it('schedules about accounts alone, by a word or by cron', () => {
  const draft = { ...opened('make=performance&backtest=b1&repeat=yes'), keep: '7' };
  expect(scheduleBody(draft)).toMatchObject({ kind: 'performance', backtest: null, every: 'daily', span: '1d', keep: 7 });
  expect(scheduleBody({ ...draft, rhythm: 'cron', cron: ' 0 9 * * 1 ' }).every).toBe('0 9 * * 1');
  expect(opened('make=data&repeat=yes').isRepeated).toBe(false);
});

it('comes back from a schedule as it was', () => {
  const schedule = makeSchedule({ every: '0 0 * * 1', span: '1w', keep: 5 });
  expect(rhythmsOf(schedule)).toEqual({ rhythm: 'weekly', cron: '0 0 * * 1', span: '1w', keep: '5' });
  expect(changeBody(rhythmsOf(schedule))).toEqual({ every: 'weekly', span: '1w', keep: 5 });
  expect(changeBody(rhythmsOf(makeSchedule())).every).toBe('30 6 * * *');
});

it('leads to the same report in another format', () => {
  const asked = { kind: 'comparison', format: 'html', backtests: ['a', 'b'], epoch: 2, from: '2026-01-01T00:00:00.000Z', time_zone: 'UTC', unknown: 'x' };
  expect(searchOf(asked, 'xlsx')).toEqual({ make: 'comparison', format: 'xlsx', backtests: 'a,b', epoch: '2', from: '2026-01-01T00:00:00.000Z', time_zone: 'UTC' });
});

it('says what is missing before anybody is asked', () => {
  const draft = opened('make=comparison&backtests=a');
  expect(missingOf(draft).backtests).toMatch(/from 2 to 12/);
  expect(missingOf({ ...draft, accounts: ['x'] })).toEqual({});
  expect(missingOf(opened('make=factor'))).toHaveProperty('job');
  expect(missingOf(opened('make=data'))).toHaveProperty('dataset');
  expect(missingOf({ ...opened('make=risk&repeat=yes'), keep: '101' }).keep).toMatch(/1 to 100/);
});

it('puts what was refused at its field, and says where some of it has none', () => {
  const refused = new ApiError(400, 'VALIDATION_FAILED', 'No.', null, { every: ['Is never due.'], time_zone: ['Must be a zone.'] });
  expect(problemsOf(refused)).toEqual({ problems: { cron: 'Is never due.', timeZone: 'Must be a zone.' }, isElsewhere: false });
  expect(problemsOf(new ApiError(409, 'TOO_MANY_REPORTS', 'Delete some.'))).toEqual({ problems: {}, isElsewhere: true });
});
