"""The frames of the protocol as plain types, how they become JSON text and how a client's text is read.

A frame that goes to many sockets is encoded once: `message_of` gives the message that all of them share, so nobody may
change it.
"""

import struct
from typing import Annotated, Any

import msgspec

from kit.clock import iso_from_ns

RequestId = Annotated[str, msgspec.Meta(max_length=64)] | int | None
"""What a client may number its requests with; it is echoed in the answer."""

AsgiMessage = dict[str, Any]
"""A message of the ASGI WebSocket specification."""


class Frame(msgspec.Struct, frozen=True, tag_field="type", gc=False):
    """Base of what the server sends; the tag is the frame's `type`."""


class ChannelPosition(msgspec.Struct, frozen=True, gc=False):
    """Where a channel stands: what a client needs to resume it."""

    name: str
    stream: str
    seq: int


class Ack(Frame, frozen=True, tag="ack"):
    """Answer to subscribe, unsubscribe and list: the channels that it concerns."""

    id: RequestId
    channels: list[ChannelPosition]


class Snapshot(Frame, frozen=True, tag="snapshot"):
    """The whole state of a channel; the next update has `seq` + 1, or more where newest wins."""

    channel: str
    seq: int
    time: str
    data: Any


class Update(Frame, frozen=True, tag="update", omit_defaults=True):
    """One change of a channel; `trace_id` where it came about by somebody's request."""

    channel: str
    seq: int
    time: str
    data: Any
    trace_id: str = ""


class ResyncRequired(Frame, frozen=True, tag="resync_required"):
    """Updates of this channel were lost to this socket; a new snapshot follows."""

    channel: str


class OperationError(msgspec.Struct, frozen=True):
    """Why an operation was refused, in the words REST would use; details may be JSON already."""

    code: str
    message: str
    details: dict[str, Any] | msgspec.Raw = {}


class Success(Frame, frozen=True, tag="result", omit_defaults=True):
    """An operation that was done; `status` as REST would answer. `replayed`: it was done before, under the same key."""

    id: RequestId
    status: int
    data: Any
    trace_id: str = ""
    replayed: bool = False


class Failure(Frame, frozen=True, tag="result", omit_defaults=True):
    """An operation that was refused; likewise."""

    id: RequestId
    status: int
    error: OperationError
    trace_id: str = ""
    replayed: bool = False


class ErrorFrame(Frame, frozen=True, tag="error", omit_defaults=True):
    """A request that could not be done, or the reason of the close that follows; `channel` where it is about one."""

    id: RequestId
    code: str
    message: str
    channel: str = ""


class Pong(Frame, frozen=True, tag="pong"):
    """Answer to ping."""

    id: RequestId


class Heartbeat(Frame, frozen=True, tag="heartbeat"):
    """Sign of life, so that a silent market and a dead connection can be told apart."""

    time: str


class Shutdown(Frame, frozen=True, tag="shutdown"):
    """The server is about to close this socket; come back later."""

    message: str


class ChannelRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A channel in a subscribe request; `stream` and `after` together ask to resume."""

    name: str
    stream: str | None = None
    after: int | None = None


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client sends. `params` are left as they came: they belong to the operation, which has its own contract."""

    op: str
    id: RequestId = None
    channels: list[str | ChannelRequest] = []
    params: msgspec.Raw = msgspec.Raw()
    idempotency_key: str | None = None


class RequestHead(msgspec.Struct, frozen=True):
    """The id and what is asked for, to answer a request that is not read as a whole."""

    id: RequestId = None
    op: Any = None


class Message:
    """What goes out to sockets, made once for all of them.

    `wire` is the WebSocket frame, for a server that takes those; `asgi` is what every server takes, made at the first
    call. A close has no `wire`: it changes the state of the server's protocol, so it has to go through it.
    """

    __slots__ = ("_asgi", "_text_start", "wire")

    def __init__(self, text: bytes) -> None:
        header = _text_header(len(text))
        self.wire = header + text
        self._text_start = len(header)
        self._asgi: AsgiMessage | None = None

    @classmethod
    def closing(cls, code: int, reason: str) -> "Message":
        """The message that closes a socket."""
        message = cls.__new__(cls)
        message.wire = b""
        message._asgi = {"type": "websocket.close", "code": code, "reason": reason}
        return message

    @property
    def is_close(self) -> bool:
        """Whether nothing may follow it."""
        return not self.wire

    @property
    def asgi(self) -> AsgiMessage:
        """The ASGI message; as shared as the frame."""
        if self._asgi is None:
            self._asgi = {"type": "websocket.send", "text": self.wire[self._text_start :].decode()}
        return self._asgi


def _text_header(length: int) -> bytes:
    """What precedes a whole, unmasked text message of that many bytes; RFC 6455, section 5.2."""
    if length < 126:
        return struct.pack("!BB", _WHOLE_TEXT, length)
    if length < 65_536:
        return struct.pack("!BBH", _WHOLE_TEXT, 126, length)
    return struct.pack("!BBQ", _WHOLE_TEXT, 127, length)


_WHOLE_TEXT = 0x81
"""FIN and the opcode of text."""

_encoder = msgspec.json.Encoder()
decode_request = msgspec.json.Decoder(Request).decode
"""What a client asked for, of its text.

Raises msgspec.ValidationError when a field does not fit, msgspec.DecodeError when the text is not JSON, and
RecursionError when it is nested beyond all sense.
"""

_params_decoder = msgspec.json.Decoder(dict[str, Any])
_head_decoder = msgspec.json.Decoder(RequestHead)
_NO_HEAD = RequestHead()


def message_of(frame: Frame) -> Message:
    """The frame as the message that sends it."""
    return Message(_encoder.encode(frame))


def require_params_object(request: Request) -> None:
    """Raise msgspec.ValidationError for params that are no JSON object, where nobody else reads them."""
    try:
        if request.params:
            _params_decoder.decode(request.params)
    except msgspec.DecodeError as error:
        raise msgspec.ValidationError(f"{error} - at `$.params`") from error


def request_head_of(text: str) -> RequestHead:
    """The head of a request that is not decoded as a whole; an empty one when it has none that can be used."""
    try:
        return _head_decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return _NO_HEAD


def request_id_of(text: str) -> RequestId:
    """The id of a request that could not be decoded as a whole; None when it has no usable one."""
    return request_head_of(text).id


def time_text(time_ns: int) -> str:
    """A frame's time to the microsecond: finer digits would be noise on a wire."""
    return iso_from_ns(time_ns - time_ns % 1_000)
