// The page of factors: one's own and the built-in ones, a form to write and to judge them, the operators, and tear sheets.
import { Tabs } from '@mantine/core';
import { lazy, startTransition, Suspense, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useFactors } from '../../api/queries';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, Loading, QueryState } from '../../ui/States';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { FactorForm } from './FactorForm';
import { FactorsTable } from './FactorsTable';
import classes from './factors.module.css';
import { JudgeForm } from './JudgeForm';
import { OperatorsTable } from './OperatorsTable';
import { SetTable } from './SetTable';

const SheetView = lazy(() => import('./SheetView'));

export default function FactorsPage() {
  const [search] = useSearchParams();
  const sheet = search.get('sheet');
  if (sheet === null) return <Overview />;
  return (
    <Suspense fallback={<Loading />}>
      <SheetView key={sheet} id={sheet} />
    </Suspense>
  );
}

function Overview() {
  const account = useAccountName();
  const { id = null } = useParams();
  const [search] = useSearchParams();
  const [tab, setTab] = useState('own');
  const factors = useFactors(account);
  const edited = factors.data?.find((factor) => factor.id === id);
  return (
    <Page title="Factors" actions={<GroupNav group="Research" />}>
      <div className={classes.page}>
        <Panel title="What there is" isFlush>
          <Tabs value={tab} onChange={(next) => startTransition(() => setTab(next ?? 'own'))} keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="own">Named factors</Tabs.Tab>
              <Tabs.Tab value="sets">Built-in set</Tabs.Tab>
              <Tabs.Tab value="operators">Operators</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="own">
              <QueryState query={factors}>{(items) => <FactorsTable account={account} factors={items} chosen={id} />}</QueryState>
            </Tabs.Panel>
            <Tabs.Panel value="sets">
              <SetTable />
            </Tabs.Panel>
            <Tabs.Panel value="operators">
              <OperatorsTable />
            </Tabs.Panel>
          </Tabs>
        </Panel>
        <div className={classes.side}>
          <Panel title={edited ? `Change ${edited.name}` : 'Name a factor'}>
            {id !== null && factors.data && !edited ? <Empty title="This factor is gone.">Choose another one of the list.</Empty> : null}
            {id === null || edited ? <EditForm key={edited ? `${edited.id} ${edited.changed_at}` : 'new'} account={account} edited={edited ?? null} /> : null}
          </Panel>
          <Panel title="Judge a factor">
            <JudgeForm key={search.get('judge') ?? ''} account={account} initial={search.get('judge') ?? ''} factors={factors.data ?? []} />
          </Panel>
        </div>
      </div>
    </Page>
  );
}

function EditForm({ account, edited }: { account: string; edited: React.ComponentProps<typeof FactorForm>['edited'] }) {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  return <FactorForm account={account} edited={edited} onSaved={(factor) => void navigate(linkTo('/factors', { judge: factor.name }))} onLeave={() => void navigate(linkTo('/factors'))} />;
}
