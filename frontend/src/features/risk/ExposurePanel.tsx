// What is held through trading: in all, by symbol and by quote asset, against the equity.
import { Link } from 'react-router';
import type { Risk } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Amount, SideWord } from '../../ui/Figures';
import { decimal, NOTHING, trimmed } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './risk.module.css';
import { UseBar } from './UseBar';

type Exposed = Risk['exposure']['positions'][number];

function columnsOf(base: string): Column<Exposed>[] {
  return [
    { id: 'symbol', header: 'Symbol', isName: true, sortBy: (row) => row.symbol, cell: (row) => <Symbol symbol={row.symbol} /> },
    { id: 'side', header: 'Side', sortBy: (row) => row.side, cell: (row) => <SideWord side={row.side} /> },
    { id: 'quantity', header: 'Quantity', isNumber: true, isExtra: true, cell: (row) => decimal(trimmed(row.quantity)) },
    { id: 'value', header: 'Value', isNumber: true, isExtra: true, cell: (row) => <Amount value={row.value} decimals={2} unit={row.quote} /> },
    { id: 'worth', header: `Worth in ${base}`, isNumber: true, sortBy: (row) => Math.abs(Number(row.worth)), cell: (row) => decimal(row.worth, 2) },
    {
      id: 'share',
      header: 'Of the equity',
      sortBy: (row) => (row.share_percent === null ? null : Number(row.share_percent)),
      cell: (row) => <UseBar percent={row.share_percent} tone={row.share_percent === null ? 'none' : 'calm'} />,
    },
  ];
}

function Symbol({ symbol }: { symbol: string }) {
  const linkTo = useLinkTo();
  return <Link to={linkTo(`/trading/${encodeURIComponent(symbol)}`)}>{symbol}</Link>;
}

interface Props {
  risk: Risk;
  className?: string | undefined;
}

export function ExposurePanel({ risk, className }: Props) {
  const { exposure, base_currency: base } = risk;
  return (
    <Panel title="Exposure" className={className} isFlush>
      <dl className={classes.figures}>
        <Figure name="Gross" value={<Amount value={exposure.gross} decimals={2} unit={base} />} />
        <Figure name="Net" value={<Amount value={exposure.net} decimals={2} unit={base} />} />
        <Figure name="Long" value={<Amount value={exposure.long} decimals={2} unit={base} />} />
        <Figure name="Short" value={<Amount value={exposure.short} decimals={2} unit={base} />} />
        <Figure name="Equity" value={<Amount value={risk.equity} decimals={2} unit={base} />} />
        <Figure name="Leverage" value={<span className="num">{exposure.leverage === null ? NOTHING : `${decimal(exposure.leverage, 3)}×`}</span>} />
      </dl>
      {exposure.reason ? <p className={classes.missing}>Not known: {exposure.reason}</p> : null}
      {exposure.positions.length > 0 ? (
        <DataTable label="Exposure by symbol" columns={columnsOf(base)} rows={exposure.positions} rowKey={(row) => row.symbol} maxHeight={360} />
      ) : exposure.reason ? null : (
        <Empty title="Nothing is held.">Coins that were deposited count in the equity, not as a position.</Empty>
      )}
      {exposure.by_quote.length > 1 ? <ByQuote quotes={exposure.by_quote} base={base} /> : null}
    </Panel>
  );
}

function Figure({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt className="soft small">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function ByQuote({ quotes, base }: { quotes: Risk['exposure']['by_quote']; base: string }) {
  return (
    <ul className={classes.quotes} aria-label="By quote asset">
      {quotes.map(({ asset, gross, net }) => (
        <li key={asset}>
          <strong>{asset}</strong> <span className="soft">gross</span> <Amount value={gross} decimals={2} unit={base} /> <span className="soft">net</span>{' '}
          <Amount value={net} decimals={2} unit={base} />
        </li>
      ))}
    </ul>
  );
}
