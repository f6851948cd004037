// What a version says, line by line.
import { Fragment } from 'react';
import type { StrategyVersion } from '../../api/types';
import { grouped } from '../../ui/format';
import { rowsOf } from './specRows';
import classes from './strategies.module.css';

export function SpecList({ version }: { version: StrategyVersion }) {
  return (
    <dl className="pairs">
      {rowsOf(version).map(({ name, text, isCode }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{isCode ? <code className={classes.code}>{text}</code> : text}</dd>
        </Fragment>
      ))}
      {version.program === null ? (
        <>
          <dt>History</dt>
          <dd>{grouped(String(version.warm_up_bars))} bars until the rules are settled</dd>
        </>
      ) : null}
    </dl>
  );
}
