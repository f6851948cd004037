// Short names for what the gateway answers, out of the generated schema.
import type { components } from './schema';

export type * from './contract';

type Schemas = components['schemas'];

export type Account = Schemas['AccountOut'];
export type AccountIn = Schemas['AccountInRequest'];
export type Alert = Schemas['AlertOut'];
export type AlertChangeIn = Schemas['AlertChangeInRequest'];
export type AlertEvent = Schemas['AlertEventOut'];
export type AlertIn = Schemas['AlertInRequest'];
export type AuditEntry = Schemas['AuditEntryOut'];
export type Balance = Schemas['BalanceOut'];
export type Candle = Schemas['CandleOut'];
export type CandlePage = Schemas['CandlePageOut'];
export type AccountLimits = Schemas['AccountLimitsOut'];
export type BackfillIn = Schemas['BackfillInRequest'];
export type Dataset = Schemas['DatasetOut'];
export type Backtest = Schemas['BacktestOut'];
export type BacktestOutline = Schemas['BacktestOutline'];
export type BacktestIn = Schemas['BacktestInRequest'];
export type BacktestOrder = Schemas['BacktestOrderOut'];
export type BacktestEquity = Schemas['EquityOut'];
export type DistanceIn = Schemas['DistanceInRequest'];
export type EvaluateIn = Schemas['EvaluateInRequest'];
export type Deed = Schemas['DeedOut'];
export type Divergence = Schemas['DivergenceOut'];
export type Epoch = Schemas['EpochOut'];
export type Exchange = Schemas['ExchangeOut'];
export type Factor = Schemas['FactorOut'];
export type FactorIn = Schemas['FactorInRequest'];
export type FactorSet = Schemas['FactorSetOut'];
export type Feed = Schemas['FeedOut'];
export type FeedIn = Schemas['FeedInRequest'];
export type Fill = Schemas['FillOut'];
export type Finding = Schemas['FindingOut'];
export type HaltIn = Schemas['HaltInRequest'];
export type Health = Schemas['Health'];
export type Expression = Schemas['ExpressionOut'];
export type Job = Schemas['Job'];
export type Language = Schemas['LanguageOut'];
export type MonteCarloIn = Schemas['MonteCarloInRequest'];
export type Operator = Schemas['OperatorOut'];
export type MadeAlert = Schemas['MadeAlertOut'];
export type OrderBook = Schemas['OrderBookOut'];
export type Position = Schemas['PositionOut'];
export type FilePreview = Schemas['PreviewOut'];
export type Quality = Schemas['QualityOut'];
export type RepairIn = Schemas['RepairInRequest'];
export type RepairStep = Schemas['RepairStepOut'];
export type ResumeIn = Schemas['ResumeInRequest'];
export type Revision = Schemas['Revision'];
export type PortfolioHistory = Schemas['PortfolioHistoryOut'];
export type Report = Schemas['ReportOut'];
export type ReportIn = Schemas['ReportInRequest'];
export type Risk = Schemas['RiskOut'];
export type Parity = Schemas['ParityOut'];
export type RiskLimits = Schemas['RiskLimitsOut'];
export type RiskLimitsIn = Schemas['RiskLimitsInRequest'];
/** As the stream tells it: without what may be lost. */
export type RiskNow = Omit<Risk, 'tail_risk'>;
export type RoundTrip = Schemas['RoundTripOut'];
export type Scenario = Schemas['ScenarioOut'];
export type ScenarioIn = Schemas['ScenarioInRequest'];
export type Schedule = Schemas['ScheduleOut'];
export type ScheduleChangeIn = Schemas['ScheduleChangeInRequest'];
export type ScheduleIn = Schemas['ScheduleInRequest'];
export type Search = Schemas['SearchOut'];
export type SearchOutline = Schemas['SearchOutline'];
export type SeekIn = Schemas['FeedSeekInRequest'];
export type Service = Schemas['Service'];
export type SizingIn = Schemas['SizingInRequest'];
export type StrategyIn = Schemas['StrategyInRequest'];
export type SweepIn = Schemas['SweepInRequest'];
export type WalkForwardIn = Schemas['WalkForwardInRequest'];
export type Setting = Schemas['Setting'];
export type Instrument = Schemas['SymbolOut'];
export type LimitUse = Schemas['LimitUseOut'];
export type TradingStates = Schemas['TradingStatesOut'];
export type SystemInfo = Schemas['SystemInfo'];
export type Ticker = Schemas['TickerOut'];
export type Verification = Schemas['VerificationOut'];
export type Print = Schemas['TradeOut'];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type Side = Schemas['OrderOut']['side'];

export const INTERVALS = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];
