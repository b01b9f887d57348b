"""What an operator may order about tokens, and every reason why an order makes no sense.

One order is a list of instructions that take effect together: ends first, then variables, then
beginnings. All that is wrong with it is said at once, and nothing has changed then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.bpmn.interpreter.state import NOTHING, ROOT, Instance, State
from workflows.bpmn.program import MultiInstance, Node, Program
from workflows.feel import Value

Variables = Mapping[str, Value]
_NO_TARGET = ("process", "boundaryEvent", "eventSubProcess")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateElement:
    """Put a token at an element; scopes around it that are not there are begun."""

    kind: Literal["activate"] = "activate"
    element: str
    scope: int = 0
    """Key of the live scope to put it into; 0: the newest one."""
    variables: Variables = field(default_factory=dict)
    """Local to the outermost instance that this begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateInstance:
    """End one element instance with all inside it."""

    kind: Literal["terminate"] = "terminate"
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateElement:
    """End whatever is alive at an element, tokens that wait at a join there included."""

    kind: Literal["terminateElement"] = "terminateElement"
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInstance:
    """End one element instance, and put a token elsewhere for it."""

    kind: Literal["move"] = "move"
    key: int
    element: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddInstance:
    """Give a live multi-instance activity one more item to work on."""

    kind: Literal["addInstance"] = "addInstance"
    key: int
    """Of the multi-instance body."""
    item: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScopeVariables:
    """Write variables into the scope of an element instance."""

    kind: Literal["setVariables"] = "setVariables"
    key: int = ROOT
    variables: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateActivity:
    """Undo a completed activity by its handler, or all there are, in reverse order (S20)."""

    kind: Literal["compensate"] = "compensate"
    element: str = ""
    """Empty: everything that may be compensated."""


Instruction = (
    ActivateElement | TerminateInstance | TerminateElement | MoveInstance | AddInstance
    | SetScopeVariables | CompensateActivity
)  # fmt: skip


def faults(program: Program, state: State, wanted: Iterable[Instruction]) -> list[str]:
    """Say everything that is wrong with instructions; nothing: they can be carried out."""
    wanted = tuple(wanted)
    doomed = ended_by(program, state, wanted)
    return [fault for one in wanted for fault in _faults(program, state, one, doomed)]


def ended_by(
    program: Program, state: State, wanted: Iterable[Instruction]
) -> Mapping[int, Instance]:
    """Return all that instructions end, by key, with what is inside."""
    roots = [
        instance
        for one in wanted
        for instance in _named(program, state, one)
        if isinstance(one, TerminateInstance | TerminateElement | MoveInstance)
    ]
    doomed: dict[int, Instance] = {}
    while roots:
        instance = roots.pop()
        doomed[instance.key] = instance
        roots.extend((instance.children or {}).values())
    return doomed


def alive_at(state: State, index: int) -> list[Instance]:
    """List the live instances at a node; the body, not the items, of a loop."""
    return [
        instance
        for instance in state.instances.values()
        if instance.node == index and instance.index == NOTHING
    ]


def open_entries(state: State, activity: int | None) -> Iterator[Instance]:
    """Return the live scopes in which something, or an activity, may be compensated."""
    for instance in state.instances.values():
        if any(activity in (None, one.node) for one in instance.entries or ()):
            yield instance


def joined_at(program: Program, state: State, index: int) -> list[Instance]:
    """List the scopes in which tokens wait at a join."""
    incoming = program.nodes[index].incoming
    scopes = (state.instances[key] for key in state.joining)
    return [scope for scope in scopes if any(flow in incoming for flow in scope.taken or ())]


def home_of(program: Program, state: State, one: ActivateElement | MoveInstance) -> int:
    """Return the key of the scope that is named for a beginning; 0: none is."""
    if isinstance(one, ActivateElement):
        return one.scope
    instance = state.instances.get(one.key)
    if instance is None:
        return 0
    target = program.ids.get(one.element, NOTHING)
    scope = instance.parent
    while scope is not None:
        if scope.loop is None and _holds(program, scope.node, target):
            return scope.key
        scope = scope.parent
    return 0


# --- what is wrong ----------------------------------------------------------------------------


