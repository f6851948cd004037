"""Orders over a socket: `order.place`, `order.replace` and `order.cancel` are the REST operations by another way in.

Each is carried out by the viewset's own handler, with its contracts and its errors, in the turn of the loop in which the
message came; so orders happen in the order of their messages. The answer leaves when the journal has the effect. A key
against repeats is one key over both ways: what counts as the same write is the method, the path and the body that REST
would have had, and what is kept is the answer that REST would have given.
"""

import logging
import re
from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec

from api import envelope
from api.errors import Internal, domain_error_from, status_of
from api.idempotency import (
    TABLE,
    Claimed,
    Replay,
    StoredAnswer,
    fingerprint_of,
    is_kept,
    key_of_text,
    refusal_of,
)
from api.operation import Operation
from api.serializers import ApiSerializer
from api.staged import Staged
from api.viewsets import ApiViewSet, Call
from kit.access import Scope
from kit.errors import DomainError
from kit.spans import span
from kit.stepping import Started, first_step
from kit.trail import note_change
from streams import operations
from streams.frames import OperationError
from streams.operations import OperationAnswer, OperationCall
from streams.places import MAIN
from trading.orders.serializers import CancelOrderParams, OrderIn, ReplaceOrderParams
from trading.orders.views import OrderViewSet

ORDERS_PATH: Final = "/api/v1/orders/"

_NOTHING: Final = b"{}"
_FIRST_MEMBER: Final = re.compile(rb'\s*(\{\s*)"order_id"\s*:\s*"[^"\\]*"\s*(?:,\s*)?')
_LATER_MEMBER: Final = re.compile(rb'\s*,\s*"order_id"\s*:\s*"[^"\\]*"')

_log = logging.getLogger(__name__)


class Asker(msgspec.Struct, frozen=True):
    """What a Call is given in place of a request: a socket has none."""

    access: Any


class _Named(msgspec.Struct):
    """The part of the params that REST has in its path."""

    order_id: str = ""


class _KeptError(msgspec.Struct):
    """The refusal in an envelope."""

    code: str
    details: msgspec.Raw


class _Kept(msgspec.Struct):
    """What is read of an answer that was kept."""

    data: msgspec.Raw = msgspec.Raw(b"null")
    message: str | None = None
    error: _KeptError | None = None


_named = msgspec.json.Decoder(_Named).decode
_kept = msgspec.json.Decoder(_Kept).decode


