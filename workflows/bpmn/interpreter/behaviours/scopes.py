"""Process, sub-process, event sub-process and call activity."""

from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.loops import local_names
from workflows.bpmn.interpreter.behaviours.protocol import (
    Behaviour,
    activated,
    never_resumed,
    no_flows,
    settle_outputs,
)
from workflows.bpmn.interpreter.commands import StartChild
from workflows.bpmn.interpreter.propagation import error_codes_caught, escalations_caught
from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.tokens import create, ended, hand_out
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import (
    apply_outputs,
    evaluate_text,
    everything_visible,
    visible,
    write_local,
    write_up,
)
from workflows.bpmn.program import Call, Node
from workflows.feel import Value

# --- beginning --------------------------------------------------------------------------------


def _enter_scope(turn: Turn, node: Node, instance: Instance) -> None:
    """Open the subscriptions around and inside, then begin (S15, S16)."""
    activated(turn, node, instance)
    begin(turn, node, instance)


def begin(turn: Turn, node: Node, scope: Instance) -> None:
    """Put the first tokens into a scope: where it was told to begin, or at its start events."""
    payload, scope.payload = scope.payload, None
    targets, scope.begin = scope.begin, None
    if targets is not None:
        begin_at(turn, scope, targets[:1] if payload is not None else targets, payload)
        if payload is not None and targets[1:]:
            begin_at(turn, scope, targets[1:])
    elif node.kind == "eventSubProcess":
        create(turn, turn.nodes[node.starts[0]], scope, payload if payload is not None else {})
    else:
        for start in (turn.nodes[index] for index in node.starts):
            if start.event is None or start.kind != "startEvent":
                create(turn, start, scope)
    if not scope.children:
        ended(turn, scope)


def begin_at(
    turn: Turn, scope: Instance, targets: tuple[int, ...], payload: dict[str, Value] | None = None
) -> None:
    """Put tokens at given nodes, beginning the scopes between this one and them (modification)."""
    ad_hoc = turn.nodes[scope.node].ad_hoc
    if ad_hoc is not None and ad_hoc.sequential:
        scope.begin = (*(scope.begin or ()), *targets)
        turn.queue("loop", scope)
        return
    inside: dict[int, list[int]] = {}
    for index in targets:
        path = _path(turn, scope.node, index)
        inside.setdefault(path, []).append(index)
    for index, wanted in inside.items():
        if wanted == [index]:
            create(turn, turn.nodes[index], scope, payload)
            continue
        for _ in range(wanted.count(index)):
            create(turn, turn.nodes[index], scope, payload)
        deeper = tuple(one for one in wanted if one != index)
        if deeper:
            create(turn, turn.nodes[index], scope).begin = deeper


def _path(turn: Turn, scope: int, index: int) -> int:
    """Find the node directly inside a scope that is the given node, or holds it."""
    while turn.nodes[index].scope != scope:
        index = turn.nodes[index].scope
    return index


# --- call activities --------------------------------------------------------------------------


def _enter_call(turn: Turn, node: Node, instance: Instance) -> None:
    work = _call(node)
    if work.inline:
        activated(turn, node, instance)
        if instance.locals:
            instance.begun_with = tuple(instance.locals)
        if work.propagate_all_parent_variables:
            write_local(turn, instance, everything_visible(instance))
        instance.isolated = True
        begin(turn, node, instance)
        return
    process_id = _process_id(turn, node, work, instance)
    activated(turn, node, instance)
    _start_child(turn, node, work, instance, process_id)


def reissue_call(turn: Turn, node: Node, instance: Instance) -> None:
    """Start the called process once more."""
    work = _call(node)
    _start_child(turn, node, work, instance, _process_id(turn, node, work, instance))


def _call(node: Node) -> Call:
    if not isinstance(node.work, Call):
        raise TypeError(f"Expected a call activity, but {node.id} is a {node.kind}")
    return node.work


def _process_id(turn: Turn, node: Node, work: Call, instance: Instance) -> str:
    value, reason = evaluate_text(turn, work.process_id, visible(instance), "Called process")
    if not isinstance(value, str) or not value:
        raise Stuck(
            "called-process-invalid", f"The process called by '{node.id}' has no id{reason}."
        )
    return value


def _start_child(turn: Turn, node: Node, work: Call, instance: Instance, process_id: str) -> None:
    """In: "all visible variables are copied; false → only the locals made by input mappings"."""
    closed = node.data is not None and node.data.is_closed
    everything = work.propagate_all_parent_variables and not closed
    instance.attempt += 1
    hand_out(turn, instance, "child", process_id)
    turn.commands.append(
        StartChild(
            key=instance.key,
            element=node.id,
            name=node.name,
            process_id=process_id,
            binding=work.binding,
            version_tag=work.version_tag,
            variables=everything_visible(instance) if everything else dict(instance.locals or {}),
            catches=error_codes_caught(turn, instance),
            escalations=escalations_caught(turn, instance),
            attempt=instance.attempt,
        )
    )


def _settle_call(turn: Turn, instance: Instance) -> None:
    """Bring out what the called process leaves (S22).

    "With output mappings only these; without, propagateAllChildVariables true → the child's root
    variables merge into the caller's scope, false → nothing."
    """
    node = turn.nodes[instance.node]
    work = _call(node)
    instance.isolated = False
    if node.outputs:
        apply_outputs(turn, instance)
        return
    brought = _own_variables(node, instance) if work.inline else instance.payload
    instance.payload = None
    if not work.propagate_all_child_variables or not brought or instance.parent is None:
        return
    write_up(turn, instance.parent if work.inline else instance, brought)


def _own_variables(node: Node, instance: Instance) -> dict[str, Value]:
    """Collect what an inline process leaves: not the locals that the call itself was given."""
    given = {mapping.target[0] for mapping in node.inputs} | local_names(node)
    given |= {*instance.begun_with}
    return {name: value for name, value in (instance.locals or {}).items() if name not in given}


PROCESS = Behaviour(_enter_scope, no_flows, never_resumed, settle_outputs)
SUB_PROCESS = Behaviour(_enter_scope, uncontrolled, never_resumed, settle_outputs)
EVENT_SUB_PROCESS = Behaviour(_enter_scope, no_flows, never_resumed, settle_outputs)
CALL_ACTIVITY = Behaviour(_enter_call, uncontrolled, never_resumed, _settle_call)
