"""Fill policies: how orders of an account fill, as frozen data.

A policy is chosen by an account and stored with each of its orders, so that an order explains itself for ever. An order
without one in its events filled under `REALISTIC`, whose numbers therefore never change; every other policy travels whole,
with its numbers, in the events. Prices and quantities under a policy follow from its numbers, the market and the order's
id alone: chance is a hash (`quant.fills.draw`), so a replay meets the same.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from kit.errors import Invalid, invalid_field
from quant.fills import PPM

FIELD = "fill_policy"
CUSTOM = "custom"
MAX_LATENCY_MS = 60_000
MAX_HEALING_MS = 3_600_000
MAX_SEED = 2**31 - 1

LimitFill = Literal["touch", "queue", "through"]
Depth = Literal["book", "unlimited"]
Cancels = Literal["behind", "pro_rata"]


class FillPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The numbers of a policy; `PARAMETERS` says what each is for. The defaults are those of `realistic`."""

    limit_fill: LimitFill = "queue"
    depth: Depth = "book"
    queue_cancels: Cancels = "behind"
    healing_ms: int = 0
    volume_cap_percent: int = 0
    partial_fill_ppm: int = 0
    slippage_ticks: int = 0
    slippage_ppm: int = 0
    volume_share_impact_ppm: int = 0
    root_impact_ppm: int = 0
    protection_ppm: int = 0
    rejection_ppm: int = 0
    place_latency_ms: int = 0
    replace_latency_ms: int = 0
    cancel_latency_ms: int = 0
    latency_jitter_ms: int = 0
    seed: int = 1

    @property
    def has_slippage(self) -> bool:
        """Whether a taker pays more than the level it takes."""
        return bool(self.slippage_ticks or self.slippage_ppm or self.volume_share_impact_ppm or self.root_impact_ppm)


class Parameter(msgspec.Struct, frozen=True):
    """What one number of a policy may be, and what it is for. `choices` is empty for a whole number."""

    name: str
    why: str
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    @property
    def default(self) -> Any:
        """What it is unless said otherwise: what it is in `realistic`."""
        return getattr(REALISTIC, self.name)


