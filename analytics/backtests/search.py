"""Which combinations of parameters a sweep tries: all of a grid, or some of it drawn at random.

A space has an axis for each parameter, with its values in rising order. Combinations are numbered as digits of a mixed
radix, the last axis fastest, so that any one of them is found by its number and none has to be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from random import Random

import msgspec

from kit.errors import Invalid, invalid_field

MAX_AXES = 8
MAX_VALUES_PER_AXIS = 1_000
MAX_GRID = 10_000_000
"""Numbers that a space may have; a grid is bounded further by `MAX_COMBINATIONS`, a draw only names its numbers."""

MAX_COMBINATIONS = 100_000
"""Backtests of one sweep: some minutes of work, and a result that can still be looked at."""

MAX_LOOKED_AT = 4 * MAX_COMBINATIONS
"""Combinations that are asked whether they rise: less than a second of a request."""

MAX_VALUE = 1e15
"""Of a parameter: beyond it floats have no room for a step."""

STEP_SLACK = 1e-9
"""Of a step: a range from 0.1 to 0.3 by 0.1 ends with 0.3, which its sum in binary misses."""

Value = int | float


class Axis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    """The values of a parameter: those of `values`, or from `first` to `last`, both included, `step` apart."""

    first: Value | None = None
    last: Value | None = None
    step: Value = 1
    values: list[Value] | None = None


@dataclass(frozen=True)
class Space:
    """The axes by name, and pairs of names of which the first must have the smaller value."""

    names: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]
    rising: tuple[tuple[int, int], ...] = ()

    @cached_property
    def size(self) -> int:
        """How many combinations the grid has, before those are left out that do not rise."""
        return prod(map(len, self.values))

    def digits_of(self, number: int) -> tuple[int, ...]:
        """The place on each axis of combination `number`."""
        digits: list[int] = []
        for values in reversed(self.values):
            number, digit = divmod(number, len(values))
            digits.append(digit)
        return tuple(reversed(digits))

    def number_of(self, digits: Sequence[int]) -> int:
        """The number of the combination at these places."""
        number = 0
        for digit, values in zip(digits, self.values, strict=True):
            number = number * len(values) + digit
        return number

    def values_of(self, number: int) -> tuple[Value, ...]:
        """The value of each parameter in combination `number`."""
        found: list[Value] = []
        for values in reversed(self.values):
            number, digit = divmod(number, len(values))
            found.append(values[digit])
        found.reverse()
        return tuple(found)

    def parameters_of(self, number: int) -> dict[str, Value]:
        """The same by name."""
        return dict(zip(self.names, self.values_of(number), strict=True))

    def has(self, number: int) -> bool:
        """Whether a combination keeps to the pairs that must rise."""
        values = self.values_of(number)
        return all(values[low] < values[high] for low, high in self.rising)

    def neighbours_of(self, number: int) -> list[int]:
        """The combinations that are at most one place away on every axis, itself left out, in rising order."""
        reach = [
            range(max(digit - 1, 0), min(digit + 2, len(values)))
            for digit, values in zip(self.digits_of(number), self.values, strict=True)
        ]
        found: list[tuple[int, ...]] = [()]
        for places in reach:
            found = [(*before, place) for before in found for place in places]
        numbers = (self.number_of(digits) for digits in found)
        return [other for other in numbers if other != number and self.has(other)]


def in_order(axes: dict[str, Axis], names: Sequence[str]) -> dict[str, Axis]:
    """The axes in the order of `names`; as they come for a search that was kept without it."""
    return {name: axes[name] for name in names} if names else axes


def space_of(axes: dict[str, Axis], rising: Sequence[Sequence[str]] = ()) -> Space:
    """The space that a request declares, its axes in their order; raises Invalid naming the axis or the pair."""
    if not 1 <= len(axes) <= MAX_AXES:
        raise invalid_field("parameters", f"Name 1 to {MAX_AXES} parameters to vary.")
    values = tuple(_values_of(name, axis) for name, axis in axes.items())
    names = tuple(axes)
    space = Space(names, values, tuple(_pair_of(pair, names) for pair in rising))
    if space.size > MAX_GRID:
        raise invalid_field(
            "parameters", f"They have {space.size} combinations; at most {MAX_GRID} are allowed. Take wider steps."
        )
    return space


def grid(space: Space) -> list[int]:
    """Every combination that keeps to the rising pairs; raises Invalid when they are too many, or none."""
    if space.size > (MAX_LOOKED_AT if space.rising else MAX_COMBINATIONS):
        raise _too_many(space.size)
    numbers = [number for number in range(space.size) if space.has(number)]
    if len(numbers) > MAX_COMBINATIONS:
        raise _too_many(len(numbers))
    if not numbers:
        raise invalid_field("rising", "No combination keeps to it; look at the values of its parameters.")
    return numbers


def draw(space: Space, count: int, seed: int) -> list[int]:
    """`count` different combinations drawn at random, in rising order; all of them where there are no more.

    Random search finds a good region with a part of a grid's trials where few parameters matter (Bergstra and Bengio 2012).
    The same seed draws the same ones. Raises Invalid when none keeps to the rising pairs.
    """
    if not 1 <= count <= MAX_COMBINATIONS:
        raise invalid_field("samples", f"Must be from 1 to {MAX_COMBINATIONS}.")
    numbers = range(space.size)
    if not space.rising:
        return sorted(Random(seed).sample(numbers, min(count, space.size)))  # noqa: S311 - reproducible, not secret
    if space.size <= MAX_COMBINATIONS:
        kept = grid(space)
        return sorted(Random(seed).sample(kept, min(count, len(kept))))  # noqa: S311 - likewise
    drawn = Random(seed).sample(numbers, min(space.size, 20 * count, MAX_LOOKED_AT))  # noqa: S311 - likewise
    kept = [number for number in drawn if space.has(number)][:count]
    if not kept:
        raise invalid_field("rising", "None of the combinations that were drawn keeps to it; narrow the values.")
    return sorted(kept)


def _values_of(name: str, axis: Axis) -> tuple[Value, ...]:
    field = f"parameters.{name}"
    if axis.values is None:
        return _range_of(field, axis)
    if axis.first is not None or axis.last is not None:
        raise invalid_field(field, "Give either `values`, or `from` and `to`.")
    values = tuple(sorted(set(axis.values)))
    _require_count(field, len(values))
    return values


def _range_of(field: str, axis: Axis) -> tuple[Value, ...]:
    first, last, step = axis.first, axis.last, axis.step
    if first is None or last is None:
        raise invalid_field(field, "Give `from` and `to`, or `values`.")
    if step <= 0 or last < first:
        raise invalid_field(field, "A range goes up: `to` is not below `from`, and `step` is above 0.")
    if max(abs(first), abs(last)) > MAX_VALUE:
        raise invalid_field(field, f"Values are from -{MAX_VALUE:g} to {MAX_VALUE:g}.")
    if (last - first) / step >= MAX_VALUES_PER_AXIS:
        raise invalid_field(field, f"Must have 1 to {MAX_VALUES_PER_AXIS} values. Take wider steps.")
    count = int((last - first) / step + STEP_SLACK) + 1
    _require_count(field, count)
    return tuple(_rounded(first + place * step) for place in range(count))


def _rounded(value: Value) -> Value:
    """A value of a range without the noise that sums in binary leave: 0.1 + 2 * 0.1 is 0.3."""
    return value if isinstance(value, int) else float(f"{value:.12g}")


def _require_count(field: str, count: int) -> None:
    if not 1 <= count <= MAX_VALUES_PER_AXIS:
        raise invalid_field(field, f"Must have 1 to {MAX_VALUES_PER_AXIS} values, and has {count}.")


def _pair_of(pair: Sequence[str], names: tuple[str, ...]) -> tuple[int, int]:
    if len(pair) != 2 or any(name not in names for name in pair):
        raise invalid_field("rising", f"A pair names two of the parameters that vary: {', '.join(names)}.")
    return names.index(pair[0]), names.index(pair[1])


def _too_many(count: int) -> Invalid:
    return invalid_field(
        "parameters",
        f"They have {count} combinations; a sweep tries at most {MAX_COMBINATIONS}. Take wider steps, or draw some.",
    )
