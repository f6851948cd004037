// The figures one looks at first, large.
import type { ReactNode } from 'react';
import classes from './results.module.css';

export interface HeadFigure {
  name: string;
  value: string;
  way?: 'up' | 'down' | 'flat';
  /** Said below it, small. */
  note?: ReactNode;
}

export function Headline({ label, figures }: { label: string; figures: readonly HeadFigure[] }) {
  return (
    <section className={classes.headline} aria-label={label}>
      {figures.map(({ name, value, way = 'flat', note }) => (
        <div key={name} className={classes.head}>
          <div className="soft small">{name}</div>
          <div className={`${classes.value ?? ''} num ${way === 'flat' ? '' : way}`}>{value}</div>
          {note ? <div className="soft small">{note}</div> : null}
        </div>
      ))}
    </section>
  );
}
