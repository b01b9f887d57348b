"""What has completed and may be compensated; in which order, and what its handlers know (S20).

A completed activity leaves an entry in its scope, and a completed scope leaves one that holds those
of its inside; so entries "move up", each with the variables that were local to what ended with it.
"""

from collections.abc import Iterable, Iterator

from workflows.bpmn.interpreter.state import NOTHING, Entry, Instance, Undo, Variables
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Node


def remember(turn: Turn, node: Node, instance: Instance) -> None:
    """Note at a completion what could be compensated; a handler itself is never undone."""
    scope = instance.parent
    if scope is None or instance.undoing is not None:
        return
    inner = [] if instance.isolated or node.kind == "callActivity" else instance.entries or []
    handler = _handler(node, instance)
    if handler == NOTHING and not inner:
        return
    if scope.entries is None:
        scope.entries = []
    scope.entries.append(Entry(turn.next_key(), node.index, handler, instance.locals, inner))


def _handler(node: Node, instance: Instance) -> int:
    """Choose what undoes an activity: its own event sub-process alone, else its handler.

    One instance of a loop has no handler of its own: "a looped or multi-instance activity has one,
    for its body"; but the event sub-process "runs once per instance".
    """
    is_item, is_body = instance.index != NOTHING, instance.loop is not None
    if node.undoes is not None:
        return NOTHING if is_body else node.undoes
    return NOTHING if is_item or node.handler is None else node.handler


def addressed(turn: Turn, thrower: Instance) -> list[Instance]:
    """List the scopes whose completed activities a throw addresses.

    "A throw addresses the scope it stands in (inside an event sub-process: the scope that owns
    it)"; an event sub-process that compensates holds its owner's entries itself.
    """
    scopes = []
    at = thrower.parent
    while at is not None:
        scopes.append(at)
        if turn.nodes[at.node].kind != "eventSubProcess" or at.undoing is not None:
            break
        at = at.parent
    return scopes


def open_steps(turn: Turn, scopes: Iterable[Instance], activity: int | None = None) -> list[Undo]:
    """Take the open entries of scopes, or those of one activity: the oldest first, each once."""
    steps: list[tuple[int, Undo]] = []
    for scope in scopes:
        entries = scope.entries or []
        chosen = [one for one in entries if activity in (None, one.node)]
        scope.entries = [one for one in entries if activity not in (None, one.node)] or None
        steps += _steps(turn, scope.key, chosen, ())
    return [step for _, step in sorted(steps, key=lambda step: step[0])]


def _steps(
    turn: Turn, scope: int, entries: Iterable[Entry], outer: tuple[Variables, ...]
) -> Iterator[tuple[int, Undo]]:
    """Unfold entries: a sub-process is undone by its handler and by those of its inside.

    "A completed sub-process with a compensation event sub-process is compensated by that alone."
    """
    for one in entries:
        memory = outer if one.locals is None else (one.locals, *outer)
        alone = False
        if one.handler != NOTHING:
            alone = turn.nodes[one.handler].kind == "eventSubProcess"
            yield one.number, Undo(scope, one.handler, memory, one.inner if alone else [])
        if not alone:
            yield from _steps(turn, scope, one.inner, memory)


def gather_items(turn: Turn, body: Instance) -> None:
    """Keep what the live instances of a multi-instance transaction completed (S21)."""
    for item in (body.children or {}).values():
        if item.entries:
            if body.entries is None:
                body.entries = []
            entry = Entry(turn.next_key(), body.node, NOTHING, item.locals, item.entries)
            body.entries.append(entry)
            item.entries = None
