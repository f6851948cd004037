// What there is, and the form for the next one.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useSettings } from '../../settings';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { draftOf, EMPTY_DRAFT } from '../../ui/strategy/draft';
import { resultOf, specOf } from '../../ui/strategy/results';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { BacktestForm } from './BacktestForm';
import { BacktestsTable } from './BacktestsTable';
import classes from './backtests.module.css';
import { MOST_COMPARED } from './comparing';
import { useBacktest, useBacktests } from './queries';

export function Overview() {
  const account = useAccountName();
  const [search] = useSearchParams();
  const cloned = search.get('clone');
  return (
    <Page title="Backtests" actions={<GroupNav group="Research" />}>
      <div className={classes.page}>
        <ListPanel account={account} />
        <Panel title={cloned ? 'Run it again, with a change' : 'Run a backtest'}>
          {cloned ? <ClonedForm key={cloned} account={account} id={cloned} /> : <BacktestForm key="new" account={account} initial={EMPTY_DRAFT} />}
        </Panel>
      </div>
    </Page>
  );
}

function ListPanel({ account }: { account: string }) {
  const { query, items, more } = useBacktests(account);
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const toggle = (id: string) => setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id].slice(-MOST_COMPARED));
  return (
    <Panel
      title="Backtests so far"
      isFlush
      actions={
        <Button size="compact-sm" variant="default" disabled={chosen.length < 2} onClick={() => void navigate(linkTo('/backtests', { compare: chosen.join(',') }))}>
          {chosen.length < 2 ? 'Choose two to compare' : `Compare ${chosen.length}`}
        </Button>
      }
    >
      <QueryState query={query}>
        {() =>
          items.length === 0 ? (
            <Empty title="No backtests yet.">Choose bars and say when to buy and sell; the result gets an address of its own.</Empty>
          ) : (
            <BacktestsTable backtests={items} chosen={chosen} onToggle={toggle} onEndReached={more} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function ClonedForm({ account, id }: { account: string; id: string }) {
  const { timeZone } = useSettings();
  const backtest = useBacktest(account, id);
  return (
    <QueryState query={backtest}>
      {(found) => <BacktestForm account={account} initial={draftOf(found.name, specOf(found), resultOf(found).data, timeZone)} />}
    </QueryState>
  );
}
