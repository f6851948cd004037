"""Expressions over REST."""

from typing import Any

from analytics.expressions import services
from analytics.expressions.serializers import ExpressionIn, ExpressionOut, LanguageOut
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import Rejected


class ExpressionViewSet(ApiViewSet):
    """The expression language of factors, strategies and alerts."""

    @operation(body=ExpressionIn, response=ExpressionOut, errors=(Rejected,), only_reads=True)
    async def validate(self, call: Call) -> Any:
        """Whether a text is an expression: its type, what it reads and needs; else the column of the error."""
        return services.validate_expression(call.body.expression, call.body.parameters)

    @operation(response=LanguageOut, etag=True)
    async def operators(self, call: Call) -> Any:
        """Every operator with its signature, what it means, how far it looks back and what it does with NaN."""
        return services.describe_language()
