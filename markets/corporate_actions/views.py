"""Splits and dividends over REST. All of it uses the database, so every handler runs in a thread."""

from api.pagination import Page
from api.viewsets import ApiViewSet, Call, action, operation
from kit.errors import Conflict, NotFound
from markets.corporate_actions import services
from markets.corporate_actions.records import Changed, make_action
from markets.corporate_actions.serializers import ActionFileIn, ActionIn, ActionOut, ActionQuery, ActionsImportedOut


class CorporateActionViewSet(ApiViewSet):
    """Splits and dividends, which `adjust` applies to candles."""

    @operation(query=ActionQuery, response=ActionOut, page=True)
    def list(self, call: Call) -> Page:
        """Actions by symbol and day."""
        query = call.query
        return services.list_actions(symbol=query.symbol, kind=query.kind, limit=query.limit, cursor=query.cursor)

    @operation(body=ActionIn, response=ActionOut, status=201, errors=(Conflict,))
    def create(self, call: Call) -> services.ActionShown:
        """Enter a split or a dividend; ACTION_EXISTS when the symbol has one of that kind on that day."""
        body = call.body
        wanted = make_action(
            symbol=body.symbol, kind=body.kind, ex_date=body.ex_date, ratio=body.ratio, amount=body.amount
        )
        return services.shown(services.add_action(wanted))

    @operation(response=ActionOut, errors=(NotFound,))
    def retrieve(self, call: Call) -> services.ActionShown:
        """One action."""
        return services.shown(services.get_action(call.kwargs["id"]))

    @operation(status=204, scope="admin", errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Delete an action; candles are then read without it."""
        services.delete_action(call.kwargs["id"])

    @operation(body=ActionFileIn, response=ActionsImportedOut, upload=True, summary="Import actions")
    @action(detail=False, methods=["post"], url_path="import", url_name="import")
    def import_csv(self, call: Call) -> Changed:
        """Enter the actions of a CSV file, all or none. One of the same symbol, kind and day is replaced."""
        return services.import_file(call.body.file)
