// One report by its address: the page itself where it is one, what it was made of, and the way to its file and to others like it.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { asApiError } from '../../api/errors';
import type { Report } from '../../api/types';
import { Time } from '../../ui/Figures';
import { bytes } from '../../ui/format';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, Loading, QueryState } from '../../ui/States';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { DeleteReport } from './DeleteReport';
import { searchOf } from './draft';
import { FORMAT_NAMES, formatName, KINDS, nameOf } from './kinds';
import { useDownload, useReport, useReportPage } from './queries';
import { ReportFrame } from './ReportFrame';
import classes from './reports.module.css';

export default function ReportView({ id }: { id: string }) {
  const account = useAccountName();
  const linkTo = useLinkTo();
  const report = useReport(account, id);
  const isGone = report.error && asApiError(report.error).status === 404;
  return (
    <Page title={report.data ? `Report: ${nameOf(report.data)}` : 'Report'} actions={<GroupNav group="Oversight" />}>
      {isGone ? (
        <Empty title={`This account has no report ${id}.`} action={<Link to={linkTo('/reports')}>Go to the reports</Link>}>
          It was deleted, or it is another account’s.
        </Empty>
      ) : (
        <QueryState query={report} errorTitle="The report cannot be read">
          {(found) => (
            <div className={classes.view}>
              <AboutPanel account={account} report={found} />
              <Panel title={found.title} isFlush className={classes.page}>
                {found.format === 'html' ? <Content account={account} report={found} /> : <OnlyFile report={found} />}
              </Panel>
            </div>
          )}
        </QueryState>
      )}
    </Page>
  );
}

function Content({ account, report }: { account: string; report: Report }) {
  const page = useReportPage(account, report.id);
  return (
    <QueryState query={page} errorTitle="The file cannot be read" loading={<Loading lines={6} height={60} />}>
      {(html) => <ReportFrame title={nameOf(report)} html={html} />}
    </QueryState>
  );
}

function OnlyFile({ report }: { report: Report }) {
  const linkTo = useLinkTo();
  return (
    <Empty title={`It is a file for elsewhere: ${formatName(report.format)}.`} action={<Link to={linkTo('/reports', searchOf(report.asked, 'html'))}>Make one to read here…</Link>}>
      Download it to look into it.
    </Empty>
  );
}

function AboutPanel({ account, report }: { account: string; report: Report }) {
  const linkTo = useLinkTo();
  const navigate = useNavigate();
  const [isLeaving, setLeaving] = useState(false);
  const download = useDownload(account);
  return (
    <Panel title="The report" className={classes.about}>
      <div className="stack">
        <dl className="pairs">
          <Fact name="Kind" value={KINDS[report.kind].label} />
          <Fact name="Made" value={<Time value={report.created_at} />} />
          <Fact name="By" value={report.schedule ? <Link to={linkTo('/reports', { schedule: report.schedule })}>A schedule</Link> : 'Hand'} />
          <Fact name="File" value={`${formatName(report.format)}, ${bytes(report.size_bytes)}`} />
          <Asked asked={report.asked} />
          <Fact name="Data" value={<Hash text={report.data_hash} />} />
          <Fact name="Content" value={<Hash text={report.content_hash} />} />
        </dl>
        <div className="row">
          <Button size="compact-sm" loading={download.isPending} onClick={() => download.mutate(report)}>
            Download {formatName(report.format)}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setLeaving(true)}>
            Delete…
          </Button>
        </div>
        <Others report={report} />
      </div>
      {isLeaving ? <DeleteReport account={account} report={report} onClose={() => setLeaving(false)} onGone={() => void navigate(linkTo('/reports'))} /> : null}
    </Panel>
  );
}

/** The same once more, with the form between: of an account it is about what has happened since as well. */
function Others({ report }: { report: Report }) {
  const linkTo = useLinkTo();
  const others = FORMAT_NAMES.filter((each) => each !== report.format);
  return (
    <nav aria-label="The same once more" className={classes.others}>
      <span className="soft">The same once more as</span>
      {others.map((format) => (
        <Link key={format} to={linkTo('/reports', searchOf(report.asked, format))}>
          {formatName(format)}
        </Link>
      ))}
      <span className="soft">or</span>
      <Link to={linkTo('/reports', searchOf(report.asked))}>with a change</Link>
    </nav>
  );
}

const SHOWN: readonly [string, string][] = [
  ['from', 'From'],
  ['to', 'To'],
  ['epoch', 'Epoch'],
  ['time_zone', 'Time zone'],
  ['method', 'A sale takes'],
];

/** What else was asked for; of the method only where it means something. */
function Asked({ asked }: { asked: unknown }) {
  const found = (asked ?? {}) as Record<string, unknown>;
  return (
    <>
      {SHOWN.filter(([name]) => found[name] !== undefined && (name !== 'method' || found.kind === 'realised')).map(([name, label]) => {
        const text = String(found[name]);
        return <Fact key={name} name={label} value={name === 'from' || name === 'to' ? <Time value={text} /> : text} />;
      })}
    </>
  );
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

const HASH_SHOWN = 12;

function Hash({ text }: { text: string }) {
  return (
    <span className="mono small" title={text}>
      {text.slice(0, HASH_SHOWN)}
    </span>
  );
}
