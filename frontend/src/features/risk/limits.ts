// Limits in words, and between what is typed and what is sent.
import type { LimitUse, RiskLimits, RiskLimitsIn } from '../../api/types';
import { compare, rounded } from '../../ui/decimal';
import { decimal, trimmed } from '../../ui/format';

type Lists = 'restricted_symbols' | 'symbols' | 'on_breach' | 'close_on_breach';
export type AmountName = Exclude<keyof RiskLimits, Lists>;
export type SymbolAmountName = Exclude<keyof RiskLimits['symbols'][number], 'symbol'>;

interface Words {
  label: string;
  unit: string;
  /** What is held to it. */
  about: string;
  isWhole?: boolean;
}

export const AMOUNTS: Record<AmountName, Words> = {
  max_order_notional: { label: 'Value of an order', unit: 'quote asset', about: 'At its limit or stop price, or the worst it would take.' },
  max_position_notional: { label: 'Value of a position', unit: 'quote asset', about: 'Of any one symbol, with all open orders.' },
  max_open_orders: { label: 'Open orders', unit: '', about: 'Orders that wait at the same time.', isWhole: true },
  max_orders_per_second: { label: 'Orders a second', unit: '', about: 'Accepted or changed, by the market’s clock.', isWhole: true },
  price_collar_percent: { label: 'Price collar', unit: '%', about: 'How far from the last price an order may be.' },
  max_leverage: { label: 'Leverage', unit: '× equity', about: 'All positions with all open orders.' },
  max_concentration_percent: { label: 'Concentration', unit: '% of equity', about: 'In one symbol, with all open orders.' },
  max_daily_loss: { label: 'Daily loss', unit: 'base currency', about: 'Since the market’s day began. Beyond it trading stops.' },
  max_drawdown_percent: { label: 'Drawdown', unit: '%', about: 'Below the highest equity. Beyond it trading stops.' },
};
export const AMOUNT_NAMES = Object.keys(AMOUNTS) as AmountName[];

export const SYMBOL_AMOUNTS: Record<SymbolAmountName, Words> = {
  max_order_quantity: { label: 'Quantity of an order', unit: '', about: 'Of one order.' },
  max_position_quantity: { label: 'Quantity of a position', unit: '', about: 'With all open orders, either way.' },
  max_position_notional: { label: 'Value of a position', unit: '', about: 'With all open orders.' },
};
export const SYMBOL_AMOUNT_NAMES = Object.keys(SYMBOL_AMOUNTS) as SymbolAmountName[];

export function wordsOf(name: string): Words {
  return (AMOUNTS as Record<string, Words>)[name] ?? (SYMBOL_AMOUNTS as Record<string, Words>)[name] ?? { label: name, unit: '', about: '' };
}

/** The name of a field: with the unit, where numbers alone would not say it. */
export function labelOf(name: AmountName, base: string): string {
  const { label, unit } = AMOUNTS[name];
  return unit === '' ? label : `${label}, ${unit === 'base currency' ? base : unit}`;
}

// ---- use

export type Tone = 'calm' | 'near' | 'over' | 'none';
const NEAR_PERCENT = '80';

/** How much is used; `none` where the limit is about single orders, or where it is not known. */
export function toneOf({ used, limit, share_percent: share }: Pick<LimitUse, 'used' | 'limit' | 'share_percent'>): Tone {
  if (used === null) return 'none';
  if (compare(used, limit) > 0) return 'over';
  return share !== null && compare(share, NEAR_PERCENT) >= 0 ? 'near' : 'calm';
}

/** A number of a limit with its unit: the assets of orders are not known here, and go without saying. */
export function amountText(value: string, unit: string): string {
  return withUnit(decimal(trimmed(value)), unit);
}

/** What is used, to as many digits as are worth reading; below one all of them are. */
export function usedText(value: string, unit: string): string {
  const isSmall = compare(value, '1') < 0 && unit !== 'percent' && unit !== 'times equity';
  return isSmall ? amountText(value, unit) : withUnit(decimal(trimmed(rounded(value, unit === 'times equity' ? 3 : 2))), unit);
}

