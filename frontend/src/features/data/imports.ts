// Files on their way into the gateway: a look at the head of one, and its import as a job.
import { useMutation, useQuery } from '@tanstack/react-query';
import { call, upload } from '../../api/client';
import type { ApiError } from '../../api/errors';
import { newKey } from '../../api/intent';
import type { FilePreview, Job } from '../../api/types';

/** So much of a text file is enough to see how it is laid out. */
const HEAD_BYTES = 256 * 1024;
/** Packed and columnar files cannot be cut; larger ones are imported without a look. */
export const MAX_WHOLE_PREVIEW_BYTES = 32 * 1024 * 1024;

export interface ImportForm {
  symbol: string;
  kind: '' | 'candles' | 'trades' | 'quotes';
  interval: string;
  /** Column of each role where it differs from what was found. */
  columns: Record<string, string>;
}

export const EMPTY_FORM: ImportForm = { symbol: '', kind: '', interval: '', columns: {} };

function isText(name: string): boolean {
  return /\.(csv|tsv|txt)$/i.test(name);
}

export function canPreview(file: Pick<File, 'name' | 'size'>): boolean {
  return isText(file.name) || file.size <= MAX_WHOLE_PREVIEW_BYTES;
}

/** The head of a text file up to its last whole line; another file as it is. */
export async function headOf(file: File): Promise<File> {
  if (!isText(file.name) || file.size <= HEAD_BYTES) return file;
  const text = await file.slice(0, HEAD_BYTES).text();
  return new File([text.slice(0, text.lastIndexOf('\n') + 1)], file.name);
}

export function formOf(file: File, form: ImportForm, hasInterval: boolean): FormData {
  const data = new FormData();
  data.set('file', file, file.name);
  if (form.symbol.trim()) data.set('symbol', form.symbol.trim().toUpperCase());
  if (form.kind) data.set('kind', form.kind);
  if (hasInterval && form.interval) data.set('interval', form.interval);
  if (Object.keys(form.columns).length > 0) data.set('columns', JSON.stringify(form.columns));
  return data;
}

export function usePreview(account: string) {
  return useMutation<FilePreview, ApiError, { file: File; form: ImportForm }>({
    mutationFn: async ({ file, form }) =>
      (await upload('/api/v1/datasets/preview/', formOf(await headOf(file), form, false), account, newKey())) as FilePreview,
  });
}

export function useImport(account: string) {
  return useMutation<Job, ApiError, { file: File; form: ImportForm; key: string }>({
    mutationFn: async ({ file, form, key }) => (await upload('/api/v1/datasets/', formOf(file, form, true), account, key)) as Job,
  });
}

const ENDED = new Set<Job['status']>(['succeeded', 'failed', 'canceled', 'interrupted']);

export function isEnded(job: Job): boolean {
  return ENDED.has(job.status);
}

/** The job as it stands, asked for until it has ended. */
export function useJob(account: string, id: string | null) {
  return useQuery<Job>({
    queryKey: ['jobs', account, id],
    enabled: id !== null,
    queryFn: ({ signal }) => call('get', '/api/v1/jobs/{id}/', { path: { id: id ?? '' }, account, signal }),
    refetchInterval: (query) => (query.state.data && isEnded(query.state.data) ? false : 400),
  });
}
