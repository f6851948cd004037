// Which bars: symbols by their newest data, or data sets by name, one after the other.
import { Button, NativeSelect } from '@mantine/core';
import { useId } from 'react';
import { Link } from 'react-router';
import { useDatasets, useInstruments } from '../../api/queries';
import type { Dataset } from '../../api/types';
import { Icon } from '../icons';
import { useLinkTo } from '../usePlace';
import type { Source } from './draft';
import { intervalMs } from './intervals';
import classes from './strategy.module.css';

interface Props {
  sources: readonly Source[];
  interval: string;
  error?: string | undefined;
  onChange: (sources: Source[], interval?: string) => void;
}

/** As many as a backtest takes. */
const MOST = 500;

export function SourcesField({ sources, interval, error, onChange }: Props) {
  const id = useId();
  const { data } = useInstruments();
  const imported = useDatasets().data?.items;
  const datasets = (imported ?? []).filter((each) => each.kind !== 'depth');
  const linkTo = useLinkTo();
  const has = (kind: Source['kind'], key: string) => sources.some((each) => each.kind === kind && each.id === key);
  const free = datasets.filter((each) => !has('dataset', each.id));
  const fitting = free.filter((each) => fits(each, interval) && !sources.some(({ symbol }) => symbol === each.symbol)).filter(isFirstOfItsSymbol);
  const symbols = (data?.items ?? []).filter(({ symbol }) => !has('symbol', symbol));
  const add = (value: string) => {
    const [kind, key] = [value.slice(0, 2), value.slice(2)];
    const dataset = datasets.find((each) => each.id === key);
    if (kind === 'd:' && dataset) {
      // The first one says how long its bars are.
      onChange([...sources, sourceOfDataset(dataset)], sources.length === 0 && !fits(dataset, interval) ? (dataset.interval ?? undefined) : undefined);
    }
    if (kind === 's:') onChange([...sources, { kind: 'symbol', id: key, symbol: key }]);
  };
  return (
    <div className={classes.sources}>
      <div className={classes.addRow}>
        <NativeSelect
          size="xs"
          label="Add bars of"
          value=""
          error={error}
          disabled={sources.length >= MOST}
          onChange={(event) => add(event.currentTarget.value)}
          data={[
            { value: '', label: 'Choose a data set or a symbol' },
            { group: 'Data sets', items: free.map((each) => ({ value: `d:${each.id}`, label: datasetLabel(each) })) },
            { group: 'Symbols, by their newest data', items: symbols.map(({ symbol }) => ({ value: `s:${symbol}`, label: symbol })) },
          ]}
        />
        {fitting.length > 1 ? (
          <Button size="xs" variant="default" onClick={() => onChange([...sources, ...fitting.map(sourceOfDataset)].slice(0, MOST))}>
            Add all {fitting.length} data sets of {interval}
          </Button>
        ) : null}
      </div>
      {imported && datasets.length === 0 ? (
        <p className={classes.hint}>
          There are no bars yet: <Link to={linkTo('/data')}>import a price file, or the sample</Link>, first.
        </p>
      ) : null}
      {sources.length > 0 ? (
        <ul className={classes.chips} aria-label="Bars of" id={id}>
          {sources.map((each) => (
            <li key={`${each.kind} ${each.id}`} className={classes.chip}>
              {each.symbol}
              <span className="soft">{each.kind === 'dataset' ? ' data set' : ''}</span>
              <button type="button" aria-label={`Leave out ${each.symbol}`} className={classes.drop} onClick={() => onChange(sources.filter((other) => other !== each))}>
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function sourceOfDataset({ id, symbol }: Dataset): Source {
  return { kind: 'dataset', id, symbol };
}

function datasetLabel(dataset: Dataset): string {
  const day = (time: string) => time.slice(0, 10);
  return `${dataset.symbol} ${dataset.interval ?? dataset.kind}, ${day(dataset.from)} to ${day(dataset.to)}`;
}

/** Whether bars of this length can be made of it. */
function fits(dataset: Dataset, interval: string): boolean {
  const [own, wanted] = [intervalMs(dataset.interval ?? '1m'), intervalMs(interval)];
  return own !== null && wanted !== null && wanted % own === 0;
}

function isFirstOfItsSymbol(dataset: Dataset, index: number, all: readonly Dataset[]): boolean {
  return all.findIndex((each) => each.symbol === dataset.symbol) === index;
}
