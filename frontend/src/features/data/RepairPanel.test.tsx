// A repair on the page: looked at first, and made as it was looked at.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import type { Job } from '../../api/types';
import { makeDataset, makeQuality } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { RepairPanel } from './RepairPanel';

const DATASET = makeDataset();
const LOOKED = { dry_run: true, steps: [{ kind: 'fill', rows: 3, text: 'Fill gaps with flat bars.' }], rows_before: 100, rows_after: 103, content_hash: 'c3d4', verdict: 'good' };

function job(id: string, result: unknown): Job {
  const time = '2026-01-01T00:00:00.000Z';
  return { id, kind: 'dataset.repair', subject: 'BTC-USDT 1m', account: 'default', status: 'succeeded', progress: 1, message: '', partial_result: null, result, error: null, resumes: 0, created_at: time, started_at: time, finished_at: time, trace_id: 't' };
}

let bodies: Record<string, unknown>[];

beforeEach(() => {
  bodies = [];
  answers('post', '/api/v1/datasets/dataset-1/repair/', async (request) => {
    const body = (await request.json()) as Record<string, unknown>;
    bodies.push(body);
    return success({ ...job(body.dry_run ? 'look' : 'make', null), status: 'running' }, 202);
  });
  answers('get', '/api/v1/jobs/look/', () => success(job('look', LOOKED)));
  answers('get', '/api/v1/jobs/make/', () => success(job('make', makeDataset({ id: 'dataset-2', parent: 'dataset-1' }))));
});

function showPanel() {
  let repaired = '';
  show(<RepairPanel dataset={DATASET} report={makeQuality()} onRepaired={(id) => (repaired = id)} />);
  return () => repaired;
}

it('says what would come of it before it is made, and makes just that', async () => {
  const user = userEvent.setup();
  const repaired = showPanel();
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Missing bars' }), 'fill');
  await user.click(screen.getByRole('button', { name: 'Look first' }));
  const outcome = await screen.findByRole('region', { name: 'What would come of it' });
  expect(within(outcome).getByText(/Fill gaps with flat bars\./)).toHaveTextContent('3 rows');
  expect(within(outcome).getByText('100 → 103')).toBeInTheDocument();
  await user.click(within(outcome).getByRole('button', { name: 'Make the repaired data set' }));
  await waitFor(() => expect(repaired()).toBe('dataset-2'));
  const [look, make] = bodies;
  expect(look).toMatchObject({ dry_run: true, gaps: 'fill' });
  expect(make).toEqual({ ...look, dry_run: false });
});

it('must be looked at again after another choice', async () => {
  const user = userEvent.setup();
  showPanel();
  await user.click(await screen.findByRole('button', { name: 'Look first' }));
  await screen.findByRole('button', { name: 'Make the repaired data set' });
  await user.selectOptions(screen.getByRole('combobox', { name: 'Outliers' }), 'drop');
  expect(screen.queryByRole('button', { name: 'Make the repaired data set' })).not.toBeInTheDocument();
});

it('shows a refusal at the field it is about', async () => {
  answers('post', '/api/v1/datasets/dataset-1/repair/', () =>
    refusal(400, 'INVALID', 'The plan is not possible.', { time_zone: ["There is no time zone 'Mars'."] }),
  );
  const user = userEvent.setup();
  showPanel();
  await user.type(await screen.findByRole('textbox', { name: 'Times were written in' }), 'Mars');
  await user.click(screen.getByRole('button', { name: 'Look first' }));
  expect(await screen.findByText("There is no time zone 'Mars'.")).toBeInTheDocument();
});
