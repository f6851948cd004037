// What else might have come of a backtest: its trades or its days drawn anew.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { call } from '../../api/client';
import { useWork } from '../../api/jobs';
import type { Backtest, MonteCarloIn } from '../../api/types';
import { ErrorNote } from '../../ui/ErrorNote';
import { grouped } from '../../ui/format';
import { JobProgress } from '../../ui/JobProgress';
import { percent, ratio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import type { Resampled, Spread } from '../../ui/strategy/results';
import classes from './backtests.module.css';

const QUANTILES = ['1 %', '5 %', '25 %', '50 %', '75 %', '95 %', '99 %'];

export function MonteCarloPanel({ account, backtest }: { account: string; backtest: Backtest }) {
  const [what, setWhat] = useState<MonteCarloIn['what']>('trades');
  const [draws, setDraws] = useState('2000');
  const [ruin, setRuin] = useState('50');
  const work = useWork<MonteCarloIn>(account, (body, key) => call('post', '/api/v1/backtests/monte-carlo/', { body, account, key }));
  const found = work.result === null ? null : (work.result as Resampled);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    work.start({ backtest: backtest.id, what, draws: Number(draws), seed: 0, mean_block_days: 20, ruin_percent: Number(ruin) });
  };
  return (
    <Panel title="Drawn anew (Monte Carlo)">
      <form className="stack" onSubmit={submit}>
        <div className={classes.pair}>
          <NativeSelect
            size="xs"
            label="What is drawn"
            value={what}
            onChange={(event) => setWhat(event.currentTarget.value as MonteCarloIn['what'])}
            data={[
              { value: 'trades', label: 'Its trades, one by one' },
              { value: 'returns', label: 'Its days, in blocks' },
            ]}
          />
          <TextInput size="xs" label="Curves" inputMode="numeric" value={draws} error={work.fields.draws} onChange={(event) => setDraws(event.currentTarget.value)} />
          <TextInput size="xs" label="Ruin: percent lost" inputMode="decimal" value={ruin} error={work.fields.ruin_percent} onChange={(event) => setRuin(event.currentTarget.value)} />
          <Button type="submit" size="xs" variant="default" loading={work.isUnderWay}>
            Draw
          </Button>
        </div>
        {work.fault ? <ErrorNote fault={work.fault} title="Nothing was drawn" /> : null}
        {work.job && !found ? <JobProgress job={work.job} account={account} what="the draw" /> : null}
        {found ? <Drawn found={found} /> : null}
      </form>
    </Panel>
  );
}

function Drawn({ found }: { found: Resampled }) {
  const { resampled } = found;
  return (
    <section aria-label="Drawn anew" className="stack">
      <p className={classes.lead}>
        Of {grouped(String(resampled.draws))} curves <strong className="num">{percent(resampled.probability_of_loss, 1)}</strong> end below the start, and{' '}
        <strong className="num">{percent(resampled.probability_of_ruin, 1)}</strong> are ruined on the way.
      </p>
      <div className={classes.scroll} role="region" aria-label="Quantiles over all curves" tabIndex={0}>
        <table className={classes.plain}>
          <thead>
            <tr>
              <th scope="col">Quantile</th>
              {QUANTILES.map((each) => (
                <th key={each} scope="col" className={classes.number}>
                  {each}
                </th>
              ))}
              <th scope="col" className={classes.number}>
                Mean
              </th>
            </tr>
          </thead>
          <tbody>
            <SpreadRow name="Return" spread={resampled.total_return} text={(value) => percent(value, 1)} />
            <SpreadRow name="Deepest fall" spread={resampled.max_drawdown} text={(value) => percent(value, 1)} />
            {resampled.sharpe ? <SpreadRow name="Sharpe" spread={resampled.sharpe} text={(value) => ratio(value)} /> : null}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function SpreadRow({ name, spread, text }: { name: string; spread: Spread; text: (value: number) => string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {spread.quantiles.map((value, index) => (
        <td key={index} className={classes.number}>
          {text(value)}
        </td>
      ))}
      <td className={classes.number}>{text(spread.mean)}</td>
    </tr>
  );
}
