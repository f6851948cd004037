// Runs side by side: their curves from a common start, their figures, and in what they differ.
import { useQueries } from '@tanstack/react-query';
import { Fragment, useMemo } from 'react';
import { Link } from 'react-router';
import type { Backtest, BacktestEquity } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { ChartPlace, LineChart } from '../../ui/chart/lazy';
import { ErrorNote } from '../../ui/ErrorNote';
import { GroupNav } from '../../ui/GroupNav';
import { ratio, signedPercent } from '../../ui/numbers';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, Loading } from '../../ui/States';
import { FIGURE_GROUPS, valueOf } from '../../ui/strategy/figures';
import { FigureValue } from '../../ui/strategy/FigureList';
import { specOf } from '../../ui/strategy/results';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import classes from './backtests.module.css';
import { differencesOf, LINE_COLOURS, rebased } from './comparing';
import { backtestQuery, equityQuery } from './queries';
import { titleOf } from './words';

const HEIGHT = 300;

export default function CompareView({ ids }: { ids: readonly string[] }) {
  const account = useAccountName();
  const linkTo = useLinkTo();
  const backtests = useQueries({ queries: ids.map((id) => backtestQuery(account, id)) });
  const curves = useQueries({ queries: ids.map((id) => equityQuery(account, id)) });
  const fault = backtests.find((each) => each.error)?.error;
  const runs = backtests.flatMap((each) => (each.data ? [each.data] : []));
  const found = curves.flatMap((each) => (each.data ? [each.data] : []));
  return (
    <Page title="Backtests side by side" actions={<GroupNav group="Research" />}>
      {ids.length < 2 ? null : (
        <p>
          <Link to={linkTo('/reports', { make: 'comparison', backtests: ids.join(',') })}>Make a report of them…</Link>
        </p>
      )}
      {ids.length < 2 ? <Empty title="One run alone cannot be compared.">Choose two to four in the list of backtests.</Empty> : null}
      {fault ? <ErrorNote fault={fault} title="One of them cannot be read" /> : null}
      {!fault && runs.length < ids.length ? <Loading /> : null}
      {runs.length === ids.length ? (
        <div className="stack">
          {found.length === ids.length ? <Curves runs={runs} curves={found} /> : <Loading lines={1} height={HEIGHT} />}
          <div className={classes.compared}>
            <Panel title="Figures">
              <FiguresTable runs={runs} />
            </Panel>
            <Panel title="In what they differ">
              <Differences runs={runs} />
            </Panel>
          </div>
        </div>
      ) : null}
    </Page>
  );
}

/** A letter for each run, which stands wherever its name would be too long. */
function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

function Curves({ runs, curves }: { runs: readonly Backtest[]; curves: readonly BacktestEquity[] }) {
  const linkTo = useLinkTo();
  const lines = useMemo<Line[]>(
    () =>
      curves.map((curve, index) => ({
        id: runs[index]?.id ?? String(index),
        title: letterOf(index),
        colour: LINE_COLOURS[index] ?? 'accent',
        points: rebased(curve.start_equity, curve.points),
      })),
    [runs, curves],
  );
  return (
    <Panel title="Equity, each from 100" isFlush>
      <ChartPlace height={HEIGHT}>
        <LineChart summary={`Equity of ${runs.length} runs, each from 100: ${runs.map((run, index) => `${letterOf(index)} ${signedPercent(run.total_return)}`).join(', ')}.`} lines={lines} height={HEIGHT} />
      </ChartPlace>
      <ul className={classes.legend} aria-label="Runs">
        {runs.map((run, index) => (
          <li key={run.id}>
            <span className={classes.key} data-colour={LINE_COLOURS[index]} aria-hidden="true" />
            <strong>{letterOf(index)}</strong> <Link to={linkTo(`/backtests/${run.id}`)}>{titleOf(run)}</Link> <span className="soft">{run.interval}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function FiguresTable({ runs }: { runs: readonly Backtest[] }) {
  const figures = runs.map((run) => run.result.figures);
  return (
    <div className={classes.scroll} role="region" aria-label="Figures side by side" tabIndex={0}>
      <table className={classes.plain}>
        <RunsHead first="Figure" runs={runs} />
        <tbody>
          <tr>
            <th scope="row">Deflated Sharpe (trials)</th>
            {runs.map((run) => {
              const { overfitting } = run.result;
              return (
                <td key={run.id} className={classes.number}>
                  {ratio(overfitting.deflated_sharpe)} ({overfitting.trials})
                </td>
              );
            })}
          </tr>
          {FIGURE_GROUPS.map(({ title, words }) => (
            <Fragment key={title}>
              <tr>
                <th scope="rowgroup" colSpan={runs.length + 1}>
                  {title}
                </th>
              </tr>
              {words
                .filter((word) => figures.some((each) => valueOf(each, word) !== null))
                .map((word) => (
                  <tr key={word.name} title={word.about}>
                    <th scope="row">{word.label}</th>
                    {figures.map((each, index) => (
                      <td key={runs[index]?.id ?? index} className={classes.number}>
                        <FigureValue figures={each} word={word} />
                      </td>
                    ))}
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunsHead({ first, runs }: { first: string; runs: readonly Backtest[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {runs.map((run, index) => (
          <th key={run.id} scope="col" className={classes.number}>
            {letterOf(index)}: {titleOf(run)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Differences({ runs }: { runs: readonly Backtest[] }) {
  const found = differencesOf(runs.map((run) => specOf(run)));
  const areBarsEqual = new Set(runs.map((run) => run.data_hash)).size === 1;
  return (
    <div className="stack">
      <p className={classes.lead}>{areBarsEqual ? 'All ran over the very same bars.' : 'They ran over different bars: what differs in the figures may be the bars alone.'}</p>
      {found.length === 0 ? (
        <p className={classes.lead}>The same was asked of all of them.</p>
      ) : (
        <div className={classes.scroll} role="region" aria-label="Differences" tabIndex={0}>
          <table className={classes.plain}>
            <RunsHead first="Asked" runs={runs} />
            <tbody>
              {found.map(({ place, texts }) => (
                <tr key={place}>
                  <th scope="row">{place.replace(/[._]/g, ' ')}</th>
                  {texts.map((text, index) => (
                    <td key={runs[index]?.id ?? index} className={`${classes.number ?? ''} ${classes.code ?? ''}`}>
                      {text || '—'}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
