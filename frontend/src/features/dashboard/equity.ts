// What an account was worth: its balances of now, taken back fill by fill, at the prices there were then.
//
// Figures of a chart, so plain numbers; what an account has now comes from the gateway, to the last digit.
import type { Balance, Candle, Fill, Instrument } from '../../api/types';

export interface EquityPoint {
  time: number;
  equity: number;
  /** In percent below the highest point before; zero or negative. */
  drawdown: number;
}

export interface History {
  baseCurrency: string;
  balances: readonly Balance[];
  /** Newest first, in the order they happened. */
  fills: readonly Fill[];
  /** Candles by asset, priced in the base currency, oldest first. */
  candles: ReadonlyMap<string, readonly Candle[]>;
  /** When the account was opened, and what the gateway says it is worth now. */
  since: string;
  now: { time: string; equity: string };
}

/** The symbols whose candles price what is held in the base currency, and what was traded for it. */
export function pricedSymbols(history: Pick<History, 'balances' | 'fills' | 'baseCurrency'>, instruments: readonly Instrument[]): Instrument[] {
  const held = new Set(history.balances.filter((balance) => Number(balance.total) !== 0).map((balance) => balance.asset));
  const traded = new Set(history.fills.map((fill) => fill.symbol));
  return instruments.filter(
    (each) => each.quote === history.baseCurrency && (held.has(each.base) || traded.has(each.symbol)),
  );
}

export function equityCurve(history: History): EquityPoint[] {
  const amounts = new Map(history.balances.map((balance) => [balance.asset, Number(balance.total)]));
  const times = gridOf(history);
  const prices = new Map([...history.candles].map(([asset, candles]) => [asset, stepper(candles)]));
  const values: [number, number][] = [[Date.parse(history.now.time), Number(history.now.equity)]];
  let at = 0;
  for (const time of times) {
    for (let fill = history.fills[at]; fill && Date.parse(fill.time) > time; fill = history.fills[at]) {
      undo(amounts, fill);
      at += 1;
    }
    let equity = amounts.get(history.baseCurrency) ?? 0;
    for (const [asset, priceAt] of prices) equity += (amounts.get(asset) ?? 0) * priceAt(time);
    values.push([time, equity]);
  }
  return withDrawdown(values.reverse());
}

/** The opening times of the bars, newest first, not from before the account was there. */
function gridOf(history: History): number[] {
  const since = Date.parse(history.since);
  const now = Date.parse(history.now.time);
  const times = new Set<number>();
  for (const candles of history.candles.values()) for (const candle of candles) times.add(Date.parse(candle.time));
  // An account opened by another clock than the market's, a replay of 2021, has no such beginning in it.
  const first = since < now ? since : 0;
  return [...times].filter((time) => time >= first && time < now).sort((a, b) => b - a);
}

/** The price at a moment, asked for from new to old: that of the bar which opens then, or the last one before. */
function stepper(candles: readonly Candle[]): (time: number) => number {
  let index = candles.length - 1;
  return (time) => {
    while (index > 0 && Date.parse(candles[index]?.time ?? '') > time) index -= 1;
    return Number(candles[index]?.open ?? 0);
  };
}

function undo(amounts: Map<string, number>, fill: Fill): void {
  const [base = '', quote = ''] = fill.symbol.split('-');
  const way = fill.side === 'buy' ? 1 : -1;
  const change = (asset: string, by: number) => amounts.set(asset, (amounts.get(asset) ?? 0) + by);
  change(base, -way * Number(fill.quantity));
  change(quote, way * Number(fill.quantity) * Number(fill.price));
  change(fill.fee_asset, Number(fill.fee));
}

function withDrawdown(values: readonly [number, number][]): EquityPoint[] {
  let peak = -Infinity;
  return values.map(([time, equity]) => {
    peak = Math.max(peak, equity);
    return { time, equity, drawdown: peak > 0 ? (equity / peak - 1) * 100 : 0 };
  });
}

/** What was earned since the day of the market began (UTC), or since the account is there. */
export function profitToday(points: readonly EquityPoint[], marketTime: string): number | null {
  const midnight = Date.parse(`${marketTime.slice(0, 10)}T00:00:00Z`);
  const first = points.find((point) => point.time >= midnight);
  const last = points.at(-1);
  return first && last ? last.equity - first.equity : null;
}
