"""The term of what an ad-hoc sub-process has: chains of activities, none of which must come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.reference.blocks import Freely
from tests.reference.frames import Place
from tests.reference.terms import DONE, Deed, Settled, Term, begin, begins


@begins(Freely)
def _freely(freely: Freely, place: Place) -> Term:
    chains = tuple(freely.chains[number] for number in freely.begins)
    if freely.sequential:
        return Roaming(freely, (), freely.begins)
    return Roaming(freely, tuple(begin(one, place) for one in chains))


@dataclass(frozen=True, slots=True, eq=False)
class Roaming(Term):
    """What is active, and what is still to begin where one runs after the other."""

    freely: Freely
    active: tuple[Term, ...]
    queue: tuple[int, ...] = ()
    incident: str = ""

    def fire(self, deed: Deed, place: Place) -> Term:
        for number, one in enumerate(self.active):
            now = one.fire(deed, place)
            if now is not one:
                others = (*self.active[:number], *self.active[number + 1 :])
                gone = isinstance(now, Settled)
                return replace(self, active=others if gone else (*others, now))
        return self

    def goes_on(self, place: Place) -> Term:
        """Go on when nothing else is alive: begin what is queued, or come to the end."""
        if self.active or self.incident:
            return self
        freely, frame = self.freely, place.frame
        if frame.is_closing:
            return DONE
        if self.queue:
            first, *rest = self.queue
            active = (begin(freely.chains[first], place),)
            return replace(self, active=active, queue=tuple(rest))
        if freely.until is None or freely.until.of(frame.visible()):
            return DONE
        return replace(self, incident="nothing-to-begin")

    def parts(self) -> Iterator[Term]:
        return iter(self.active)
