// A report, or a schedule of them, as the fields of its form: out of an address, into a request, and refusals at their fields.
import type { ApiError } from '../../api/errors';
import type { ReportIn, Schedule, ScheduleChangeIn, ScheduleIn } from '../../api/types';
import type { TimeZone } from '../../ui/format';
import { fieldText, momentOf } from '../../ui/moments';
import { type Format, FORMAT_NAMES, hasPeriod, isScheduled, type Kind, kindOf, KINDS, type Method, METHOD_NAMES, type Rhythm, rhythmOf, type Span } from './kinds';

export interface Draft {
  kind: Kind;
  format: Format;
  name: string;
  /** What it is about, as the kind has it; an empty backtest means the account. */
  backtest: string;
  backtests: readonly string[];
  accounts: readonly string[];
  job: string;
  dataset: string;
  epoch: string;
  /** As the browser's field has it. */
  from: string;
  to: string;
  timeZone: string;
  method: Method;
  isRepeated: boolean;
  rhythm: Rhythm;
  cron: string;
  span: Span;
  keep: string;
}

export const MOST_COMPARED = 12;
export const MOST_KEPT = 100;
const DEFAULT_KEEP = '30';
const EXAMPLE_CRON = '30 6 * * 1-5';

export function emptyDraft(kind: Kind, timeZone: string): Draft {
  return {
    kind,
    format: 'html',
    name: '',
    backtest: '',
    backtests: [],
    accounts: [],
    job: '',
    dataset: '',
    epoch: '',
    from: '',
    to: '',
    timeZone,
    method: 'fifo',
    isRepeated: false,
    rhythm: 'daily',
    cron: EXAMPLE_CRON,
    span: '1d',
    keep: DEFAULT_KEEP,
  };
}

/** What the form was opened with: `make` is the kind, the other names are those of a request. */
export const PLACE_NAMES = ['make', 'format', 'name', 'backtest', 'backtests', 'accounts', 'job', 'dataset', 'epoch', 'from', 'to', 'time_zone', 'method', 'repeat'] as const;

const listOf = (text: string | null): string[] => [...new Set((text ?? '').split(',').filter(Boolean))].slice(0, MOST_COMPARED);

/** The form as an address asks for it; null where it asks for none. */
export function draftIn(search: URLSearchParams, zone: TimeZone, timeZone: string): Draft | null {
  if (!search.has('make')) return null;
  const kind = kindOf(search.get('make')) ?? 'performance';
  const text = (name: (typeof PLACE_NAMES)[number]) => search.get(name) ?? '';
  const moment = (name: 'from' | 'to') => (Number.isNaN(Date.parse(text(name))) ? '' : fieldText(text(name), zone));
  return {
    ...emptyDraft(kind, text('time_zone') || timeZone),
    format: FORMAT_NAMES.find((each) => each === text('format')) ?? 'html',
    name: text('name').slice(0, 200),
    backtest: text('backtest'),
    backtests: listOf(search.get('backtests')),
    accounts: listOf(search.get('accounts')),
    job: text('job'),
    dataset: text('dataset'),
    epoch: text('epoch').replace(/\D/g, ''),
    from: moment('from'),
    to: moment('to'),
    method: METHOD_NAMES.find((each) => each === text('method')) ?? 'fifo',
    isRepeated: text('repeat') !== '' && isScheduled(kind),
  };
}

/** The address of the form for what was asked before, in another format perhaps. */
export function searchOf(asked: unknown, format?: Format): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries((asked ?? {}) as Record<string, unknown>)) {
    const place = name === 'kind' ? 'make' : name;
    if (!PLACE_NAMES.some((each) => each === place)) continue;
    if (Array.isArray(value)) found[place] = value.join(',');
    else if (typeof value === 'string' || typeof value === 'number') found[place] = String(value);
  }
  return format ? { ...found, format } : found;
}

const orNull = (text: string): string | null => text.trim() || null;

type Subjects = Pick<ReportIn, 'backtest' | 'backtests' | 'accounts' | 'job' | 'dataset'>;

