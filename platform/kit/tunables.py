"""Runtime parameters: declared once where they are used, read anywhere, changed while the process runs.

    CHANNELS = tunables.whole_number(
        "sockets.channels", 200, minimum=1, maximum=10_000, unit="channels", why="What one socket may listen to."
    )
    ...
    if len(names) > CHANNELS.value: ...

Reading is reading an attribute, so it may stand on a hot path. A value in force comes from the code, from the environment
or from an override; who keeps the overrides (`operations.config`) checks them and sets them, all in one thread.
"""

import difflib
import logging
import math
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar

from kit.errors import Invalid, NotFound
from kit.units import is_plain_decimal, trimmed_text_from_units, units_from_text

MAX_KEY_LENGTH: Final = 64
NEAREST_CUTOFF: Final = 0.4
"""How alike a known key must be to be suggested: a word left out is a common slip, and still alike enough."""

Source = Literal["default", "environment", "revision"]
Value = TypeVar("Value")
"""bool, int, float or str."""
log = logging.getLogger(__name__)

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_WORDS: Final = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class Rule(Generic[Value]):
    """What a value may be. `minimum`, `maximum` and `choices` are None where there is no such thing."""

    type: ClassVar[str]
    allowed: str
    """What may be given, as a sentence: it is the message of a refusal."""
    minimum: float | str | None = None
    maximum: float | str | None = None
    choices: Sequence[str] | None = None

    def check(self, raw: object) -> Value:
        """The value that `raw`, as it comes out of JSON, stands for; raises ValueError for one that is not allowed."""
        raise NotImplementedError

    def read(self, text: str) -> object:
        """What a word of a command line stands for in JSON."""
        return text


class WholeNumber(Rule[int]):
    """A whole number within bounds, both included."""

    type = "int"

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum, self.maximum = minimum, maximum
        self._bounds = (minimum, maximum)
        self.allowed = f"Must be a whole number from {minimum} to {maximum}."

    def check(self, raw: object) -> int:
        """`raw` as an int; 5.0 is whole too."""
        lowest, highest = self._bounds
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not lowest <= raw <= highest or raw != int(raw):
            raise ValueError(self.allowed)
        return int(raw)

    def read(self, text: str) -> object:
        """The number that the word says, or the word."""
        return _number_from_text(text)


class Number(Rule[float]):
    """A number within bounds, both included; 0 too where it means off or without limit. `decimals` digits at most."""

    type = "float"

    def __init__(self, minimum: float, maximum: float, *, or_zero: bool = False, decimals: int | None = None) -> None:
        self.minimum, self.maximum = (0.0 if or_zero else minimum), maximum
        self._bounds, self._or_zero, self._decimals = (minimum, maximum), or_zero, decimals
        digits = "" if decimals is None else f" with at most {decimals} digits after the point"
        self.allowed = f"Must be {'0 or ' if or_zero else ''}a number from {minimum:.15g} to {maximum:.15g}{digits}."

    def check(self, raw: object) -> float:
        """`raw` as a float."""
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
            raise ValueError(self.allowed)
        lowest, highest = self._bounds
        is_within = lowest <= raw <= highest or (self._or_zero and raw == 0)
        if not is_within or (self._decimals is not None and round(raw, self._decimals) != raw):
            raise ValueError(self.allowed)
        return float(raw)

    def read(self, text: str) -> object:
        """The number that the word says, or the word."""
        return _number_from_text(text)


class DecimalText(Rule[str]):
    """An amount: a number in plain decimal notation, which stays text and is never a float. Bounds are included."""

    type = "decimal"

    def __init__(self, minimum: str, maximum: str, *, decimals: int) -> None:
        self.minimum, self.maximum = minimum, maximum
        self._bounds, self._decimals = (Decimal(minimum), Decimal(maximum)), decimals
        self.allowed = f"Must be a decimal from {minimum} to {maximum} with at most {decimals} digits after the point."

    def check(self, raw: object) -> str:
        """`raw` without trailing zeros; a JSON number is taken by its digits."""
        text = str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else raw
        units = units_from_text(text, self._decimals) if isinstance(text, str) else None
        if units is None or not self._bounds[0] <= Decimal(str(text)) <= self._bounds[1]:
            raise ValueError(self.allowed)
        return trimmed_text_from_units(units, self._decimals)


