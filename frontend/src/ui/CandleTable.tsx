// A chart's candles as a table, newest first.
import { useMemo } from 'react';
import { type Column, DataTable } from './DataTable';
import { decimal, grouped } from './format';
import { Time } from './Figures';

interface Candle {
  time: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

interface Props {
  candles: readonly Candle[];
  label: string;
  decimals: number;
  onEndReached?: () => void;
}

export default function CandleTable({ candles, label, decimals, onEndReached }: Props) {
  const rows = useMemo(() => [...candles].reverse(), [candles]);
  const columns = useMemo(() => columnsOf(decimals), [decimals]);
  return <DataTable label={label} columns={columns} rows={rows} rowKey={(row) => row.time} maxHeight={380} onEndReached={onEndReached} />;
}

function columnsOf(decimals: number): Column<Candle>[] {
  const price = (id: 'open' | 'high' | 'low' | 'close', header: string): Column<Candle> => ({
    id,
    header,
    isNumber: true,
    cell: (row) => decimal(row[id], decimals),
  });
  return [
    { id: 'time', header: 'Opens', isName: true, cell: (row) => <Time value={row.time} /> },
    price('open', 'Open'),
    price('high', 'High'),
    price('low', 'Low'),
    price('close', 'Close'),
    { id: 'volume', header: 'Volume', isNumber: true, cell: (row) => grouped(row.volume) },
  ];
}
