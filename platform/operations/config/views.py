"""The REST side of the runtime configuration."""

from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, Later, action, operation
from kit.errors import Conflict, Unavailable
from operations.config import services
from operations.config.in_force import CONFIG, Setting
from operations.config.revisions import Written
from operations.config.serializers import (
    ConfigQuery,
    ReasonQuery,
    RevisionSerializer,
    RollbackIn,
    SettingSerializer,
    ValueIn,
)


class ConfigViewSet(ApiViewSet):
    """Settings that change while the gateway runs."""

    lookup_field = "key"

    @operation(query=ConfigQuery, response=SettingSerializer, page=True)
    async def list(self, call: Call) -> Page:
        """All settings by key, those of a group together."""
        return CONFIG.list_settings(group=call.query.group, limit=call.query.limit, cursor=call.query.cursor)

    @operation(response=SettingSerializer)
    async def retrieve(self, call: Call) -> Setting:
        """One setting; a key that is unknown is answered with the nearest one."""
        return CONFIG.get(call.kwargs["key"])

    @operation(body=ValueIn, response=SettingSerializer, scope="admin", errors=(Conflict, Unavailable))
    def update(self, call: Call) -> Later:
        """Set a value as a new revision, in force with the answer. CONFIG_CHANGED when it has moved on from `revision`."""
        key, body = call.kwargs["key"], call.body
        return _in_force(
            key, services.write_value(key, body.value, reason=body.reason, seen=body.revision, author=call.actor)
        )

    @operation(query=ReasonQuery, response=SettingSerializer, scope="admin", errors=(Unavailable,))
    def destroy(self, call: Call) -> Later:
        """Back to the default, as a new revision."""
        key = call.kwargs["key"]
        return _in_force(key, services.write_default(key, reason=call.query.reason, author=call.actor))

    @operation(query=PageQuery, response=RevisionSerializer, page=True)
    @action(detail=True)
    def history(self, call: Call) -> Page:
        """The revisions of a setting, newest first."""
        return services.list_history(call.kwargs["key"], limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=RollbackIn, response=SettingSerializer, scope="admin", errors=(Unavailable,))
    @action(detail=True, methods=["post"])
    def rollback(self, call: Call) -> Later:
        """Let a setting be as it was after an earlier revision, as a new revision."""
        key, body = call.kwargs["key"], call.body
        return _in_force(key, services.write_rollback(key, body.revision, reason=body.reason, author=call.actor))


def _in_force(key: str, written: Written) -> Later:
    """Put on the event loop what was written in a thread, and answer the setting as it is then."""

    async def finish() -> Setting:
        if written.newest is not None:  # also when somebody else made it, whom this gateway has not noticed yet
            CONFIG.take_effect(written.newest)
        return CONFIG.get(key)

    return Later(finish)
