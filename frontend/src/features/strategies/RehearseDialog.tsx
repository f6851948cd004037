// Begins a rehearsal: on which data set of each symbol, from when to when, with which version and money.
import { Button, Modal, NativeSelect } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useDatasets } from '../../api/queries';
import type { Dataset, Strategy, StrategyRehearsal, StrategyVersion } from '../../api/types';
import { useSettings } from '../../settings';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { MomentField } from '../../ui/MomentField';
import { Loading } from '../../ui/States';
import { toastGood } from '../../ui/toast';
import { useRehearse, useVersions } from './queries';
import { MoneyFields, ParameterFields, VersionField } from './StartFields';
import { emptyStart, rehearseBody, type RehearsedRange, type StartForm, startProblems, valuesOf } from './startForm';
import classes from './strategies.module.css';

interface Props {
  account: string;
  strategy: Strategy;
  onBegun: (rehearsal: StrategyRehearsal) => void;
  onClose: () => void;
}

export default function RehearseDialog(props: Props) {
  const versions = useVersions(props.account, props.strategy.id);
  return (
    <Modal opened onClose={props.onClose} size="lg" title={`Rehearse ${props.strategy.name}`} closeButtonProps={{ 'aria-label': 'Close, and rehearse nothing' }}>
      {versions.data || versions.error ? <Form {...props} versions={versions.data?.items ?? [props.strategy.version]} /> : <Loading />}
    </Modal>
  );
}

function Form({ account, strategy, versions, onBegun, onClose }: Props & { versions: readonly StrategyVersion[] }) {
  const { timeZone } = useSettings();
  const [form, setForm] = useState(() => emptyStart(strategy.version));
  const [range, setRange] = useState<RehearsedRange>({ datasets: {}, from: '', to: '' });
  const [wasSent, setSent] = useState(false);
  const rehearse = useRehearse(account, strategy.id);
  const version = versions.find((each) => each.version === form.version) ?? strategy.version;
  const datasets = (useDatasets().data?.items ?? []).filter((each) => each.kind !== 'depth');
  const choices = version.symbols.map((symbol) => {
    const found = datasets.filter((each) => each.symbol === symbol);
    return { symbol, found, chosen: found.find((each) => each.id === range.datasets[symbol]) ?? found[0] };
  });
  const missing = choices.find((each) => !each.chosen);
  const problems: Record<string, string> = startProblems({ ...form, hasOwnAccount: true }, version);
  const change = (part: Partial<StartForm>) => {
    if (rehearse.error) rehearse.reset(); // what was refused is no longer what is asked
    setForm((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (missing || Object.keys(problems).length > 0) return;
    const chosen = Object.fromEntries(choices.map((each) => [each.symbol, each.chosen?.id ?? '']));
    rehearse
      .writeAsync(rehearseBody(form, version, { ...range, datasets: chosen }, timeZone))
      .then((begun) => {
        toastGood('Rehearsal begun.', 'It ends by itself with the data.');
        onBegun(begun);
      })
      .catch(() => undefined); // shown at the fields and below
  };
  const fields: Record<string, string> = { ...(rehearse.error?.fields ?? {}), ...(wasSent ? problems : {}) };
  return (
    <CheckedForm label="Rehearse" fault={rehearse.error} onSubmit={submit}>
      <p className={classes.lead}>The data is played through at full speed in a market of its own. Neither your accounts nor the market that plays now know of it.</p>
      <VersionField versions={versions} form={form} fields={fields} onChoose={(next) => change({ version: next.version, values: valuesOf(next) })} />
      {choices.map(({ symbol, found, chosen }, place) => (
        <NativeSelect
          key={symbol}
          size="xs"
          label={choices.length > 1 ? `Data set of ${symbol}` : 'Data set'}
          value={chosen?.id ?? ''}
          error={chosen || !wasSent ? place === 0 && (fields.dataset ?? fields.datasets) : `There is no data set of ${symbol}; import one on the Data page.`}
          onChange={(event) => setRange({ ...range, datasets: { ...range.datasets, [symbol]: event.currentTarget.value } })}
          data={found.map((each) => ({ value: each.id, label: datasetLabel(each) }))}
        />
      ))}
      <div className={classes.bound}>
        <MomentField size="xs" label="From" value={range.from} error={fields.start} onChange={(from) => setRange({ ...range, from })} />
        <MomentField size="xs" label="To" value={range.to} error={fields.end} onChange={(to) => setRange({ ...range, to })} />
      </div>
      <ParameterFields version={version} form={form} fields={fields} onChange={change} />
      <MoneyFields form={form} fields={fields} onChange={change} />
      {rehearse.error ? <ErrorNote fault={rehearse.error} title="It was not rehearsed" /> : null}
      <div className="row">
        <Button type="submit" loading={rehearse.isPending}>
          Rehearse version {form.version}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </div>
    </CheckedForm>
  );
}

function datasetLabel({ symbol, interval, kind, from, to }: Dataset): string {
  return `${symbol} ${interval ?? kind}, ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
}
