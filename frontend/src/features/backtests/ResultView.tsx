// One backtest by its address: what came of it, trade by trade, and how far to believe it.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../../api/client';
import { asApiError } from '../../api/errors';
import { keys } from '../../api/keys';
import type { Backtest, BacktestResult } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import { Confirm } from '../../ui/Confirm';
import { GroupNav } from '../../ui/GroupNav';
import { ratio, percent, signedPercent, wayOf } from '../../ui/numbers';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { FigureList } from '../../ui/strategy/FigureList';
import { valueOf } from '../../ui/strategy/figures';
import { Headline, type HeadFigure } from '../../ui/strategy/Headline';
import { MonthsTable } from '../../ui/strategy/MonthsTable';
import { specOf } from '../../ui/strategy/results';
import { toastGood } from '../../ui/toast';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { AskedPanel } from './AskedPanel';
import classes from './backtests.module.css';
import { BeliefPanel } from './BeliefPanel';
import { EquityPanel } from './EquityPanel';
import { LabelsForm } from './LabelsForm';
import { MonteCarloPanel } from './MonteCarloPanel';
import { useBacktest } from './queries';
import { TradesPart } from './TradesPart';
import { titleOf } from './words';

export default function ResultView({ id }: { id: string }) {
  const account = useAccountName();
  const backtest = useBacktest(account, id);
  if (backtest.error && asApiError(backtest.error).status === 404) return <Gone id={id} />;
  const title = backtest.data ? titleOf(backtest.data) : 'Backtest';
  return (
    <Page title={`Backtest: ${title}`} actions={<GroupNav group="Research" />}>
      <QueryState query={backtest} errorTitle="The backtest cannot be read">
        {(found) => <Result account={account} backtest={found} />}
      </QueryState>
    </Page>
  );
}

function Gone({ id }: { id: string }) {
  return (
    <Page title="Backtest" actions={<GroupNav group="Research" />}>
      <Empty title={`This account has no backtest ${id}.`}>It was deleted, or it is another account’s. The list has those that are there.</Empty>
    </Page>
  );
}

function Result({ account, backtest }: { account: string; backtest: Backtest }) {
  const result = backtest.result;
  const [isExplained, setExplained] = useState(false);
  const { months, years, is_short_sample: isShort } = result.figures.returns;
  return (
    <div className={classes.result}>
      <div className={classes.wide}>
        <Headline label="Figures of the backtest" figures={headOf(result)} />
        {isShort ? <p className={classes.lead}>Fewer than 30 days: nothing by the year means much.</p> : null}
      </div>
      <div className={classes.main}>
        <EquityPanel account={account} id={backtest.id} quote={quoteOf(backtest)} />
        <TradesPart account={account} backtest={backtest} aside={<MoneyNote quote={quoteOf(backtest)} />} />
        <Panel title="Returns by month">
          <MonthsTable months={months} years={years} />
        </Panel>
      </div>
      <div className={classes.side}>
        <ActsPanel account={account} backtest={backtest} />
        <BeliefPanel result={result} />
        <Panel
          title="Figures"
          aside={<MoneyNote quote={quoteOf(backtest)} />}
          actions={
            <Button size="compact-sm" variant="default" aria-pressed={isExplained} onClick={() => setExplained(!isExplained)}>
              {isExplained ? 'Figures alone' : 'Explain them'}
            </Button>
          }
        >
          <FigureList figures={result.figures} isExplained={isExplained} />
        </Panel>
        <MonteCarloPanel account={account} backtest={backtest} />
        <AskedPanel backtest={backtest} />
      </div>
    </div>
  );
}

/** What its amounts of money are in. */
function MoneyNote({ quote }: { quote: string }) {
  return quote ? <span className="soft small">money in {quote}</span> : null;
}

function quoteOf({ symbols }: Backtest): string {
  return symbols[0]?.split('-')[1] ?? '';
}

function headOf({ figures, overfitting }: BacktestResult): HeadFigure[] {
  const total = figures.returns.total_return;
  const held = figures.benchmark?.total_return ?? null;
  const trials = overfitting.trials === 1 ? 'the first trial on these bars' : `among ${overfitting.trials} trials on these bars`;
  return [
    { name: 'Return', value: signedPercent(total), way: wayOf(total), note: held === null ? undefined : `bought and held ${signedPercent(held)}` },
    { name: 'Sharpe ratio', value: ratio(figures.risk.sharpe) },
    { name: 'Deflated Sharpe', value: percent(overfitting.deflated_sharpe, 0), note: trials },
    { name: 'Deepest fall', value: percent(valueOf(figures, { group: 'drawdowns', name: 'maximum' })) },
    { name: 'Round trips', value: ratio(valueOf(figures, { group: 'trades', name: 'count' }) ?? 0, 0), note: `${percent(valueOf(figures, { group: 'trades', name: 'win_rate' }), 0)} won` },
    { name: 'Profit factor', value: ratio(valueOf(figures, { group: 'trades', name: 'profit_factor' })) },
  ];
}

function ActsPanel({ account, backtest }: { account: string; backtest: Backtest }) {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  return (
    <Panel title="This run">
      <div className="stack">
        <div className="row">
          <Button size="compact-sm" variant="default" onClick={() => void navigate(linkTo('/backtests', { clone: backtest.id }))}>
            Clone it
          </Button>
          {specOf(backtest).program ? null : (
            <Button size="compact-sm" variant="default" onClick={() => void navigate(linkTo('/sweeps', { backtest: backtest.id }))}>
              Sweep its parameters
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={() => void navigate(linkTo('/strategies', { backtest: backtest.id }))}>
            Trade this
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => void navigate(linkTo('/reports', { make: 'performance', backtest: backtest.id, name: backtest.name }))}>
            Make a report…
          </Button>
          <DeleteButton account={account} backtest={backtest} />
        </div>
        <LabelsForm account={account} backtest={backtest} />
      </div>
    </Panel>
  );
}

function DeleteButton({ account, backtest }: { account: string; backtest: Backtest }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const [isAsking, setAsking] = useState(false);
  const remove = useWrite<string, unknown>((id, key) => call('delete', '/api/v1/backtests/{id}/', { path: { id }, account, key }));
  const run = () => {
    remove
      .writeAsync(backtest.id)
      .then(() => {
        toastGood('Backtest deleted.', titleOf(backtest));
        void client.invalidateQueries({ queryKey: [...keys.backtests(account), 'list'] });
        void navigate(linkTo('/backtests'));
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking ? (
        <Confirm title="Delete this backtest?" action="Delete the backtest" isBusy={remove.isPending} fault={remove.error} onConfirm={run} onClose={() => setAsking(false)}>
          Its trades, orders and curve are removed. What was tried on its bars stays counted.
        </Confirm>
      ) : null}
    </>
  );
}
