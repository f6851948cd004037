// What reports can be made: the kinds, what each is about, the formats, and how schedules say when.
import type { Report, ReportIn, Schedule } from '../../api/types';

export type Kind = ReportIn['kind'];
export type Format = ReportIn['format'];
export type Method = ReportIn['method'];
export type Span = Schedule['span'];

/** What a report is made of: an account's ledger, one backtest, several things, a tear sheet, a data set. */
export type Subject = 'account' | 'account-or-backtest' | 'several' | 'job' | 'dataset';

interface KindWords {
  label: string;
  about: string;
  subject: Subject;
}

export const KINDS: Readonly<Record<Kind, KindWords>> = {
  performance: { label: 'Performance', about: 'The tear sheet: equity beside the benchmark, drawdowns, returns by month, ratios, costs', subject: 'account-or-backtest' },
  trades: { label: 'Trades', about: 'Every round trip, and how they fall by symbol, side, month and time held', subject: 'account-or-backtest' },
  risk: { label: 'Risk', about: 'Ratios, drawdowns, value at risk, the worst days; of an account also its limits', subject: 'account-or-backtest' },
  execution: { label: 'Execution', about: 'What was filled of what was asked, why the rest was not, and what it cost', subject: 'account' },
  realised: { label: 'Realised profit', about: 'Profit lot by lot, what is still held, what the other methods would have said', subject: 'account' },
  statement: { label: 'Statement', about: 'Day by day: began with, came in, profit, ended with; balances, positions, fills', subject: 'account' },
  comparison: { label: 'Comparison', about: 'Growth, drawdowns and figures of 2 to 12 backtests and accounts, side by side', subject: 'several' },
  factor: { label: 'Factor', about: 'Rank IC, decay, quantiles and coverage of a factor that was judged', subject: 'job' },
  data: { label: 'Data quality', about: 'Verdict, findings with remedies, gaps, what was repaired', subject: 'dataset' },
};

export const KIND_NAMES = Object.keys(KINDS) as Kind[];
export const kindOf = (text: string | null): Kind | null => KIND_NAMES.find((each) => each === text) ?? null;

/** Only what is about accounts goes on changing. */
export const isScheduled = (kind: Kind): boolean => KINDS[kind].subject !== 'job' && KINDS[kind].subject !== 'dataset';

/** Whether a part of the time can be asked for. */
export const hasPeriod = (kind: Kind): boolean => isScheduled(kind);

export const FORMATS: Readonly<Record<Format, string>> = {
  html: 'HTML, to read here',
  pdf: 'PDF, for paper and mail',
  xlsx: 'Excel',
  csv: 'CSV, for other spreadsheets',
  json: 'JSON, for programs',
};
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
/** As it is called in a list. */
export const formatName = (format: Format): string => (format === 'xlsx' ? 'Excel' : format.toUpperCase());

export const METHODS: Readonly<Record<Method, string>> = {
  fifo: 'First in, first out',
  lifo: 'Last in, first out',
  average: 'Average cost',
};
export const METHOD_NAMES = Object.keys(METHODS) as Method[];

export const SPANS: Readonly<Record<Span, string>> = {
  '1d': 'The last day',
  '1w': 'The last week',
  '1m': 'The last 30 days',
  '3m': 'The last 90 days',
  '1y': 'The last year',
  all: 'The whole epoch',
};
export const SPAN_NAMES = Object.keys(SPANS) as Span[];

/** The usual rhythms, as the gateway keeps them. */
export const RHYTHMS = { daily: '0 0 * * *', weekly: '0 0 * * 1', monthly: '0 0 1 * *' } as const;
export type Rhythm = keyof typeof RHYTHMS | 'cron';
export const RHYTHM_WORDS: Readonly<Record<Rhythm, string>> = {
  daily: 'Every day at midnight',
  weekly: 'Every Monday at midnight',
  monthly: 'On the first of each month at midnight',
  cron: 'As five fields of cron say',
};
export const RHYTHM_NAMES = Object.keys(RHYTHM_WORDS) as Rhythm[];

export function rhythmOf(every: string): Rhythm {
  return (Object.keys(RHYTHMS) as (keyof typeof RHYTHMS)[]).find((each) => RHYTHMS[each] === every) ?? 'cron';
}

/** When a schedule is due, in words where it is one of the usual rhythms. */
export function everyWords({ every, time_zone }: Pick<Schedule, 'every' | 'time_zone'>): string {
  const rhythm = rhythmOf(every);
  return `${rhythm === 'cron' ? `Cron ${every}` : RHYTHM_WORDS[rhythm]}, ${time_zone}`;
}

/** What a report is called in a list: by its maker, else by its content. */
export function nameOf(report: Pick<Report, 'name' | 'title'>): string {
  return report.name || report.title;
}
