"""Runtime parameters: declared once with type, bounds, default and reason, read anywhere as an attribute of their set.

A module declares what may be tuned and keeps the returned object; reading `.value` is one attribute access, so hot
paths may read it each time. Changing a value is the business of whoever holds the registry.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kit.errors import NotFound, invalid_field

type_names: dict[type, str] = {int: "whole number", float: "number", bool: "true or false", str: "text"}

Value = int | float | bool | str


@dataclass(slots=True)
class Tunable:
    """One parameter. `minimum` and `maximum` bound numbers, `choices` bounds text."""

    key: str
    default: Value
    why: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    value: Value = field(init=False)

    def __post_init__(self) -> None:
        self.value = self.default

    def check(self, value: Value) -> Value:
        """The value, if it fits type and bounds; raises Invalid naming the key otherwise."""
        wanted = type(self.default)
        if wanted is float and type(value) is int:
            value = float(value)
        if type(value) is not wanted:
            raise invalid_field(self.key, f"Must be a {type_names[wanted]}.")
        if self.choices and value not in self.choices:
            raise invalid_field(self.key, f"Must be one of {', '.join(self.choices)}.")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if self.minimum is not None and not value >= self.minimum:
                raise invalid_field(self.key, f"Must be at least {self.minimum:g}.")
            if self.maximum is not None and not value <= self.maximum:
                raise invalid_field(self.key, f"Must be at most {self.maximum:g}.")
        return value


class Tunables:
    """The declared parameters of a process, by key."""

    def __init__(self) -> None:
        self._by_key: dict[str, Tunable] = {}

    def declare(self, tunable: Tunable) -> Tunable:
        """Register a parameter; a key is declared once."""
        assert tunable.key not in self._by_key, f"{tunable.key} is declared twice"
        tunable.check(tunable.default)
        self._by_key[tunable.key] = tunable
        return tunable

    def get(self, key: str) -> Tunable:
        """The parameter of that key; raises NotFound."""
        if key not in self._by_key:
            raise NotFound(f"There is no parameter {key!r}.")
        return self._by_key[key]

    def set(self, key: str, value: Value) -> None:
        """Give a parameter a new value after checking it; raises NotFound or Invalid."""
        tunable = self.get(key)
        tunable.value = tunable.check(value)

    def __iter__(self) -> Iterator[Tunable]:
        return iter(self._by_key.values())


TUNABLES = Tunables()
