// What the gateway says of the fields of a bracket, at the fields they are typed in.
import type { BracketProblems } from './bracketState';

type Place = keyof BracketProblems;

const PLACES: Record<string, Place> = {
  quantity: 'size',
  'entry.price': 'entry',
  'take_profit.price': 'takeProfit',
  'stop_loss.stop_price': 'stop',
  'stop_loss.price': 'stop',
  'stop_loss.trail_percent': 'trailPercent',
};

/** The first message of each field, however deep it lies: entry.price. */
function flattened(details: object, path = ''): [string, string][] {
  return Object.entries(details).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const place = path ? `${path}.${name}` : name;
    if (Array.isArray(value)) return typeof value[0] === 'string' ? [[place, value[0]]] : [];
    return typeof value === 'object' && value !== null ? flattened(value, place) : [];
  });
}

export function refusedLegs(details: object): { problems: BracketProblems; others: string[] } {
  const found = flattened(details);
  const problems = found.flatMap(([place, text]) => (PLACES[place] ? [[PLACES[place], text]] : []));
  const others = found.filter(([place]) => !PLACES[place]).map(([place, text]) => `${place.replaceAll(/[._]/g, ' ')}: ${text}`);
  return { problems: Object.fromEntries(problems) as BracketProblems, others };
}