/** What belongs to the kind, and nothing else: what was chosen for another kind is kept in the form and not sent. */
function subjectsOf(draft: Draft): Subjects {
  const { subject } = KINDS[draft.kind];
  if (subject === 'account-or-backtest') return { backtest: draft.isRepeated ? null : orNull(draft.backtest) };
  if (subject === 'several') return { backtests: draft.isRepeated ? [] : [...draft.backtests], accounts: [...draft.accounts] };
  if (subject === 'job') return { job: orNull(draft.job) };
  return subject === 'dataset' ? { dataset: orNull(draft.dataset) } : {};
}

function sharedOf(draft: Draft) {
  const { kind, format, method } = draft;
  return { kind, format, name: draft.name.trim(), time_zone: draft.timeZone.trim(), method, ...subjectsOf(draft) };
}

/** Whether an epoch can be told: of the account alone, and of its past. */
export function hasEpoch({ kind, backtest, isRepeated }: Draft): boolean {
  const { subject } = KINDS[kind];
  return !isRepeated && (subject === 'account' || (subject === 'account-or-backtest' && backtest === ''));
}

export function reportBody(draft: Draft, zone: TimeZone): ReportIn {
  const period = hasPeriod(draft.kind) ? { from: momentOf(draft.from, zone), to: momentOf(draft.to, zone) } : {};
  return { ...sharedOf(draft), ...period, ...(hasEpoch(draft) && draft.epoch ? { epoch: Number(draft.epoch) } : {}) };
}

export function everyOf({ rhythm, cron }: Pick<Draft, 'rhythm' | 'cron'>): string {
  return rhythm === 'cron' ? cron.trim() : rhythm;
}

export function scheduleBody(draft: Draft): ScheduleIn {
  return { ...sharedOf(draft), every: everyOf(draft), span: draft.span, keep: Number(draft.keep) };
}

/** What of a schedule can be changed. */
export type Rhythms = Pick<Draft, 'rhythm' | 'cron' | 'span' | 'keep'>;

export function rhythmsOf({ every, span, keep }: Schedule): Rhythms {
  const rhythm = rhythmOf(every);
  return { rhythm, cron: every, span, keep: String(keep) };
}

export function changeBody(rhythms: Rhythms): ScheduleChangeIn {
  return { every: everyOf(rhythms), span: rhythms.span, keep: Number(rhythms.keep) };
}

const FIELDS: Record<string, keyof Draft> = {
  kind: 'kind',
  format: 'format',
  name: 'name',
  backtest: 'backtest',
  backtests: 'backtests',
  accounts: 'accounts',
  job: 'job',
  dataset: 'dataset',
  epoch: 'epoch',
  from: 'from',
  to: 'to',
  time_zone: 'timeZone',
  method: 'method',
  every: 'cron',
  span: 'span',
  keep: 'keep',
};

export type Problems = Partial<Record<keyof Draft, string>>;

/** What keeps the form from being sent, said at the fields before anybody is asked. */
export function missingOf(draft: Draft): Problems {
  const problems: Problems = {};
  const { subject } = KINDS[draft.kind];
  const compared = draft.accounts.length + (draft.isRepeated ? 0 : draft.backtests.length);
  if (subject === 'several' && (compared < 2 || compared > MOST_COMPARED)) problems.backtests = `Choose from 2 to ${MOST_COMPARED} together.`;
  if (subject === 'job' && !draft.job) problems.job = 'Choose a tear sheet.';
  if (subject === 'dataset' && !draft.dataset) problems.dataset = 'Choose a data set.';
  if (draft.isRepeated) Object.assign(problems, rhythmProblems(draft));
  return problems;
}

export function rhythmProblems({ keep }: Rhythms): Problems {
  const isWhole = /^\d{1,3}$/.test(keep) && Number(keep) >= 1 && Number(keep) <= MOST_KEPT;
  return isWhole ? {} : { keep: `A whole number from 1 to ${MOST_KEPT}.` };
}

/** What was refused, by the field it stands at; `isElsewhere` where some of it has no field. */
export function problemsOf(fault: ApiError | null): { problems: Problems; isElsewhere: boolean } {
  if (!fault) return { problems: {}, isElsewhere: false };
  const problems: Problems = {};
  let isElsewhere = false;
  for (const [name, text] of Object.entries(fault.fields)) {
    const field = FIELDS[name.replace(/\.\d+$/, '')];
    if (field) problems[field] ??= text;
    else isElsewhere = true;
  }
  return { problems, isElsewhere: isElsewhere || Object.keys(problems).length === 0 };
}
