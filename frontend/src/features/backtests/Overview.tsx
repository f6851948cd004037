// What there is, and the form for the next one.
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import { useFactors } from '../../api/queries';
import type { Strategy } from '../../api/types';
import { useEveryPage } from '../../api/usePages';
import { useSettings } from '../../settings';
import { grouped } from '../../ui/format';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { draftOf, EMPTY_DRAFT } from '../../ui/strategy/draft';
import { rulesOfFactor } from '../../ui/strategy/factorRules';
import { specOf } from '../../ui/strategy/results';
import { draftOfVersion } from '../../ui/strategy/versions';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { BacktestForm } from './BacktestForm';
import { BacktestsTable } from './BacktestsTable';
import classes from './backtests.module.css';
import { MOST_COMPARED } from './comparing';
import { useBacktest, useBacktests } from './queries';
import { isFound } from './words';

export function Overview() {
  const account = useAccountName();
  const [search] = useSearchParams();
  const [cloned, factor, strategy] = [search.get('clone'), search.get('factor'), search.get('strategy')];
  return (
    <Page title="Backtests" actions={<GroupNav group="Research" />}>
      <div className={classes.page}>
        <ListPanel account={account} />
        <Panel title={cloned ? 'Run it again, with a change' : 'Run a backtest'}>
          <Form account={account} cloned={cloned} factor={factor} strategy={strategy} />
        </Panel>
      </div>
    </Page>
  );
}

function Form({ account, cloned, factor, strategy }: { account: string; cloned: string | null; factor: string | null; strategy: string | null }) {
  if (cloned) return <ClonedForm key={cloned} account={account} id={cloned} />;
  if (factor) return <FactorForm key={factor} account={account} name={factor} />;
  if (strategy) return <FormOfStrategy key={strategy} account={account} id={strategy} />;
  return <BacktestForm key="new" account={account} initial={EMPTY_DRAFT} />;
}

/** With the rules of a factor, to be changed. */
function FactorForm({ account, name }: { account: string; name: string }) {
  const factors = useFactors(account);
  return (
    <QueryState query={factors}>
      {(items) => {
        const found = items.find((each) => each.name === name);
        if (!found) return <Empty title={`This account has no factor ${name}.`}>The factors have those that are there.</Empty>;
        return <BacktestForm account={account} initial={{ ...EMPTY_DRAFT, ...rulesOfFactor(found), name }} />;
      }}
    </QueryState>
  );
}

function ListPanel({ account }: { account: string }) {
  const { query, items, more } = useBacktests(account);
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const [search, setSearch] = useSearchParams();
  const sought = search.get('find') ?? '';
  const [chosen, setChosen] = useState<readonly string[]>([]);
  useEveryPage(sought !== '', more);
  const rows = useMemo(() => items.filter(isFound(sought)), [items, sought]);
  const toggle = (id: string) => setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id].slice(-MOST_COMPARED));
  const find = (text: string) =>
    setSearch(
      (now) => {
        if (text) now.set('find', text);
        else now.delete('find');
        return now;
      },
      { replace: true },
    );
  return (
    <Panel
      title="Backtests so far"
      isFlush
      actions={
        <>
          {items.length > 0 ? <TextInput size="xs" aria-label="Find a backtest" placeholder="Name or symbol" value={sought} onChange={(event) => find(event.currentTarget.value)} /> : null}
          <Button size="compact-sm" variant="default" disabled={chosen.length < 2} onClick={() => void navigate(linkTo('/backtests', { compare: chosen.join(',') }))}>
            {chosen.length < 2 ? 'Choose two to compare' : `Compare ${chosen.length}`}
          </Button>
        </>
      }
    >
      <QueryState query={query}>
        {() =>
          items.length === 0 ? (
            <Empty title="No backtests yet.">Choose bars and say when to buy and sell; the result gets an address of its own.</Empty>
          ) : rows.length === 0 ? (
            <Empty title="Nothing matches.">Clear what is sought to see all {grouped(String(items.length))}.</Empty>
          ) : (
            <BacktestsTable backtests={rows} chosen={chosen} onToggle={toggle} onEndReached={more} />
          )
        }
      </QueryState>
    </Panel>
  );
}

/** What a strategy trades by, over whatever bars its symbols have. */
function FormOfStrategy({ account, id }: { account: string; id: string }) {
  const strategy = useQuery<Strategy>({
    queryKey: [...keys.strategy(account, id), 'one'],
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/{id}/', { path: { id }, account, signal }),
  });
  return (
    <QueryState query={strategy} errorTitle="The strategy cannot be read">
      {({ name, version }) => <BacktestForm account={account} initial={draftOfVersion(name, version)} />}
    </QueryState>
  );
}

function ClonedForm({ account, id }: { account: string; id: string }) {
  const { timeZone } = useSettings();
  const backtest = useBacktest(account, id);
  return (
    <QueryState query={backtest}>
      {(found) => <BacktestForm account={account} initial={draftOf(found.name, specOf(found), found.result.data, timeZone)} />}
    </QueryState>
  );
}
