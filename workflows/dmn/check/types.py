"""Operators whose operands can never go together, whatever the inputs of the types drawn.

Types are inferred where they are sure, and an operator is asked of a sample of each: what it makes
of the samples is what it makes of any values of those types.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Final

from workflows.diagnostics import Diagnostic
from workflows.dmn.check.cells import EPOCH
from workflows.dmn.check.nodes import bound_names, nodes_below
from workflows.dmn.check.walk import Known
from workflows.dmn.codes import finding
from workflows.dmn.item_types import ItemType
from workflows.dmn.logic import Column, Faulty
from workflows.dmn.model import Place
from workflows.feel import (
    DateTime,
    DaysTime,
    Environment,
    Expression,
    Time,
    UnaryTests,
    Value,
    YearsMonths,
    syntax,
)
from workflows.feel.scope import INPUT
from workflows.feel.syntax import Node
from workflows.feel.values import type_name

_DAY: Final = date(2026, 1, 31)
_SAMPLES: Final[dict[str, tuple[Value, ...]]] = {
    "number": (Decimal(2),),
    "string": ("a",),
    "boolean": (True,),
    "date": (_DAY,),
    "time": (Time(0), Time(0, 0)),
    "date and time": (DateTime(_DAY, 0), DateTime(_DAY, 0, 0)),
    "years and months duration": (YearsMonths(12),),
    "days and time duration": (DaysTime(86_400 * 10**9),),
}
"""Values of every type with operators; where a zone makes a difference, one of each."""


def check_types(
    compiled: Expression | UnaryTests,
    types: Mapping[str, ItemType | None],
    label: str,
    place: Place,
) -> Iterator[Diagnostic]:
    """Find the operators of an expression that give null whatever the inputs are."""
    own = bound_names(compiled.tree)
    known = {name: kind for name, kind in types.items() if kind is not None and name not in own}
    if not known:
        return
    inference = _Inference(known)
    inference.kind(compiled.tree)
    for node, message in inference.clashes:
        before = compiled.text[: node.position]
        column = len(before) - before.rfind("\n")
        text = " ".join(compiled.text.split())
        told = f"{label}: {message}, whatever the inputs. In: {text} (column {column})."
        line = None if place.line is None else place.line + before.count("\n")
        yield finding("type-clash", told, replace(place, line=line), column=column)


def check_input(column: Column, known: Known) -> Iterator[Diagnostic]:
    """Find an input expression whose values are of another type than its column's."""
    if isinstance(column.expression, Faulty) or column.type is None:
        return
    types = {name: kind for name, kind in known.types.items() if kind is not None}
    found = _Inference(types).kind(column.expression.expression.tree)
    wanted = column.type.basic
    if found in _SAMPLES and wanted in _SAMPLES and found != wanted:
        message = f"{column.label}: it is a {found}, but its column wants a {wanted}."
        yield finding("input-type", message, column.place)


@dataclass(frozen=True, slots=True)
class _Inference:
    """The types of an expression, from the leaves up."""

    types: Mapping[str, ItemType]
    clashes: list[tuple[Node, str]] = field(default_factory=list)

    def kind(self, node: Node) -> str | None:
        """Infer the type of a node, where it is sure but for null; note what clashes below it."""
        match node:
            case syntax.Literal():
                return type_name(node.value)
            case syntax.Name() | syntax.Path():
                return _basic(self._item(node))
            case syntax.Arithmetic() | syntax.Comparison():
                return self._operation(node, node.left, node.right)
            case syntax.CompareInput():
                wanted = syntax.Name(position=node.position, name=INPUT)
                return self._operation(node, wanted, node.operand)
            case _:
                for child in nodes_below(node):
                    self.kind(child)
                return None

    def _item(self, node: Node) -> ItemType | None:
        """Find the type of a name, or of a component of one."""
        if isinstance(node, syntax.Name):
            return self.types.get(node.name)
        source = self._item(node.source) if isinstance(node, syntax.Path) else None
        return (
            dict(source.fields).get(node.name) if source and isinstance(node, syntax.Path) else None
        )

    def _operation(
        self,
        node: syntax.Arithmetic | syntax.Comparison | syntax.CompareInput,
        left: Node,
        right: Node,
    ) -> str | None:
        kinds = self.kind(left), self.kind(right)
        samples = [_SAMPLES.get(kind or "") for kind in kinds]
        if samples[0] is None or samples[1] is None:
            return None
        answers = {_ask(node.operator, *pair) for pair in product(samples[0], samples[1])}
        answers.discard(None)
        if not answers:
            self.clashes.append((node, f"{kinds[0]} {node.operator} {kinds[1]} is null"))
        return answers.pop() if len(answers) == 1 else None


def _ask(operator: str, left: Value, right: Value) -> str | None:
    """Ask an operator of two values; give the type of the answer, None where there is none."""
    kind = syntax.Comparison if operator in ("=", "!=", "<", "<=", ">", ">=") else syntax.Arithmetic
    node = kind(
        position=0,
        operator=operator,  # type: ignore[arg-type]
        left=syntax.Literal(position=0, value=left),
        right=syntax.Literal(position=0, value=right),
    )
    value = Expression("", node).evaluate({}, Environment(now=EPOCH))
    return None if value is None else type_name(value)


def _basic(item: ItemType | None) -> str | None:
    return item.basic if item is not None and item.kind == "basic" else None