PARAMETERS: Final = (
    Parameter("limit_fill", "When a resting order fills: as soon as its price is touched, when what was ahead of it in the "
              "queue has traded, or only when the price went through it.", choices=("touch", "queue", "through")),
    Parameter("depth", "What there is to take: the levels of the book, or any quantity at the best price.",
              choices=("book", "unlimited")),
    Parameter("queue_cancels", "Who leaves a queue that shrinks without a trade: those behind the order first, or all "
              "evenly.", choices=("behind", "pro_rata")),
    Parameter("healing_ms", "How long a level takes to be whole again after an order took from it. 0: the next update.",
              most=MAX_HEALING_MS),
    Parameter("volume_cap_percent", "The share of a step's volume that the orders of an account get at most. 0: no cap.",
              most=100),
    Parameter("partial_fill_ppm", "How many of a million fills are cut to a random part of the quantity.", most=PPM),
    Parameter("slippage_ticks", "What a taker pays beyond the level it takes, in ticks.", most=10_000),
    Parameter("slippage_ppm", "The same as a share of the price, in millionths.", most=PPM // 2),
    Parameter("volume_share_impact_ppm", "Slippage of an order as large as the volume; it grows with the square of the "
              "share.", most=PPM // 2),
    Parameter("root_impact_ppm", "Slippage of an order as large as the volume; it grows with the root of the share.",
              most=PPM // 2),
    Parameter("protection_ppm", "How far from the best price a taker may trade; what lies beyond is not taken. 0: any.",
              most=PPM),
    Parameter("rejection_ppm", "How many of a million new orders are refused by chance, as when busy.", most=PPM),
    Parameter("place_latency_ms", "How long a new order is on its way.", most=MAX_LATENCY_MS),
    Parameter("replace_latency_ms", "How long a change of an order is on its way.", most=MAX_LATENCY_MS),
    Parameter("cancel_latency_ms", "How long a cancel is on its way.", most=MAX_LATENCY_MS),
    Parameter("latency_jitter_ms", "The mean of what chance adds to each latency (exponential, at most ten times it).",
              most=MAX_LATENCY_MS),
    Parameter("seed", "What chance is drawn from, together with the order's id.", most=MAX_SEED),
)  # fmt: skip
"""The table of what a policy holds, in the order in which it is shown."""

REALISTIC: Final = FillPolicy()
"""Depth and queue, no latency. It is what an order without numbers fills under, so it must never change."""

PRESETS: Final[Mapping[str, FillPolicy]] = {
    "ideal": FillPolicy(limit_fill="touch", depth="unlimited"),
    "realistic": REALISTIC,
    "pessimistic": FillPolicy(
        limit_fill="through",
        healing_ms=1_000,
        volume_cap_percent=10,
        slippage_ticks=1,
        root_impact_ppm=1_000,
        place_latency_ms=100,
        replace_latency_ms=100,
        cancel_latency_ms=100,
        latency_jitter_ms=50,
    ),
    # Price-time priority, and the example of Binance's price range execution rule, in which a sell trades no lower than
    # half the reference price (binance-spot-api-docs, faqs/price_range_execution_rules.md). Its latency depends on where
    # one stands, so there is none: a custom policy has one's own.
    "binance-spot": FillPolicy(protection_ppm=PPM // 2),
    # Fills when marketable, whatever the size at the quote, a tenth of the time for a random part; no queue, no latency,
    # no impact (docs.alpaca.markets, Paper Trading).
    "alpaca-paper": FillPolicy(limit_fill="touch", depth="unlimited", partial_fill_ppm=PPM // 10),
}
"""The policies that have a name. Orders placed under an older form of one carry that form with them."""


def policy_named(name: str) -> FillPolicy | None:
    """What the accounts of a preset carry: None stands for `realistic`. Raises Invalid for no such preset."""
    found = PRESETS.get(name)
    if found is None:
        raise _invalid(f"Must be one of {', '.join(PRESETS)}, or an object with numbers of its own.")
    return None if found == REALISTIC else found


def chosen_policy(wish: object) -> tuple[str, FillPolicy | None]:
    """The name and the policy of what somebody asked for: a preset's name, or an object with numbers.

    An object is `custom`, and begins from the preset that its `preset` names, else from `realistic`. Raises Invalid.
    """
    if isinstance(wish, str):
        return wish, policy_named(wish)
    if not isinstance(wish, Mapping):
        raise _invalid("Must be the name of a fill policy, or an object with numbers.")
    numbers = dict(wish)
    preset = numbers.pop("preset", "realistic")
    if not isinstance(preset, str):
        raise _invalid("`preset` must be the name of a fill policy.")
    base = policy_named(preset) or REALISTIC
    _check_numbers(numbers)
    policy = msgspec.structs.replace(base, **numbers)
    return CUSTOM, None if policy == REALISTIC else policy


def policy_digest(policy: FillPolicy) -> str:
    """What tells two policies apart by their numbers: twelve hexadecimal digits over all of them, defaults included."""
    values = [(each.name, getattr(policy, each.name)) for each in PARAMETERS]
    return hashlib.sha256(msgspec.json.encode(values)).hexdigest()[:12]


def policy_values(policy: FillPolicy | None) -> dict[str, str | int]:
    """Every number of a policy by its name; of `realistic` for None."""
    return {each.name: getattr(policy or REALISTIC, each.name) for each in PARAMETERS}


def _check_numbers(numbers: Mapping[str, object]) -> None:
    """Raise Invalid, naming the parameter, for one that there is not, or a value that it cannot have."""
    known = {each.name: each for each in PARAMETERS}
    for name, value in numbers.items():
        parameter = known.get(name)
        if parameter is None:
            raise _invalid(f"Has no number {name[:40]!r}; it may have: preset, {', '.join(known)}.")
        if parameter.choices:
            if value not in parameter.choices:
                raise _invalid(f"`{name}` must be one of: {', '.join(parameter.choices)}.")
        elif not isinstance(value, int) or isinstance(value, bool) or not parameter.least <= value <= parameter.most:
            raise _invalid(f"`{name}` must be a whole number from {parameter.least} to {parameter.most}.")


def _invalid(message: str) -> Invalid:
    return invalid_field(FIELD, message)
