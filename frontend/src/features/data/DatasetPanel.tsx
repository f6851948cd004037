// One data set: its candles, its quality, and what can be done with it.
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import { useInstruments, useSetFeed } from '../../api/queries';
import type { CandlePage, Dataset, Interval } from '../../api/types';
import { INTERVALS } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import CandleTable from '../../ui/CandleTable';
import { CandleChart, ChartPlace } from '../../ui/chart/lazy';
import { Confirm } from '../../ui/Confirm';
import { decimalsOf } from '../../ui/decimal';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { toastFault, toastGood } from '../../ui/toast';
import { useLinkTo } from '../../ui/usePlace';
import { kindWords } from './imports';
import { QualityReport } from './QualityReport';
import { RepairPanel } from './RepairPanel';

const PAGE = 500;
const HEIGHT = 320;

interface Props {
  dataset: Dataset;
  onGone: () => void;
  onChoose: (id: string) => void;
}

export function DatasetPanel({ dataset, onGone, onChoose }: Props) {
  const linkTo = useLinkTo();
  const quality = useQuery({
    queryKey: keys.quality(dataset.id),
    queryFn: ({ signal }) => call('get', '/api/v1/datasets/{id}/quality/', { path: { id: dataset.id }, signal }),
    staleTime: Infinity, // a data set never changes
  });
  return (
    <>
      <PreviewPanel dataset={dataset} onGone={onGone} />
      <Panel title={`Quality of ${dataset.symbol}`} actions={<Link to={linkTo('/reports', { make: 'data', dataset: dataset.id })}>Make a report of it…</Link>}>
        <QueryState query={quality}>{(report) => <QualityReport report={report} dataset={dataset} onChoose={onChoose} />}</QueryState>
      </Panel>
      {quality.data && dataset.kind !== 'depth' ? <RepairPanel dataset={dataset} report={quality.data} onRepaired={onChoose} /> : null}
    </>
  );
}

function PreviewPanel({ dataset, onGone }: { dataset: Dataset; onGone: () => void }) {
  const interval = INTERVALS.find((each) => each === dataset.interval) ?? '1m';
  const { bars, query, older } = useDatasetCandles(dataset, interval);
  const { bySymbol } = useInstruments();
  const [isTable, setTable] = useState(false);
  const tick = bySymbol.get(dataset.symbol)?.tick_size;
  const decimals = tick ? decimalsOf(tick) : (dataset.price_decimals ?? 2);
  return (
    <Panel
      title={`${dataset.symbol} ${kindWords(dataset)}`}
      isFlush
      actions={
        <>
          <ReplayButton dataset={dataset} />
          <Button size="compact-sm" variant="default" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? 'As chart' : 'As table'}
          </Button>
          <DeleteButton dataset={dataset} onGone={onGone} />
        </>
      }
    >
      <QueryState query={query} errorTitle="No preview">
        {() =>
          bars.length === 0 ? (
            <Empty title="No candles in it." />
          ) : isTable ? (
            <CandleTable candles={bars} label={`Candles of ${dataset.symbol}`} decimals={decimals} onEndReached={older} />
          ) : (
            <ChartPlace height={HEIGHT}>
              <CandleChart
                summary={`${dataset.symbol}, ${interval} candles of the data set, last ${grouped(bars.at(-1)?.close ?? '')}. “As table” has the numbers.`}
                seriesKey={dataset.id}
                bars={bars}
                decimals={decimals}
                onNearStart={older}
                height={HEIGHT}
              />
            </ChartPlace>
          )
        }
      </QueryState>
    </Panel>
  );
}

function useDatasetCandles(dataset: Dataset, interval: Interval) {
  const query = useInfiniteQuery({
    queryKey: ['datasets', dataset.id, 'candles', interval],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }): Promise<CandlePage> =>
      call('get', '/api/v1/markets/{symbol}/candles/', {
        path: { symbol: dataset.symbol },
        query: { dataset: dataset.id, interval, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
  });
  const bars = useMemo(() => [...(query.data?.pages ?? [])].reverse().flatMap((page) => page.items), [query.data]);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const older = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { query, bars, older };
}

function ReplayButton({ dataset }: { dataset: Dataset }) {
  const set = useSetFeed();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const replay = () => {
    set
      .writeAsync({ source: 'replay', dataset: dataset.id })
      .then(() => navigate(linkTo(`/trading/${encodeURIComponent(dataset.symbol)}`)))
      .catch((fault: unknown) => toastFault('The replay did not start.', fault));
  };
  return (
    <Button size="compact-sm" onClick={replay} loading={set.isPending}>
      Replay as market
    </Button>
  );
}

function DeleteButton({ dataset, onGone }: { dataset: Dataset; onGone: () => void }) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useWrite<string, unknown>((id, key) => call('delete', '/api/v1/datasets/{id}/', { path: { id }, key }));
  const run = () => {
    remove
      .writeAsync(dataset.id)
      .then(() => {
        toastGood('Data set deleted.', dataset.symbol);
        onGone();
        void client.invalidateQueries({ queryKey: keys.datasets, exact: true });
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking ? (
        <Confirm title="Delete this data set?" action="Delete the data set" isBusy={remove.isPending} fault={remove.error} onConfirm={run} onClose={() => setAsking(false)}>
          {grouped(String(dataset.rows))} rows of {dataset.symbol} from {dataset.file_name} are removed. Your own file stays as it is.
        </Confirm>
      ) : null}
    </>
  );
}
