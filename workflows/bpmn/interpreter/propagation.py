"""Errors, escalations and triggers: who catches what, innermost first (S15 to S18)."""

from collections.abc import Iterator
from typing import NamedTuple

from workflows.bpmn.interpreter.commands import Escalate
from workflows.bpmn.interpreter.state import NOTHING, Instance, Wait
from workflows.bpmn.interpreter.subscriptions import close, heard, used
from workflows.bpmn.interpreter.tokens import clear, close_incident, create, hand_out, terminate
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.program import ErrorDefinition, EscalationDefinition, Node
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
    whole = heard(owner, wait, node, payload)
    if whole is not None:
        catch_at(turn, owner, node, whole)


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
        if turn.nodes[wait.node].kind == "startEvent" or wait.kind == "offer":
            close(turn, scope, wait)
    incident = turn.state.incidents.get(scope.incident)
    if incident is not None and incident.item[0] in ("loop", "work"):
        close_incident(turn, scope)  # what was to go on inside will not
    if turn.nodes[scope.node].ad_hoc is not None:
        scope.gathered = scope.payload
    clear(turn, scope, start.index, payload)


# --- errors and escalations -------------------------------------------------------------------


class Catch(NamedTuple):
    """Where something is caught: the instance it is caught at, and the catching event."""

    at: Instance
    by: Node


def outward(turn: Turn, instance: Instance) -> Iterator[tuple[Instance, int]]:
    """Go from an instance outward to the process, itself first; and say where one comes from.

    "A BPMN error in a handler propagates from the throw event" (S20): from a compensation handler
    the way leads over the event that threw the compensation.
    """
    at: Instance | None = instance
    inside = NOTHING
    while at is not None:
        yield at, inside
        inside = at.node
        thrower = None if at.undoing is None else turn.state.instances.get(at.undoing.thrower)
        at = thrower or at.parent


def caught_around(turn: Turn, level: Instance, inside: int) -> Iterator[Node]:
    """List the catching events of one level; a handler never catches what comes out of it."""
    for index in catchers(turn, level):
        node = turn.nodes[index]
        if node.kind == "boundaryEvent" or node.scope != inside:
            yield node


Coded = type[ErrorDefinition] | type[EscalationDefinition]


def codes_of(node: Node, kind: Coded) -> list[str | None]:
    """List the codes of errors, or of escalations, that an event catches; None is every code."""
    return [
        definition.code if isinstance(definition.code, str) else None
        for definition in node.catches
        if isinstance(definition, kind)
    ]


def find_catch(turn: Turn, thrower: Instance, code: str, kind: Coded) -> Catch | None:
    """Search outward from the thrower for the nearest event that catches.

    "At one level an exact errorCode beats a catch-all. A scope that is already terminating is
    passed over" (S17).
    """
    for level, inside in outward(turn, thrower):
        if level.phase == "terminating":
            continue
        catch_all: Node | None = None
        for node in caught_around(turn, level, inside):
            codes = codes_of(node, kind)
            if code in codes:
                return Catch(level, node)
            if codes and catch_all is None and None in codes:
                catch_all = node
        if catch_all is not None:
            return Catch(level, catch_all)
    return None


def error_codes_caught(turn: Turn, thrower: Instance) -> tuple[str | None, ...]:
    """List every error code that would be caught around an instance; None is every code."""
    codes: dict[str | None, None] = {}
    for level, inside in outward(turn, thrower):
        for node in caught_around(turn, level, inside):
            codes.update(dict.fromkeys(codes_of(node, ErrorDefinition)))
    codes.update(dict.fromkeys(turn.state.catches))
    return tuple(codes)


def escalations_caught(turn: Turn, thrower: Instance) -> tuple[tuple[str | None, bool], ...]:
    """List the escalation codes caught around an instance, first what would be chosen first."""
    found: dict[str | None, bool] = {}
    for level, inside in outward(turn, thrower):
        here = [
            (code, node.interrupting)
            for node in caught_around(turn, level, inside)
            for code in codes_of(node, EscalationDefinition)
        ]
        for code, interrupts in sorted(here, key=lambda one: one[0] is None):
            found.setdefault(code, interrupts)
        if None in found:
            return tuple(found.items())
    for code, interrupts in turn.state.escalations:
        found.setdefault(code, interrupts)
    return tuple(found.items())


def throw(
    turn: Turn, thrower: Instance, code: str, message: str, payload: dict[str, Value]
) -> None:
    """Throw a BPMN error: to its catcher, to the caller of this process, or into an incident."""
    catch = find_catch(turn, thrower, code, ErrorDefinition)
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


def escalate(turn: Turn, thrower: Instance, code: str, payload: dict[str, Value]) -> bool:
    """Throw an escalation; tell whether the thrower goes on (S18).

    "Uncaught → the process continues, with a journal entry."
    """
    catch = find_catch(turn, thrower, code, EscalationDefinition)
    caught_by = None if catch is None else catch.by.id
    turn.note(thrower, "escalation", {"code": code, "caught": caught_by})
    if catch is not None:
        catch_at(turn, catch.at, catch.by, payload)
        return not catch.by.interrupting
    for caught, interrupts in turn.state.escalations:
        if caught in (code, None):
            return _tell_caller(turn, thrower, Escalation(code, payload, interrupts))
    return True


class Escalation(NamedTuple):
    """What the caller of this process is told."""

    code: str
    payload: dict[str, Value]
    interrupts: bool


def _tell_caller(turn: Turn, thrower: Instance, told: Escalation) -> bool:
    """Escalate to the caller; a throw waits until it has heard, work goes on meanwhile."""
    node, works = turn.nodes[thrower.node], bool(thrower.work)
    turn.commands.append(
        Escalate(
            key=0 if works else thrower.key,
            element=node.id,
            name=node.name,
            code=told.code,
            variables=dict(told.payload),
            interrupts=told.interrupts,
        )
    )
    if not works:
        hand_out(turn, thrower, "escalation", told.code)
    return works
