// How good a data set is: a verdict, each finding with where it is and what helps, where the data come from, and their hash.
import type { Dataset, Finding, Quality } from '../../api/types';
import { CopyText } from '../../ui/CopyText';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { duration, grouped } from '../../ui/format';
import { StateWord } from '../../ui/StateWord';
import classes from './data.module.css';
import { kindOf, placeOf, verdictWords } from './findings';
import { Steps } from './Steps';

type Gap = Quality['gaps']['items'][number];
type BadRow = Quality['bad_row_examples'][number];

const GAPS: Column<Gap>[] = [
  { id: 'after', header: 'After', isName: true, cell: (row) => <Time value={row.after} /> },
  { id: 'before', header: 'Before', cell: (row) => <Time value={row.before} /> },
  { id: 'missing', header: 'Missing bars', isNumber: true, sortBy: (row) => row.missing_bars, cell: (row) => grouped(String(row.missing_bars)) },
];

const BAD_ROWS: Column<BadRow>[] = [
  { id: 'line', header: 'Line', isNumber: true, isName: true, cell: (row) => row.line },
  { id: 'reason', header: 'Why', cell: (row) => row.reason },
  { id: 'text', header: 'Text', cell: (row) => <span className="mono small">{row.text}</span> },
];

interface Props {
  report: Quality;
  dataset: Dataset;
  onChoose: (id: string) => void;
}

export function QualityReport({ report, dataset, onChoose }: Props) {
  return (
    <div className="stack">
      <p className={classes.verdict} data-testid="verdict">
        <StateWord state={report.verdict} /> <span>{verdictWords(report)}</span>
      </p>
      {report.findings.length > 0 ? (
        <ul className={classes.findings} aria-label="Findings">
          {report.findings.map((finding, index) => (
            <FindingItem key={`${finding.kind} ${index}`} finding={finding} />
          ))}
        </ul>
      ) : null}
      <Facts report={report} dataset={dataset} />
      {report.repair ? (
        <section aria-label="How it was repaired">
          <p className={classes.lead}>
            Repaired from{' '}
            <button type="button" className={classes.choose} onClick={() => onChoose(report.repair?.parent ?? '')}>
              the data set before
            </button>{' '}
            with the hash <span className="mono small">{report.repair.parent_hash}</span>
          </p>
          <Steps steps={report.repair.steps} />
        </section>
      ) : null}
      {report.gaps.items.length > 0 ? <DataTable label="Gaps" columns={GAPS} rows={report.gaps.items} rowKey={(row) => row.after} maxHeight={220} /> : null}
      {report.bad_row_examples.length > 0 ? <DataTable label="Bad rows" columns={BAD_ROWS} rows={report.bad_row_examples} rowKey={(row) => String(row.line)} maxHeight={220} /> : null}
    </div>
  );
}

function Facts({ report, dataset }: { report: Quality; dataset: Dataset }) {
  return (
    <dl className="pairs">
      <dt>Rows</dt>
      <dd className="num">{grouped(String(report.rows))}</dd>
      <dt>Content hash</dt>
      <dd>
        <CopyText text={dataset.content_hash} label="content hash" />
      </dd>
      {report.gaps.longest_seconds > 0 ? (
        <>
          <dt>Longest silence</dt>
          <dd>{duration(report.gaps.longest_seconds)}</dd>
        </>
      ) : null}
      <dt>Times</dt>
      <dd>
        {report.time_format}, {report.time_zone}
      </dd>
      <Guess name="Zone, by the data" guess={report.zone} />
      <Guess name="Time of a bar" guess={report.bar_time} />
      <dt>Market hours</dt>
      <dd>{report.calendar}</dd>
      <dt>Columns</dt>
      <dd>{Object.entries(report.columns).map(([role, column]) => `${role} ← ${column}`).join(', ') || '—'}</dd>
      <dt>Changed</dt>
      <dd>{report.repairs.length > 0 ? report.repairs.join(' ') : 'Nothing.'}</dd>
      <dt>To know</dt>
      <dd>{report.notes.length > 0 ? report.notes.join(' ') : 'Nothing.'}</dd>
    </dl>
  );
}

function Guess({ name, guess }: { name: string; guess: Quality['zone'] }) {
  if (!guess) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {guess.value}, {guess.confidence} confidence. <span className="soft">{guess.why}</span>
      </dd>
    </>
  );
}

function FindingItem({ finding }: { finding: Finding }) {
  const { severity, count, text, remedy, handled, examples } = finding;
  return (
    <li className={classes.finding} data-severity={handled ? 'handled' : severity}>
      <div className="row">
        <StateWord state={severity} />
        <strong>{kindOf(finding)}</strong>
        <span className="num">{grouped(String(count))}</span>
        {handled ? <span className={classes.handled}>✓ Dealt with</span> : null}
      </div>
      <span>{text}</span>
      <span className="soft">{remedy}</span>
      {examples.length > 0 ? (
        <details>
          <summary>{examples.length === 1 ? 'An example' : `${examples.length} examples`}</summary>
          <Examples finding={finding} />
        </details>
      ) : null}
    </li>
  );
}

function Examples({ finding }: { finding: Finding }) {
  return (
    <div className={classes.rows} tabIndex={0} role="region" aria-label={`Examples: ${kindOf(finding)}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">Time</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {finding.examples.map((example, index) => (
            <tr key={index}>
              <th scope="row">{placeOf(example)}</th>
              <td>
                <Time value={example.time} />
              </td>
              <td className="mono">{example.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
