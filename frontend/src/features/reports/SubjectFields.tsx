// What a report is about: by its kind the account or one backtest, several of both, a tear sheet, or a data set.
import { Checkbox, NativeSelect } from '@mantine/core';
import { useAccounts, useBacktestNames, useDatasets } from '../../api/queries';
import type { Account, Dataset } from '../../api/types';
import { useSettings } from '../../settings';
import { accountOption, backtestOption, type Option, withChosen } from '../../ui/choices';
import { timeText } from '../../ui/format';
import { type Draft, MOST_COMPARED, type Problems } from './draft';
import { KINDS } from './kinds';
import { useSheets } from './queries';
import classes from './reports.module.css';

interface Props {
  account: Account;
  draft: Draft;
  problems: Problems;
  onChange: (part: Partial<Draft>) => void;
}

export function SubjectFields(props: Props) {
  const { subject } = KINDS[props.draft.kind];
  if (subject === 'account-or-backtest' && !props.draft.isRepeated) return <OneField {...props} />;
  if (subject === 'several') return <SeveralFields {...props} />;
  if (subject === 'job') return <SheetField {...props} />;
  if (subject === 'dataset') return <DatasetField {...props} />;
  return (
    <p className={classes.lead}>
      It is about the account <strong>{props.account.name}</strong>.
    </p>
  );
}

function OneField({ account, draft, problems, onChange }: Props) {
  const backtests = useBacktestNames(account.id);
  const { timeZone } = useSettings();
  const options = (backtests.data?.items ?? []).map((each) => backtestOption(each, timeZone));
  return (
    <NativeSelect
      label="About"
      value={draft.backtest}
      error={problems.backtest}
      onChange={(event) => onChange({ backtest: event.currentTarget.value })}
      data={[{ value: '', label: `The account ${account.name}` }, { group: 'Backtests, the newest first', items: withChosen(options, draft.backtest) }]}
    />
  );
}

function SheetField({ account, draft, problems, onChange }: Props) {
  const sheets = useSheets(account.id);
  const { timeZone } = useSettings();
  const options = (sheets.data?.items ?? []).map((job) => ({ value: job.id, label: `${job.subject || 'A factor'}, ${timeText(job.created_at, 'full', timeZone)}` }));
  return (
    <NativeSelect
      label="Tear sheet"
      description="Factors are judged on the page of factors"
      required
      value={draft.job}
      error={problems.job}
      onChange={(event) => onChange({ job: event.currentTarget.value })}
      data={[{ value: '', label: options.length === 0 && sheets.data ? 'No factor was judged lately' : 'Choose one…' }, ...withChosen(options, draft.job)]}
    />
  );
}

function DatasetField({ draft, problems, onChange }: Props) {
  const datasets = useDatasets();
  const options = (datasets.data?.items ?? []).map((each) => ({ value: each.id, label: datasetLabel(each) }));
  return (
    <NativeSelect
      label="Data set"
      required
      value={draft.dataset}
      error={problems.dataset}
      onChange={(event) => onChange({ dataset: event.currentTarget.value })}
      data={[{ value: '', label: options.length === 0 && datasets.data ? 'There are none yet' : 'Choose one…' }, ...withChosen(options, draft.dataset)]}
    />
  );
}

function datasetLabel({ symbol, interval, kind, from, to, file_name: file }: Dataset): string {
  return `${symbol} ${interval ?? kind}, ${from.slice(0, 10)} to ${to.slice(0, 10)}, ${file}`;
}

function SeveralFields({ account, draft, problems, onChange }: Props) {
  const backtests = useBacktestNames(account.id);
  const accounts = useAccounts();
  const { timeZone } = useSettings();
  const tests = (backtests.data?.items ?? []).map((each) => backtestOption(each, timeZone));
  const others = (accounts.data?.items ?? []).map(accountOption);
  const chosen = draft.accounts.length + (draft.isRepeated ? 0 : draft.backtests.length);
  return (
    <div className={classes.choices}>
      {draft.isRepeated ? null : <Choices label="Backtests" options={tests} chosen={draft.backtests} isFull={chosen >= MOST_COMPARED} onChange={(next) => onChange({ backtests: next })} />}
      <Choices label="Accounts" options={others} chosen={draft.accounts} isFull={chosen >= MOST_COMPARED} onChange={(next) => onChange({ accounts: next })} />
      <p className={problems.backtests ? classes.bad : classes.lead} role={problems.backtests ? 'alert' : undefined}>
        {problems.backtests ?? problems.accounts ?? `${chosen} chosen; from 2 to ${MOST_COMPARED} together.`}
      </p>
    </div>
  );
}

interface ChoicesProps {
  label: string;
  options: Option[];
  chosen: readonly string[];
  isFull: boolean;
  onChange: (chosen: string[]) => void;
}

function Choices({ label, options, chosen, isFull, onChange }: ChoicesProps) {
  const all = chosen.reduce((found, each) => withChosen(found, each), options);
  const toggle = (value: string) => onChange(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  return (
    <fieldset className={classes.group}>
      <legend>{label}</legend>
      {all.length === 0 ? <p className={classes.lead}>There are none yet.</p> : null}
      {all.map(({ value, label: text }) => (
        <Checkbox key={value} size="xs" label={text} checked={chosen.includes(value)} disabled={isFull && !chosen.includes(value)} onChange={() => toggle(value)} />
      ))}
    </fieldset>
  );
}
