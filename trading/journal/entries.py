"""One line of the journal, its bytes, and the hash that chains it to the line before.

The body is readable JSON, so that an auditor needs no tool of ours. A change of these field names needs an answer for
journals written before it.
"""

import hashlib

import msgspec

from markets.instruments import Instrument
from trading.sandbox.events import AnyEvent

GENESIS_HASH = bytes(32)
"""What the first entry is chained to."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one command, or one step of the market, changed.

    `kind` names the command (`place_order`, `market`, …), `time_ns` is the market's clock and `wall_ns` the machine's.
    `actor` is who asked, as `kit.caller` writes it, or empty for the market itself. `instrument` is set when a symbol is
    traded for the first time: the journal then knows its ticks and lots without the market side.
    """

    kind: str
    time_ns: int
    wall_ns: int
    account_id: str | None = None
    trace_id: str = ""
    actor: str = ""
    instrument: Instrument | None = None
    events: tuple[AnyEvent, ...] = ()


class Record(msgspec.Struct, frozen=True, gc=False):
    """An entry as a store keeps it: its number from 1 without gaps, its place in the chain and its JSON."""

    seq: int
    hash: bytes
    body: bytes


class Head(msgspec.Struct, frozen=True, gc=False):
    """Where a chain ends: the number and the hash of its last record; 0 and the genesis hash before the first."""

    seq: int = 0
    hash: bytes = GENESIS_HASH


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def chain_hash(previous_hash: bytes, seq: int, body: bytes) -> bytes:
    """SHA-256 over the hash before, the number as eight bytes and the body."""
    return hashlib.sha256(previous_hash + seq.to_bytes(8) + body).digest()


def link_entry(head: Head, entry: Entry) -> Record:
    """The record that continues the chain after `head`."""
    body = _encoder.encode(entry)
    seq = head.seq + 1
    return Record(seq, chain_hash(head.hash, seq, body), body)


def decode_entry(body: bytes) -> Entry:
    """The entry of a record's body; raises msgspec.DecodeError or msgspec.ValidationError."""
    return _decoder.decode(body)