class Flag(Rule[bool]):
    """Yes or no."""

    type = "bool"
    allowed = "Must be true or false."

    def check(self, raw: object) -> bool:
        """`raw` itself; 1 and "yes" are neither."""
        if not isinstance(raw, bool):
            raise ValueError(self.allowed)
        return raw

    def read(self, text: str) -> object:
        """True for true, yes, on and 1; False for false, no, off and 0; else the word."""
        return _WORDS.get(text.lower(), text)


class Text(Rule[str]):
    """Printable text of limited length."""

    type = "text"

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length
        self.allowed = f"Must be printable text of at most {max_length} characters."

    def check(self, raw: object) -> str:
        """`raw` itself."""
        if not isinstance(raw, str) or len(raw) > self.max_length or not raw.isprintable():
            raise ValueError(self.allowed)
        return raw


class Choice(Rule[str]):
    """One of a few words."""

    type = "choice"

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)
        self.allowed = f"Must be one of: {', '.join(choices)}."

    def check(self, raw: object) -> str:
        """`raw` itself."""
        if not isinstance(raw, str) or raw not in (self.choices or ()):
            raise ValueError(self.allowed)
        return raw


class Tunable(Generic[Value]):
    """One runtime parameter. `value` is what is in force and `source` where it comes from.

    `variable` is the environment variable that may set its default; `unit` and `why` are for people.
    """

    __slots__ = (
        "_environment", "_listeners", "_override", "code_default", "key", "rule", "source", "unit", "value", "variable",
        "why",
    )  # fmt: skip

    def __init__(
        self, key: str, rule: Rule[Value], default: Value, *, unit: str, why: str, variable: str | None
    ) -> None:
        assert len(key) <= MAX_KEY_LENGTH and _KEY.fullmatch(key), f"{key} is no key such as rate_limit.burst"
        self.key = key
        self.rule: Rule[Value] = rule
        self.code_default: Value = rule.check(default)
        self.unit, self.why, self.variable = unit, why, variable
        self.value: Value = self.code_default
        self.source: Source = "default"
        self._environment: Value | None = None
        self._override: Value | None = None
        self._listeners: list[Callable[[Value], None]] = []

    @property
    def group(self) -> str:
        """The first part of the key."""
        return self.key.partition(".")[0]

    @property
    def default(self) -> Value:
        """What is in force without an override."""
        return self.code_default if self._environment is None else self._environment

    def check(self, raw: object, *, field: str = "value") -> Value:
        """The value that `raw` stands for; raises Invalid, naming `field` and what is allowed."""
        try:
            return self.rule.check(raw)
        except ValueError as fault:
            bounds = {"minimum": self.rule.minimum, "maximum": self.rule.maximum, "choices": self.rule.choices}
            details = {field: [str(fault)], **{name: bound for name, bound in bounds.items() if bound is not None}}
            raise Invalid(f"{field}: {fault}", details=details) from fault

    def take_environment(self, value: Value | None) -> None:
        """Let the environment's value be the default; None: it has none."""
        self._environment = value
        self._settle()

    def override(self, value: Value | None) -> None:
        """Put a checked value in force; None: back to the default."""
        self._override = value
        self._settle()

    def on_change(self, listener: Callable[[Value], None]) -> None:
        """Call `listener` with the new value at each change. It must not wait."""
        self._listeners.append(listener)

    def _settle(self) -> None:
        """Work out the value in force, and tell who listens when it is another one."""
        before = self.value
        if self._override is not None:
            self.value, self.source = self._override, "revision"
        elif self._environment is not None:
            self.value, self.source = self._environment, "environment"
        else:
            self.value, self.source = self.code_default, "default"
        if self.value != before:
            self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            try:
                listener(self.value)
            except Exception:
                # The value is in force for all others; one part's bug must not keep them from learning of it.
                log.exception("A part did not take the new value of %s.", self.key)


AnyTunable = Tunable[Any]
"""One of whatever type; who goes through all of them cannot know."""


