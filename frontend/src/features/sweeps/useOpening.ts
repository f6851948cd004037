// Opening a cell: the backtest of its combination is run over the very bars of the sweep, and shown.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../../api/client';
import { useWork } from '../../api/jobs';
import { keys } from '../../api/keys';
import type { BacktestIn, Search } from '../../api/types';
import { announce } from '../../ui/announce';
import { bodyOf } from '../../ui/strategy/draft';
import { type Combination, sweepOf, sweepSpecOf, textIn } from '../../ui/strategy/results';
import { useLinkTo } from '../../ui/usePlace';
import { cellDraft } from './grid';

export function useOpening(account: string, search: Search) {
  const run = useWork<BacktestIn>(account, (body, key) => call('post', '/api/v1/backtests/', { body, account, key }));
  useOpened(account, textIn(run.result, 'backtest_id'));
  const { start, isUnderWay } = run;
  const open = useCallback(
    ({ parameters }: Combination) => {
      if (isUnderWay) return;
      announce('The backtest of the cell is run.');
      start(bodyOf(cellDraft(search.name, sweepSpecOf(search), sweepOf(search).data, parameters), 'utc'));
    },
    [isUnderWay, start, search],
  );
  return { open, job: run.job, fault: run.fault };
}

function useOpened(account: string, id: string | null): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  useEffect(() => {
    if (id === null) return;
    void client.invalidateQueries({ queryKey: [...keys.backtests(account), 'list'] });
    void navigate(linkTo(`/backtests/${id}`));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each run
  }, [id]);
}
