"""What random models make happen: by production, counted in runs of the reference alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.reference import activities, flows, frames, roaming, scopes, terms, waits
from tests.reference.blocks import (
    Boundary,
    Choice,
    Each,
    Freely,
    Handler,
    Model,
    Rounds,
    Seq,
    Stop,
    Throw,
)
from tests.reference.lockstep import Duel, codes_of, tasks_of
from tests.reference.run import Reference
from tests.reference.sweeping import larger

Production = tuple[str, ...]


class Census(Duel):
    """A model played by the reference alone."""

    def __init__(self, model: Model) -> None:
        self.reference = Reference(model)
        self.tasks, self.codes = tasks_of(model), codes_of(model)
        self.deeds: Counter[Production] = Counter()

    def run(self, schedule: Iterable[int]) -> None:
        for number in schedule:
            enabled = self._enabled(number)
            if not enabled:
                break
            rest, which = divmod(number, len(enabled))
            one = enabled[which]
            deed = self._deed(one, *divmod(rest, 12))
            self.deeds["deed", one.kind, deed.kind] += 1
            self.reference.fire(deed)


def census(seeds: Iterable[int]) -> Counter[Production]:
    """Count what begins, what is caught and what is done in the runs of some seeds."""
    total: Counter[Production] = Counter()
    with _counting(total):
        for seed in seeds:
            one = larger(seed)
            run = Census(one.model)
            run.run(one.way.schedule)
            total.update(run.deeds)
    return total


@contextmanager
def _counting(total: Counter[Production]) -> Iterator[None]:
    """Count every block that begins, inside which other, and every catcher that is triggered."""
    right = {(at, name): getattr(at, name) for at, name in _places()}
    begin = terms.begin
    around: list[str] = []

    def counted(block: Any, place: Any) -> Any:
        total.update(_productions(block))
        kind = _kind(block)
        if not isinstance(block, Seq):
            if around:
                total["inside", around[-1], kind] += 1
            around.append(kind)
        try:
            return begin(block, place)
        finally:
            if not isinstance(block, Seq):
                around.pop()

    for at, name in right:
        setattr(at, name, counted if name == "begin" else _noting(at, name, total))
    try:
        yield
    finally:
        for (at, name), function in right.items():
            setattr(at, name, function)


def _places() -> Iterator[tuple[Any, str]]:
    """Where something is to be counted: in which module or class, and by what name."""
    for module in (terms, flows, waits, scopes, activities, roaming):
        if "begin" in vars(module):
            yield module, "begin"
    yield activities, "leave_by"
    yield scopes.Scope, "_triggered"
    yield frames.Place, "_find"


def _noting(at: Any, name: str, total: Counter[Production]) -> Any:
    """A function of the reference that counts what it is about."""
    right = getattr(at, name)

    def left(boundary: Boundary, *given: Any) -> Any:
        total[_catcher("boundary", boundary)] += 1
        return right(boundary, *given)

    def started(scope: Any, handler: Handler, *given: Any) -> Any:
        total[_catcher("event sub-process", handler)] += 1
        return right(scope, handler, *given)

    def found(place: Any, kind: str, code: str) -> Any:
        catch = right(place, kind, code)
        if catch is not None:
            total["caught", kind, catch[1].trigger.kind] += 1
        return catch

    return {"leave_by": left, "_triggered": started, "_find": found}[name]


def _kind(block: Any) -> str:
    return f"{type(block).__name__.lower()} {getattr(block, 'kind', '')}".strip()


def _catcher(where: str, catcher: Boundary | Handler) -> Production:
    trigger = catcher.trigger
    return where, trigger.kind, "interrupting" if trigger.interrupting else "not interrupting"


def _productions(block: Any) -> Iterator[Production]:
    if not isinstance(block, Seq):
        yield ("begins", _kind(block))
    each: Each | Rounds | None = getattr(block, "each", None)
    if isinstance(each, Rounds):
        yield "rounds", _kind(block), "before" if each.before else "after"
    elif each is not None:
        yield "many", _kind(block), "sequential" if each.sequential else "parallel"
        if each.until:
            yield "many", "until"
        if each.behavior != "All":
            yield "many", "behavior", each.behavior
    if isinstance(block, Freely):
        kinds = {
            "sequential": block.sequential,
            "until": block.until is not None,
            "waits": block.until is not None and not block.cancels,
            "collects": block.collects,
        }
        yield from (("freely", kind) for kind, is_so in kinds.items() if is_so)
        yield "freely", block.how
    if isinstance(block, Throw | Stop) and block.kind == "multiple":
        yield from (("among", _kind(block), one.kind) for one in block.parts)
    if getattr(block, "undo", None) is not None:
        yield "undo", _kind(block)
    if isinstance(block, Choice):
        yield "default", _kind(block), str(block.default is not None)
