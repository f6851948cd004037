"""A chain of records: each proves the one before."""

import pytest

from kit.chain import ChainBroken, Head, Record, link_body, require_end, verify_chain


def chain(*bodies: bytes) -> list[Record]:
    records, head = [], Head()
    for body in bodies:
        records.append(link_body(head, body))
        head = Head(records[-1].seq, records[-1].hash)
    return records


def test_a_whole_chain_is_proved_to_its_end():
    records = chain(b"a", b"b", b"c")
    assert list(verify_chain(records, Head())) == records
    require_end(Head(3, records[2].hash), Head(3, records[2].hash))


def test_a_chain_is_proved_from_the_middle_too():
    records = chain(b"a", b"b", b"c")
    assert list(verify_chain(records[1:], Head(1, records[0].hash))) == records[1:]


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        (lambda records: records.pop(1), 2),
        (lambda records: records.reverse(), 1),
        (lambda records: records.__setitem__(2, Record(3, records[2].hash, b"other")), 3),
        (lambda records: records.__setitem__(0, Record(1, bytes(32), records[0].body)), 1),
        (lambda records: records.insert(0, records[0]), 2),
    ],
    ids=["removed", "reversed", "edited", "hash changed", "repeated"],
)
def test_the_first_record_that_does_not_fit_is_named(change, seq):
    records = chain(b"a", b"b", b"c")
    change(records)
    with pytest.raises(ChainBroken) as broken:
        list(verify_chain(records, Head()))
    assert broken.value.seq == seq


def test_what_is_missing_at_the_end_is_named():
    records = chain(b"a", b"b", b"c")
    with pytest.raises(ChainBroken, match="once reached entry 3") as broken:
        require_end(Head(2, records[1].hash), Head(3, records[2].hash))
    assert broken.value.seq == 3
