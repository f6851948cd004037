"""Timers are found by time exactly as a scan over all of them would find them."""

from hypothesis import given
from hypothesis import strategies as st

from trading.sandbox import timers as timers_module
from trading.sandbox.timers import NEVER_NS, Timers

steps = st.lists(
    st.one_of(
        st.tuples(st.just("start"), st.integers(0, 5), st.integers(1, 20)),
        st.tuples(st.just("end"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("pop"), st.just(0), st.integers(0, 21)),
    ),
    max_size=60,
)


@given(steps=steps)
def test_due_timers_equal_a_scan(steps):
    timers = Timers()
    present: dict[str, int] = {}
    for kind, number, time_ns in steps:
        name = f"o{number}"
        if kind == "start":
            timers.start("expiry", name, time_ns)
            present[name] = time_ns
        elif kind == "end":
            timers.end("expiry", name)
            present.pop(name, None)
        else:
            due = min(((time, name) for name, time in present.items() if time <= time_ns), default=None)
            popped = timers.pop_due(time_ns)
            assert (None if popped is None else (popped.time_ns, popped.id)) == due
            if due is not None:
                del present[due[1]]
        assert len(timers) == len(present)
        assert timers.next_ns <= min(present.values(), default=NEVER_NS)
        assert all(timers.time_of("expiry", name) == time for name, time in present.items())


def test_timers_of_one_time_come_by_kind_and_id_however_they_were_set():
    timers = Timers()
    for kind, name in (("expiry", "o2"), ("arrival", "o9"), ("expiry", "o1")):
        timers.start(kind, name, 7)
    assert [(timer.kind, timer.id) for timer in iter(lambda: timers.pop_due(7), None)] == [
        ("arrival", "o9"),
        ("expiry", "o1"),
        ("expiry", "o2"),
    ]
    assert timers.next_ns == NEVER_NS


def test_ended_timers_are_swept_out(monkeypatch):
    monkeypatch.setattr(timers_module, "MIN_TIMERS_BEFORE_COMPACTION", 8)
    timers = Timers()
    timers.start("expiry", "kept", 1_000)
    for number in range(500):
        timers.start("expiry", f"o{number}", number + 2_000)
        timers.end("expiry", f"o{number}")
    assert len(timers._heap) <= 9
    assert timers.next_ns == 1_000
