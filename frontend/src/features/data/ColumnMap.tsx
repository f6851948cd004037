// How a file would be read: its first rows, and which column is taken for what.
import { NativeSelect, TextInput } from '@mantine/core';
import type { FilePreview } from '../../api/types';
import classes from './data.module.css';
import type { ImportForm } from './imports';

const ROLES = {
  candles: ['time', 'open', 'high', 'low', 'close', 'volume'],
  trades: ['time', 'price', 'quantity', 'side'],
  quotes: ['time', 'bid', 'ask', 'bid_size', 'ask_size'],
  depth: [],
} as const;
const SHOWN_ROWS = 6;

interface Props {
  preview: FilePreview;
  form: ImportForm;
  onChange: (columns: Record<string, string>) => void;
}

export function ColumnMap({ preview, form, onChange }: Props) {
  const kind = form.kind || preview.kind || 'candles';
  const names = preview.column_names;
  const columnOf = (role: string) => form.columns[role] ?? preview.columns[role] ?? '';
  const set = (role: string, column: string) => {
    // The gateway takes a map as a whole, so what was found goes with what was changed.
    const found = Object.fromEntries([...ROLES[kind]].filter((each) => columnOf(each)).map((each) => [each, columnOf(each)]));
    const next: Record<string, string> = { ...found, ...form.columns, [role]: column };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')));
  };
  return (
    <div className="stack">
      {preview.problem ? (
        <p className={classes.problem} role="alert">
          {preview.problem}
        </p>
      ) : null}
      <div className="soft small">
        {preview.file_format}; {preview.kind ?? 'kind not recognised'}; {preview.time_format ?? 'times not recognised'}
        {preview.time_zone ? `, ${preview.time_zone}` : ''}
      </div>
      <div className={classes.fields}>
        {ROLES[kind].map((role) => (
          <NativeSelect
            key={role}
            size="xs"
            label={role.charAt(0).toUpperCase() + role.slice(1)}
            value={columnOf(role)}
            onChange={(event) => set(role, event.currentTarget.value)}
            data={[{ value: '', label: '—' }, ...names.map((name) => ({ value: name, label: name }))]}
          />
        ))}
        <TextInput
          key={form.columns.time_format ?? ''}
          size="xs"
          label="Time format"
          placeholder="%d/%m/%Y %H:%M"
          defaultValue={form.columns.time_format ?? ''}
          onBlur={(event) => {
            const format = event.currentTarget.value.trim();
            if (format !== (form.columns.time_format ?? '')) set('time_format', format);
          }}
        />
      </div>
      <FirstRows preview={preview} />
      {preview.notes.length > 0 ? <p className="soft small">{preview.notes.join(' ')}</p> : null}
    </div>
  );
}

function FirstRows({ preview }: { preview: FilePreview }) {
  return (
    <div className={classes.rows} tabIndex={0} role="region" aria-label="First rows of the file">
      <table>
        <thead>
          <tr>
            {preview.column_names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.slice(0, SHOWN_ROWS).map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
