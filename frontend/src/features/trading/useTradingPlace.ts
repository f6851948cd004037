// Symbol, interval and account of the trading page, as the address has them.
import { useCallback } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { type Interval, INTERVALS } from '../../api/types';
import { changeSettings, useSettings } from '../../settings';
import { useLinkTo } from '../../ui/usePlace';

export interface TradingPlace {
  symbol: string;
  interval: Interval;
  goTo: (symbol: string) => void;
  setInterval: (interval: Interval) => void;
}

export function useTradingPlace(): TradingPlace {
  const params = useParams();
  const [search, setSearch] = useSearchParams();
  const settings = useSettings();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const symbol = params.symbol ?? settings.symbol;
  const interval = INTERVALS.find((each) => each === search.get('interval')) ?? '1m';
  const goTo = useCallback(
    (next: string) => {
      changeSettings({ symbol: next });
      void navigate(linkTo(`/trading/${encodeURIComponent(next)}`, interval === '1m' ? {} : { interval }));
    },
    [navigate, linkTo, interval],
  );
  const setInterval = useCallback(
    (next: Interval) =>
      setSearch((now) => {
        now.set('interval', next);
        return now;
      }),
    [setSearch],
  );
  return { symbol, interval, goTo, setInterval };
}
