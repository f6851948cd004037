"""From text to a tree: what may be written, checked piece by piece against the table of operators.

Python's own parser is used to take the text apart and for nothing else: of what it finds only the few forms below are
taken over, into a tree of our own. Nothing is ever evaluated, compiled or looked up by a name that is not in the table.
"""

import ast
import difflib
import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from quant.expressions.operators import CALLABLE, FIELDS, GROUPS, OPERATORS, Axis, Operator, Place, Takes
from quant.expressions.tree import Call, Field, InvalidExpression, Kind, Node, Number, Parameter, Value

MAX_LENGTH: Final = 2_000
MAX_NODES: Final = 300
MAX_DEPTH: Final = 30
MAX_BRACKETS: Final = 40
"""Brackets that are open at once, counted before Python's parser sees the text: deeper ones cost it its stack."""

MAX_SIGNS: Final = 40
"""Signs and `not` in a row, for the same reason."""

MAX_EXPONENT: Final = 8
MAX_NUMBER: Final = 1e300

_STRANGE: Final = re.compile(r"[^A-Za-z0-9_ .,+\-*/()<>=!\t\n\r]")
_GLUED: Final = re.compile(r"(?<![A-Za-z0-9_])(?>(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?=[A-Za-z_])")
_SIGNS_IN_A_ROW: Final = re.compile(rf"(?:(?:[+\-]|\bnot\b)\s*){{{MAX_SIGNS},}}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_KEYWORDS: Final = frozenset(("and", "or", "not", "if", "else", "for", "in", "is", "lambda", "await", "yield", "p"))
_SINGLE_EQUALS: Final = re.compile(r"(?<=[A-Za-z0-9_.)])\s*(?P<sign>=)(?!=)")
_PIECE: Final = re.compile(r"(?P<word>[A-Za-z_][A-Za-z0-9_.]*)|(?P<number>[0-9.][A-Za-z0-9_.]*)|\S")

_ARITHMETIC: Final = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}
_COMPARISONS: Final = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}


def read(
    text: str,
    *,
    parameters: Collection[str] | None,
    fields: Collection[str] = FIELDS,
    groups: Collection[str] = GROUPS,
) -> Node:
    """The tree of an expression; raises InvalidExpression with the column of what is wrong.

    `parameters` are the names that `p.name` may use, None for any.
    """
    _refuse_what_harms(text)
    return Reader(text, parameters=parameters, fields=fields, groups=groups).read()


def is_parameter_name(name: str) -> bool:
    """Whether a parameter may have this name."""
    return _NAME.fullmatch(name) is not None and name not in _KEYWORDS


def _refuse_what_harms(text: str) -> None:
    """What no expression needs, found without parsing."""
    if not text.strip():
        raise _refusal("The expression is empty.", 0)
    if len(text) > MAX_LENGTH:
        raise _refusal(f"The expression has {len(text)} characters; at most {MAX_LENGTH} are allowed.", MAX_LENGTH)
    if (strange := _STRANGE.search(text)) is not None:
        raise _refusal(f"The character {strange[0]!r} has no meaning here.", strange.start())
    _require_brackets(text)
    if (signs := _SIGNS_IN_A_ROW.search(text)) is not None:
        raise _refusal(f"{MAX_SIGNS} signs in a row are too many.", signs.start())
    if (glued := _GLUED.search(text)) is not None:
        raise _refusal("A number and a name need an operator or a space between them.", glued.end())


def _require_brackets(text: str) -> None:
    """Refuse brackets that do not pair, or too many at once."""
    opened: list[int] = []
    for column, character in enumerate(text):
        if character == "(":
            opened.append(column)
        elif character == ")" and not opened:
            raise _refusal("This bracket closes none.", column)
        elif character == ")":
            opened.pop()
        if len(opened) > MAX_BRACKETS:
            raise _refusal(f"More than {MAX_BRACKETS} brackets are open at once.", column)
    if opened:
        raise _refusal("This bracket is never closed.", opened[-1])


