// How a run starts, as it is typed, and what is sent for it.
import type { RehearseIn, StrategyStartIn, StrategyVersion } from '../../api/types';
import type { TimeZone } from '../../ui/format';
import { momentOf } from '../../ui/moments';
import { numberOf } from '../../ui/numbers';
import { rulesOf } from '../../ui/strategy/versions';
import { boundsOf } from './strategyDraft';

/** Presets of docs/fills.md; numbers of one's own are for programs of the API. */
export const FILL_POLICIES = ['realistic', 'pessimistic', 'ideal', 'binance-spot', 'alpaca-paper'] as const;

export const LIMITS = {
  max_order_notional: 'Value of an order, quote asset',
  max_position_notional: 'Value of a position, quote asset',
  max_leverage: 'Leverage, × equity',
  max_daily_loss: 'Daily loss, quote asset',
  max_drawdown_percent: 'Drawdown, %',
} as const;
export type LimitName = keyof typeof LIMITS;
export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[];

export interface StartForm {
  version: number;
  /** As typed, of the parameters that have bounds. */
  values: Record<string, string>;
  hasOwnAccount: boolean;
  cash: string;
  makerBps: string;
  takerBps: string;
  fillPolicy: (typeof FILL_POLICIES)[number];
  limits: Record<LimitName, string>;
  waitsForWarmUp: boolean;
}

export function emptyStart(version: StrategyVersion): StartForm {
  return {
    version: version.version,
    values: valuesOf(version),
    hasOwnAccount: true,
    cash: '100000',
    makerBps: '2',
    takerBps: '5',
    fillPolicy: 'realistic',
    limits: Object.fromEntries(LIMIT_NAMES.map((name) => [name, ''])) as StartForm['limits'],
    waitsForWarmUp: true,
  };
}

export interface Parameter {
  name: string;
  value: number;
  /** Null: it keeps its value. */
  bound: { least: string; most: string } | null;
}

export function parametersOf(version: StrategyVersion): Parameter[] {
  const bounds = boundsOf(version.bounds);
  return Object.entries((rulesOf(version).parameters ?? {}) as Record<string, number>).map(([name, value]) => ({ name, value, bound: bounds[name] ?? null }));
}

/** What those with bounds have in a version. */
export function valuesOf(version: StrategyVersion): Record<string, string> {
  return Object.fromEntries(parametersOf(version).flatMap(({ name, value, bound }) => (bound ? [[name, String(value)]] : [])));
}

/** What cannot even be asked, by the gateway's names of the fields. */
export function startProblems(form: StartForm, version: StrategyVersion): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, bound } of parametersOf(version)) {
    if (!bound) continue;
    const value = numberOf(form.values[name] ?? '');
    if (value === null || value < Number(bound.least) || value > Number(bound.most)) found[`parameters.${name}`] = `From ${bound.least} to ${bound.most}.`;
  }
  if (!form.hasOwnAccount) return found;
  const number = (field: string, text: string) => {
    if (numberOf(text) === null) found[field] = 'Type a number.';
  };
  number('cash', form.cash);
  number('fees.maker_bps', form.makerBps);
  number('fees.taker_bps', form.takerBps);
  for (const name of LIMIT_NAMES) if (form.limits[name].trim()) number(`risk_limits.${name}`, form.limits[name]);
  return found;
}

/** `startProblems` has nothing against it. Values that are the version's own are left out. */
export function startBody(form: StartForm, version: StrategyVersion): StrategyStartIn {
  const changed = parametersOf(version).filter(({ name, value, bound }) => bound && Number(form.values[name]) !== value);
  const limits = LIMIT_NAMES.filter((name) => form.limits[name].trim() !== '');
  return {
    version: form.version,
    parameters: Object.fromEntries(changed.map(({ name }) => [name, Number(form.values[name])])),
    own_account: form.hasOwnAccount,
    wait_for_warm_up: form.waitsForWarmUp,
    ...(form.hasOwnAccount
      ? {
          cash: form.cash.trim(),
          fees: { maker_bps: Number(form.makerBps), taker_bps: Number(form.takerBps) },
          fill_policy: form.fillPolicy,
          ...(limits.length > 0 ? { risk_limits: { ...Object.fromEntries(limits.map((name) => [name, form.limits[name].trim()])), on_breach: 'HALTED' as const, close_on_breach: false } } : {}),
        }
      : {}),
  };
}

export interface RehearsedRange {
  /** By the symbols that are traded, the data set of each. */
  datasets: Readonly<Record<string, string>>;
  /** Fields of moments, empty: without a bound. */
  from: string;
  to: string;
}

/** `startProblems` has nothing against it. */
export function rehearseBody(form: StartForm, version: StrategyVersion, { datasets, from, to }: RehearsedRange, zone: TimeZone): RehearseIn {
  const chosen = Object.values(datasets);
  const { parameters, cash, fees, fill_policy } = startBody({ ...form, hasOwnAccount: true }, version);
  const data = chosen.length === 1 ? { dataset: chosen[0] } : { datasets: chosen };
  return { ...data, start: momentOf(from, zone), end: momentOf(to, zone), version: form.version, parameters, cash: cash ?? null, fees: fees ?? null, fill_policy };
}
