"""Scoped variables: what an instance sees, where a result goes; input and output mappings (S30).

Values are never changed once made, so nothing is copied: an expression sees the dictionaries of
the scopes themselves, innermost first.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from workflows.bpmn.interpreter.limits import VALUE_DEPTH, VARIABLES_SIZE
from workflows.bpmn.interpreter.state import NOTHING, Instance
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.program import ConditionDefinition, Node, Text, VariableMapping
from workflows.bpmn.stores import placed
from workflows.feel import Environment, Expression, FeelLimitError, Function, Value, reason_of

NO_VARIABLES: Final[Mapping[str, Value]] = {}


class Layers(Mapping[str, Value]):
    """Several dictionaries seen as one; the first that has a name wins."""

    __slots__ = ("_layers",)

    def __init__(self, layers: tuple[Mapping[str, Value], ...]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Value:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self._layers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._merged())

    def __len__(self) -> int:
        return len(self._merged())

    def _merged(self) -> dict[str, Value]:
        merged: dict[str, Value] = {}
        for layer in reversed(self._layers):
            merged.update(layer)
        return merged


# --- reading ----------------------------------------------------------------------------------


def visible(instance: Instance, *nearest: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return what an expression at the instance sees; ``nearest`` goes before its own locals."""
    layers = list(nearest)
    at: Instance | None = instance
    while at is not None:
        if at.locals:
            layers.append(at.locals)
        if at.memory is not None:
            layers.extend(at.memory)
        at = None if at.isolated else at.parent
    if len(layers) == 1:
        return layers[0]
    return Layers(tuple(layers)) if layers else NO_VARIABLES


def everything_visible(instance: Instance) -> dict[str, Value]:
    """Return one fresh dictionary of all the instance sees."""
    layers: list[dict[str, Value]] = []
    at: Instance | None = instance
    while at is not None:
        if at.locals:
            layers.append(at.locals)
        if at.memory is not None:
            layers.extend(at.memory)
        at = None if at.isolated else at.parent
    if len(layers) == 1:
        return layers[0].copy()
    merged: dict[str, Value] = {}
    for layer in reversed(layers):
        merged.update(layer)
    return merged


def environment(turn: Turn) -> Environment:
    """Return the moment and the chance of one evaluation, fresh and repeatable."""
    state = turn.state
    state.evaluations += 1
    return Environment(turn.now, f"{state.seed}:{state.evaluations}", state.zone)


FAILED: Final = "expression-failed"
MAPPING: Final = "mapping-failed"


def evaluate(
    turn: Turn,
    expression: Expression,
    scope: Mapping[str, Value],
    purpose: str,
    code: str = FAILED,
) -> Value:
    """Evaluate an expression; a limit exceeded makes the command stick, under ``code``."""
    value, _ = evaluate_with_reason(turn, expression, scope, purpose, code)
    return value


def evaluate_with_reason(
    turn: Turn,
    expression: Expression,
    scope: Mapping[str, Value],
    purpose: str,
    code: str = FAILED,
) -> tuple[Value, str]:
    """Evaluate an expression; also say why its value may be null.

    A null is a value like others, unless a limit was exceeded or the model asserted otherwise.
    """
    env = environment(turn)
    try:
        value = expression.evaluate(scope, env)
    except FeelLimitError as error:
        raise Stuck(code, f"{purpose} '{expression.text}': {error}") from None
    finally:
        turn.steps += env.steps
    if not env.warnings:
        return value, ""
    for warning in env.warnings:
        if warning.is_assertion:
            told = f"{purpose} '{expression.text}': {reason_of([warning])}"
            raise Stuck(code, told)
    return value, f" ({reason_of(env.warnings)})"


def evaluate_text(
    turn: Turn, text: Text, scope: Mapping[str, Value], purpose: str
) -> tuple[Value, str]:
    """Return a static text as it is, or the value of an expression (S32), and why it is null."""
    if isinstance(text, str):
        return text, ""
    return evaluate_with_reason(turn, text, scope, purpose)


# --- storing ----------------------------------------------------------------------------------


_SCALARS: Final = frozenset({type(None), bool, Decimal})
_SCALAR_SIZE: Final = 8


def storable(value: Value, purpose: str) -> Value:
    """Return the value, or stick when it is too large or holds a function."""
    if type(value) not in _SCALARS:
        weigh({purpose: value}, purpose)
    return value


def weigh(values: Mapping[str, Value], purpose: str) -> None:
    """Stick when values are too large together, too deep, or hold a function (S36)."""
    size = 0
    pending: list[tuple[Value, int]] = [(value, 0) for value in values.values()]
    while pending:
        value, depth = pending.pop()
        # Not isinstance(), which the workflow sandbox replaces by a function written in Python.
        if type(value) is str:
            size += len(value)
        elif type(value) is list:
            pending.extend([(item, depth + 1) for item in value])
        elif type(value) is dict:
            pending.extend([(item, depth + 1) for item in value.values()])
            size += sum(map(len, value))
        elif type(value) is Function:
            raise Stuck("value-not-storable", f"{purpose} holds a function, which no variable can.")
        size += _SCALAR_SIZE
        if size > VARIABLES_SIZE or depth > VALUE_DEPTH:
            raise Stuck(
                "payload-too-large",
                f"{purpose} has more than {VARIABLES_SIZE} characters or {VALUE_DEPTH} levels.",
            )


