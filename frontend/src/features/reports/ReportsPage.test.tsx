// Reports: listed, made with the fields of their kind, opened when they are there, scheduled, switched off, deleted.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes, useLocation } from 'react-router';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Job, Report, Schedule } from '../../api/types';
import { ACCOUNT } from '../../test/make';
import { show } from '../../test/render';
import { makeReport, makeSchedule } from '../../test/reports';
import { makeJob } from '../../test/research';
import { answers, refusal, success } from '../../test/server';
import ReportsPage from './ReportsPage';

let reports: Report[];
let schedules: Schedule[];
let asked: URLSearchParams;

function Place() {
  const { pathname, search } = useLocation();
  return <output aria-label="Address">{pathname + search}</output>;
}

function open(path = '/reports') {
  show(
    <>
      <Routes>
        <Route path="/reports/:id?" element={<ReportsPage />} />
      </Routes>
      <Place />
    </>,
    path,
  );
  return userEvent.setup();
}

// What the page loads when it is asked for is read ahead: on a busy machine that takes longer than a test waits.
beforeAll(() => Promise.all([import('./ReportDialog'), import('./ReportView'), import('./ScheduleDialog'), import('../../ui/ConfirmDialog')]));

beforeEach(() => {
  reports = [makeReport(), makeReport({ id: 'report-2', name: '', title: 'Trades of Trend', kind: 'trades', format: 'csv', schedule: 'schedule-1' })];
  schedules = [makeSchedule()];
  answers('get', '/api/v1/accounts/', () => success({ items: [ACCOUNT], next_cursor: null }));
  answers('get', '/api/v1/accounts/:id/', () => success(ACCOUNT));
  answers('get', '/api/v1/backtests/', () => success({ items: [], next_cursor: null }));
  answers('get', '/api/v1/reports/schedules/', () => success({ items: schedules, next_cursor: null }));
  answers('get', '/api/v1/reports/', (request) => {
    asked = new URL(request.url).searchParams;
    return success({ items: reports, next_cursor: null });
  });
});

it('lists reports by the name they were given, else by their content, and asks for what is filtered', async () => {
  const user = open();
  expect(await screen.findByRole('link', { name: 'November' })).toHaveAttribute('href', '/reports/report-1');
  expect(screen.getByRole('row', { name: /Trades of Trend/ })).toHaveTextContent('CSV');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Trades');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Origin' }), 'Every morning');
  await waitFor(() => expect(Object.fromEntries(asked)).toMatchObject({ kind: 'trades', schedule: 'schedule-1' }));
  expect(screen.getByLabelText('Address')).toHaveTextContent('/reports?kind=trades&schedule=schedule-1');
});

it('makes the report that a link has filled in, shows how far it is, and opens it', async () => {
  let body: unknown = null;
  let job: Job = makeJob({ id: 'making', kind: 'report.make', status: 'running', progress: 0.5, message: 'drawing', result: null, finished_at: null });
  answers('post', '/api/v1/reports/', async (request) => {
    body = await request.json();
    expect(request.headers.get('Idempotency-Key')).toBeTruthy();
    return success(job, 202);
  });
  answers('get', '/api/v1/jobs/making/', () => success(job));
  answers('get', '/api/v1/reports/report-9/', () => success(makeReport({ id: 'report-9', format: 'pdf', name: 'Trend' })));
  const user = open('/reports?make=performance&backtest=b-1&name=Trend');
  const dialog = within(await screen.findByRole('dialog', { name: 'Make a report' }));
  expect(dialog.getByRole('combobox', { name: 'About' })).toHaveValue('b-1');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Format' }), 'PDF, for paper and mail');
  await user.click(dialog.getByRole('button', { name: 'Make it' }));
  expect(await dialog.findByText('drawing')).toBeInTheDocument();
  job = { ...job, status: 'succeeded', progress: 1, result: { report_id: 'report-9' } };
  expect(await screen.findByRole('heading', { name: 'Report: Trend' })).toBeInTheDocument();
  expect(screen.getByText('It is a file for elsewhere: PDF.')).toBeInTheDocument();
  expect(body).toMatchObject({ kind: 'performance', format: 'pdf', backtest: 'b-1', name: 'Trend', from: null, to: null });
});

it('leaves a report that goes on with its progress on the page', async () => {
  const job = makeJob({ id: 'making', kind: 'report.make', status: 'running', result: null, finished_at: null });
  answers('post', '/api/v1/reports/', () => success(job, 202));
  answers('get', '/api/v1/jobs/making/', () => success(job));
  const user = open('/reports?make=statement');
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Make it' }));
  await user.click(await dialog.findByRole('button', { name: 'Go on meanwhile' }));
  expect(await screen.findByRole('region', { name: 'It is being made' })).toBeInTheDocument();
  expect(screen.getByLabelText('Address')).toHaveTextContent(/^\/reports\?making=making$/);
});

