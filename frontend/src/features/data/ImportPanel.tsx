// A file on its way in: choose it, see how it is read, mend the columns, import it, and watch it go.
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, type DragEvent, useEffect, useState } from 'react';
import { newKey } from '../../api/intent';
import { keys } from '../../api/keys';
import { INTERVALS } from '../../api/types';
import { announce } from '../../ui/announce';
import { ErrorNote } from '../../ui/ErrorNote';
import { bytes, grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { toastFault } from '../../ui/toast';
import { ColumnMap } from './ColumnMap';
import classes from './data.module.css';
import { canPreview, EMPTY_FORM, type Imported, type ImportForm, importedOf, kindWords, useImport, usePreview } from './imports';
import { JobProgress } from '../../ui/JobProgress';
import { isEnded, useJob } from '../../api/jobs';

const SAMPLE = '/samples/SAMPLE-USDT-1m.csv';

interface Props {
  account: string;
  onImported: (id: string) => void;
}

export function ImportPanel({ account, onImported }: Props) {
  const { file, form, jobId, preview, start, take, change, submit, again } = useImporting(account);
  const job = useJob(account, jobId);
  const imported = job.data?.status === 'succeeded' ? importedOf(job.data.result) : null;
  useImportedNews(imported?.datasets[0]?.id ?? null, onImported);
  return (
    <Panel title="Import a file">
      {file === null ? <Chooser onFile={take} /> : null}
      {file !== null && jobId === null ? (
        <div className="stack">
          <div className="row">
            <strong>{file.name}</strong> <span className="soft">{bytes(file.size)}</span>
            <Button size="compact-xs" variant="default" onClick={again}>
              Another file
            </Button>
          </div>
          <Fields form={form} found={preview.data?.symbol ?? null} onChange={(part) => change(part, 'kind' in part || 'price' in part || 'isCloses' in part)} fields={start.error?.fields ?? preview.error?.fields ?? {}} />
          {preview.isPending ? <p className="soft">Looking at the file…</p> : null}
          {preview.error ? <ErrorNote fault={preview.error} title="The file cannot be read like this" /> : null}
          {preview.data ? <ColumnMap preview={preview.data} form={form} onChange={(columns) => change({ columns }, true)} /> : null}
          {canPreview(file) ? null : <p className="soft small">It is too large to look at first; the import itself tells what is wrong.</p>}
          {start.error ? <ErrorNote fault={start.error} title="The import was refused" /> : null}
          <Button onClick={submit} loading={start.isPending}>
            Import {file.name}
          </Button>
        </div>
      ) : null}
      {job.data ? <JobProgress job={job.data} account={account} /> : null}
      {imported ? <WhatCame imported={imported} onChoose={onImported} /> : null}
      {job.error ? <ErrorNote fault={job.error} onRetry={() => void job.refetch()} /> : null}
      {job.data && isEnded(job.data) ? (
        <Button variant="default" onClick={again}>
          Import another file
        </Button>
      ) : null}
    </Panel>
  );
}

/** A file from being chosen to being on its way, with what was said about it. */
function useImporting(account: string) {
  const [file, setFile] = useState<File | null>(null);
  const [form, setForm] = useState<ImportForm>(EMPTY_FORM);
  const [jobId, setJobId] = useState<string | null>(null);
  const preview = usePreview(account);
  const start = useImport(account);
  const look = (chosen: File, wanted: ImportForm) => {
    if (canPreview(chosen)) preview.mutate({ file: chosen, form: wanted });
    else preview.reset();
  };
  const again = () => {
    setFile(null);
    setForm(EMPTY_FORM);
    setJobId(null);
    start.reset();
    preview.reset();
  };
  const take = (chosen: File) => {
    again();
    setFile(chosen);
    look(chosen, EMPTY_FORM);
  };
  const change = (part: Partial<ImportForm>, isLookedAt = false) => {
    const next = { ...form, ...part };
    setForm(next);
    if (isLookedAt && file) look(file, next);
  };
  const submit = () => {
    if (file) start.mutate({ file, form, key: newKey() }, { onSuccess: (started) => setJobId(started.id) });
  };
  return { file, form, jobId, preview, start, take, change, submit, again };
}

/** Of a file of several symbols: each that came, and each that could not be taken. */
function WhatCame({ imported, onChoose }: { imported: Imported; onChoose: (id: string) => void }) {
  const { datasets, refused, refusedCount } = imported;
  if (datasets.length + refusedCount < 2) return null;
  return (
    <div className={classes.came} tabIndex={0} role="region" aria-label="What was imported">
      <ul>
        {datasets.map((each) => (
          <li key={each.id}>
            <button type="button" className={classes.choose} onClick={() => onChoose(each.id)}>
              {each.symbol}
            </button>{' '}
            <span className="soft">
              {kindWords(each)}, {grouped(String(each.rows))} rows
            </span>
          </li>
        ))}
        {refused.map((each) => (
          <li key={each.name} className={classes.problem}>
            <strong>✕ {each.name}</strong> {each.message}
          </li>
        ))}
      </ul>
      {refusedCount > refused.length ? <p className="soft small">{grouped(String(refusedCount))} were not taken; the first ones are shown.</p> : null}
    </div>
  );
}

/** Once: the lists are asked for anew, and the new data set is shown. */
function useImportedNews(id: string | null, onImported: (id: string) => void): void {
  const client = useQueryClient();
  useEffect(() => {
    if (id === null) return;
    announce('The import is done.');
    void client.invalidateQueries({ queryKey: keys.datasets, exact: true });
    void client.invalidateQueries({ queryKey: keys.symbols });
    onImported(id);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each import
  }, [id]);
}

function Chooser({ onFile }: { onFile: (file: File) => void }) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped) onFile(dropped);
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.currentTarget.files?.[0];
    if (chosen) onFile(chosen);
  };
  const sample = () => {
    fetch(SAMPLE)
      .then((response) => response.blob())
      .then((blob) => onFile(new File([blob], SAMPLE.replace('/samples/', ''), { type: 'text/csv' })))
      .catch((fault: unknown) => toastFault('The sample cannot be loaded.', fault));
  };
  return (
    <div className={classes.chooser} data-over={isOver || undefined} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <p>
        Candles, trades or quotes as CSV, Parquet or Feather, or a recording of an order book; also gzipped, or zipped with one file for
        each symbol. Drop a file here, or
      </p>
      <div className="row">
        <label className={classes.file}>
          Choose a file
          <input type="file" onChange={choose} accept=".csv,.tsv,.txt,.parquet,.feather,.arrow,.gz,.zip" />
        </label>
        <Button variant="default" onClick={sample}>
          Take the sample file
        </Button>
      </div>
    </div>
  );
}

