// The trading page says when the account may not trade, and a refusal of risk says where that can be changed.
import { act, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { ApiError } from '../../api/errors';
import { ACCOUNT, makeRisk } from '../../test/make';
import { show } from '../../test/render';
import { Refusal } from './Refusal';
import { RiskBanner } from './RiskBanner';

const HALTED = { state: 'HALTED', reason: 'Fire.', by: 'olga', since: '2026-01-01T00:00:00.000Z' } as const;

it('there is nothing to say of an account that may trade', () => {
  show(<RiskBanner account={ACCOUNT} />);
  expect(screen.queryByRole('alert')).toBeNull();
});

it('without the stream the account itself says that it is halted', () => {
  show(<RiskBanner account={{ ...ACCOUNT, risk_state: 'HALTED' }} />);
  expect(screen.getByRole('alert')).toHaveTextContent('HALTED');
  expect(screen.getByRole('alert')).toHaveTextContent('No order is taken.');
});

it('the stream says who, and that it is everybody', () => {
  const { socket } = show(<RiskBanner account={ACCOUNT} />, '/trading/BTC-USDT?account=default');
  const { tail_risk: _, ...data } = makeRisk({ state: 'HALTED', global_state: HALTED });
  act(() => {
    socket.open();
    socket.receive({ type: 'snapshot', channel: 'risk', seq: 1, time: '2026-01-01T00:00:00.000Z', data });
  });
  expect(screen.getByRole('alert')).toHaveTextContent('All accounts, “Fire.” by olga');
  expect(screen.getByRole('link', { name: 'Risk page' })).toHaveAttribute('href', '/risk?account=default');
});

it.each([
  ['TRADING_HALTED', {}],
  ['RISK_MAX_LEVERAGE', { leverage: '2', limit: '1' }],
  ['NO_MARKET_PRICE', { limit: 'max_leverage', symbol: 'BTC-USDT' }],
])('a refusal with %s leads to the page of risk', (code, details) => {
  show(<Refusal fault={new ApiError(422, code, 'It was refused.', null, details)} words="Buy 1 BTC" />);
  expect(screen.getByRole('link', { name: 'Risk' })).toHaveAttribute('href', '/risk');
});

it('another refusal does not', () => {
  show(<Refusal fault={new ApiError(422, 'INSUFFICIENT_BALANCE', 'It costs more.', null, {})} words="Buy 1 BTC" />);
  expect(screen.queryByRole('link')).toBeNull();
});
