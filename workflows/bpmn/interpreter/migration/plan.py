"""A plan: which new element takes over for which of the old; and what is wrong with it.

What can be told from the two models alone is told here, for a whole plan at once; what depends on
where a run stands is told where it is migrated.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from workflows.bpmn.program import Call, Job, MultiInstance, Node, Program

GONE: Final = -1
"""The target of a scope that is dissolved: what is inside goes on in the scope around it."""

_SCOPES: Final = ("subProcess", "transaction")
_JOBS: Final = ("serviceTask", "sendTask", "businessRuleTask", "scriptTask")
_GATES: Final = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Element ids of the old model to those of the new one."""

    elements: Mapping[str, str | None]
    """None dissolves a sub-process: its variables and tokens go to the scope around it."""
    flows: Mapping[str, str] = field(default_factory=dict)
    """For tokens that wait at joins: the flow that has brought each, in the new model."""
    renew: tuple[str, ...] = ()
    """Events of the new model whose timer, message or signal is worked out anew."""
    dues: Mapping[str, datetime] = field(default_factory=dict)
    """Timers of the new model that begin, but not anew: when they fire."""


class Atlas:
    """A plan over its two models, by index."""

    def __init__(self, source: Program, target: Program, plan: Plan) -> None:
        self.source, self.target, self.plan = source, target, plan
        self._nodes: dict[int, int] = {0: 0}
        for id_, named in plan.elements.items():
            index = source.ids.get(id_, 0)
            if index:
                self._nodes[index] = GONE if named is None else target.ids.get(named, 0)

    def node(self, index: int) -> int | None:
        """Return the node that takes over, GONE where a scope is dissolved; None: none does."""
        found = self._nodes.get(index)
        return self._within(index) if found is None else found

    def _within(self, index: int) -> int | None:
        """Find what belongs to an element, such as its listeners, by the element's own place."""
        owner, slash, rest = self.source.nodes[index].id.rpartition("/")
        at = self.source.ids.get(owner) if slash else None
        mapped = None if at is None else self.node(at)
        if mapped is None or mapped <= 0:
            return None
        found = self.target.ids.get(f"{self.target.nodes[mapped].id}/{rest}")
        if found is None or unlike(self.source.nodes[index], self.target.nodes[found]):
            return None
        return found

    def flow(self, index: int) -> int | None:
        """Return the flow that stands for one whose token waits at a join; None: it is not clear.

        Where nobody names it, it is the one of the same id, else the only one that leads from and
        to what takes over for its ends.
        """
        flow = self.source.flows[index]
        named = self.plan.flows.get(flow.id)
        by_id = {one.id: one.index for one in self.target.flows}
        if named is not None:
            return by_id.get(named)
        join = self.node(flow.target)
        same = by_id.get(flow.id)
        if same is not None and join in (None, self.target.flows[same].target):
            return same
        begin = self.node(flow.source)
        between = [
            one.index for one in self.target.flows if (one.source, one.target) == (begin, join)
        ]
        return between[0] if len(between) == 1 else None


def faults_of(source: Program, target: Program, plan: Plan) -> list[str]:
    """Say everything that is wrong with a plan whatever the run; nothing: it makes sense."""
    found = [fault for pair in plan.elements.items() for fault in _of_pair(source, target, *pair)]
    found += _of_flows(source, target, plan)
    for id_ in (*plan.renew, *plan.dues):
        index = target.ids.get(id_)
        if index is None:
            found.append(f"There is no element '{id_}' in the new model to be renewed.")
        elif not target.nodes[index].catches:
            found.append(f"'{id_}' waits for nothing that could be renewed.")
    return found


def _of_pair(source: Program, target: Program, id_: str, named: str | None) -> Iterator[str]:
    index = source.ids.get(id_)
    if index is None:
        yield f"There is no element '{id_}' in the old model."
        return
    node = source.nodes[index]
    if named is None:
        if node.kind not in _SCOPES or node.loop is not None:
            yield f"'{id_}' is a {_shape(node)}; only a plain sub-process can be dissolved."
        return
    other = target.ids.get(named)
    if other is None:
        yield f"There is no element '{named}' in the new model for '{id_}'."
        return
    why = unlike(node, target.nodes[other])
    if why:
        yield f"'{named}' cannot take over for '{id_}': {why}."


def _of_flows(source: Program, target: Program, plan: Plan) -> Iterator[str]:
    have, wanted = {one.id for one in source.flows}, {one.id for one in target.flows}
    for id_, named in plan.flows.items():
        if id_ not in have:
            yield f"There is no sequence flow '{id_}' in the old model."
        if named not in wanted:
            yield f"There is no sequence flow '{named}' in the new model for '{id_}'."


# --- what may take over for what --------------------------------------------------------------


def unlike(one: Node, other: Node) -> str:
    """Say why a token cannot go from one node to another; nothing: it can."""
    if family(one) != family(other):
        return f"one is a {_shape(one)}, the other a {_shape(other)}"
    if _loop(one) != _loop(other):
        return f"one is a {_shape(one)}{_loop(one)}, the other a {_shape(other)}{_loop(other)}"
    waits, other_waits = ([each.kind for each in node.catches] for node in (one, other))
    if waits != other_waits:
        return f"one waits for {_listed(waits)}, the other for {_listed(other_waits)}"
    if len(one.throws) != len(other.throws):
        return "they throw different numbers of things"
    if (one.task_listeners is None) != (other.task_listeners is None):
        return "only one of them has task listeners"
    return ""


def family(node: Node) -> tuple[object, ...]:
    """Return what must be the same for a token to be able to stand at either."""
    if node.kind in _JOBS:
        return ("job",) if isinstance(node.work, Job) else (node.kind, type(node.work))
    if node.kind in _GATES:
        return ("gate",)
    if node.kind in _SCOPES:
        return (node.kind, node.ad_hoc is None)
    inline = isinstance(node.work, Call) and node.work.inline
    return (node.kind, type(node.work), inline, node.start_quantity > 1)


def _loop(node: Node) -> str:
    match node.loop:
        case None:
            return ""
        case MultiInstance(sequential=sequential, output_collection=collection):
            order = "one after the other" if sequential else "in parallel"
            gathered = ", gathering results" if collection else ""
            return f" for many items {order}{gathered}"
        case _:
            return " in a loop"


def _shape(node: Node) -> str:
    call = node.work if isinstance(node.work, Call) else None
    inline = " inline" if call is not None and call.inline else ""
    work = f" ({node.work.kind})" if node.kind in _JOBS and node.work is not None else ""
    return f"{node.kind}{inline}{work}"


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(f"a {kind}" for kind in kinds) or "nothing"
