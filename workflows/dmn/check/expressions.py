"""Expressions against what is drawn around them: names, functions, arguments, operands.

FEEL's own checks are asked, with the types that the drawing tells them.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from workflows.diagnostics import Diagnostic, Severity
from workflows.dmn.check.walk import Known
from workflows.dmn.codes import finding
from workflows.dmn.logic import Column, Faulty
from workflows.dmn.model import Place
from workflows.feel import Expression, Finding, Spot, UnaryTests, check

CODES: Final = {
    "unknown-function": "function-unknown",
    "unknown-name": "name-unknown",
    "call": "call-clash",
    "type": "type-clash",
}
"""What FEEL's findings are called here."""
ORDERED: Final = frozenset(
    {"number", "string", "boolean", "date", "time", "date and time"}
    | {"days and time duration", "years and months duration"}
)
"""The types whose values cells can be told to be of, or not."""


def check_expression(
    compiled: Expression | UnaryTests, known: Known, label: str, place: Place
) -> Iterator[Diagnostic]:
    """Find what of an expression can have no answer, or leads nowhere."""
    names = None if known.scope == "open" else known.types
    found = check(compiled.tree, names, known.types).findings
    if not found:
        return
    alone = {(each.code, each.position) for each in check(compiled.tree).findings}
    for each in found:
        # An expression that is null by its own words alone is lawful, if hardly meant; one that
        # contradicts the types drawn is an error.
        is_own = each.code in ("call", "type") and (each.code, each.position) in alone
        is_outside = each.code == "unknown-name" and known.scope == "drawn"
        severity: Severity = "warning" if is_own or is_outside else each.severity
        hint = " It is not drawn as required, and taken from outside." if is_outside else ""
        yield _told(each, f"{each.message}{hint}", severity, compiled.text, label, place)


def _told(
    found: Finding, message: str, severity: Severity, text: str, label: str, place: Place
) -> Diagnostic:
    spot = Spot(text, found.position)
    line = None if place.line is None else place.line + spot.line - 1
    return finding(
        CODES[found.code],
        f"{label}: {message}\n{spot.caret()}",
        replace(place, line=line),
        severity=severity,
        column=spot.column,
    )


def check_input(column: Column, known: Known) -> Iterator[Diagnostic]:
    """Find an input expression whose values are of another type than its column's."""
    if isinstance(column.expression, Faulty) or column.type is None:
        return
    found = check(column.expression.expression.tree, None, known.types).kind
    wanted = column.type.basic
    if found in ORDERED and wanted in ORDERED and found != wanted:
        message = f"{column.label}: it is a {found}, but its column wants a {wanted}."
        yield finding("input-type", message, column.place)