it('says what is missing, and at its field what is refused', async () => {
  answers('post', '/api/v1/reports/', () => refusal(400, 'VALIDATION_FAILED', 'No.', { time_zone: ['Must be the name of a time zone.'] }));
  const user = open('/reports?make=comparison');
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Make it' }));
  expect(dialog.getByRole('alert')).toHaveTextContent('Choose from 2 to 12 together.');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Kind' }), 'Statement');
  const zone = dialog.getByRole('combobox', { name: 'Time zone' });
  await user.clear(zone);
  await user.type(zone, 'Mars/Base');
  await user.click(dialog.getByRole('button', { name: 'Make it' }));
  expect(await dialog.findByText('Must be the name of a time zone.')).toBeInTheDocument();
});

it('schedules one, and says when the first one is made', async () => {
  let body: unknown = null;
  answers('post', '/api/v1/reports/schedules/', async (request) => {
    body = await request.json();
    return success(makeSchedule(), 201);
  });
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Schedule one…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Schedule a report' }));
  expect(dialog.queryByRole('option', { name: 'Data quality' })).toBeNull();
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Due' }), 'As five fields of cron say');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Covers' }), 'The last week');
  await user.click(dialog.getByRole('button', { name: 'Schedule it' }));
  expect(await screen.findByText('The first one is made at 03 Jan 2026, 05:30:00.')).toBeInTheDocument();
  expect(body).toMatchObject({ kind: 'statement', every: '30 6 * * 1-5', span: '1w', keep: 30 });
});

it('shows when a schedule is due and what went wrong, switches it off, and changes it', async () => {
  const changes: unknown[] = [];
  schedules = [makeSchedule({ last_error: 'The disk is full.' })];
  answers('patch', '/api/v1/reports/schedules/schedule-1/', async (request) => {
    const change = (await request.json()) as { enabled?: boolean };
    changes.push(change);
    schedules = [makeSchedule({ enabled: change.enabled ?? true, next_at: null })];
    return success(schedules[0]);
  });
  const user = open();
  const list = within(await screen.findByRole('list', { name: 'Schedules' }));
  expect(list.getByText(/Statement as PDF of the last day/)).toBeInTheDocument();
  expect(list.getByText(/The disk is full\./)).toBeInTheDocument();
  expect(list.getByText('03 Jan 2026, 05:30:00')).toBeInTheDocument();
  await user.click(list.getByRole('switch', { name: 'Every morning is on' }));
  expect(await list.findByText(/Switched off/)).toBeInTheDocument();
  await user.click(list.getByRole('button', { name: 'Change Every morning' }));
  const dialog = within(await screen.findByRole('dialog'));
  const keep = dialog.getByRole('textbox', { name: 'Keep' });
  await user.clear(keep);
  await user.type(keep, '500');
  expect(dialog.getByText('A whole number from 1 to 100.')).toBeInTheDocument();
  await user.clear(keep);
  await user.type(keep, '5');
  await user.click(dialog.getByRole('button', { name: 'Change the schedule' }));
  expect(await screen.findByText('Schedule changed.')).toBeInTheDocument();
  expect(changes).toEqual([{ enabled: false }, { every: '30 6 * * *', span: '1d', keep: 5 }]);
});

it('deletes a report once it was asked', async () => {
  let isGone = false;
  answers('delete', '/api/v1/reports/report-1/', () => {
    isGone = true;
    reports = reports.slice(1);
    return new Response(null, { status: 204 });
  });
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Delete November' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete November?' }));
  expect(isGone).toBe(false);
  await user.click(dialog.getByRole('button', { name: 'Delete the report' }));
  await waitFor(() => expect(screen.queryByRole('link', { name: 'November' })).toBeNull());
});

it('says of a report that is gone that it is, and leads back', async () => {
  answers('get', '/api/v1/reports/old/', () => refusal(404, 'NOT_FOUND', 'There is no report old.'));
  open('/reports/old');
  expect(await screen.findByText('This account has no report old.')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Go to the reports' })).toHaveAttribute('href', '/reports');
});

it('offers a report that is there in every other format, filled in', async () => {
  answers('get', '/api/v1/reports/report-2/', () => success(makeReport({ id: 'report-2', kind: 'trades', format: 'csv', asked: { kind: 'trades', format: 'csv', backtest: 'b-1', time_zone: 'UTC', method: 'fifo' } })));
  open('/reports/report-2');
  const once = within(await screen.findByRole('navigation', { name: 'The same once more' }));
  expect(once.getByRole('link', { name: 'Excel' })).toHaveAttribute('href', '/reports?make=trades&format=xlsx&backtest=b-1&time_zone=UTC&method=fifo');
  expect(once.queryByRole('link', { name: 'CSV' })).toBeNull();
});
