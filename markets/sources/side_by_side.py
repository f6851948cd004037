"""Recordings of bars side by side: several symbols as one market, their steps by time."""

from collections.abc import Iterator, Sequence

import msgspec

from markets.sources.base import Past, Step
from markets.sources.replay import ReplaySource


class SideBySide:
    """Replays of bars of one length as one source. Where times are equal the steps come in the order of the replays.

    A beat is all bars that open at one time; there are `total_beats` of them.
    """

    name = "replay"

    def __init__(self, replays: Sequence[ReplaySource], *, dataset: str, total_beats: int) -> None:
        assert len({replay.bar_s for replay in replays}) == 1, "their bars are of one length"
        self._lanes = [_Lane(replay) for replay in replays]
        self._held: Step | None = None
        """The newest step, which is told when it is known whether it ended its beat."""
        self._held_opened_ns = 0
        self.symbols = tuple(symbol for replay in replays for symbol in replay.symbols)
        self.dataset = dataset
        self.start_ns = min(replay.start_ns for replay in replays)
        self.bar_s = replays[0].bar_s
        self.total_beats = total_beats
        self.longest_wait_ns = replays[0].longest_wait_ns

    def history(self) -> Iterator[Past]:
        """None: it is played from its first bar."""
        return iter(())

    async def next_steps(self) -> Iterator[Step] | None:
        """The steps up to where one of the replays has to read on; None at the end. Raises SourceFailed."""
        for lane in self._lanes:
            await lane.read_on()
        if self._held is None and all(lane.is_over for lane in self._lanes):
            return None
        return self._merged()

    def _merged(self) -> Iterator[Step]:
        while all(lane.head is not None or lane.is_over for lane in self._lanes):
            going = [lane for lane in self._lanes if lane.head is not None]
            first = min(going, key=_time_of) if going else None
            if self._held is not None:
                yield _ending(self._held, is_end=first is None or first.opened_ns > self._held_opened_ns)
            if first is None:
                self._held = None
                return
            self._held, self._held_opened_ns = first.head, first.opened_ns
            first.advance()


class _Lane:
    """One replay, and its next step. `opened_ns` is when the bar of that step opened."""

    def __init__(self, replay: ReplaySource) -> None:
        self._replay = replay
        self._steps: Iterator[Step] = iter(())
        self.head: Step | None = None
        self.opened_ns = 0
        self.is_over = False

    async def read_on(self) -> None:
        """Have a next step, unless there is none."""
        while self.head is None and not self.is_over:
            steps = await self._replay.next_steps()
            if steps is None:
                self.is_over = True
            else:
                self._steps = steps
                self.advance()

    def advance(self) -> None:
        """Go on to the next step; None where more has to be read first: replays are read by whole bars."""
        is_opening = self.head is None or self.head.ends_beat
        self.head = next(self._steps, None)
        if self.head is not None and is_opening:
            self.opened_ns = self.head.update.time_ns


def _time_of(lane: _Lane) -> int:
    assert lane.head is not None, "only lanes with a step are asked"
    return lane.head.update.time_ns


def _ending(step: Step, *, is_end: bool) -> Step:
    return step if step.ends_beat == is_end else msgspec.structs.replace(step, ends_beat=is_end)
