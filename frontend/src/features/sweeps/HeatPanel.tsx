// The heat map with what is chosen about it: the axes, the figure, and whether neighbours count.
import { Button, NativeSelect, Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Search } from '../../api/types';
import { csvOf, saveText } from '../../ui/csv';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { type Combination, type Metric, sweepOf } from '../../ui/strategy/results';
import { axesOf, gridOf, METRIC_WORDS, METRICS } from './grid';
import { HeatMap } from './HeatMap';
import { MOST_COMBINATIONS, useCombinations } from './queries';
import classes from './sweeps.module.css';

interface Props {
  account: string;
  search: Search;
  onOpen: (combination: Combination) => void;
}

export function HeatPanel({ account, search, onOpen }: Props) {
  const { query, combinations } = useCombinations(account, search.id);
  return (
    <Panel
      title="Every combination"
      actions={
        <Button size="compact-sm" variant="default" disabled={combinations.length === 0} onClick={() => saveText(`sweep-${search.id}.csv`, csvOf(combinations.map(flat)))}>
          Save as CSV
        </Button>
      }
    >
      <QueryState query={query}>
        {() => (combinations.length === 0 ? <Empty title="No combination was tried." /> : <Heat search={search} combinations={combinations} onOpen={onOpen} />)}
      </QueryState>
    </Panel>
  );
}

/** A combination with its parameters as columns of their own. */
function flat({ parameters, ...figures }: Combination): object {
  return { ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`p.${name}`, value])), ...figures };
}

/** The cell that one was at, kept so that coming back from its backtest leads to it. */
function useCellOfAddress() {
  const [search, setSearch] = useSearchParams();
  const text = search.get('cell');
  const keep = ({ number }: Combination) =>
    setSearch(
      (now) => {
        now.set('cell', String(number));
        return now;
      },
      { replace: true },
    );
  return { start: text === null ? null : Number(text), keep };
}

interface HeatProps {
  search: Search;
  combinations: readonly Combination[];
  onOpen: (combination: Combination) => void;
}

/** The values of the axes that are neither across nor down: as wanted, or else their first. */
function heldOf(axes: ReadonlyMap<string, number[]>, shown: readonly (string | null)[], wanted: Record<string, number>): Record<string, number> {
  const others = [...axes].filter(([name]) => !shown.includes(name));
  return Object.fromEntries(others.map(([name, values]) => [name, wanted[name] ?? values[0] ?? 0]));
}

function Heat({ search, combinations, onOpen }: HeatProps) {
  const result = sweepOf(search);
  const axes = useMemo(() => axesOf(combinations), [combinations]);
  const names = useMemo(() => [...axes.keys()], [axes]);
  const [chosen, setChosen] = useState<{ x?: string; y?: string; held: Record<string, number> }>({ held: {} });
  const [metric, setMetric] = useState<Metric>(result.metric);
  const [isSmooth, setSmooth] = useState(false);
  const x = chosen.x ?? names[0] ?? '';
  const y = names.length > 1 ? (chosen.y ?? names.find((name) => name !== x) ?? '') : null;
  const held = useMemo(() => heldOf(axes, [x, y], { ...result.best?.parameters, ...chosen.held }), [axes, x, y, result.best, chosen.held]);
  const grid = useMemo(() => gridOf(combinations, axes, { x, y, held, metric, isSmooth }), [combinations, axes, x, y, held, metric, isSmooth]);
  const { start, keep } = useCellOfAddress();
  const select = (name: string) => ({ value: name, label: name });
  return (
    <div className="stack">
      <div className={classes.choices}>
        <NativeSelect size="xs" label="Figure" value={metric} data={METRICS.map((each) => ({ value: each, label: METRIC_WORDS[each] }))} onChange={(event) => setMetric(event.currentTarget.value as Metric)} />
        {y !== null ? (
          <>
            <NativeSelect size="xs" label="Across" value={x} data={names.map(select)} onChange={(event) => setChosen({ ...chosen, x: event.currentTarget.value, ...(event.currentTarget.value === y ? { y: x } : {}) })} />
            <NativeSelect size="xs" label="Down" value={y} data={names.map(select)} onChange={(event) => setChosen({ ...chosen, y: event.currentTarget.value, ...(event.currentTarget.value === x ? { x: y } : {}) })} />
          </>
        ) : null}
        {Object.keys(held).map((name) => (
          <NativeSelect key={name} size="xs" label={`With ${name}`} value={String(held[name])} data={(axes.get(name) ?? []).map(String)} onChange={(event) => setChosen({ ...chosen, held: { ...held, [name]: Number(event.currentTarget.value) } })} />
        ))}
        <Switch size="xs" label="Mean with its neighbours" checked={isSmooth} onChange={(event) => setSmooth(event.currentTarget.checked)} />
      </div>
      <p className={classes.lead}>
        Arrow keys go from cell to cell, Enter runs the backtest of one. ★ is the highest{isSmooth ? ' mean of a cell and those beside it: a plateau, not a peak' : ' of these'}.
      </p>
      <HeatMap grid={grid} x={x} y={y} metric={metric} isSmooth={isSmooth} start={start} onPlace={keep} onOpen={onOpen} />
      {combinations.length >= MOST_COMBINATIONS ? <p className={classes.lead}>The first {MOST_COMBINATIONS} combinations are shown.</p> : null}
    </div>
  );
}
