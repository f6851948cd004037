// Parity: where a session in the sandbox left a backtest, each difference by its kind.
import { useMemo } from 'react';
import { useAccount } from '../../api/queries';
import type { Parity } from '../../api/types';
import { AccountSelect } from '../../ui/AccountSelect';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, Loading, QueryState } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import { DivergencesTable } from './DivergencesTable';
import { KindFilter } from './KindFilter';
import { type Kind, KIND_NAMES, KINDS } from './kinds';
import classes from './parity.module.css';
import { MOST_SHOWN, useParity } from './queries';
import { SidesForm } from './SidesForm';
import { useParityPlace } from './usePlace';

export default function ParityPage() {
  const name = useAccountName();
  const { data: account } = useAccount(name);
  const { sides, kind, set, setTrader } = useParityPlace();
  const parity = useParity(name, sides);
  const isChosen = sides.backtest !== '' && sides.trader !== null;
  return (
    <Page
      title="Parity"
      actions={
        <>
          <GroupNav group="Research" />
          {account ? <AccountSelect account={account} /> : null}
        </>
      }
    >
      <div className="stack">
        <SidesForm account={name} sides={sides} onChange={set} onTrader={setTrader} />
        {isChosen ? (
          <QueryState query={parity} errorTitle="They cannot be compared" loading={<Loading lines={6} height={32} />}>
            {(found) => <Comparison parity={found} kind={kind} onKind={(next) => set({ kind: next ?? '' })} />}
          </QueryState>
        ) : (
          <Panel title="Differences">
            <Empty title="Choose a backtest and a session.">Where an account, a run or a rehearsal of a strategy traded the same symbols in the time of a backtest, each order of the one is held against the other.</Empty>
          </Panel>
        )}
      </div>
    </Page>
  );
}

interface Props {
  parity: Parity;
  kind: Kind | null;
  onKind: (kind: Kind | null) => void;
}

function Comparison({ parity, kind, onKind }: Props) {
  const rows = useMemo(() => parity.divergences.filter((each) => kind === null || each.kind === kind), [parity, kind]);
  const total = KIND_NAMES.reduce((sum, each) => sum + parity.counts[each], 0);
  return (
    <>
      <Panel title="Result">
        <dl className={classes.figures}>
          <Figure name="Orders of the backtest" value={parity.backtest_orders} />
          <Figure name="Orders of the session" value={parity.sandbox_orders} />
          <Figure name="Alike" value={parity.alike} />
          <Figure name="Differences" value={total} />
        </dl>
      </Panel>
      <Panel title="Differences" isFlush>
        <KindFilter counts={parity.counts} total={total} kind={kind} onKind={onKind} />
        {kind ? <p className={classes.about}>{KINDS[kind].about}.</p> : null}
        {rows.length === 0 ? <Nothing total={total} kind={kind} /> : <DivergencesTable rows={rows} />}
        {parity.divergences.length < total ? <p className={classes.about}>The oldest {MOST_SHOWN} are listed; the counts are of all.</p> : null}
      </Panel>
    </>
  );
}

function Nothing({ total, kind }: { total: number; kind: Kind | null }) {
  if (kind) return <Empty title="None of this kind." />;
  return total === 0 ? <Empty title="No differences.">Every order has its like on the other side.</Empty> : null;
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt className="soft small">{name}</dt>
      <dd className="num">{value.toLocaleString('en')}</dd>
    </div>
  );
}
