"""Names and functions that an expression speaks of, though nothing in sight bears them."""

from collections.abc import Iterator
from difflib import get_close_matches

from workflows.diagnostics import Diagnostic
from workflows.dmn.check.nodes import all_nodes
from workflows.dmn.check.walk import Known
from workflows.dmn.codes import finding
from workflows.dmn.model import Place
from workflows.feel import Expression, UnaryTests, syntax
from workflows.feel.analysis import free_names
from workflows.feel.library import LIBRARY
from workflows.feel.scope import INPUT


def check_names(
    compiled: Expression | UnaryTests, known: Known, label: str, place: Place
) -> Iterator[Diagnostic]:
    """Find the names that lead nowhere; what is within a filter may be an entry of its items."""
    if not compiled.names - known.types.keys():
        return
    filtered = {
        name
        for node in all_nodes(compiled.tree)
        if isinstance(node, syntax.Filter)
        for name in free_names(node.condition)
    }
    free = free_names(compiled.tree) - filtered - LIBRARY.keys() - known.types.keys() - {INPUT}
    called = {
        node.function.name
        for node in all_nodes(compiled.tree)
        if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name)
    }
    for name in sorted(free & called):
        hint = _hint(name, [*LIBRARY, *known.types])
        yield finding("function-unknown", f'{label}: there is no function "{name}"{hint}.', place)
    if known.scope == "open":
        return
    for name in sorted(free - called):
        hint = _hint(name, list(known.types))
        if known.scope == "closed":
            message = f'{label}: there is no "{name}" in sight{hint}.'
            yield finding("name-unknown", message, place)
        else:
            message = f'{label}: "{name}" is not drawn as required{hint}; it is taken from outside.'
            yield finding("name-unknown", message, place, severity="warning")


def _hint(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return f'; did you mean "{close[0]}"?' if close else ""
