// Files on their way into the gateway: a look at the head of one, its import, and what came of it.
import { useMutation } from '@tanstack/react-query';
import { upload } from '../../api/client';
import type { ApiError } from '../../api/errors';
import { newKey } from '../../api/intent';
import type { Dataset, FilePreview, Job } from '../../api/types';

/** So much of a text file is enough to see how it is laid out. */
const HEAD_BYTES = 256 * 1024;
/** Packed and columnar files cannot be cut; larger ones are imported without a look. */
export const MAX_WHOLE_PREVIEW_BYTES = 32 * 1024 * 1024;

export interface ImportForm {
  symbol: string;
  kind: '' | Dataset['kind'];
  interval: string;
  /** Which side of bars with a bid and an ask; empty: the middle. */
  price: '' | 'bid' | 'ask';
  /** A panel of closing prices is taken as candles without a range. */
  isCloses: boolean;
  /** Column of each role where it differs from what was found. */
  columns: Record<string, string>;
}

export const EMPTY_FORM: ImportForm = { symbol: '', kind: '', interval: '', price: '', isCloses: false, columns: {} };

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
  if (form.price) data.set('price', form.price);
  if (form.isCloses) data.set('closes', 'true');
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

/** What an import made: a data set for each symbol of the file, and those that could not be taken. */
export interface Imported {
  datasets: Pick<Dataset, 'id' | 'symbol' | 'kind' | 'interval' | 'rows'>[];
  refused: { name: string; code: string; message: string }[];
  /** Of `refused` the first ones are named. */
  refusedCount: number;
}

export function importedOf(result: unknown): Imported | null {
  if (typeof result !== 'object' || result === null) return null;
  if ('datasets' in result) {
    const several = result as Omit<Imported, 'refusedCount'> & { refused_count: number };
    return { datasets: several.datasets, refused: several.refused, refusedCount: several.refused_count };
  }
  return { datasets: [result as Imported['datasets'][number]], refused: [], refusedCount: 0 };
}

const KIND_WORDS: Record<Dataset['kind'], string> = { candles: 'candles', trades: 'Trades', quotes: 'Quotes', depth: 'Order book' };

export function kindWords({ kind, interval }: Pick<Dataset, 'kind' | 'interval'>): string {
  return kind === 'candles' ? `${interval ?? ''} candles`.trim() : KIND_WORDS[kind];
}