function withUnit(number: string, unit: string): string {
  if (unit === 'percent') return `${number}%`;
  if (unit === 'times equity') return `${number}×`;
  return unit === 'quote asset' ? number : `${number} ${unit}`;
}

// ---- form

export interface SymbolRow extends Record<SymbolAmountName, string> {
  symbol: string;
  isRestricted: boolean;
}

export interface LimitsForm {
  amounts: Record<AmountName, string>;
  symbols: SymbolRow[];
  onBreach: 'HALTED' | 'REDUCING';
  closesOnBreach: boolean;
}

export function newRow(symbol: string, isRestricted = false): SymbolRow {
  return { symbol, isRestricted, max_order_quantity: '', max_position_quantity: '', max_position_notional: '' };
}

/** An account's own limits as they stand in the form; what it leaves to the installation is empty. */
export function formOf(own: RiskLimits): LimitsForm {
  const restricted = new Set(own.restricted_symbols);
  const limited = own.symbols.map((each): SymbolRow => {
    const amounts = SYMBOL_AMOUNT_NAMES.map((name) => [name, each[name] ?? '']);
    return { ...newRow(each.symbol, restricted.delete(each.symbol)), ...(Object.fromEntries(amounts) as Record<SymbolAmountName, string>) };
  });
  return {
    amounts: Object.fromEntries(AMOUNT_NAMES.map((name) => [name, String(own[name] ?? '')])) as LimitsForm['amounts'],
    symbols: [...limited, ...[...restricted].map((symbol) => newRow(symbol, true))],
    onBreach: own.on_breach === 'REDUCING' ? 'REDUCING' : 'HALTED',
    closesOnBreach: own.close_on_breach,
  };
}

/** Rows with a number; one that only restricts its symbol is told among the restricted ones. */
function limitedRows(form: LimitsForm): SymbolRow[] {
  return form.symbols.filter((row) => SYMBOL_AMOUNT_NAMES.some((name) => row[name].trim() !== ''));
}

const WHOLE = /^\d{1,15}$/;

/** The whole set, as it is put. What is no number is sent as it was typed: the gateway says what is wrong with it. */
export function limitsOf(form: LimitsForm): RiskLimitsIn {
  const amounts = AMOUNT_NAMES.map((name) => {
    const text = form.amounts[name].trim();
    return [name, text === '' ? null : AMOUNTS[name].isWhole && WHOLE.test(text) ? Number(text) : text];
  });
  return {
    ...(Object.fromEntries(amounts) as Pick<RiskLimitsIn, AmountName>),
    restricted_symbols: form.symbols.filter((row) => row.isRestricted).map((row) => row.symbol),
    symbols: limitedRows(form).map((row) => ({
      symbol: row.symbol,
      ...(Object.fromEntries(SYMBOL_AMOUNT_NAMES.map((name) => [name, row[name].trim() || null])) as Record<SymbolAmountName, string | null>),
    })),
    on_breach: form.onBreach,
    close_on_breach: form.closesOnBreach,
  };
}

export interface Problems {
  amounts: Partial<Record<AmountName, string>>;
  /** By symbol and field: `BTC-USDT max_order_quantity`. */
  symbols: Record<string, string>;
  /** What was said of no field of the form. */
  others: string[];
}

/** What was refused, at the fields it was said of. */
export function problemsOf(fields: Record<string, string>, form: LimitsForm): Problems {
  const found: Problems = { amounts: {}, symbols: {}, others: [] };
  const rows = limitedRows(form);
  for (const [field, message] of Object.entries(fields)) {
    const [list, place, name] = field.split('.');
    const row = list === 'symbols' ? rows[Number(place)] : undefined;
    if (field in AMOUNTS) found.amounts[field as AmountName] = message;
    else if (row && name) found.symbols[`${row.symbol} ${name}`] = message;
    else found.others.push(`${field}: ${message}`);
  }
  return found;
}

/** What holds where a field is empty. */
export function defaultText(name: AmountName, installation: RiskLimits): string {
  const value = installation[name];
  if (value === null) return 'Empty: no limit';
  return `Empty: the installation’s ${decimal(trimmed(String(value)))}`;
}