interface FieldsProps {
  form: ImportForm;
  found: string | null;
  onChange: (part: Partial<ImportForm>) => void;
  fields: Record<string, string>;
}

function Fields({ form, found, onChange, fields }: FieldsProps) {
  return (
    <div className={classes.fields}>
      <TextInput label="Symbol" placeholder={found ?? 'BASE-QUOTE'} value={form.symbol} error={fields.symbol} onChange={(event) => onChange({ symbol: event.currentTarget.value })} />
      <NativeSelect
        label="Kind"
        value={form.kind}
        error={fields.kind}
        onChange={(event) => onChange({ kind: event.currentTarget.value as ImportForm['kind'] })}
        data={[
          { value: '', label: 'As found' },
          { value: 'candles', label: 'Candles' },
          { value: 'trades', label: 'Trades' },
          { value: 'quotes', label: 'Quotes' },
          { value: 'depth', label: 'Order book' },
        ]}
      />
      <NativeSelect label="Interval" value={form.interval} disabled={form.kind !== '' && form.kind !== 'candles'} error={fields.interval} onChange={(event) => onChange({ interval: event.currentTarget.value })} data={[{ value: '', label: 'As found' }, ...INTERVALS.map((value) => ({ value, label: value }))]} />
      <details className={classes.more}>
        <summary>Of bid and ask, or closing prices alone</summary>
        <NativeSelect
          size="xs"
          label="Price of bars with a bid and an ask"
          value={form.price}
          error={fields.price}
          onChange={(event) => onChange({ price: event.currentTarget.value as ImportForm['price'] })}
          data={[
            { value: '', label: 'The middle' },
            { value: 'bid', label: 'Bid' },
            { value: 'ask', label: 'Ask' },
          ]}
        />
        <Checkbox
          size="xs"
          label="A column of closing prices for each symbol"
          checked={form.isCloses}
          error={fields.closes}
          onChange={(event) => onChange({ isCloses: event.currentTarget.checked })}
        />
      </details>
    </div>
  );
}
