// A tear sheet by the address of its job: while it is made its progress, then what it says.
import { Link } from 'react-router';
import { asApiError } from '../../api/errors';
import { useJob } from '../../api/jobs';
import { GroupNav } from '../../ui/GroupNav';
import { JobProgress } from '../../ui/JobProgress';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { Sheet } from './Sheet';
import { sheetOf } from './tearSheet';

export default function SheetView({ id }: { id: string }) {
  const account = useAccountName();
  const linkTo = useLinkTo();
  const job = useJob(account, id);
  const sheet = job.data ? sheetOf(job.data) : null;
  const name = job.data?.subject || (sheet?.factor.name ?? '');
  const isGone = job.error && asApiError(job.error).status === 404;
  return (
    <Page title={sheet ? `Tear sheet: ${name}` : 'Tear sheet'} actions={<GroupNav group="Research" />}>
      {isGone ? (
        <Empty title="This tear sheet is gone." action={<Link to={linkTo('/factors')}>Go to the factors</Link>}>
          Jobs are forgotten after a while; make it again.
        </Empty>
      ) : (
        <QueryState query={job}>
          {(found) =>
            sheet ? (
              <>
                <p>
                  <Link to={linkTo('/reports', { make: 'factor', job: id, ...(found.subject === sheet.factor.name ? { name: sheet.factor.name } : {}) })}>Make a report of it…</Link>
                </p>
                <Sheet sheet={sheet} />
              </>
            ) : found.kind === 'factor.evaluate' ? (
              <Panel title="It is being made">
                <JobProgress job={found} account={account} what="the judging" />
              </Panel>
            ) : (
              <Empty title="This job is no tear sheet.">Its result is on another page; the jobs lead there.</Empty>
            )
          }
        </QueryState>
      )}
    </Page>
  );
}
