// Trading states in words: what they mean now, and what a change of them will do.
import type { Risk, TradingStates } from '../../api/types';

export type State = Risk['state'];
export type Kind = 'halt' | 'restrict' | 'resume';
export type Scope = 'account' | 'all';

export const MEANINGS: Record<State, string> = {
  ACTIVE: 'Orders are taken, within the limits.',
  REDUCING: 'Only orders that reduce a position are taken. Canceling is always possible.',
  HALTED: 'No order is taken. Canceling is always possible.',
};

export interface Plan {
  kind: Kind;
  scope: Scope;
  cancelsOrders: boolean;
  closesPositions: boolean;
}

/** What of the account the plan is about; null while it is not known how many. */
export interface Held {
  openOrders: number | null;
  positions: number | null;
}

const count = (number: number, one: string) => (number === 1 ? `1 ${one}` : `${number} ${one}s`);

/** What will happen, a sentence each. */
export function consequencesOf(plan: Plan, risk: Pick<Risk, 'account_state' | 'global_state'>, held: Held): string[] {
  const isAll = plan.scope === 'all';
  if (plan.kind === 'resume') return resumed(isAll, risk);
  const whose = isAll ? 'any account' : 'this account';
  return [
    plan.kind === 'halt'
      ? `No order of ${whose} is taken until it is resumed. Canceling stays possible.`
      : `Of ${whose} only orders that reduce a position are taken until it is resumed.`,
    ordersThen(plan, partOf(isAll, held.openOrders, 'open order')),
    positionsThen(plan, partOf(isAll, held.positions, 'position')),
  ];
}

function resumed(isAll: boolean, { account_state: own, global_state: everybodys }: Pick<Risk, 'account_state' | 'global_state'>): string[] {
  const other = isAll ? own : everybodys;
  return [
    `${isAll ? 'Every account' : 'This account'} may place orders again, within its limits.`,
    ...(isAll ? [] : ['Its daily loss and its drawdown begin to count anew, from the equity it has now.']),
    ...(other.state === 'ACTIVE' ? [] : [`${isAll ? 'This account itself stays' : 'All accounts stay'} ${other.state} until that is resumed too.`]),
  ];
}

interface Part {
  name: string;
  isOne: boolean;
  isNone: boolean;
  /** What is said where there is none. */
  none: string;
}

function partOf(isAll: boolean, number: number | null, one: string): Part {
  const none = `It has no ${one}s.`;
  if (isAll) return { name: `All ${one}s`, isOne: false, isNone: false, none };
  if (number === null) return { name: `Its ${one}s`, isOne: false, isNone: false, none };
  return { name: `Its ${count(number, one)}`, isOne: number === 1, isNone: number === 0, none };
}

function ordersThen({ kind, cancelsOrders }: Plan, { name, isOne, isNone, none }: Part): string {
  if (isNone) return none;
  if (!cancelsOrders) return `${name} ${isOne ? 'stays' : 'stay'} and may still fill.`;
  const which = kind === 'halt' ? '' : ' that would do more than reduce a position';
  return which ? `Of ${name.charAt(0).toLowerCase()}${name.slice(1)} those${which} are canceled.` : `${name} ${isOne ? 'is' : 'are'} canceled.`;
}

function positionsThen({ closesPositions }: Plan, { name, isOne, isNone, none }: Part): string {
  if (isNone) return none;
  if (closesPositions) return `${name} ${isOne ? 'is' : 'are'} closed by market orders.`;
  return `${name} ${isOne ? 'stays as it is' : 'stay as they are'}.`;
}

/** What has happened. */
export function outcomeOf({ canceled_orders: canceled, closing_orders: closing }: TradingStates): string {
  const parts = [
    ...(canceled > 0 ? [`${count(canceled, 'order')} canceled.`] : []),
    ...(closing.length > 0 ? [`${count(closing.length, 'order')} sent to close positions.`] : []),
  ];
  return parts.join(' ') || 'No order was touched.';
}
