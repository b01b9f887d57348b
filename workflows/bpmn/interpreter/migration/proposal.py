"""A plan proposed for two models: by id, by name, by what elements do, by their neighbours.

Only what is told apart beyond doubt is matched: one element on either side. The rest is left to
people, with what was found about it.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from workflows.bpmn.interpreter.migration.plan import Plan, family, unlike
from workflows.bpmn.program import Node, Program

By = Literal["id", "name", "work", "neighbours", "dissolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Why an element is thought to take over for another."""

    source: str
    target: str | None
    by: By


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A plan, and what stands behind it."""

    plan: Plan
    matches: tuple[Match, ...]
    open: tuple[tuple[str, str], ...]
    """Elements of the old model without a target, and why; only live ones matter in the end."""
    new: tuple[str, ...]
    """Elements of the new model that take over for none."""


def propose(source: Program, target: Program) -> Proposal:
    """Match the elements of two models."""
    drawing = _Drawing(source, target)
    drawing.by_id()
    while drawing.by_structure():
        pass
    drawing.dissolve()
    matches = tuple(drawing.found.values())
    return Proposal(
        plan=Plan(elements={one.source: one.target for one in matches}),
        matches=matches,
        open=tuple((node.id, drawing.why(node)) for node in drawing.rest()),
        new=tuple(node.id for node in drawing.free()),
    )


class _Drawing:
    """Two models, and what has been matched so far."""

    def __init__(self, source: Program, target: Program) -> None:
        self.source, self.target = source, target
        self.found: dict[str, Match] = {}
        self._taken: dict[str, str] = {}

    def rest(self) -> list[Node]:
        """List what has no target yet; what belongs to an element goes with it."""
        return [one for one in _named(self.source) if one.id not in self.found]

    def free(self) -> list[Node]:
        """List what takes over for nothing yet."""
        return [one for one in _named(self.target) if one.id not in self._taken]

    def by_id(self) -> None:
        """Match what is called the same and may take over."""
        for node in _named(self.source):
            index = self.target.ids.get(node.id)
            if index is not None and not unlike(node, self.target.nodes[index]):
                self._match(node, self.target.nodes[index], "id")

    def by_structure(self) -> bool:
        """Match what else is told apart; tell whether anything was found."""
        return any(self._by(by, trait) for by, trait in _TRAITS)

    def dissolve(self) -> None:
        """Dissolve sub-processes that the new model has not."""
        for node in self.rest():
            if node.kind in ("subProcess", "transaction") and node.loop is None:
                self.found[node.id] = Match(source=node.id, target=None, by="dissolved")

    def why(self, node: Node) -> str:
        """Say why nothing was found for an element."""
        index = self.target.ids.get(node.id)
        if index is not None:
            return unlike(node, self.target.nodes[index])
        alike = [one.id for one in self.free() if not unlike(node, one)]
        return f"could be {', '.join(alike)}" if alike else "there is nothing like it"

    def _by(self, by: By, trait: "_Trait") -> bool:
        rest = _by_trait(self.rest(), lambda node: trait(self, self.source, node))
        free = _by_trait(self.free(), lambda node: trait(self, self.target, node))
        hits = [
            (nodes[0], free[key][0])
            for key, nodes in rest.items()
            if len(nodes) == 1
            and len(free.get(key, ())) == 1
            and not unlike(nodes[0], free[key][0])
        ]
        for node, other in hits:
            self._match(node, other, by)
        return bool(hits)

    def _match(self, node: Node, other: Node, by: By) -> None:
        self.found[node.id] = Match(source=node.id, target=other.id, by=by)
        self._taken[other.id] = node.id

    def name_of(self, program: Program, index: int) -> str | None:
        """Return what a matched node is called in the new model; None: it is not matched."""
        id_ = program.nodes[index].id
        if program is self.target:
            return id_ if id_ in self._taken else None
        match = self.found.get(id_)
        return None if match is None else match.target


_Trait = Callable[[_Drawing, Program, Node], Hashable]
"""What tells an element apart; None: nothing does."""


def _by_name(_: _Drawing, __: Program, node: Node) -> Hashable:
    return (node.kind, node.name.casefold()) if node.name else None


def _by_work(_: _Drawing, __: Program, node: Node) -> Hashable:
    if node.work is None and not node.catches and not node.throws:
        return None
    return (repr(node.work), repr(node.catches), repr(node.throws))


def _by_neighbours(drawing: _Drawing, program: Program, node: Node) -> Hashable:
    before, after = _before(drawing, program, node), _after(drawing, program, node)
    host = None if node.attached_to is None else drawing.name_of(program, node.attached_to)
    if before is None or after is None or not (before or after or host):
        return None
    return (family(node), host, before, after)


def _by_what_follows(drawing: _Drawing, program: Program, node: Node) -> Hashable:
    after = _after(drawing, program, node)
    return (family(node), after) if after else None


def _by_what_leads_to_it(drawing: _Drawing, program: Program, node: Node) -> Hashable:
    before = _before(drawing, program, node)
    return (family(node), before) if before else None


def _before(drawing: _Drawing, program: Program, node: Node) -> tuple[str, ...] | None:
    return _names(drawing, program, [program.flows[one].source for one in node.incoming])


def _after(drawing: _Drawing, program: Program, node: Node) -> tuple[str, ...] | None:
    return _names(drawing, program, [program.flows[one].target for one in node.outgoing])


def _names(drawing: _Drawing, program: Program, indexes: list[int]) -> tuple[str, ...] | None:
    """Return what neighbours are called in the new model; None where one is not known yet."""
    names = [drawing.name_of(program, one) for one in indexes]
    known = [name for name in names if name is not None]
    return tuple(sorted(known)) if len(known) == len(names) else None


_TRAITS: Final[tuple[tuple[By, _Trait], ...]] = (
    ("name", _by_name),
    ("work", _by_work),
    ("neighbours", _by_neighbours),
    ("neighbours", _by_what_follows),
    ("neighbours", _by_what_leads_to_it),
)


def _named(program: Program) -> list[Node]:
    return [node for node in program.nodes[1:] if "/" not in node.id]


def _by_trait(
    nodes: Iterable[Node], trait: Callable[[Node], Hashable]
) -> dict[Hashable, list[Node]]:
    found: dict[Hashable, list[Node]] = {}
    for node in nodes:
        key = trait(node)
        if key is not None:
            found.setdefault(key, []).append(node)
    return found
