"""What an account may borrow and what that costs: its margin terms. Plain data, which events and accounts carry.

Initial margin is the notional over the leverage. Maintenance margin is half of the initial rate, and a quarter of the
notional at the most (`quant.fills` has the rules). That is what both sides of the trade do: Regulation T asks for 50 % at
the start (12 CFR 220.12) and FINRA Rule 4210(c) for 25 % to go on, and Binance's brackets of USD-M futures keep about
half of the initial rate of their largest leverage (the first of BTCUSDT: 125 times, 0.40 %;
https://www.binance.com/en/futures/trading-rules/perpetual/leverage-margin).
"""

import msgspec

MAX_LEVERAGE = 125
"""Binance's largest of USD-M futures."""


class MarginTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """Leverage by account and by symbol, and what liquidation, borrowed money and open positions cost.

    `liquidation_fee_ppm` is of the notional that a liquidation closes. `interest_ppm` is the yearly rate on borrowed money,
    `borrow_ppm` the yearly rate on the worth of what is sold short, `funding_ppm` what longs pay to shorts at each funding
    time (negative: the other way round).
    """

    leverage: int = 1
    by_symbol: dict[str, int] = {}
    liquidation_fee_ppm: int = 0
    interest_ppm: int = 0
    borrow_ppm: int = 0
    funding_ppm: int = 0

    def leverage_of(self, symbol: str) -> int:
        """The leverage of positions in a symbol."""
        return self.by_symbol.get(symbol, self.leverage)

    @property
    def has_carry(self) -> bool:
        """Whether holding a position costs or earns anything."""
        return bool(self.interest_ppm or self.borrow_ppm or self.funding_ppm)


PLAIN_TERMS = MarginTerms()
"""Nothing is borrowed, and nothing costs."""
