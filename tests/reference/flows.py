"""Terms of sequences, branches and loops, of events that are thrown, and of what is stuck."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.reference.blocks import (
    Block,
    Choice,
    Fork,
    Gather,
    Repeat,
    Seq,
    Step,
    Stop,
    Throw,
    result_of,
)
from tests.reference.frames import CancelledTransaction, Frame, Place, Terminated
from tests.reference.shaping import exits, paths_of
from tests.reference.terms import DONE, ENDED, Deed, Enabled, Settled, Term, begin, begins
from tests.reference.throws import Throwing

# --- what is over at once ----------------------------------------------------------------------


@begins(Step)
def _pass(step: Step, place: Place) -> Term:
    if step.value is not None:
        place.frame.write_up({result_of(step): step.value.of(place.frame.visible())})
    place.clock.completed.append(step.id)
    return DONE


@begins(Stop)
def _stop(stop: Stop, place: Place) -> Term:
    match stop.kind:
        case "terminate":
            raise Terminated
        case "cancel":
            raise CancelledTransaction
        case "none":
            return ENDED
        case _:
            return Throwing(stop, place.new(stop.id))._on(place)


@begins(Throw)
def _throw(block: Throw, place: Place) -> Term:
    return Throwing(block, place.new(block.id))._on(place)


@begins(Choice)
def _choice(choice: Choice, place: Place) -> Term:
    return _choose(choice, place, place.new(choice.id))


def _choose(choice: Choice, place: Place, frame: Frame) -> Term:
    seen = place.frame.visible()
    held = [case.path for case in choice.cases if case.test.of(seen)]
    if not held and choice.default is None:
        return Stuck(frame, "no-flow-taken", choice)
    if not held and choice.default is not None:
        held = [choice.default]
    if choice.kind == "exclusive":
        return begin(held[0], place)
    return Together(choice.id, tuple(begin(one, place) for one in held), every=False)._on(place)


# --- sequences, branches, loops ----------------------------------------------------------------


@begins(Seq)
def _seq(seq: Seq, place: Place) -> Term:
    return _on(seq.blocks, 0, DONE, place)


def _on(blocks: tuple[Block, ...], at: int, term: Term, place: Place) -> Term:
    while term is DONE and at < len(blocks):
        term = begin(blocks[at], place)
        at += 1
    if isinstance(term, Settled) or at == len(blocks):
        return term
    return Then(term, blocks, at)


@dataclass(frozen=True, slots=True, eq=False)
class Then(Term):
    """The current block of a sequence, and what comes after."""

    now: Term
    blocks: tuple[Block, ...]
    at: int

    def fire(self, deed: Deed, place: Place) -> Term:
        now = self.now.fire(deed, place)
        return self if now is self.now else _on(self.blocks, self.at, now, place)

    def parts(self) -> Iterator[Term]:
        yield self.now

    def can_exit(self) -> bool:
        return self.now.can_exit() and all(exits(one) for one in self.blocks[self.at :])


@begins(Fork)
def _fork(fork: Fork, place: Place) -> Term:
    branches = tuple(begin(one, place) for one in fork.branches)
    return Together(fork.id, branches, every=True)._on(place)


@dataclass(frozen=True, slots=True, eq=False)
class Together(Term):
    """Branches side by side: all of them must come out, or all that still can."""

    id: str
    branches: tuple[Term, ...]
    every: bool

    def fire(self, deed: Deed, place: Place) -> Term:
        for number, branch in enumerate(self.branches):
            now = branch.fire(deed, place)
            if now is not branch:
                branches = (*self.branches[:number], now, *self.branches[number + 1 :])
                return replace(self, branches=branches)._on(place)
        return self

    def _on(self, place: Place) -> Term:
        if self.every:
            return DONE if all(one is DONE for one in self.branches) else self
        live = [one for one in self.branches if not isinstance(one, Settled)]
        if any(one.can_exit() for one in live):
            return self
        if any(one is DONE for one in self.branches):
            place.strays.extend(live)
            return DONE
        return self if live else ENDED

    def parts(self) -> Iterator[Term]:
        return iter(self.branches)

    def joins(self) -> Iterator[tuple[str, int]]:
        done = sum(one is DONE for one in self.branches)
        if done:
            yield self.id, done
        for part in self.branches:
            yield from part.joins()

    def can_exit(self) -> bool:
        return any(one is not ENDED and one.can_exit() for one in self.branches)


@begins(Gather)
def _gather(gather: Gather, place: Place) -> Term:
    branches = tuple(begin(one, place) for one in gather.branches)
    return Gathering(gather, branches)._on(place)


@dataclass(frozen=True, slots=True, eq=False)
class Gathering(Term):
    """Branches of which some are enough; started, it takes in the others as they come."""

    block: Gather
    branches: tuple[Term, ...]
    started: bool = False

    def fire(self, deed: Deed, place: Place) -> Term:
        for number, branch in enumerate(self.branches):
            now = branch.fire(deed, place)
            if now is not branch:
                branches = (*self.branches[:number], now, *self.branches[number + 1 :])
                return replace(self, branches=branches)._on(place)
        return self

    def _on(self, place: Place) -> Term:
        late = tuple(one for one in self.branches if one is not DONE)
        if self.started:
            return self._reset(late, place)
        if len(self.branches) - len(late) < self.block.need:
            return self
        rest = Gathering(self.block, late, started=True)._on(place)
        if rest is not ENDED:
            place.strays.append(rest)
        return DONE

    def _reset(self, late: tuple[Term, ...], place: Place) -> Term:
        """Wait for those that still can come; what never will, as an error, runs on by itself."""
        live = [one for one in late if one is not ENDED]
        if any(one.can_exit() for one in live):
            return self
        place.strays.extend(live)
        return ENDED

    def parts(self) -> Iterator[Term]:
        return iter(self.branches)

    def joins(self) -> Iterator[tuple[str, int]]:
        done = sum(one is DONE for one in self.branches)
        if done:
            yield self.block.id, done
        for part in self.branches:
            yield from part.joins()

    def can_exit(self) -> bool:
        return not self.started


@begins(Repeat)
def _repeat(repeat: Repeat, place: Place) -> Term:
    return Again(repeat, begin(repeat.body, place))._on(place)


@dataclass(frozen=True, slots=True, eq=False)
class Again(Term):
    """One round of a loop."""

    block: Repeat
    body: Term

    def fire(self, deed: Deed, place: Place) -> Term:
        body = self.body.fire(deed, place)
        return self if body is self.body else Again(self.block, body)._on(place)

    def _on(self, place: Place) -> Term:
        body = self.body
        while body is DONE and self.block.again.of(place.frame.visible()):
            body = begin(self.block.body, place)
        return body if isinstance(body, Settled) else Again(self.block, body)

    def parts(self) -> Iterator[Term]:
        yield self.body

    def can_exit(self) -> bool:
        return self.body.can_exit()


@dataclass(frozen=True, slots=True, eq=False)
class Stuck(Term):
    """A gateway without a way."""

    frame: Frame
    incident: str
    block: Choice

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.frame is not self.frame:
            return self
        self.frame.write_up(deed.values)
        now = _choose(self.block, place, self.frame)
        return self if isinstance(now, Stuck) and now.frame is self.frame else now

    def enabled(self) -> Iterator[Enabled]:
        yield Enabled("incident", self.frame, self.block.id)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, self.incident

    def can_exit(self) -> bool:
        return any(map(exits, paths_of(self.block)))
