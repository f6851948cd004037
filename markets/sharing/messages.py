"""What the gateway that leads the prices says to those that follow, and what one that joins begins with."""

import msgspec

from markets.updates import Candle, MarketUpdate


class Said(msgspec.Struct, frozen=True, array_like=True):
    """Some steps, in the order of their times."""

    updates: list[MarketUpdate]


class Past(msgspec.Struct, frozen=True):
    """The minutes that had closed when `position` was reached, by symbol; everything said after it comes on top of them."""

    position: str
    start_ns: int
    minutes: dict[str, list[Candle]]


encode = msgspec.msgpack.Encoder().encode
decode_said = msgspec.msgpack.Decoder(Said).decode
decode_past = msgspec.msgpack.Decoder(Past).decode
