// One search by its address: a sweep as a heat map, or the windows of a walk forward.
import { useSearchParams } from 'react-router';
import { asApiError } from '../../api/errors';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Empty, QueryState } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import { useSearch } from './queries';
import { SweepResult } from './SweepResult';
import { WalkResult } from './WalkResult';

export default function ResultView({ id }: { id: string }) {
  const account = useAccountName();
  const [parts] = useSearchParams();
  const wanted = parts.get('kind') === 'walk_forward' ? 'walk_forward' : 'sweep';
  const search = useSearch(account, id, wanted);
  const isGone = search.error && asApiError(search.error).status === 404;
  const kind = wanted === 'walk_forward' ? 'Walk forward' : 'Sweep';
  return (
    <Page title={search.data?.name ? `${kind}: ${search.data.name}` : kind} actions={<GroupNav group="Research" />}>
      {isGone ? (
        <Empty title={`This account has no ${kind.toLowerCase()} ${id}.`}>It may be another account’s. The list has those that are there.</Empty>
      ) : (
        <QueryState query={search}>{(found) => (found.kind === 'sweep' ? <SweepResult account={account} search={found} /> : <WalkResult search={found} />)}</QueryState>
      )}
    </Page>
  );
}