class SocketWrite:
    """A write of REST's as an operation of a socket; `start` carries it out.

    `params` is the contract of what the message brings. Where the path of REST names an order, they bring its `order_id`
    beside what REST has in the body.
    """

    def __init__(self, viewset: ApiViewSet, action: str, *, method: str, params: type[ApiSerializer]) -> None:
        self._handler: Callable[[Call], Coroutine[Any, Any, Any]] = getattr(viewset, action)
        declared: Operation = self._handler.operation
        assert declared.response is not None, f"{action} answers something"
        self.action = f"orders.{action}"
        """Its name in the audit, the same as over REST."""
        self._span = f"socket {self.action}"
        need = declared.need(method)
        assert need != "public", "a write needs a scope"
        self.scope: Scope = need
        self._method = method
        self._params = params.contract()
        self._output = declared.response.output()
        self._names_order = "order_id" in self._params.fields
        self._has_body = declared.body is not None

    def start(self, call: OperationCall) -> None:
        """Execute it now, unless it was executed before; it is answered when it is durable."""
        params = call.params or _NOTHING
        claim: Claimed | None = None
        try:
            if call.idempotency_key is not None:
                claim = self._claim(call, params, call.idempotency_key)
                if claim is None:
                    return
            with span(self._span):
                outcome = first_step(self._handler(self._call_of(call, params)))
            if isinstance(outcome, Started):
                call.spawn(self._go_on(call, claim, outcome))
            else:
                self._commit(call, claim, outcome)
        except Exception as fault:
            _refuse(call, claim, fault)

    async def _go_on(self, call: OperationCall, claim: Claimed | None, started: Started[Any]) -> None:
        """For one that had to look something up on disk: nothing is executed before that, so nobody overtakes it."""
        try:
            self._commit(call, claim, await started)
        except Exception as fault:
            _refuse(call, claim, fault)

    def _call_of(self, call: OperationCall, params: bytes) -> Call:
        body = self._params.decode(params)
        if self._names_order:
            note_change(subject=("order", body.order_id))
        asker: Any = Asker(call.access)
        return Call(asker, call.account, body, None, {"id": body.order_id} if self._names_order else {})

    def _commit(self, call: OperationCall, claim: Claimed | None, staged: Staged) -> None:
        """Render the answer, and have it go out once its effect is durable."""
        error = staged.error
        data = b"" if error is not None else self._output.encode(staged.value)
        answer = OperationAnswer(staged.status, data=msgspec.Raw(data)) if error is None else _answer_to(error)
        record = None if claim is None else _record_of(claim, call, answer.status, error, data)

        def end(fault: Exception | None) -> None:
            if fault is not None:
                _refuse(call, claim, fault)
                return
            if claim is not None:
                claim.table.finish(claim, record)
            call.trail.is_journaled = staged.is_journaled
            call.answer(answer)

        staged.commit_then(record, end)

    # ------------------------------------------------------------------ repeats

    def _claim(self, call: OperationCall, params: bytes, key_text: str) -> Claimed | None:
        """The right to execute it; None when it is answered already. Raises Invalid, Conflict, Rejected, Unavailable."""
        # As over REST: the accounts of a rehearsal bear the same names as the main ones.
        account = call.account if call.place == MAIN else f"{call.place}/{call.account}"
        outcome = TABLE.claim(account, key_of_text(key_text), self._fingerprint(params))
        if isinstance(outcome, Claimed):
            return outcome
        if not isinstance(outcome, Replay):
            raise refusal_of(outcome)
        call.is_replayed = True
        call.answer(_replayed(outcome.answer))
        return None

    def _fingerprint(self, params: bytes) -> str:
        """That of the request that REST would have had."""
        if not self._names_order:
            return fingerprint_of(self._method, ORDERS_PATH, "", params)
        try:
            order_id = _named(params).order_id
        except msgspec.MsgspecError:  # which the contract refuses
            return fingerprint_of(self._method, ORDERS_PATH, "", params)
        body = body_of(params)
        return fingerprint_of(
            self._method,
            f"{ORDERS_PATH}{order_id}",
            "",
            b"" if body == _NOTHING and not self._has_body else body,
        )


def body_of(params: bytes) -> bytes:
    """The params without `order_id`, byte for byte as the client would write them without it."""
    first = _FIRST_MEMBER.match(params)
    if first is not None:
        return first[1] + params[first.end() :]
    return _LATER_MEMBER.sub(b"", params, count=1)


def _record_of(
    claim: Claimed, call: OperationCall, status: int, error: DomainError | None, data: bytes
) -> StoredAnswer | None:
    """The answer that REST would have given, to be kept; None for what is not kept."""
    if not is_kept(status):
        return None
    if error is None:
        body = envelope.success(data, started_ns=call.started_ns, trace_id=call.trace_id)
    else:
        body = envelope.failure(error, started_ns=call.started_ns, trace_id=call.trace_id)
    return claim.answer(status, envelope.JSON, body)


def _refuse(call: OperationCall, claim: Claimed | None, fault: Exception) -> None:
    """Answer what was not done; a fault of ours is logged and says no more than that."""
    error = domain_error_from(fault)
    if error is None:
        _log.error("The operation %s failed.", call.name, exc_info=fault)
        error = Internal()
    if claim is not None:
        claim.table.finish(claim, _record_of(claim, call, status_of(error), error, b""))
    call.answer(_answer_to(error))


def _answer_to(error: DomainError) -> OperationAnswer:
    details = msgspec.Raw(envelope.encode_details(error.details))
    return OperationAnswer(status_of(error), error=OperationError(error.code, error.message, details))


def _replayed(stored: StoredAnswer) -> OperationAnswer:
    """An answer that was kept, as a socket says it."""
    kept = _kept(stored.body)
    if kept.error is None:
        return OperationAnswer(stored.status, data=kept.data)
    error = OperationError(kept.error.code, kept.message or "", kept.error.details)
    return OperationAnswer(stored.status, error=error)


def register_operations() -> None:
    """Make them known to the sockets."""
    orders = OrderViewSet()
    for name, write in {
        "order.place": SocketWrite(orders, "create", method="POST", params=OrderIn),
        "order.replace": SocketWrite(orders, "partial_update", method="PATCH", params=ReplaceOrderParams),
        "order.cancel": SocketWrite(orders, "destroy", method="DELETE", params=CancelOrderParams),
    }.items():
        operations.register_starter(name, write.start, scope=write.scope, action=write.action)
