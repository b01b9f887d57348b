"""The term of an event that throws: one thing after the other, each when the one before is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tests.reference.blocks import Stop, Throw, Thrown, thrown_by
from tests.reference.frames import Frame, Place
from tests.reference.terms import DONE, ENDED, Deed, Enabled, Term, WaitsFor
from tests.reference.waits import Undoing

_SAID: Final[Mapping[str, WaitsFor]] = {"message": "publishing", "signal": "broadcasting"}


@dataclass(frozen=True, slots=True, eq=False)
class Throwing(Term):
    """A throwing event, between two of the things it throws or while one is under way."""

    block: Throw | Stop
    frame: Frame
    at: int = 0
    """What is thrown next, or under way."""
    now: Term = DONE
    """Compensation under way."""
    says: WaitsFor | None = None
    incident: str = ""

    def fire(self, deed: Deed, place: Place) -> Term:
        if deed.frame is self.frame:
            return self._told(deed, place)
        now = self.now.fire(deed, place)
        if now is self.now:
            return self
        if now is not DONE:
            return replace(self, now=now)
        return replace(self, now=DONE, at=self.at + 1)._on(place)

    def _told(self, deed: Deed, place: Place) -> Term:
        match deed.kind:
            case "resolve":
                self.frame.write_up(deed.values)
                return replace(self, incident="") if self.says else self
            case "fail":
                return replace(self, incident="job-failed")
            case "retry":
                return self
            case _:
                return replace(self, says=None, at=self.at + 1)._on(place)

    def _on(self, place: Place) -> Term:
        parts = thrown_by(self.block)
        throwing = self
        while throwing.at < len(parts):
            throwing = throwing._thrown(parts[throwing.at], place)
            if throwing.says or throwing.incident or throwing.now is not DONE:
                return throwing
            throwing = replace(throwing, at=throwing.at + 1)
        if isinstance(self.block, Stop):
            return ENDED
        place.clock.completed.append(self.block.id)
        return DONE

    def _thrown(self, part: Thrown, place: Place) -> Throwing:
        match part.kind:
            case "error":
                place.throw(part.code, {})
                return replace(self, incident="unhandled-error")
            case "escalation":
                place.escalate(part.code, {})
                return self
            case "compensation":
                return replace(self, now=Undoing(tuple(place.undone()), DONE)._on(place))
            case _:
                return replace(self, says=_SAID[part.kind])

    def parts(self) -> Iterator[Term]:
        yield self.now

    def enabled(self) -> Iterator[Enabled]:
        if self.incident:
            yield Enabled("incident", self.frame, self.block.id, is_vain=not self.says)
        elif self.says:
            yield Enabled(self.says, self.frame, self.block.id)
        yield from self.now.enabled()

    def frames(self) -> Iterator[tuple[Frame, str]]:
        yield self.frame, self.incident
        yield from self.now.frames()

    def can_exit(self) -> bool:
        return isinstance(self.block, Throw)
