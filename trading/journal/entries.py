"""One line of the journal, its bytes, and the hash that chains it to the line before.

The body is readable JSON, so that an auditor needs no tool of ours. A change of these field names needs an answer for
journals written before it.
"""

import msgspec

from kit.chain import GENESIS_HASH, Head, Record, chain_hash, link_body
from markets.instruments import Instrument
from trading.sandbox.events import AnyEvent

__all__ = ["GENESIS_HASH", "Entry", "Head", "Record", "chain_hash", "decode_entry", "link_entry"]


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


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def link_entry(head: Head, entry: Entry) -> Record:
    """The record that continues the chain after `head`."""
    return link_body(head, _encoder.encode(entry))


def decode_entry(body: bytes) -> Entry:
    """The entry of a record's body; raises msgspec.DecodeError or msgspec.ValidationError."""
    return _decoder.decode(body)
