"""Errors and triggers: who catches what, innermost first (S15, S16, S17)."""

from collections.abc import Iterator
from typing import NamedTuple

from workflows.bpmn.interpreter.state import NOTHING, Instance, Wait
from workflows.bpmn.interpreter.subscriptions import close, used
from workflows.bpmn.interpreter.tokens import clear, create, terminate
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.program import ErrorDefinition, Node
from workflows.feel import Value

# --- triggers ---------------------------------------------------------------------------------


def boundary_host(instance: Instance) -> bool:
    """Tell whether boundary events hang on this instance: never on one item of a loop (S11)."""
    return instance.index == NOTHING


def open_event_sub_processes(turn: Turn, instance: Instance) -> tuple[int, ...]:
    """List the start events of the event sub-processes that may still begin in a scope."""
    if instance.interrupted or instance.loop is not None:
        return ()
    nodes = turn.nodes
    return tuple(nodes[index].starts[0] for index in nodes[instance.node].event_sub_processes)


def catchers(turn: Turn, instance: Instance) -> tuple[int, ...]:
    """List the events that may be caught around an instance: inside first, then on its boundary."""
    node = turn.nodes[instance.node]
    boundary = node.boundary if node.boundary and boundary_host(instance) else ()
    if not node.event_sub_processes:
        return boundary
    return open_event_sub_processes(turn, instance) + boundary


def trigger(turn: Turn, owner: Instance, wait: Wait, payload: dict[str, Value]) -> None:
    """A boundary event or the start of an event sub-process has been triggered."""
    node = turn.nodes[wait.node]
    used(turn, owner, wait, node)
    catch_at(turn, owner, node, payload)


def catch_at(turn: Turn, owner: Instance, catcher: Node, payload: dict[str, Value]) -> None:
    """Let a boundary event or an event sub-process catch what happened at its owner."""
    if catcher.kind == "boundaryEvent":
        _at_boundary(turn, owner, catcher, payload)
    elif catcher.interrupting:
        _interrupt_scope(turn, owner, catcher, payload)
    else:
        create(turn, turn.nodes[catcher.scope], owner, payload)


def _at_boundary(turn: Turn, host: Instance, catcher: Node, payload: dict[str, Value]) -> None:
    """Catch: "only when the last child is terminated does the boundary event start" (S16)."""
    if not catcher.interrupting:
        if host.parent is None:
            raise AssertionError(f"Expected a host with a parent, but {catcher.id} has none")
        create(turn, catcher, host.parent, payload)
        return
    host.then = catcher.index
    host.payload = payload
    terminate(turn, host)


def _interrupt_scope(turn: Turn, scope: Instance, start: Node, payload: dict[str, Value]) -> None:
    """Take a scope over (S15).

    "The first trigger closes all other event-sub-process subscriptions of that scope, terminates
    every other live child, and starts only after the last child is terminated."
    """
    scope.interrupted = True
    for wait in [turn.state.waits[wait] for wait in scope.waits or ()]:
        if turn.nodes[wait.node].kind == "startEvent":
            close(turn, scope, wait)
    clear(turn, scope, start.index, payload)


# --- errors -----------------------------------------------------------------------------------


class Catch(NamedTuple):
    """Where an error is caught: the instance it is caught at, and the catching event."""

    at: Instance
    by: Node


def outward(instance: Instance) -> Iterator[Instance]:
    """Go from an instance outward to the process, itself first."""
    at: Instance | None = instance
    while at is not None:
        yield at
        at = at.parent


def find_catch(turn: Turn, thrower: Instance, code: str) -> Catch | None:
    """Search outward from the thrower for the nearest event that catches an error.

    "At one level an exact errorCode beats a catch-all. A scope that is already terminating is
    passed over" (S17).
    """
    for level in outward(thrower):
        if level.phase == "terminating":
            continue
        catch_all: Node | None = None
        for index in catchers(turn, level):
            event = turn.nodes[index].event
            if not isinstance(event, ErrorDefinition):
                continue
            if event.code == code:
                return Catch(level, turn.nodes[index])
            if event.code is None and catch_all is None:
                catch_all = turn.nodes[index]
        if catch_all is not None:
            return Catch(level, catch_all)
    return None


def error_codes_caught(turn: Turn, thrower: Instance) -> tuple[str | None, ...]:
    """List every error code that would be caught around an instance; None is every code."""
    codes: dict[str | None, None] = {}
    for level in outward(thrower):
        for index in catchers(turn, level):
            event = turn.nodes[index].event
            if isinstance(event, ErrorDefinition):
                codes[event.code if isinstance(event.code, str) else None] = None
    codes.update(dict.fromkeys(turn.state.catches))
    return tuple(codes)


def throw(
    turn: Turn, thrower: Instance, code: str, message: str, payload: dict[str, Value]
) -> None:
    """Throw a BPMN error: to its catcher, to the caller of this process, or into an incident."""
    catch = find_catch(turn, thrower, code)
    if catch is not None:
        turn.note(thrower, "error", {"code": code, "caught": catch.by.id})
        catch_at(turn, catch.at, catch.by, payload)
        return
    root = turn.state.root
    if root is not None and {code, None} & set(turn.state.catches):
        turn.note(thrower, "error", {"code": code, "caught": None})
        root.error = (code, message)
        root.payload = payload
        terminate(turn, root)
        return
    told = f": {message}" if message else ""
    raise Stuck("unhandled-error", f"Nobody catches the error '{code}'{told}.")
