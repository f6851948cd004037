"""The contracts of the runtime configuration."""

from api.fields import BooleanField, CharField, ChoiceField, IntegerField, JSONField, ListField, TimeField
from api.pagination import PageQuery
from api.serializers import ApiSerializer
from kit.tunables import MAX_KEY_LENGTH
from operations.config.services import MAX_REASON_LENGTH

TYPES = ("int", "float", "decimal", "bool", "text", "choice")
SOURCES = ("default", "environment", "revision")
ACTIONS = ("set", "reset", "rollback")


class SettingSerializer(ApiSerializer):
    """A setting: what is in force, where that comes from, and what may be set."""

    key = CharField()
    group = CharField(help_text="The first part of the key.")
    type = ChoiceField(choices=TYPES)
    value = JSONField(help_text="What is in force; a decimal is text.")
    # Declared fields, which DRF's metaclass takes out of the class, so that the attributes of that name stay DRF's.
    default = JSONField(help_text="What DELETE goes back to.")
    source = ChoiceField(choices=SOURCES, help_text="Where the value comes from.")  # type: ignore[assignment]
    unit = CharField()
    why = CharField()
    minimum = JSONField(allow_null=True)
    maximum = JSONField(allow_null=True)
    choices = ListField(child=CharField(), allow_null=True)
    variable = CharField(allow_null=True, help_text="The environment variable that sets the default.")
    revision = IntegerField(help_text="The newest revision of this key; 0: it never changed.")
    changed_at = TimeField(allow_null=True)
    changed_by = CharField(allow_null=True)
    reason = CharField(allow_null=True)
    fault = CharField(allow_null=True, help_text="Why the value that was set is not in force.")


class RevisionSerializer(ApiSerializer):
    """One change of one setting."""

    revision = IntegerField(help_text="Rises by one with every change of any setting.")
    key = CharField()
    action = ChoiceField(choices=ACTIONS)
    old_value = JSONField()
    new_value = JSONField()
    is_default = BooleanField(help_text="Whether it put the default back in force.")
    author = CharField()
    reason = CharField()
    time = TimeField()
    trace_id = CharField()


class ConfigQuery(PageQuery):
    """Which settings to list."""

    group = CharField(required=False, max_length=MAX_KEY_LENGTH)


class ValueIn(ApiSerializer):
    """A new value."""

    example = {"value": 50, "reason": "The bots of the desk need more.", "revision": 0}

    value = JSONField(help_text="Of the type of the key, within its bounds.")
    reason = CharField(required=False, default="", allow_blank=True, max_length=MAX_REASON_LENGTH)
    revision = IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        help_text="The `revision` you have seen: when the key has moved on from it, nothing is changed (409).",
    )


class ReasonQuery(ApiSerializer):
    """Why something is done."""

    reason = CharField(required=False, default="", allow_blank=True, max_length=MAX_REASON_LENGTH)


class RollbackIn(ApiSerializer):
    """Where to go back to."""

    example = {"revision": 0, "reason": "It did not help."}

    revision = IntegerField(
        min_value=0, help_text="One of the key's revisions, whose value is to hold again; 0: as before the first."
    )
    reason = CharField(required=False, default="", allow_blank=True, max_length=MAX_REASON_LENGTH)
