"""Data stores linked: what an element reads before it begins, what it writes when it ends (S31)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from workflows.bpmn.compiler.data_sets import CLAUSE
from workflows.bpmn.compiler.items import VARIABLE, Item
from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.compiler.work import DEFAULT_RETRIES
from workflows.bpmn.model import DataAssociation, Element, Formal
from workflows.bpmn.program import NOWHERE, Data, Job, Node, Text, Write
from workflows.bpmn.stores import READ, WRITE
from workflows.feel import Expression

_PART = re.compile(r"\s*\.\s*([^\W\d]\w*)\s*|\s*\[(.*?)\]\s*")


def reads(items: Mapping[str, Item], associations: Sequence[DataAssociation]) -> dict[str, str]:
    """The names of the data stores that associations read, by variable."""
    return {
        item.variable: item.store.name
        for association in associations
        for reference in association.sources
        if (item := items.get(reference)) is not None and item.store is not None
    }


def writes(
    linking: Linking, element: Element, association: DataAssociation, target: Item
) -> Iterator[Write]:
    """What an association to a data store writes: all of it, or parts by assignments."""
    if association.transformation is not None:
        whole = linking.formal(association.transformation, "transformation", element)
        if whole is not None:
            yield Write(source=whole)
    for source, goal in association.assignments:
        value = linking.formal(source, "assignment", element)
        path = _path(linking, element, goal, target)
        if value is not None and path is not None:
            yield Write(source=value, path=path)
    if association.transformation is None and not association.assignments:
        copied = copied_from(linking, element, association)
        if copied is not None:
            yield Write(source=copied)


def copied_from(
    linking: Linking, element: Element, association: DataAssociation
) -> Expression | None:
    """What is copied: without a transformation "only one source MUST be defined" (§10.4.2)."""
    if len(association.sources) != 1:
        message = "An association with several sources says by a transformation what it moves."
        linking.flag("data-association", message, element, association.place, clause=CLAUSE)
    item = linking.drawing.items.get(association.sources[0]) if association.sources else None
    if item is None:
        return None
    return linking.feel(item.variable, "data item", element, association.place)


def _path(
    linking: Linking, element: Element, goal: Formal, target: Item
) -> tuple[Text, ...] | None:
    """The part of a store that an assignment means: ``book.rate``, or ``book[policyNo].rate``."""
    text = goal.text.removeprefix("=").strip()
    name = VARIABLE.match(text)
    rest = text[name.end() :] if name is not None else ""
    parts = [*_PART.finditer(rest)]
    is_read = "".join(part.group() for part in parts) == rest
    if name is None or name.group() != target.variable or not is_read:
        told = f"say {target.variable!r}, or a part of it such as {target.variable}[key]"
        message = f"The assignment goes to {goal.text!r}; {told}."
        linking.flag("data-association", message, element, goal.place, clause=CLAUSE)
        return None
    if parts and target.is_collection:
        message = f"{target.variable!r} holds a list: write it whole."
        linking.flag("data-association", message, element, goal.place, clause=CLAUSE)
    path = [part[1] or linking.feel(part[2], "key", element, goal.place) for part in parts]
    return None if None in path else tuple(one for one in path if one is not None)


# --- nodes -------------------------------------------------------------------------------------


def with_store_access(nodes: Sequence[Node]) -> list[Node]:
    """Make a job for each element that reads data stores, and one for each that writes to some."""
    found = [*nodes]
    for node in nodes:
        if node.data is None:
            continue
        made = [*_accesses(node, node.data, len(found))]
        found += made
        placed = {one.id.rpartition("/")[2]: one.index for one in made}
        found[node.index] = replace(
            node,
            data=replace(
                node.data,
                reader=placed.get("read", NOWHERE),
                collection_reader=placed.get("collection", NOWHERE),
                writer=placed.get("write", NOWHERE),
            ),
        )
    return found


def _accesses(node: Node, data: Data, first: int) -> Iterator[Node]:
    writing = any(one.store is not None for one in (*data.gives, *data.collected))
    nothing: Mapping[str, str] = {}
    wanted = (
        ("read", READ, data.reads, bool(data.reads)),
        ("collection", READ, data.reads_collection, bool(data.reads_collection)),
        ("write", WRITE, nothing, writing),
    )
    drawn = [(part, type_, headers) for part, type_, headers, is_wanted in wanted if is_wanted]
    for number, (part, type_, headers) in enumerate(drawn):
        job = Job(type=type_, retries=DEFAULT_RETRIES, headers=headers)
        yield _access(node, first + number, part, job)


def _access(node: Node, index: int, part: str, job: Job) -> Node:
    return Node(
        index=index,
        id=f"{node.id}/{part}",
        kind="dataStoreAccess",
        name=node.name,
        scope=node.index,
        depth=node.depth + 1,
        work=job,
        data=Data(is_closed=True),
    )
