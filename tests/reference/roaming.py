"""The term of what an ad-hoc sub-process has: chains of activities, none of which must come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.reference.blocks import Freely, Seq, Sub, Task, begun, offered
from tests.reference.frames import STEERING, Frame, Place, Terminated
from tests.reference.terms import (
    DONE,
    Choosable,
    Chosen,
    Deed,
    Enabled,
    Settled,
    Term,
    begin,
    begins,
)
from tests.reference.waits import Waiting


@begins(Freely)
def _freely(freely: Freely, place: Place) -> Term:
    roaming = Roaming(freely, place.frame, is_open=bool(offered(freely)))
    if freely.how == "steered":
        return replace(roaming, asking=_asked(freely, place.new(STEERING)))
    if freely.sequential:
        return replace(roaming, queue=begun(freely))
    return replace(roaming, active=tuple(begin(freely.chains[one], place) for one in begun(freely)))


def _asked(freely: Freely, frame: Frame) -> Waiting:
    """The job that steers, which is told what there is."""
    told = [{"elementId": one, "elementName": ""} for one in map(first_of, freely.chains)]
    frame.values["adHocSubProcessElements"] = told
    return Waiting(Task(id=STEERING), frame, undoes=True)


def first_of(chain: Seq) -> str:
    """The id of the activity that a chain begins with."""
    first: Any = chain.blocks[0]
    if not isinstance(first, Task | Sub):
        raise TypeError(f"Expected an activity, but there is {first}")
    return first.id


@dataclass(frozen=True, slots=True, eq=False)
class Roaming(Term):
    """What is active, and what is still to begin where one runs after the other."""

    freely: Freely
    frame: Frame
    active: tuple[Term, ...] = ()
    queue: tuple[int, ...] = ()
    incident: str = ""
    is_open: bool = False
    """Something is offered."""
    asking: Waiting | None = None
    """The job that says what begins."""

    def fire(self, deed: Deed, place: Place) -> Term:
        if self.asking is not None and deed.frame is self.asking.frame:
            now = self.asking.fire(deed, place)
            if isinstance(now, Waiting):
                return replace(self, asking=now)
            return replace(self, asking=None).chosen(deed.choice, place)
        for number, one in enumerate(self.active):
            now = one.fire(deed, place)
            if now is not one:
                others = (*self.active[:number], *self.active[number + 1 :])
                gone = isinstance(now, Settled)
                return replace(self, active=others if gone else (*others, now))._asks_again()
        return self

    def _asks_again(self) -> Roaming:
        """After each activity the job is asked anew; what it was asked before counts no more."""
        frame, self.frame.asked = self.frame.asked, None
        if self.frame.is_closing:
            return replace(self, asking=None, is_open=False)
        return self if frame is None else replace(self, asking=_asked(self.freely, frame))

    def chosen(self, choice: Chosen, place: Place) -> Roaming:
        """Begin what somebody says; after the last of it what is active is waited for."""
        numbers = [*self._numbers(choice.elements)]
        if choice.is_last and choice.cancels:
            raise Terminated
        roaming = self
        if self.freely.sequential:
            roaming = replace(self, queue=(*self.queue, *numbers))
        else:
            new = tuple(self._begun(number, choice, place) for number in numbers)
            roaming = replace(self, active=(*self.active, *new))
        if choice.is_last:
            self.frame.is_closing = True
            roaming = replace(roaming, is_open=False)
        return roaming

    def _numbers(self, elements: Iterable[str]) -> Iterator[int]:
        firsts = [first_of(one) for one in self.freely.chains]
        return map(firsts.index, elements)

    def _begun(self, number: int, choice: Chosen, place: Place) -> Term:
        place.brought = dict(choice.values)
        return begin(self.freely.chains[number], place)

    def goes_on(self, place: Place) -> Term:
        """Go on when nothing else is alive: begin what is queued, or come to the end."""
        if self.active or self.asking is not None or self.incident:
            return self
        freely = self.freely
        if self.frame.is_closing:
            return DONE
        if self.queue:
            first, *rest = self.queue
            active = (begin(freely.chains[first], place),)
            return replace(self, active=active, queue=tuple(rest))
        if self.is_open:
            return self
        is_over = freely.how != "steered"
        if freely.until is not None:
            is_over = freely.until.of(self.frame.visible())
        return DONE if is_over else replace(self, incident="nothing-to-begin")

    def resolved(self, place: Place) -> Roaming:
        """Try again where nothing could begin."""
        now = replace(self, incident="")
        if self.freely.how != "steered":
            return now
        return replace(now, asking=_asked(self.freely, place.new(STEERING)))

    def parts(self) -> Iterator[Term]:
        yield from self.active

    def enabled(self) -> Iterator[Enabled]:
        for one in self.active:
            yield from one.enabled()
        if self.is_open:
            firsts = tuple(first_of(self.freely.chains[one]) for one in offered(self.freely))
            may_end = not (self.freely.sequential and self.queue)
            choosable = Choosable(firsts, self.freely.sequential, may_end)
            yield Enabled("offer", self.frame, "", choosable=choosable)
        if self.asking is not None:
            choosable = Choosable(tuple(map(first_of, self.freely.chains)), self.freely.sequential)
            for asked in self.asking.enabled():
                yield asked._replace(choosable=choosable)

    def frames(self) -> Iterator[tuple[Frame, str]]:
        for one in self.active:
            yield from one.frames()
        if self.asking is not None:
            yield from self.asking.frames()