def _faults(
    program: Program, state: State, one: Instruction, doomed: Mapping[int, Instance]
) -> Iterator[str]:
    match one:
        case TerminateInstance(key=key):
            yield from _alive(state, key)
            if key == ROOT:
                yield "The process as a whole is ended by cancelling the case."
        case TerminateElement(element=element):
            yield from _reached(program, state, element)
        case MoveInstance(key=key):
            yield from _alive(state, key)
            if key == ROOT:
                yield "The process as a whole cannot be moved."
            yield from _beginning(program, state, one, doomed)
        case ActivateElement():
            yield from _beginning(program, state, one, doomed)
        case AddInstance(key=key):
            yield from _body(program, state, key, doomed)
        case SetScopeVariables(key=key):
            yield from _alive(state, key)
        case CompensateActivity(element=element):
            yield from _compensable(program, state, element)


def _alive(state: State, key: int) -> Iterator[str]:
    if key not in state.instances:
        yield f"There is no element instance {key}."


def _compensable(program: Program, state: State, element: str) -> Iterator[str]:
    index = program.ids.get(element) if element else None
    if element and index is None:
        yield f"There is no element '{element}'."
    elif not any(open_entries(state, index)):
        what = f"'{element}' has completed nothing" if element else "Nothing has completed"
        yield f"{what} that may still be compensated."


def _reached(program: Program, state: State, element: str) -> Iterator[str]:
    index = program.ids.get(element)
    if index is None:
        yield f"There is no element '{element}'."
    elif index == 0:
        yield "The process as a whole is ended by cancelling the case."
    elif not alive_at(state, index) and not joined_at(program, state, index):
        yield f"Nothing is active at '{element}'."


def _beginning(
    program: Program,
    state: State,
    one: ActivateElement | MoveInstance,
    doomed: Mapping[int, Instance],
) -> Iterator[str]:
    index = program.ids.get(one.element)
    if index is None:
        yield f"There is no element '{one.element}'."
        return
    node = program.nodes[index]
    if node.kind in _NO_TARGET:
        yield f"'{one.element}' is a {node.kind}; no token can be put there."
    if node.kind == "startEvent" and program.nodes[node.scope].kind == "eventSubProcess":
        yield f"'{one.element}' starts by its trigger only."
    home = home_of(program, state, one)
    if home:
        yield from _into(program, state, home, node, doomed)
    else:
        yield from _loops_between(program, state, 0, node)


def _into(
    program: Program, state: State, key: int, node: Node, doomed: Mapping[int, Instance]
) -> Iterator[str]:
    scope = state.instances.get(key)
    if scope is None:
        yield f"There is no element instance {key}."
    elif key in doomed:
        yield f"The scope {key} ends by the same order."
    elif scope.phase != "activated" or scope.loop is not None:
        yield f"The element instance {key} is no scope that tokens can be put into."
    elif not _holds(program, scope.node, node.index):
        yield f"'{node.id}' is not inside '{program.nodes[scope.node].id}'."
    else:
        yield from _loops_between(program, state, scope.node, node)


def _loops_between(program: Program, state: State, scope: int, node: Node) -> Iterator[str]:
    """A loop around the element, inside the scope: one of its items has to be named."""
    at = node.scope
    while at not in (scope, NOTHING):
        outer = program.nodes[at]
        if outer.loop is not None:
            items = [
                str(one.key)
                for one in state.instances.values()
                if one.node == at and one.index != NOTHING
            ]
            named = f"name one of its instances as scope: {', '.join(items)}" if items else ""
            yield (
                f"'{node.id}' is inside the multi-instance activity '{outer.id}'; "
                f"{named or 'begin that one'}."
            )
        at = outer.scope


def _holds(program: Program, scope: int, index: int) -> bool:
    """Tell whether a node lies inside the node of a scope, however deep."""
    while index > 0:
        index = program.nodes[index].scope
        if index == scope:
            return True
    return False


def _body(
    program: Program, state: State, key: int, doomed: Mapping[int, Instance]
) -> Iterator[str]:
    body = state.instances.get(key)
    if body is None:
        yield f"There is no element instance {key}."
    elif body.loop is None or not isinstance(program.nodes[body.node].loop, MultiInstance):
        yield f"The element instance {key} is no multi-instance activity."
    elif key in doomed or body.phase != "activated" or body.then != NOTHING:
        yield f"The multi-instance activity {key} is ending."


def _named(program: Program, state: State, one: Instruction) -> list[Instance]:
    if isinstance(one, TerminateElement):
        index = program.ids.get(one.element, NOTHING)
        return [] if index <= 0 else alive_at(state, index)
    key = getattr(one, "key", 0)
    return [state.instances[key]] if key in state.instances else []
