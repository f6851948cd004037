"""The fill rules as kernels call them: the same functions, made known to the compiler.

numba does not call plain functions; `register_jitable` teaches it to, and leaves the function as it is. So a kernel that
calls `fee_units` from here is compiled from the very lines that the exchange runs.
"""

from numba.extending import register_jitable

from quant import fills

fee_units = register_jitable(fills.fee_units)
share_of_units = register_jitable(fills.share_of_units)
buy_fills_at = register_jitable(fills.buy_fills_at)
sell_fills_at = register_jitable(fills.sell_fills_at)
is_stop_reached = register_jitable(fills.is_stop_reached)
trigger_price = register_jitable(fills.trigger_price)
share_ticks = register_jitable(fills.share_ticks)
trailed_stop = register_jitable(fills.trailed_stop)
shifted_level = register_jitable(fills.shifted_level)
closed_cost_units = register_jitable(fills.closed_cost_units)
affordable_lots = register_jitable(fills.affordable_lots)
initial_units = register_jitable(fills.initial_units)
maintenance_ppm = register_jitable(fills.maintenance_ppm)
maintenance_units = register_jitable(fills.maintenance_units)
integer_root = register_jitable(fills.integer_root)
percent_slippage_ticks = register_jitable(fills.percent_slippage_ticks)
volume_share_slippage_ticks = register_jitable(fills.volume_share_slippage_ticks)
root_impact_slippage_ticks = register_jitable(fills.root_impact_slippage_ticks)
slipped_price = register_jitable(fills.slipped_price)
protected_limit = register_jitable(fills.protected_limit)
left_of_level = register_jitable(fills.left_of_level)
volume_capped_lots = register_jitable(fills.volume_capped_lots)
partial_lots = register_jitable(fills.partial_lots)
queue_after_print = register_jitable(fills.queue_after_print)
filled_by_print = register_jitable(fills.filled_by_print)
queue_after_change = register_jitable(fills.queue_after_change)
is_price_reached = register_jitable(fills.is_price_reached)
mixed = register_jitable(fills.mixed)
draw = register_jitable(fills.draw)
is_drawn = register_jitable(fills.is_drawn)
exponential_ppm = register_jitable(fills.exponential_ppm)
latency_us = register_jitable(fills.latency_us)
bar_spread_ticks = register_jitable(fills.bar_spread_ticks)
best_ask_ticks = register_jitable(fills.best_ask_ticks)
best_bid_ticks = register_jitable(fills.best_bid_ticks)
bar_depth_lots = register_jitable(fills.bar_depth_lots)
bar_step_lots = register_jitable(fills.bar_step_lots)
is_high_first = register_jitable(fills.is_high_first)
