"""A slow and obvious engine to compare the kernels with: it walks every bar of every symbol, in plain Python.

It shares the rules of `quant.fills` and the settings with the engine, and nothing else. Its orders come out as tuples:
(bar, source, symbol, side, ordered, filled, price, fee, reason, status, step, entry, maker).
"""

from dataclasses import dataclass, field

from analytics.backtests.engine import layout, reasons
from quant import fills

OPEN, CLOSE = 0, 3


@dataclass
class Holding:
    """One symbol's position and what waits with it."""

    lots: int = 0
    stop: int = 0
    target: int = 0
    trail: tuple[int, int] = (0, 0)
    watermark: int = 0
    pending: tuple[int, int] | None = None
    reversed_at: int = -1
    taken: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    @property
    def is_long(self) -> bool:
        return self.lots > 0

    def forget(self) -> None:
        self.stop = self.target = 0
        self.trail = (0, 0)


class Reference:
    """One run over `prices` [FIELDS, K, T], with codes[k][t], settings [K, COLUMNS] and measures [rows, K, T]."""

    def __init__(self, prices, codes, settings, measures, *, delisted_after_bars: int = 100) -> None:
        self.prices = prices.tolist()
        self.codes, self.settings, self.measures = codes, settings.tolist(), measures
        self.symbols, self.bars = prices.shape[1], prices.shape[2]
        self.delisted_after_bars = delisted_after_bars
        self.cash = self.settings[0][layout.STARTING_CASH]
        self.held = [Holding() for _ in range(self.symbols)]
        self.said = [None] * self.symbols  # (code, source) that waits for its bar
        self.last_bar = [None] * self.symbols
        self.orders: list[tuple] = []
        self.equity: list[int] = []
        self.cash_by_bar: list[int] = []
        self.ambiguous = 0
        self.exposed = 0

    # ---- the market

    def at(self, name: int, k: int, t: int) -> int:
        return self.prices[name][k][t]

    def there(self, k: int, t: int) -> bool:
        return self.at(layout.HIGH, k, t) > 0

    def path(self, k: int, t: int, high_first: bool) -> list[int]:
        low, high = self.at(layout.LOW, k, t), self.at(layout.HIGH, k, t)
        prices = [self.at(layout.OPEN, k, t)]
        for price in (*((high, low) if high_first else (low, high)), self.at(layout.CLOSE, k, t)):
            if price != prices[-1]:
                prices.append(price)
        return prices

    def high_first(self, k: int, t: int, is_long: bool) -> bool:
        bar = (self.at(name, k, t) for name in (layout.OPEN, layout.HIGH, layout.LOW))
        return fills.is_high_first(self.settings[0][layout.PATH], *bar, is_long)

    def printed(self, k: int, t: int, is_long: bool, step: int) -> int:
        if not self.settings[k][layout.ASKS_VOLUME]:
            return 0
        steps = len(self.path(k, t, self.high_first(k, t, is_long)))
        return fills.bar_step_lots(self.at(layout.VOLUME, k, t), steps, step >= steps - 1)

    def best(self, k: int, t: int, last: int, is_buy: bool) -> int:
        low, high = self.at(layout.LOW, k, t), self.at(layout.HIGH, k, t)
        spread = self.settings[k][layout.SPREAD_TICKS]
        if spread == layout.BAR_SPREAD:
            spread = fills.bar_spread_ticks(self.at(layout.OPEN, k, t), low, high)
        return (fills.best_ask_ticks if is_buy else fills.best_bid_ticks)(last, spread, low, high)

    def mark(self, k: int, t: int, at_open: bool) -> int:
        return self.at(layout.OPEN, k, t) if at_open and self.there(k, t) else self.at(layout.MARK, k, t)

    # ---- money

    def worth(self, t: int, at_open: bool) -> tuple[int, int, int]:
        equity, used, least = self.cash, 0, 0
        for k, holding in enumerate(self.held):
            row = self.settings[k]
            notional = abs(holding.lots) * self.mark(k, t, at_open) * row[layout.UNIT_VALUE]
            equity += notional if holding.is_long else -notional
            used += fills.initial_units(notional, row[layout.LEVERAGE])
            least += fills.maintenance_units(notional, row[layout.LEVERAGE])
        return equity, used, least

    def taker(self, k: int, t: int, level: int, is_buy: bool, lots: int, printed: int) -> tuple[int, int]:
        row = self.settings[k]
        volume = max(printed, fills.bar_depth_lots(self.at(layout.VOLUME, k, t)))
        slippage = row[layout.SLIPPAGE_TICKS] + fills.percent_slippage_ticks(level, row[layout.SLIPPAGE_PPM])
        slippage += fills.volume_share_slippage_ticks(level, lots, volume, row[layout.SHARE_IMPACT_PPM])
        slippage += fills.root_impact_slippage_ticks(level, lots, volume, row[layout.ROOT_IMPACT_PPM])
        worst = self.at(layout.HIGH if is_buy else layout.LOW, k, t)
        return fills.slipped_price(is_buy, level, slippage, worst), self.capped(k, t, is_buy, lots, printed)

    def capped(self, k: int, t: int, is_buy: bool, lots: int, printed: int) -> int:
        volume = max(printed, fills.bar_depth_lots(self.at(layout.VOLUME, k, t)))
        cap = self.settings[k][layout.CAP_PERCENT]
        return min(lots, fills.volume_capped_lots(layout.MAX_LOTS, volume, cap, self.held[k].taken[is_buy]))

    def write(self, k, t, source, side, ordered, filled, price, reason, status, step, *, entry=False, maker=False):
        row, fee = self.settings[k], 0
        if filled:
            notional = price * filled * row[layout.UNIT_VALUE]
            fee = fills.fee_units(notional, row[layout.MAKER_PPM if maker else layout.TAKER_PPM])
            self.cash -= side * notional + fee
            self.held[k].lots += side * filled
            self.held[k].taken[side > 0] += filled
            status = reasons.FILLED if filled == ordered else reasons.PARTLY_FILLED
        price = price if filled else 0
        self.orders.append(
            (t, source, k, side, ordered, filled, price, fee, reason, status, step, int(entry), int(maker))
        )
        if filled and not self.held[k].lots:
            self.held[k].forget()
            self.held[k].pending = None

    # ---- closing

    def close(self, k: int, t: int, source: int, reason: int, step: int, level: int, printed: int) -> None:
        holding = self.held[k]
        lots, is_buy = abs(holding.lots), holding.lots < 0
        price, filled = self.taker(k, t, level, is_buy, lots, printed)
        self.write(k, t, source, 1 if is_buy else -1, lots, filled, price, reason, reasons.NO_VOLUME, step)
        if holding.lots:
            holding.forget()
            holding.pending = (reason, source)

    def close_at_mark(self, k: int, price_bar: int, t: int, reason: int, step: int) -> None:
        lots = self.held[k].lots
        level = self.best(k, price_bar, self.at(layout.CLOSE, k, price_bar), lots < 0)
        self.write(k, t, price_bar, 1 if lots < 0 else -1, abs(lots), abs(lots), level, reason, 0, step)

    def exit_of(self, k: int, t: int, before: int, last: int, watermark: int, printed: int):
        """(reason, price, by print only) of what a step does to what waits, or None."""
        holding, row = self.held[k], self.settings[k]
        is_long, closes_by_buy = holding.is_long, not holding.is_long
        stops = []
        if holding.stop:
            stops.append((holding.stop, 1, reasons.STOP))
        if any(holding.trail):
            stops.append((fills.trailed_stop(closes_by_buy, watermark, *holding.trail), 0, reasons.TRAILING))
        reached = [stop for stop in stops if fills.is_stop_reached(closes_by_buy, stop[0], last)]
        if reached:
            stop, _, reason = max(reached) if is_long else min(reached, key=lambda each: (each[0], -each[1]))
            return reason, fills.trigger_price(closes_by_buy, stop, before), False
        if not holding.target:
            return None
        through = bool(row[layout.IS_THROUGH])
        fills_at = fills.buy_fills_at if closes_by_buy else fills.sell_fills_at
        best = self.best(k, t, last, closes_by_buy)
        if fills.is_price_reached(closes_by_buy, holding.target, best, through):
            return reasons.TARGET, fills_at(best, holding.target, before), False
        if (before != last or printed) and fills.is_price_reached(closes_by_buy, holding.target, last, through):
            if through:
                return reasons.TARGET, holding.target, True
            return reasons.TARGET, fills_at(last, holding.target, before), False
        return None

    def leave(self, k: int, t: int, step: int, last: int, found: tuple, printed: int) -> bool:
        """Carry out an exit; whether anything filled."""
        reason, price, by_print = found
        holding = self.held[k]
        is_buy, lots, count = holding.lots < 0, abs(holding.lots), len(self.orders)
        if reason == reasons.TARGET:
            most = min(lots, printed) if by_print else lots
            filled = self.capped(k, t, is_buy, most, printed)
            if filled > 0:
                side = 1 if is_buy else -1
                self.write(k, t, t, side, lots, filled, price, reason, 0, step, maker=True)
        else:
            level = self.best(k, t, last, is_buy)
            if price != last:
                low, high = self.at(layout.LOW, k, t), self.at(layout.HIGH, k, t)
                level = fills.shifted_level(level, price - last, low, high)
            self.close(k, t, t, reason, step, level, printed)
        return len(self.orders) > count

    def meet(self, k: int, t: int, last: int, step: int, printed: int) -> None:
        holding = self.held[k]
        if holding.lots:
            extreme = max if holding.is_long else min
            holding.watermark = extreme(holding.watermark, last)
            found = self.exit_of(k, t, last, last, holding.watermark, printed)
            if found:
                self.leave(k, t, step, last, found, printed)

    def first_exit(self, k: int, t: int, high_first: bool):
        """The first exit along a path, without carrying it out."""
        holding = self.held[k]
        path, watermark = self.path(k, t, high_first), holding.watermark
        for step in range(1, len(path)):
            watermark = (max if holding.is_long else min)(watermark, path[step - 1], path[step])
            printed = self.printed(k, t, holding.is_long, step) if self.settings[k][layout.IS_THROUGH] else 0
            found = self.exit_of(k, t, path[step - 1], path[step], watermark, printed)
            if found:
                return found[:2]
        return None

    def inside(self, k: int, t: int) -> None:
        holding = self.held[k]
        if not holding.lots or not (holding.stop or holding.target or any(holding.trail)):
            return
        is_long = holding.is_long
        high_first = self.high_first(k, t, is_long)
        path = self.path(k, t, high_first)
        mine, other = self.first_exit(k, t, high_first), self.first_exit(k, t, not high_first)
        is_first = True
        for step in range(1, len(path)):
            if not holding.lots or holding.pending:
                break
            holding.taken = {True: 0, False: 0}
            holding.watermark = (max if is_long else min)(holding.watermark, path[step - 1], path[step])
            printed = self.printed(k, t, is_long, step)
            found = self.exit_of(k, t, path[step - 1], path[step], holding.watermark, printed)
            if found:
                is_filled = self.leave(k, t, step, path[step], found, printed)
                self.ambiguous += is_first and is_filled and mine != other
                is_first = False
        self.ambiguous += mine is None and other is not None
        holding.taken = {True: 0, False: 0}

    # ---- opening

    def distance(self, k: int, source: int, kind: int, price: int) -> int | None:
        kind, value, row = self.settings[k][kind : kind + 3]
        if kind == layout.NO_DISTANCE:
            return 0
        if kind == layout.TICKS:
            return value
        if kind == layout.SHARE_OF_PRICE:
            return fills.share_ticks(price, value)
        measure = int(self.measures[row, k, source])
        return None if measure < 0 else max(int(float(measure) * float(value) / 1e12), 1)

    def size(self, k: int, source: int, equity: int, price: int, distances: list[int]) -> int | None:
        row = self.settings[k]
        kind, value, unit_value = row[layout.SIZE_KIND], row[layout.SIZE_VALUE], row[layout.UNIT_VALUE]
        fee = max(row[layout.MAKER_PPM], row[layout.TAKER_PPM])
        if kind == layout.FIXED_LOTS:
            return value
        if kind == layout.RISK_SHARE:
            near = min(each for each in distances if each)
            lots = fills.share_of_units(equity, value) // (near * unit_value)
            lots = min(lots, fills.affordable_lots(equity * row[layout.LEVERAGE], price * unit_value, fee))
        else:
            share = value if kind == layout.EQUITY_SHARE else int(self.measures[row[layout.SIZE_ROW], k, source])
            if share < 0:
                return None
            lots = fills.affordable_lots(fills.share_of_units(equity, share), price * unit_value, fee)
        if row[layout.MAX_SHARE_PPM] < layout.NO_SHARE_LIMIT:
            lots = min(lots, fills.share_of_units(equity, row[layout.MAX_SHARE_PPM]) // (price * unit_value))
        return min(lots, row[layout.MOST_LOTS]) if row[layout.MOST_LOTS] else lots

    def refused(self, k: int, lots: int, price: int, equity: int) -> int:
        row = self.settings[k]
        notional = price * lots * row[layout.UNIT_VALUE]
        if lots < 1:
            return reasons.BELOW_LOT
        if lots < row[layout.LEAST_LOTS] or notional < row[layout.LEAST_NOTIONAL]:
            return reasons.BELOW_MINIMUM
        if row[layout.MOST_LOTS] and lots > row[layout.MOST_LOTS]:
            return reasons.ABOVE_MAXIMUM
        most = row[layout.MAX_SHARE_PPM]
        is_over = most < layout.NO_SHARE_LIMIT and notional > fills.share_of_units(equity, most)
        return reasons.POSITION_LIMIT if is_over else 0

    def covers(self, k: int, free: int, price: int, lots: int) -> bool:
        row = self.settings[k]
        notional = price * lots * row[layout.UNIT_VALUE]
        fee = fills.fee_units(notional, max(row[layout.MAKER_PPM], row[layout.TAKER_PPM]))
        return fills.initial_units(notional, row[layout.LEVERAGE]) + fee <= free

    def decide(self, k, t, source, side, step, last, printed, level) -> tuple[int, int]:
        """(lots, refusal) of an entry, before volume is asked."""
        row, is_buy = self.settings[k], side > 0
        if sum(1 for each in self.held if each.lots) >= self.settings[0][layout.MAX_POSITIONS]:
            return 0, reasons.POSITION_LIMIT
        equity, used, _ = self.worth(t, step == OPEN)
        if equity - used <= 0:
            return 0, reasons.NO_CASH
        slippage = row[layout.SLIPPAGE_TICKS] + fills.percent_slippage_ticks(level, row[layout.SLIPPAGE_PPM])
        worst = self.at(layout.HIGH if is_buy else layout.LOW, k, t)
        price = fills.slipped_price(is_buy, level, slippage, worst)
        distances = [self.distance(k, source, kind, price) for kind in (layout.STOP_KIND, layout.TRAIL_KIND)]
        if None in distances:
            return 0, reasons.UNKNOWN_DISTANCE
        lots = self.size(k, source, equity, max(price, last), distances)
        if lots is None:
            return 0, reasons.UNKNOWN_DISTANCE
        refusal = self.refused(k, lots, price, equity)
        if refusal:
            return max(lots, 0), refusal
        price = max(self.taker(k, t, level, is_buy, lots, printed)[0], last)
        if self.covers(k, equity - used, price, lots):
            return lots, 0
        if row[layout.SIZE_KIND] == layout.FIXED_LOTS:
            return lots, reasons.NO_CASH
        fewer = lots
        while fewer and not self.covers(k, equity - used, price, fewer):
            fewer -= 1
        return (lots, reasons.NO_CASH) if not fewer else (fewer, self.refused(k, fewer, price, equity))

    def open(self, k: int, t: int, source: int, side: int, reason: int, step: int, last: int) -> None:
        holding, row = self.held[k], self.settings[k]
        printed, level = self.printed(k, t, side > 0, step), self.best(k, t, last, side > 0)
        lots, refusal = self.decide(k, t, source, side, step, last, printed, level)
        price = filled = 0
        if not refusal:
            price, filled = self.taker(k, t, level, side > 0, lots, printed)
            refusal = 0 if filled else reasons.NO_VOLUME
        if not refusal:
            stop = self.distance(k, source, layout.STOP_KIND, price)
            target = self.distance(k, source, layout.TARGET_KIND, price)
            trail = self.distance(k, source, layout.TRAIL_KIND, last)
            if None in (stop, target, trail):
                refusal = reasons.UNKNOWN_DISTANCE
            elif (stop >= price or trail >= last) if side > 0 else target >= price:
                refusal = reasons.BEYOND_PRICE
        if refusal:
            self.write(k, t, source, side, lots, 0, 0, reason, refusal, step)
            return
        holding.stop = price - side * stop if stop else 0
        holding.target = price + side * target if target else 0
        is_share = row[layout.TRAIL_KIND] == layout.SHARE_OF_PRICE
        holding.trail = (0, row[layout.TRAIL_VALUE]) if is_share else (trail, 0)
        holding.watermark = last
        self.write(k, t, source, side, lots, filled, price, reason, 0, step, entry=True)
        self.meet(k, t, last, step, printed)

    # ---- what the strategy says

    def wanted(self, k: int, code: int) -> int:
        is_long = bool(code & layout.LONG_ENTRY)
        is_short = bool(code & layout.SHORT_ENTRY) and bool(self.settings[k][layout.ALLOW_SHORT])
        if is_long == is_short or (is_long and code & layout.LONG_EXIT) or (is_short and code & layout.SHORT_EXIT):
            return 0
        return 1 if is_long else -1

    def obey(self, t: int, step: int) -> None:
        name = layout.OPEN if step == OPEN else layout.CLOSE
        speaking = [k for k in range(self.symbols) if self.there(k, t) and self.said[k]]
        for k in speaking:
            (code, source), holding, last = self.said[k], self.held[k], self.at(name, k, t)
            if not holding.lots:
                continue
            is_exit = code & (layout.LONG_EXIT if holding.is_long else layout.SHORT_EXIT)
            is_reversal = self.wanted(k, code) == (-1 if holding.is_long else 1)
            if is_reversal:
                holding.reversed_at = t
            if is_exit or is_reversal:
                printed = self.printed(k, t, holding.is_long, step)
                level = self.best(k, t, last, holding.lots < 0)
                reason = reasons.REVERSAL if is_reversal else reasons.SIGNAL
                self.close(k, t, source, reason, step, level, printed)
        for k in speaking:
            (code, source), holding = self.said[k], self.held[k]
            side = self.wanted(k, code)
            short = code & layout.SHORT_ENTRY and self.settings[k][layout.ALLOW_SHORT]
            if side == 0 and not holding.lots and (code & layout.LONG_ENTRY or short):
                first = 1 if code & layout.LONG_ENTRY else -1
                self.write(k, t, source, first, 0, 0, 0, reasons.SIGNAL, reasons.CONFLICT, step)
            elif side and holding.lots and (holding.lots > 0) != (side > 0):
                self.write(k, t, source, side, 0, 0, 0, reasons.REVERSAL, reasons.NOT_CLOSED, step)
            elif side and not holding.lots:
                reason = reasons.REVERSAL if holding.reversed_at == t else reasons.SIGNAL
                self.open(k, t, source, side, reason, step, self.at(name, k, t))

    def open_of_bar(self, k: int, t: int) -> None:
        holding = self.held[k]
        holding.taken = {True: 0, False: 0}
        if not self.there(k, t):
            last = self.last_bar[k]
            if last is not None and t - last == self.delisted_after_bars and holding.lots:
                self.close_at_mark(k, last, t, reasons.DELISTED, OPEN)
            return
        if not holding.lots:
            return
        last = self.at(layout.OPEN, k, t)
        printed = self.printed(k, t, holding.is_long, OPEN)
        if holding.pending:
            reason, source = holding.pending
            self.close(k, t, source, reason, OPEN, self.best(k, t, last, holding.lots < 0), printed)
        else:
            self.meet(k, t, last, OPEN, printed)

    def run(self) -> "Reference":
        at_close = self.settings[0][layout.FILL_AT_CLOSE]
        for t in range(self.bars):
            was_held = any(each.lots for each in self.held)
            count = len(self.orders)
            for k in range(self.symbols):
                self.open_of_bar(k, t)
            if not at_close:
                self.obey(t, OPEN)
            for k in range(self.symbols):
                if self.there(k, t):
                    self.inside(k, t)
            for k in range(self.symbols):
                if self.there(k, t):
                    self.said[k] = (self.codes[k][t], t) if self.codes[k][t] else None
                    self.last_bar[k] = t
            if at_close:
                self.obey(t, CLOSE)
                self.said = [None] * self.symbols
            self.end_of_bar(t, was_held, count)
        self.finish()
        return self

    def end_of_bar(self, t: int, was_held: bool, count: int) -> None:
        equity, _, least = self.worth(t, False)
        is_held = any(each.lots for each in self.held)
        inside = any(order[5] and order[10] for order in self.orders[count:])
        self.exposed += is_held or inside
        borrows = any(h.lots < 0 or (h.lots and self.settings[0][layout.LEVERAGE] > 1) for h in self.held)
        if borrows and least and equity <= least:
            for holding in self.held:
                if holding.lots and not holding.pending:
                    holding.forget()
                    holding.pending = (reasons.LIQUIDATION, t)
        self.equity.append(equity)
        self.cash_by_bar.append(self.cash)

    def finish(self) -> None:
        last = self.bars - 1
        for k, holding in enumerate(self.held):
            if self.said[k]:
                (code, source), side = self.said[k], self.wanted(k, self.said[k][0])
                is_exit = code & (layout.LONG_EXIT if holding.is_long else layout.SHORT_EXIT)
                if not holding.lots and side:
                    self.write(k, last, source, side, 0, 0, 0, reasons.SIGNAL, reasons.NO_NEXT_BAR, 3)
                elif holding.lots and (is_exit or (side and (side > 0) != holding.is_long)):
                    closing = -1 if holding.is_long else 1
                    lots = abs(holding.lots)
                    self.write(k, last, source, closing, lots, 0, 0, reasons.SIGNAL, reasons.NO_NEXT_BAR, 3)
            if holding.lots and self.settings[0][layout.CLOSE_AT_END]:
                self.close_at_mark(k, self.last_bar[k], last, reasons.END_OF_DATA, CLOSE)
        if self.settings[0][layout.CLOSE_AT_END]:
            self.equity[-1], self.cash_by_bar[-1] = self.worth(last, False)[0], self.cash