def _refusal(message: str, column: int, near: str | None = None) -> InvalidExpression:
    """The refusal of something at a column, which is told counted from 1."""
    details: dict[str, object] = {"expression": [message], "column": column + 1}
    if near is not None:
        details["suggestion"] = near
    return InvalidExpression(f"{message} (column {column + 1})", details=details)


def parse_text(text: str) -> ast.expr:
    """Python's tree of a text that has passed `_refuse_what_harms`."""
    flat = re.sub(r"[\t\n\r]", " ", text)
    # Leading blanks are an indentation to Python; in brackets they are not, and columns move by one.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(f"({flat})", mode="eval").body
    except SyntaxError as error:
        raise _unread(text, error) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise _refusal("The expression is nested too deeply or holds a number that is too long.", 0) from error


def _unread(text: str, error: SyntaxError) -> InvalidExpression:
    """The refusal of what Python's grammar does not have, in words for those mistakes that are made often."""
    column = max((error.offset or 2) - 2, 0)
    if column >= len(text.rstrip()):
        *_, last = _PIECE.finditer(text)
        return _refusal("The expression ends too early: something has to follow this.", last.start())
    signs = [each.start("sign") for each in _SINGLE_EQUALS.finditer(text)]
    if signs and ("'=='" in error.msg or column in signs):
        return _refusal("Whether two are equal is asked by ==.", column if column in signs else signs[0], "==")
    if (second := _second_of_two(text)) is not None:
        return _refusal("An operator or a comma has to stand before this.", second)
    return _refusal("This cannot be read as an expression.", column)


def _second_of_two(text: str) -> int | None:
    """Where a value begins right after another one; None where there is no such place."""
    is_after_value = False
    for piece in _PIECE.finditer(text):
        is_value = piece["number"] is not None or (piece["word"] is not None and piece["word"] not in _KEYWORDS)
        if is_value and is_after_value:
            return piece.start()
        is_after_value = is_value or piece[0] == ")"
    return None


