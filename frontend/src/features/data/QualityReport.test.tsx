// The report of a data set: its verdict, findings with places, and where it came from.
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { makeDataset, makeFinding, makeQuality } from '../../test/make';
import { show } from '../../test/render';
import { QualityReport } from './QualityReport';

const PLAN = { duplicates: 'last', contradictions: 'drop', gaps: 'fill', outliers: 'keep', bar_time: 'open', time_zone: null };

it('says each finding with its severity in words, where it is and what helps', async () => {
  const report = makeQuality({ verdict: 'usable', findings: [makeFinding(), makeFinding({ kind: 'bad_rows', handled: true, count: 1, examples: [] })] });
  show(<QualityReport report={report} dataset={makeDataset()} onChoose={() => undefined} />);
  expect(await screen.findByTestId('verdict')).toHaveTextContent('Usable');
  const [gaps, bad] = screen.getAllByRole('listitem');
  expect(gaps).toHaveTextContent(/Warning.*Gaps.*3.*Three bars are missing\..*Fill them, or leave them\./);
  expect(gaps).toHaveTextContent(/Row 6.*3 bars missing before it/);
  expect(bad).toHaveTextContent('Dealt with');
  expect(screen.getByText('a1b2')).toBeInTheDocument();
});

it('leads from a repaired data set to the one before', async () => {
  let chosen = '';
  const report = makeQuality({ repair: { parent: 'dataset-0', parent_hash: 'e5f6', plan: PLAN, steps: [{ kind: 'sort', rows: null, text: 'Sort by time.' }] } });
  show(<QualityReport report={report} dataset={makeDataset({ parent: 'dataset-0' })} onChoose={(id) => (chosen = id)} />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'the data set before' }));
  expect(chosen).toBe('dataset-0');
  expect(screen.getByText('e5f6')).toBeInTheDocument();
  expect(screen.getByText(/Sort by time\./)).toBeInTheDocument();
});
