"""Whether anybody works: told by the workers' sign of life, and by who polls Temporal.

The watchdog lives in the workers. When all of them are down nobody watches, so the API looks
itself: a sign of life that stopped is noticed within seconds, though Temporal remembers a poll
for a minute; workers that live and do not poll are noticed by Temporal.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from api.case_client import CaseClient
from infra.db.pages.reasons import Reason
from workflows.domain.case import Case

SILENCE: Final = timedelta(seconds=20)
"""A worker shows that it lives every five seconds; who was silent for longer is gone."""
KEPT_SECONDS: Final = 5.0
"""How long an answer of Temporal is good for, however many ask."""

State = Literal["up", "no-worker", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Whether workers are there; when not, since when, if any ever were."""

    state: State
    since: datetime | None = None


@dataclass(slots=True, kw_only=True)
class PollerWatch:
    """Asks Temporal who polls, at most every so often."""

    _asked_at: float = field(default=float("-inf"), init=False)
    _answer: bool | None = field(default=None, init=False)

    async def is_polled(self, cases: CaseClient) -> bool | None:
        """Tell whether anybody polls the case queue; None: Temporal does not say."""
        if time.monotonic() - self._asked_at >= KEPT_SECONDS:
            self._asked_at = time.monotonic()  # one asks; the others take the answer of before
            self._answer = await cases.is_polled()
        return self._answer


def attendance(seen: datetime | None, polled: bool | None, now: datetime) -> Attendance:
    """Judge by the last sign of life, and by whether Temporal is polled."""
    if polled is False or (seen is not None and now - seen > SILENCE):
        return Attendance(state="no-worker", since=seen)
    if polled is None and seen is None:
        return Attendance(state="unknown")
    return Attendance(state="up", since=seen)


def nobody_works(case: Case, found: Attendance) -> tuple[Reason, ...]:
    """Return the reason that a case has while nobody works: nothing goes on, whatever it is."""
    if case.finished_at is not None or found.state != "no-worker":
        return ()
    since = max(found.since or case.accepted_at, case.accepted_at)
    return (Reason(kind="no-worker", since=since, instance_id=case.id),)
