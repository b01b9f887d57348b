"""Loops: a body that holds the instances of one activity (S10, S11, S12).

Body and inner instances stand at the same node. Boundary events, incoming and outgoing flows are
the body's; mappings, work and inner flow are each inner instance's.
"""

from collections.abc import Mapping
from decimal import Decimal

from workflows.bpmn.interpreter.behaviours.protocol import activated
from workflows.bpmn.interpreter.compensation import remember
from workflows.bpmn.interpreter.data import collected
from workflows.bpmn.interpreter.limits import (
    LIVE_INSTANCES,
    MULTI_INSTANCE_CHUNK,
    MULTI_INSTANCE_SIZE,
)
from workflows.bpmn.interpreter.state import COMPLETION, Instance, Loop
from workflows.bpmn.interpreter.tokens import clear, create, create_inner, remove
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import (
    evaluate,
    evaluate_with_reason,
    storable,
    visible,
    write_up,
)
from workflows.bpmn.program import MultiInstance, Node, StandardLoop, ThrownOnCompletion
from workflows.feel import Expression, Value

LOOP_COUNTER = "loopCounter"


def enter_body(turn: Turn, node: Node, body: Instance) -> None:
    """Evaluate the collection once and keep it; then start the instances."""
    loop = node.loop
    if isinstance(loop, MultiInstance):
        items = _items(turn, node, loop, body)
        wanted = loop.output_collection is not None
        body.loop = Loop(items, [None] * len(items) if wanted else [])
    activated(turn, node, body)
    turn.queue("loop", body)


def run_body(turn: Turn, node: Node, body: Instance) -> None:
    """Start what comes next, or complete when all have ended."""
    if isinstance(node.loop, StandardLoop):
        _run_rounds(turn, node, node.loop, body)
    else:
        _run_instances(turn, node, _characteristics(node), body)


def _run_rounds(turn: Turn, node: Node, loop: StandardLoop, body: Instance) -> None:
    """Loop "while loopCondition is true", one round after the other (S10)."""
    kept = _kept(body)
    if body.children:
        return
    if _goes_on(turn, node, loop, body, kept.started):
        kept.started += 1
        create_inner(turn, body, kept.started - 1, {LOOP_COUNTER: Decimal(kept.started)})
    else:
        turn.queue("complete", body)


def _goes_on(turn: Turn, node: Node, loop: StandardLoop, body: Instance, rounds: int) -> bool:
    """Tell whether another round begins; the condition sees how many there have been."""
    if loop.maximum is not None and rounds >= loop.maximum:
        return False
    if loop.condition is None or (rounds == 0 and not loop.test_before):
        return True
    scope = visible(body, {LOOP_COUNTER: Decimal(rounds)})
    value, reason = evaluate_with_reason(turn, loop.condition, scope, "Loop condition")
    if value is True or value is False:
        return value
    raise Stuck(
        "condition-not-boolean",
        f"The loop condition of '{node.id}' is neither true nor false{reason}.",
    )


def _run_instances(turn: Turn, node: Node, loop: MultiInstance, body: Instance) -> None:
    """Start the next instances, a chunk at a time, or complete when all have ended."""
    kept = _kept(body)
    size = len(kept.items)
    active = len(body.children or ())
    if kept.started == size:
        if not active:
            turn.queue("complete", body)
        return
    room = min(size - kept.started, MULTI_INSTANCE_CHUNK)
    if loop.sequential:
        room = 0 if active else 1
    elif len(turn.state.instances) + room > LIVE_INSTANCES:
        raise Stuck(
            "too-many-instances",
            f"With those of '{node.id}', more than {LIVE_INSTANCES} element instances would live.",
        )
    for index in range(kept.started, kept.started + room):
        create_inner(turn, body, index, _values(loop, kept, index))
    kept.started += room
    if room and not loop.sequential and kept.started < size:
        turn.queue("loop", body)


def _values(loop: MultiInstance, kept: Loop, index: int) -> dict[str, Value]:
    """Make the locals: "each instance has local inputElement and loopCounter (from 1)"."""
    values: dict[str, Value] = {LOOP_COUNTER: Decimal(index + 1)}
    if loop.input_element is not None:
        values[loop.input_element] = kept.items[index]
    result = _own_result(loop)
    if result is not None and result not in values:
        values[result] = None
    return values


def local_names(node: Node) -> frozenset[str]:
    """Name what is local to each instance of a multi-instance activity."""
    loop = node.loop
    if not isinstance(loop, MultiInstance):
        return frozenset() if loop is None else frozenset({LOOP_COUNTER})
    names = (LOOP_COUNTER, loop.input_element, _own_result(loop))
    return frozenset(name for name in names if name is not None)


def _own_result(loop: MultiInstance) -> str | None:
    """Name the variable that an output element reads, when it reads just one.

    It is made local to each instance, so that what one job answers is not seen by the others.
    """
    if loop.output_element is None or len(loop.output_element.names) != 1:
        return None
    (name,) = loop.output_element.names
    path = loop.output_element.text.strip().lstrip("=").strip()
    return name if path == name or path.startswith(f"{name}.") else None