def write_local(turn: Turn, instance: Instance, values: Mapping[str, Value]) -> None:
    """Write variables into the instance's own scope."""
    if not values:
        return
    if turn.state.watching:
        stir(turn, instance, values)
    if instance.locals is None:
        instance.locals = {}
    instance.locals.update(values)
    turn.note(instance, "variables", values)


def stir(turn: Turn, instance: Instance, values: Mapping[str, Value]) -> None:
    """Note which conditions have to be tested, now that these variables are written (S27)."""
    state = turn.state
    known = instance.locals or NO_VARIABLES
    for number in state.watching:
        wait = state.waits[number]
        definition = turn.nodes[wait.node].catches[wait.part]
        if wait.is_stirred or not isinstance(definition, ConditionDefinition):
            continue
        written = definition.names & values.keys()
        if any(definition.updates if name in known else definition.creates for name in written):
            wait.is_stirred = _sees(state.instances[wait.owner], instance)


def _sees(owner: Instance, scope: Instance) -> bool:
    at: Instance | None = owner
    while at is not None and at is not scope:
        at = None if at.isolated else at.parent
    return at is not None


def write_up(turn: Turn, start: Instance, values: Mapping[str, Value]) -> None:
    """Write each name in the nearest scope, from ``start`` outward, that has it; else at the root.

    The root is the process, or the called process that stands inside this one (S22, S30).
    """
    if start.parent is None or start.isolated:
        write_local(turn, start, values)
        return
    grouped: dict[int, dict[str, Value]] = {}
    owners: dict[int, Instance] = {}
    for name, value in values.items():
        owner = _owner_of(name, start)
        owners[owner.key] = owner
        grouped.setdefault(owner.key, {})[name] = value
    for key, group in grouped.items():
        write_local(turn, owners[key], group)


def _owner_of(name: str, start: Instance) -> Instance:
    at = start
    while True:
        if at.isolated or at.parent is None or (at.locals is not None and name in at.locals):
            return at
        at = at.parent


# --- mappings ---------------------------------------------------------------------------------


def mapped(
    turn: Turn,
    mappings: tuple[VariableMapping, ...],
    scope: Mapping[str, Value],
    goal: Mapping[str, Value],
    side: str,
) -> dict[str, Value]:
    """Evaluate mappings in order, each seeing the earlier ones; nothing is written yet.

    ``goal`` is where the results go: a target such as ``a.b`` extends the context ``a`` there.
    """
    results: dict[str, Value] = {}
    layers = Layers((results, scope))
    for mapping in mappings:
        target = ".".join(mapping.target)
        purpose = f"{side} mapping to '{target}'"
        value: Value = (
            mapping.source
            if isinstance(mapping.source, str)
            else evaluate(turn, mapping.source, layers, purpose, MAPPING)
        )
        storable(value, purpose)
        name, *path = mapping.target
        known = results[name] if name in results else goal.get(name)
        results[name] = placed(known, path, value) if path else value
    return results


def apply_inputs(turn: Turn, instance: Instance) -> None:
    """Run the input mappings of the instance's node: each writes a local variable."""
    inputs = turn.nodes[instance.node].inputs
    if inputs:
        goal = instance.locals or NO_VARIABLES
        write_local(turn, instance, mapped(turn, inputs, visible(instance), goal, "Input"))


def apply_outputs(turn: Turn, instance: Instance) -> None:
    """Put what the work brought in place: by the output mappings, or merged upward (S30)."""
    outputs = turn.nodes[instance.node].outputs
    payload, instance.payload = instance.payload, None
    if not outputs:
        if payload:
            write_up(turn, instance, payload)
        return
    if payload:
        write_local(turn, instance, payload)
    if instance.parent is None:
        return
    # One item of a loop writes from its own scope on, where its output element is read (S11).
    start = instance if instance.index != NOTHING else instance.parent
    results = mapped(turn, outputs, visible(instance), visible(start), "Output")
    data = turn.nodes[instance.node].data
    if data is not None:
        own = {name: results.pop(name) for name in data.declares if name in results}
        write_local(turn, instance, own)
    write_up(turn, start, results)


def work_variables(node: Node, instance: Instance) -> dict[str, Value]:
    """Collect the input of work: the locals where inputs are mapped, else all visible."""
    if node.inputs or (node.data is not None and node.data.is_closed):
        return dict(instance.locals or {})
    return everything_visible(instance)
