"""The sets of BPMN data linked: what an element needs to begin, what to be complete (S31)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.bpmn.compiler.items import Item
from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.model import DataAssociation, Element, MultiInstanceLoop, Process
from workflows.bpmn.model import DataSet as DrawnSet
from workflows.bpmn.program import Data, DataSet

CLAUSE = "BPMN 2.0.2 §10.4.2"


@dataclass(frozen=True, slots=True)
class Owner:
    """An element whose data is being linked."""

    linking: Linking
    drawn: Element
    loop: MultiInstanceLoop | None

    @property
    def items(self) -> Mapping[str, Item]:
        """Every data item of its process, by id."""
        return self.linking.drawing.items

    def own(self, *kinds: str) -> Iterator[Item]:
        """Its own data items of some kinds."""
        for identity, item in self.items.items():
            if item.owner == self.drawn.id and item.kind in kinds and item.id == identity:
                yield item

    def is_own(self, reference: str) -> bool:
        """Tell whether a reference names an item of its own."""
        item = self.items.get(reference)
        return item is not None and item.owner == self.drawn.id

    def flag(self, code: str, message: str, association: DataAssociation) -> None:
        """Complain about one of its associations."""
        self.linking.flag(code, message, self.drawn, association.place, clause=CLAUSE)


def is_input_item(one: Owner, reference: str) -> bool:
    """Tell whether a reference names the item that each instance of the element's loop has."""
    item = one.loop.input_item if one.loop is not None else None
    return item is not None and item.id == reference


def source_names(one: Owner, references: Iterable[str]) -> Iterator[str]:
    """The variables that are moved; the item of a loop is there, whatever it is."""
    for reference in references:
        item = one.items.get(reference)
        if item is not None and not is_input_item(one, reference):
            yield item.variable


def input_sets(
    one: Owner, drawn: Sequence[DrawnSet], associations: Sequence[DataAssociation]
) -> tuple[DataSet, ...]:
    """What may begin the element; without a set drawn, all its inputs are one."""
    if not associations and not (isinstance(one.drawn, Process) and [*one.own("input")]):
        return ()
    inputs = {item.id for item in one.own("input")}
    body = one.loop.input_ref if one.loop is not None else None
    return tuple(
        DataSet(
            id=each.id,
            needs=_all_needed(one, each, associations),
            moves=tuple(_moving(each, associations, inputs, body)),
            optional=tuple(
                index
                for index, association in enumerate(associations)
                if association.target in each.optional
            ),
        )
        for each in drawn or (_everything(one, inputs),)
    )


def _everything(one: Owner, items: Iterable[str]) -> DrawnSet:
    return DrawnSet(id=one.drawn.id, items=tuple(items), place=one.drawn.place)


def _moving(
    each: DrawnSet, associations: Sequence[DataAssociation], inputs: set[str], body: str | None
) -> Iterator[int]:
    for index, association in enumerate(associations):
        wanted = association.target not in inputs or association.target in each.items
        if wanted and association.target not in (*each.optional, body):
            yield index


def _all_needed(
    one: Owner, each: DrawnSet, associations: Sequence[DataAssociation]
) -> tuple[str, ...]:
    """What a set needs: the sources of what it moves; of a process, the inputs themselves."""
    inputs = {item.id for item in one.own("input")}
    needed = [
        name
        for association in associations
        if association.target not in inputs or association.target in each.items
        if association.target not in each.optional
        for name in source_names(one, _awaitable(one, association.sources))
    ]
    if isinstance(one.drawn, Process):
        needed += source_names(one, [name for name in each.items if name not in each.optional])
    return tuple(dict.fromkeys(needed))


def _awaitable(one: Owner, references: Iterable[str]) -> Iterator[str]:
    """What an element can wait for: a data store answers at once, though perhaps with nothing."""
    for reference in references:
        item = one.items.get(reference)
        if item is not None and item.kind != "dataStore":
            yield reference


def output_sets(
    one: Owner, drawn: Sequence[DrawnSet], associations: Sequence[DataAssociation]
) -> tuple[DataSet, ...]:
    """What the element may bring out; without a set drawn, all its outputs are one."""
    outputs = {item.id for item in one.own("output")}
    if not associations and not outputs:
        return ()
    body = one.loop.output_ref if one.loop is not None else None
    return tuple(
        DataSet(
            id=each.id,
            needs=tuple(
                source_names(
                    one, [name for name in each.items if name not in (*each.optional, body)]
                )
            ),
            moves=tuple(
                index
                for index, association in enumerate(associations)
                if _brings(association, each, outputs, body)
            ),
            optional=tuple(
                index
                for index, association in enumerate(associations)
                if set(association.sources) & set(each.optional)
            ),
        )
        for each in drawn or (_everything(one, outputs),)
    )


def _brings(
    association: DataAssociation, each: DrawnSet, outputs: set[str], body: str | None
) -> bool:
    own = [name for name in association.sources if name in outputs]
    if body in own or set(own) & set(each.optional):
        return False
    return not own or any(name in each.items for name in own)


def with_partners(data: Data, inputs: Sequence[DrawnSet], outputs: Sequence[DrawnSet]) -> Data:
    """Which output sets may follow which input sets: as either side says (§10.4.1)."""
    if not any(one.partners for one in (*inputs, *outputs)):
        return data
    linked = []
    for drawn, each in zip(inputs, data.input_sets, strict=False):
        named = {*drawn.partners, *(one.id for one in outputs if drawn.id in one.partners)}
        partners = tuple(index for index, one in enumerate(outputs) if one.id in named)
        linked.append(replace(each, partners=partners))
    return replace(data, input_sets=tuple(linked))