class Reader:
    """Walks Python's tree of one text and takes over what is allowed."""

    def __init__(
        self,
        text: str,
        *,
        parameters: Collection[str] | None,
        fields: Collection[str],
        groups: Collection[str] = (),
        places: Mapping[str, Node] | None = None,
    ) -> None:
        self._text = text
        self._parameters = parameters
        self._fields = fields
        self._groups = groups
        self._places = places or {}
        self._nodes = 0

    def read(self) -> Node:
        """The tree."""
        return self._node(parse_text(self._text), 1)

    # ---- pieces

    def _node(self, piece: ast.expr, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _refusal(f"The expression has more than {MAX_NODES} parts.", _column(piece))
        if depth > MAX_DEPTH:
            raise _refusal(f"The expression is nested more than {MAX_DEPTH} deep.", _column(piece))
        match piece:
            case ast.Constant():
                return self._number(piece)
            case ast.Name():
                return self._name(piece)
            case ast.Attribute():
                return self._parameter(piece)
            case ast.UnaryOp():
                return self._unary(piece, depth)
            case ast.BinOp():
                return self._binary(piece, depth)
            case ast.Compare():
                return self._comparison(piece, depth)
            case ast.BoolOp():
                return self._logic(piece, depth)
            case ast.IfExp():
                return self._call_of("where", (piece.test, piece.body, piece.orelse), piece, depth)
            case ast.Call():
                return self._call(piece, depth)
        raise _refusal("This form has no meaning here.", _column(piece))

    def _number(self, piece: ast.Constant) -> Number:
        value = piece.value
        if type(value) not in (int, float):
            raise _refusal("Only numbers may be written here.", _column(piece))
        assert isinstance(value, (int, float)), "that was just asked"
        if abs(value) > MAX_NUMBER:
            raise _refusal("The number is too large.", _column(piece))
        return Number(value)

    def _name(self, piece: ast.Name) -> Node:
        name = piece.id
        if name in self._places:
            return self._places[name]
        if name in self._fields:
            return Field(name)
        if name in OPERATORS and name in CALLABLE:
            raise _refusal(f"{name} is an operator: write {OPERATORS[name].signature}.", _column(piece))
        if name == "p" or (self._parameters and name in self._parameters):
            raise _refusal(f"A parameter is written p.{'name' if name == 'p' else name}.", _column(piece))
        if name in self._groups:
            raise _refusal(f"{name} is a grouping; it stands in neutralize or group_mean alone.", _column(piece))
        raise self._unknown(name, "field", self._fields, piece)

    def _parameter(self, piece: ast.Attribute) -> Parameter:
        if not isinstance(piece.value, ast.Name) or piece.value.id != "p":
            raise _refusal("A dot is for parameters alone, such as p.fast.", _column(piece))
        name = piece.attr
        if not is_parameter_name(name):
            raise _refusal(f"A parameter cannot be called {name[:64]!r}.", _column(piece))
        if self._parameters is not None and name not in self._parameters:
            raise self._unknown(name, "parameter", self._parameters, piece)
        return Parameter(name)

    def _unknown(self, name: str, what: str, known: Collection[str], piece: ast.expr) -> InvalidExpression:
        found = difflib.get_close_matches(name[:64].lower(), list(known), n=1)
        near = found[0] if found else None
        hint = f" Did you mean {near}?" if near else f" There are {', '.join(sorted(known)) or 'none'}."
        return _refusal(f"There is no {what} {name[:64]!r}.{hint}", _column(piece), near)

    # ---- signs

    def _unary(self, piece: ast.UnaryOp, depth: int) -> Node:
        if isinstance(piece.op, ast.Not):
            return self._call_of("negated", (piece.operand,), piece, depth)
        if isinstance(piece.op, ast.USub):
            if isinstance(piece.operand, ast.Constant):
                return Number(-self._number(piece.operand).value)
            return self._call_of("negative", (piece.operand,), piece, depth)
        if isinstance(piece.op, ast.UAdd):
            return self._node(piece.operand, depth + 1)
        raise _refusal("This sign has no meaning here.", _column(piece))

    def _binary(self, piece: ast.BinOp, depth: int) -> Node:
        name = _ARITHMETIC.get(type(piece.op))
        if name is None:
            raise _refusal("This sign has no meaning here; there are + - * / **.", _column(piece))
        return self._call_of(name, (piece.left, piece.right), piece, depth)

    def _comparison(self, piece: ast.Compare, depth: int) -> Node:
        if len(piece.ops) > 1:
            raise _refusal("Comparisons are not chained: write a < b and b < c.", _column(piece.comparators[1]))
        name = _COMPARISONS.get(type(piece.ops[0]))
        if name is None:
            raise _refusal("This comparison has no meaning here; there are < <= > >= == !=.", _column(piece))
        return self._call_of(name, (piece.left, piece.comparators[0]), piece, depth)

    def _logic(self, piece: ast.BoolOp, depth: int) -> Node:
        name = "both" if isinstance(piece.op, ast.And) else "either"
        place = OPERATORS[name].places[0]
        # A chain is a nest of pairs, the first pair innermost; written out again it is as deep as it counts here.
        inner = depth + len(piece.values) - 2
        node = self._given(piece.values[0], place, OPERATORS[name], inner)
        for number, value in enumerate(piece.values[1:]):
            node = Call(name, (node, self._given(value, place, OPERATORS[name], inner - number)), Kind.CONDITION)
        return node

    # ---- calls

    def _call(self, piece: ast.Call, depth: int) -> Node:
        if not isinstance(piece.func, ast.Name):
            raise _refusal("Only an operator's name can be called.", _column(piece))
        name = piece.func.id
        if name not in CALLABLE:
            if name in self._fields:
                raise _refusal(f"{name} is a field and takes nothing.", _column(piece))
            raise self._unknown(name, "operator", CALLABLE, piece)
        operator = OPERATORS[name]
        pieces: list[ast.expr | None] = [None] * len(operator.places)
        if len(piece.args) > len(operator.places):
            raise _refusal(f"That is more than {operator.signature} takes.", _column(piece.args[len(operator.places)]))
        pieces[: len(piece.args)] = piece.args
        names = [place.name for place in operator.places]
        for keyword in piece.keywords:
            if keyword.arg not in names:
                raise _refusal(f"{operator.signature} takes no {str(keyword.arg)[:64]!r}.", _column(keyword.value))
            if pieces[names.index(keyword.arg)] is not None:
                raise _refusal(f"{keyword.arg} is given twice.", _column(keyword.value))
            pieces[names.index(keyword.arg)] = keyword.value
        return self._call_of(name, pieces, piece, depth)

    def _call_of(self, name: str, pieces: Sequence[ast.expr | None], piece: ast.expr, depth: int) -> Node:
        operator = OPERATORS[name]
        children: list[Node] = []
        for place, given in zip(operator.places, pieces, strict=True):
            if given is not None:
                children.append(self._given(given, place, operator, depth))
            elif place.default is not None:
                children.append(Number(place.default))
            else:
                raise _refusal(f"{operator.signature} needs {place.name}.", _column(piece))
        kind = operator.gives
        if kind is Kind.SERIES and operator.axis is Axis.ELEMENT and all(c.kind is Kind.NUMBER for c in children):
            kind = Kind.NUMBER
        if name == "power":
            _check_exponent(children[1], piece)
        return Call(name, tuple(children), kind)

    def _given(self, piece: ast.expr, place: Place, operator: Operator, depth: int) -> Node:
        """What stands in a place, if it may stand there."""
        if place.takes is Takes.GROUP:
            return self._group(piece)
        node = self._node(piece, depth + 1)
        fault = _fault(node, place, operator)
        if fault is not None:
            raise _refusal(f"{operator.signature}: {fault}", _column(piece))
        return node

    def _group(self, piece: ast.expr) -> Field:
        if isinstance(piece, ast.Name) and piece.id in self._places:
            placed = self._places[piece.id]
            assert isinstance(placed, Field), "a definition hands its grouping on"
            return placed
        if not isinstance(piece, ast.Name) or piece.id not in self._groups:
            raise _refusal(f"A grouping is one of {', '.join(sorted(self._groups)) or 'none'}.", _column(piece))
        return Field(piece.id)


def _column(piece: ast.expr) -> int:
    """Where a piece begins in the text, from 0; the bracket put around it is not counted."""
    return max(piece.col_offset - 1, 0)


def _fault(node: Node, place: Place, operator: Operator) -> str | None:
    """Why a node may not stand in a place, as the end of a sentence; None when it may."""
    if place.takes is Takes.CONDITION:
        return None if node.kind is Kind.CONDITION else f"{place.name} is a condition, such as close > open."
    if place.takes is Takes.SERIES:
        if node.kind is Kind.CONDITION:
            return f"{place.name} is a number, not a condition; where(c, 1, 0) makes one of it."
        if node.kind is Kind.NUMBER and operator.axis is not Axis.ELEMENT and operator.gives is Kind.SERIES:
            return f"{place.name} is a series such as close, not a single number."
        return None
    if place.takes is Takes.WINDOW:
        return _window_fault(node, place)
    if node.kind is not Kind.NUMBER:
        return f"{place.name} is a number or a parameter, the same for all bars."
    return range_fault(place, node.value) if isinstance(node, Number) else None


def _window_fault(node: Node, place: Place) -> str | None:
    if isinstance(node, Parameter):
        return None
    if not isinstance(node, Number):
        return f"{place.name} is a whole number of bars or a parameter, such as 20 or p.slow."
    return range_fault(place, node.value)


def range_fault(place: Place, value: Value) -> str | None:
    """Why a number may not stand in the place, as the end of a sentence; None when it may."""
    if place.takes is Takes.WINDOW and not isinstance(value, int):
        return f"{place.name} is a whole number of bars, not {value!r}."
    if place.least is not None and value < place.least:
        hint = " A formula cannot look ahead." if place.takes is Takes.WINDOW and value < 0 else ""
        return f"{place.name} is at least {place.least}, not {value!r}.{hint}"
    if place.most is not None and value > place.most:
        return f"{place.name} is at most {place.most}, not {value!r}."
    return None


def _check_exponent(exponent: Node, piece: ast.expr) -> None:
    if isinstance(exponent, Number) and abs(exponent.value) > MAX_EXPONENT:
        raise _refusal(f"An exponent is from -{MAX_EXPONENT} to {MAX_EXPONENT}.", _column(piece))