class Registry:
    """The tunables of a process, by key."""

    def __init__(self) -> None:
        self._by_key: dict[str, AnyTunable] = {}

    def __iter__(self) -> Iterator[AnyTunable]:
        """All, sorted by key: those of a group stand together."""
        return iter(sorted(self._by_key.values(), key=lambda tunable: tunable.key))

    def add(self, tunable: AnyTunable) -> None:
        """Add one; a key is declared once."""
        assert tunable.key not in self._by_key, f"{tunable.key} is declared twice"
        self._by_key[tunable.key] = tunable

    def has(self, key: str) -> bool:
        """Whether there is a tunable of that key."""
        return key in self._by_key

    def find(self, key: str) -> AnyTunable:
        """The tunable of a key; raises NotFound, with the nearest known key if one is near."""
        found = self._by_key.get(key)
        if found is None:
            shown = key if len(key) <= MAX_KEY_LENGTH else f"{key[:MAX_KEY_LENGTH]}…"
            nearest = self._nearest(key[:MAX_KEY_LENGTH].lower())
            hint = f" Did you mean {nearest}?" if nearest else ""
            details = {"suggestion": nearest} if nearest else {}
            raise NotFound(f"There is no setting {shown!r}.{hint}", details=details)
        return found

    def _nearest(self, key: str) -> str | None:
        """The key, or the key whose last part, is spelled most alike."""
        by_last_part = {known.rpartition(".")[2]: known for known in self._by_key}
        near_last = difflib.get_close_matches(key.rpartition(".")[2], by_last_part, n=1, cutoff=0.8)
        if near_last:
            return by_last_part[near_last[0]]
        near = difflib.get_close_matches(key, self._by_key, n=1, cutoff=NEAREST_CUTOFF)
        return near[0] if near else None


TUNABLES = Registry()
"""Those of this process: what its modules declare."""


def whole_number(
    key: str, default: int, *, minimum: int, maximum: int, unit: str, why: str, variable: str | None = None
) -> Tunable[int]:
    """Declare a whole number within bounds, both included."""
    return _declare(Tunable(key, WholeNumber(minimum, maximum), default, unit=unit, why=why, variable=variable))


def number(
    key: str,
    default: float,
    *,
    minimum: float,
    maximum: float,
    unit: str,
    why: str,
    or_zero: bool = False,
    decimals: int | None = None,
    variable: str | None = None,
) -> Tunable[float]:
    """Declare a number within bounds, both included; with `or_zero` 0 as well."""
    rule = Number(minimum, maximum, or_zero=or_zero, decimals=decimals)
    return _declare(Tunable(key, rule, default, unit=unit, why=why, variable=variable))


def decimal_text(
    key: str, default: str, *, minimum: str, maximum: str, decimals: int, unit: str, why: str
) -> Tunable[str]:
    """Declare an amount, which is decimal text within bounds, both included."""
    assert is_plain_decimal(minimum) and is_plain_decimal(maximum), "bounds are written like values"
    rule = DecimalText(minimum, maximum, decimals=decimals)
    return _declare(Tunable(key, rule, default, unit=unit, why=why, variable=None))


def flag(key: str, *, default: bool, why: str, variable: str | None = None) -> Tunable[bool]:
    """Declare a yes or no."""
    return _declare(Tunable(key, Flag(), default, unit="", why=why, variable=variable))


def text(key: str, default: str, *, max_length: int, why: str, variable: str | None = None) -> Tunable[str]:
    """Declare a text."""
    return _declare(Tunable(key, Text(max_length), default, unit="", why=why, variable=variable))


def choice(key: str, default: str, choices: Sequence[str], *, why: str, variable: str | None = None) -> Tunable[str]:
    """Declare one of a few words."""
    return _declare(Tunable(key, Choice(choices), default, unit="", why=why, variable=variable))


def _declare(tunable: Tunable[Value]) -> Tunable[Value]:
    TUNABLES.add(tunable)
    return tunable


def _number_from_text(word: str) -> object:
    try:
        return int(word) if word.lstrip("+-").isdigit() else float(word)
    except ValueError:
        return word
