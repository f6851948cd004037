// Between a strategy that trades and the form of its rules: what it says is a backtest's strategy with symbols and an interval.
import type { RulesIn, StrategyVersion } from '../../api/types';
import { type Draft, draftOf } from './draft';

/** What a version, a template, or the spec of a backtest says; what it leaves out is as it is in an empty form. */
export type VersionLike = Pick<StrategyVersion, 'interval'> & Partial<Omit<StrategyVersion, 'interval'>>;

export function rulesOf(version: Pick<VersionLike, 'strategy'>): RulesIn {
  return (version.strategy ?? {});
}

/** The form of its rules, over whatever bars its symbols have. */
export function draftOfVersion(name: string, version: VersionLike): Draft {
  const spec = {
    symbols: version.symbols ?? [],
    interval: version.interval,
    strategy: rulesOf(version),
    program: version.program,
    limits: { max_open_positions: version.max_open_positions ?? null, max_share_percent: version.max_share_percent ?? null },
    leverage: version.leverage ?? 1,
    allow_short: version.allow_short ?? false,
    close_at_end: false,
  };
  return draftOf(name, spec, [], 'utc');
}