def leave_inner(turn: Turn, node: Node, instance: Instance) -> None:
    """One instance is done: keep its output by index, test the completion condition."""
    body = instance.parent
    if body is None:
        raise AssertionError(f"Expected a body around {node.id}")
    if isinstance(node.loop, StandardLoop):
        _end_inner(turn, node, instance)
        turn.queue("loop", body)
        return
    loop, kept = _characteristics(node), _kept(body)
    output: Value = None
    if loop.output_element is not None:
        output = evaluate(turn, loop.output_element, visible(instance), "Output element")
        storable(output, "The output element")
    is_over = loop.completion_condition is not None and _is_over(
        turn, node, loop.completion_condition, instance, body
    )
    thrown = [one.node for one in loop.throws if _is_thrown(turn, node, one, instance, body)]
    _end_inner(turn, node, instance)
    kept.completed += 1
    if kept.outputs:
        kept.outputs[instance.index] = output
    for index in thrown:
        create(turn, turn.nodes[index], body)
    if is_over:
        kept.started = len(kept.items)
        if loop.throws:
            _end_rest(turn, body)
        else:
            clear(turn, body, COMPLETION)
    else:
        turn.queue("loop", body)


def _end_inner(turn: Turn, node: Node, instance: Instance) -> None:
    turn.advance(instance, "completed")
    if node.is_compensable:
        remember(turn, node, instance)
    remove(turn, instance)


def _end_rest(turn: Turn, body: Instance) -> None:
    """Terminate the other instances; the events that are being thrown go on to their end."""
    for child in reversed((body.children or {}).values()):
        if child.node == body.node:
            turn.queue_first("terminate", child)
    if not body.children:
        turn.queue("loop", body)


def _is_thrown(
    turn: Turn, node: Node, thrown: ThrownOnCompletion, instance: Instance, body: Instance
) -> bool:
    """Tell whether a completion throws an event: by the behavior of the loop (S12)."""
    if thrown.when == "first" and _kept(body).completed:
        return False
    return thrown.condition is None or _is_over(turn, node, thrown.condition, instance, body)


def _is_over(
    turn: Turn, node: Node, condition: Expression, instance: Instance, body: Instance
) -> bool:
    """Test the completion condition with the four counters, this instance counted as completed."""
    kept = _kept(body)
    counters: Mapping[str, Value] = {
        "numberOfInstances": Decimal(len(kept.items)),
        "numberOfActiveInstances": Decimal(_active(node, body) - 1),
        "numberOfCompletedInstances": Decimal(kept.completed + 1),
        "numberOfTerminatedInstances": Decimal(kept.terminated),
    }
    scope = visible(instance, counters)
    value, reason = evaluate_with_reason(turn, condition, scope, "Completion condition")
    if value is True or value is False:
        return value
    raise Stuck(
        "condition-not-boolean",
        f"The completion condition of '{node.id}' is neither true nor false{reason}.",
    )


def _active(node: Node, body: Instance) -> int:
    children = body.children or {}
    if not _characteristics(node).throws:
        return len(children)
    return sum(child.node == body.node for child in children.values())


def settle_body(turn: Turn, node: Node, body: Instance) -> None:
    """Bring out the output: "assembled once, when the body completes, then goes up" (S11)."""
    loop = node.loop
    if not isinstance(loop, MultiInstance):
        return
    if loop.output_collection is not None and body.parent is not None:
        results: dict[str, Value] = {loop.output_collection: _kept(body).outputs}
        if node.data is not None:
            results = collected(turn, node.data, body, results)
        write_up(turn, body.parent, results)


# --- the collection ---------------------------------------------------------------------------


def _items(turn: Turn, node: Node, loop: MultiInstance, body: Instance) -> list[Value]:
    if loop.collection is not None:
        items, reason = evaluate_with_reason(
            turn, loop.collection, visible(body, body.read or {}), "Input collection"
        )
        if not isinstance(items, list):
            raise Stuck(
                "collection-not-list",
                f"The input collection '{loop.collection.text}' of '{node.id}' is no list{reason}.",
            )
    else:
        items = [None] * _cardinality(turn, node, loop, body)
    if len(items) > MULTI_INSTANCE_SIZE:
        raise Stuck(
            "collection-too-large",
            f"'{node.id}' would have {len(items)} instances; at most {MULTI_INSTANCE_SIZE} run.",
        )
    return items


def _cardinality(turn: Turn, node: Node, loop: MultiInstance, body: Instance) -> int:
    if loop.cardinality is None:
        raise AssertionError(f"Expected a collection or a cardinality at {node.id}")
    value, reason = evaluate_with_reason(turn, loop.cardinality, visible(body), "Cardinality")
    if isinstance(value, Decimal) and value.is_finite() and value >= 0 and value % 1 == 0:
        return min(int(value), MULTI_INSTANCE_SIZE + 1)
    raise Stuck(
        "cardinality-invalid",
        f"The cardinality of '{node.id}' is no whole number from 0 on{reason}.",
    )


def _characteristics(node: Node) -> MultiInstance:
    if not isinstance(node.loop, MultiInstance):
        raise TypeError(f"Expected a multi-instance activity, but {node.id} is none")
    return node.loop


def _kept(body: Instance) -> Loop:
    if body.loop is None:
        raise AssertionError(f"Expected a multi-instance body, but {body.key} is none")
    return body.loop
