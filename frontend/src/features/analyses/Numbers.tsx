// The numbers beside a picture: a plain table, or lines over time with what each came to.
import type { ReactNode } from 'react';
import type { Line } from '../../ui/chart/LineChart';
import { ChartPlace, LineChart } from '../../ui/chart/lazy';
import { Panel } from '../../ui/Panel';
import classes from './analyses.module.css';

const HEIGHT = 280;

interface NumbersProps {
  label: string;
  head: readonly string[];
  /** The first of each names its row. */
  rows: readonly (readonly ReactNode[])[];
}

export function Numbers({ label, head, rows }: NumbersProps) {
  return (
    <div className={classes.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={classes.plain}>
        <thead>
          <tr>
            {head.map((each) => (
              <th key={each} scope="col">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], index) => (
            <tr key={index}>
              <th scope="row">{name}</th>
              {cells.map((cell, place) => (
                <td key={place}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A column over the times of its bars, without what is undefined. */
export function pointsOf(times: readonly string[], values: readonly (number | null)[], factor = 1): (readonly [number, number])[] {
  return times.flatMap((time, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [[Date.parse(time), value * factor] as const];
  });
}

interface LinesProps {
  title: string;
  summary: string;
  lines: readonly Line[];
  /** What each line says last, or of itself. */
  says: readonly string[];
}

export function LinesPanel({ title, summary, lines, says }: LinesProps) {
  return (
    <Panel title={title} isFlush>
      <ChartPlace height={HEIGHT}>
        <LineChart summary={summary} lines={lines} height={HEIGHT} />
      </ChartPlace>
      <ul className={classes.legend} aria-label="Lines">
        {lines.map((line, index) => (
          <li key={line.id}>
            <span className={classes.key} data-colour={line.colour} aria-hidden="true" /> {line.title} <span className="num">{says[index]}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
