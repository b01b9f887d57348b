"""What undoes what: a replay that has effects undone first, worked out from what a case has made.

An effect is undone by the compensation handler that is drawn for its element, else by the activity
type that is declared here for its own. What needs no undoing is only made anew; money that moved is
undone by nobody but the case that takes it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from workflows.contracts.catalogue import CONTRACTS

TAKEN_BACK_BY: Final[Mapping[str, str]] = MappingProxyType({
    "execution.reserve": "execution.release",
    "execution.commit": "execution.reverse",
    "execution.change_beneficiaries": "execution.reverse_change",
    "execution.change_policyholder": "execution.reverse_change",
    "execution.change_payment": "execution.reverse_change",
    "execution.change_item": "execution.reverse_change",
    "execution.change_contact": "execution.reverse_contact",
    "execution.endorse_contact": "execution.reverse_contact",
    "execution.pay": "execution.returned",
    "execution.settle": "execution.returned",
    "execution.collect": "execution.returned",
})  # fmt: skip
"""Type to the type that takes its effect back; a case's own flow may have done so, too."""

COVERED: Final = frozenset(("execution.endorse_contact",))
"""Taken back together with what came before: what takes that back takes it along."""
BY_THE_BANK: Final = frozenset(("execution.returned",))
"""Takes back only what somebody outside gave back: no replay can have it done."""
HARMLESS: Final = frozenset(("execution.quote", "execution.query_payment", "execution.release"))
"""Of the types that change books, those that leave nothing to be undone."""
HEADERS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"execution.release": {"keepLock": "true"}}
)
"""The case goes on: it keeps the policy it holds."""
_CHANGES_BOOKS: Final = "execution."


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """A compensation handler as drawn."""

    element: str
    type: str
    """Empty: it is no single piece of work of our own, and runs in its case only."""
    whole_loop: bool
    """It undoes all rounds of a loop at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An effect that stands."""

    keys: tuple[str, ...]
    """Its own, and the one that it was made under first."""
    kind: str
    instance_id: str
    element: str
    at: datetime
    threw: bool = False
    """It was found that it cannot be done: nothing changed."""
    handler: Handler | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An effect, or all of a loop, that would be undone, and by what."""

    made: tuple[Made, ...]
    type: str
    handler: str

    @property
    def last(self) -> Made:
        """The newest of them."""
        return self.made[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlan:
    """What would be undone, in order; what only made anew; what nobody can undo."""

    steps: tuple[Undone, ...] = ()
    anew: tuple[Made, ...] = ()
    barred: tuple[Made, ...] = ()


def plan(made: Sequence[Made]) -> UndoPlan:
    """Sort effects, the oldest first, by what has to become of each."""
    back, done_by_the_case = _taken_back(made)
    steps: list[list[Made]] = []
    anew: list[Made] = []
    barred: list[Made] = []
    for one in made:
        if one.threw or id(one) in back or _leaves_nothing(one, done_by_the_case):
            anew.append(one)
        elif _undoer(one) is None:
            barred.append(one)
        elif (loop := _round_before(steps, one)) is not None:
            steps.remove(loop)
            steps.append([*loop, one])
        else:
            steps.append([one])
    undone = tuple(_step(each) for each in reversed(steps))
    along = {step.type for step in undone}
    covered = [one for one in barred if one.kind in COVERED and TAKEN_BACK_BY[one.kind] in along]
    return UndoPlan(
        steps=undone,
        anew=(*anew, *covered),
        barred=tuple(one for one in barred if one not in covered),
    )


def _taken_back(made: Sequence[Made]) -> tuple[set[int], set[int]]:
    """Find what the case has taken back by itself, and what did so: each the newest of its kind."""
    back: set[int] = set()
    by: set[int] = set()
    for place, one in enumerate(made):
        for kind in [] if one.threw else [k for k, by_ in TAKEN_BACK_BY.items() if by_ == one.kind]:
            for earlier in reversed(made[:place]):
                if earlier.kind == kind and not earlier.threw and id(earlier) not in back:
                    back.add(id(earlier))
                    by.add(id(one))
                    break
    return back, by


def _leaves_nothing(one: Made, done_by_the_case: set[int]) -> bool:
    """Tell whether there is nothing to undo; what undid an older effect has to be left as it is."""
    if one.handler is not None:
        return False
    if one.kind in HARMLESS or id(one) in done_by_the_case:
        return True
    return one.kind in CONTRACTS and not one.kind.startswith(_CHANGES_BOOKS)


def _undoer(one: Made) -> tuple[str, str] | None:
    """Return the type that undoes an effect, and the handler it is drawn as; None: nothing can."""
    if one.handler is not None:
        return (one.handler.type, one.handler.element) if one.handler.type else None
    type_ = TAKEN_BACK_BY.get(one.kind)
    if type_ is None or type_ in BY_THE_BANK or one.kind in COVERED:
        return None
    return type_, ""


def _round_before(steps: Sequence[list[Made]], one: Made) -> list[Made] | None:
    """Find the step that undoes the rounds before of the same loop."""
    if one.handler is None or not one.handler.whole_loop:
        return None
    place = (one.instance_id, one.element)
    return next((each for each in steps if (each[0].instance_id, each[0].element) == place), None)


def _step(made: list[Made]) -> Undone:
    undoer = _undoer(made[-1])
    if undoer is None:
        raise AssertionError(f"Expected {made[-1].kind} to be undone by something")
    return Undone(made=tuple(made), type=undoer[0], handler=undoer[1])
