"""Why an order was given, and why one was not: the small numbers that the kernels write, and their words."""

# Why an order was given.
SIGNAL, STOP, TARGET, TRAILING, REVERSAL, END_OF_DATA, DELISTED, LIQUIDATION, PROGRAM = 1, 2, 3, 4, 5, 6, 7, 8, 9

# What became of it: filled, wholly or in part, or refused.
FILLED, PARTLY_FILLED = 0, 1
NO_CASH, POSITION_LIMIT, BELOW_LOT, BELOW_MINIMUM, ABOVE_MAXIMUM = 10, 11, 12, 13, 14
UNKNOWN_DISTANCE, BEYOND_PRICE, NO_VOLUME, NO_NEXT_BAR, CONFLICT, NOT_CLOSED, TOO_LARGE, REFUSED = (
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
)

REASON_NAMES = {
    SIGNAL: "signal",
    STOP: "stop",
    TARGET: "target",
    TRAILING: "trailing",
    REVERSAL: "reversal",
    END_OF_DATA: "end_of_data",
    DELISTED: "delisted",
    LIQUIDATION: "liquidation",
    PROGRAM: "program",
}

STATUS_NAMES = {
    FILLED: "filled",
    PARTLY_FILLED: "partly_filled",
    NO_CASH: "no_cash",
    POSITION_LIMIT: "position_limit",
    BELOW_LOT: "below_lot",
    BELOW_MINIMUM: "below_minimum",
    ABOVE_MAXIMUM: "above_maximum",
    UNKNOWN_DISTANCE: "unknown_distance",
    BEYOND_PRICE: "beyond_price",
    NO_VOLUME: "no_volume",
    NO_NEXT_BAR: "no_next_bar",
    CONFLICT: "conflict",
    NOT_CLOSED: "not_closed",
    TOO_LARGE: "too_large",
    REFUSED: "refused",
}
