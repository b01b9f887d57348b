"""Logic and all logic within it, each with the names that are in sight there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from workflows.dmn.item_types import ItemType
from workflows.dmn.logic import (
    ConditionalLogic,
    ContextLogic,
    FilterLogic,
    FunctionLogic,
    InvocationLogic,
    IterationLogic,
    ListLogic,
    Logic,
    RecordLogic,
    TypedLogic,
)
from workflows.dmn.program import Bound, DecisionStep, Graph, InputStep, KnowledgeStep, Step
from workflows.feel.kinds import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What logic can see where it stands."""

    types: Mapping[str, Shape | None]
    """Every name that is drawn, with its type where it has one."""
    computed: frozenset[str]
    """Those of them that are no inputs, but follow from inputs."""
    scope: str
    """``closed`` where nothing else can be seen; ``drawn`` where inputs are drawn, so that a
    further name is likely a slip; ``open`` where inputs are named without being drawn."""

    def with_names(self, names: Mapping[str, ItemType | None], *, computed: bool = True) -> "Known":
        """See further names."""
        shapes = {name: _shape(item) for name, item in names.items()}
        return replace(
            self,
            types={**self.types, **shapes},
            computed=self.computed.union(names) if computed else self.computed - names.keys(),
        )


def walk_graph(graph: Graph) -> Iterator[tuple[Logic, Known]]:
    """Walk the logic of every decision and knowledge model."""
    for step in graph.steps:
        if isinstance(step, DecisionStep | KnowledgeStep):
            yield from _walk(step.logic, _known(step, graph))


def _known(step: DecisionStep | KnowledgeStep, graph: Graph) -> Known:
    required = [(_name(bound), graph.step(bound.key)) for bound in step.bound]
    scope = "open"
    if isinstance(step, KnowledgeStep):
        scope = "closed"
    elif any(isinstance(other, InputStep) for _, other in required):
        scope = "drawn"
    return Known(
        types={
            name: None if bound.model else _shape(_type(other))
            for bound, (name, other) in zip(step.bound, required, strict=True)
        },
        computed=frozenset(name for name, other in required if not isinstance(other, InputStep)),
        scope=scope,
    )


def _name(bound: Bound) -> str:
    return bound.model or bound.name


def _type(step: Step) -> ItemType | None:
    return step.type if isinstance(step, InputStep | DecisionStep) else None


def _shape(item: ItemType | None) -> Shape | None:
    """Tell FEEL's checks of a type."""
    if item is None or item.kind == "any":
        return None
    entries = {name: shape for name, kind in item.fields if (shape := _shape(kind)) is not None}
    return Shape(kind=item.basic or item.kind, entries=entries)


def _walk(logic: Logic, known: Known) -> Iterator[tuple[Logic, Known]]:
    yield logic, known
    match logic:
        case ContextLogic():
            for entry in logic.entries:
                yield from _walk(entry.value, known)
                if entry.name is not None:
                    known = known.with_names({entry.name: entry.type})
        case FunctionLogic():
            names = {parameter.name: parameter.type for parameter in logic.parameters}
            yield from _walk(logic.body, known.with_names(names, computed=False))
        case FilterLogic():
            yield from _walk(logic.collection, known)
            # The entries of each item are in sight by their own names, which nobody knows here.
            yield from _walk(logic.match, replace(known.with_names({"item": None}), scope="open"))
        case IterationLogic():
            yield from _walk(logic.collection, known)
            names = dict.fromkeys((logic.variable, "partial"))
            yield from _walk(logic.body, known.with_names(names))
        case _:
            for part in _parts(logic):
                yield from _walk(part, known)


def _parts(logic: Logic) -> Iterable[Logic]:
    """List the logic within some logic that sees what is around it."""
    match logic:
        case RecordLogic():
            return [entry.value for entry in logic.entries]
        case ListLogic():
            return logic.items
        case InvocationLogic():
            return [logic.called, *(entry.value for entry in logic.arguments)]
        case TypedLogic():
            return (logic.value,)
        case ConditionalLogic():
            return (logic.condition, logic.then, logic.otherwise)
        case _:
            return ()
