"""The contracts of splits and dividends."""

from api.fields import CharField, ChoiceField, FileField, IntegerField, SymbolField, TimeField
from api.pagination import PageQuery
from api.serializers import ApiSerializer
from markets.corporate_actions.records import KINDS

MAX_NUMBER_LENGTH = 40
MAX_FILE_NAME_LENGTH = 255


class ActionQuery(PageQuery):
    """Which actions to list."""

    symbol = SymbolField(required=False)
    kind = ChoiceField(choices=KINDS, required=False)


class ActionIn(ApiSerializer):
    """A split with its ratio, or a dividend with its amount."""

    example = {"symbol": "AAPL-USD", "kind": "split", "ex_date": "2020-08-31", "ratio": "4:1"}

    symbol = SymbolField()
    kind = ChoiceField(choices=KINDS)
    ex_date = CharField(
        max_length=10, help_text="The first date, by the market's calendar, on which prices are without it."
    )
    ratio = CharField(
        required=False, allow_null=True, max_length=MAX_NUMBER_LENGTH, help_text="New shares for old: 4:1, 1:10 or 1.5."
    )
    amount = CharField(
        required=False,
        allow_null=True,
        max_length=MAX_NUMBER_LENGTH,
        help_text="A share, in the quote's currency, as paid on the day.",
    )


class ActionOut(ApiSerializer):
    """A split or a dividend."""

    id = CharField()
    symbol = SymbolField()
    kind = ChoiceField(choices=KINDS)
    ex_date = CharField(help_text="A date, as 2020-08-31.")
    ratio = CharField(allow_null=True, help_text="New shares for old, as 4:1; null for a dividend.")
    amount = CharField(allow_null=True, help_text="A share; null for a split.")
    created_at = TimeField()


class ActionFileIn(ApiSerializer):
    """A CSV file of splits and dividends."""

    file = FileField(
        max_length=MAX_FILE_NAME_LENGTH, help_text="UTF-8, first line: symbol,ex_date,kind,ratio,amount; up to 8 MiB."
    )


class ActionsImportedOut(ApiSerializer):
    """What an import of actions did."""

    added = IntegerField()
    replaced = IntegerField(help_text="Another one of the same symbol, kind and day was there.")
    unchanged = IntegerField()
