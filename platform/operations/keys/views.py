"""Keys over REST, for the scope admin. All of it uses the database, so every handler runs in a thread."""

from typing import Annotated

import msgspec

from api.pagination import Page, PageQuery, decode_cursor, encode_cursor
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import NotFound, Rejected
from operations.keys import services
from operations.keys.serializers import CreatedKeyOut, KeyIn, KeyOut

KeyId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f-]{36}$")]


class KeyViewSet(ApiViewSet):
    """Personal API keys."""

    @operation(query=PageQuery, response=KeyOut, page=True, scope="admin")
    def list(self, call: Call) -> Page:
        """List keys, newest first, the ended ones too."""
        query = call.query
        before = decode_cursor(query.cursor, KeyId) if query.cursor else None
        found = services.list_keys(limit=query.limit + 1, before=before)
        items = found[: query.limit]
        return Page(items, encode_cursor(items[-1].id) if len(found) > query.limit else None)

    @operation(body=KeyIn, response=CreatedKeyOut, status=201, scope="admin", secret=True, errors=(Rejected,))
    def create(self, call: Call) -> services.KeyView:
        """Make a key. Its token is in this answer alone: a repeat with the same Idempotency-Key makes another key."""
        body = call.body
        wanted = services.NewKey(
            name=body.name,
            scopes=tuple(body.scopes),
            accounts=tuple(body.accounts),
            addresses=tuple(body.addresses),
            requests_per_s=body.requests_per_second,
            expires_ns=body.expires_at,
        )
        return services.create_key(wanted, created_by=call.actor)

    @operation(response=KeyOut, scope="admin", errors=(NotFound,))
    def retrieve(self, call: Call) -> services.KeyView:
        """One key."""
        return services.get_key(call.kwargs["id"])

    @operation(response=KeyOut, scope="admin", errors=(NotFound,))
    def destroy(self, call: Call) -> services.KeyView:
        """Revoke a key: it is refused from now on, and its sockets end. The key itself stays in the list."""
        return services.revoke_key(call.kwargs["id"], revoked_by=call.actor)
