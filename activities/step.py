"""A step: what one activity type does, inside one transaction or around one outside system."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Generic, Protocol, TypeVar

from activities.errors import Fault
from activities.failpoints import Failpoint, passing
from activities.ports import (
    Again,
    Books,
    Claims,
    CoreSystem,
    DocumentStore,
    Identity,
    Letters,
    Notifier,
    Payments,
    Post,
    Texts,
    Work,
    once_only,
)
from workflows.contracts.activity import Request, Result
from workflows.domain.canonical import JsonObject
from workflows.domain.ids import derive
from workflows.domain.standstill import SystemName

R = TypeVar("R", bound=Result)
Q = TypeVar("Q", bound=Request)
P = TypeVar("P")
O = TypeVar("O")  # noqa: E741 - the outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Systems:
    """The outside systems, each behind its port."""

    payments: Payments
    documents: DocumentStore
    notifier: Notifier
    post: Post
    texts: Texts
    letters: Letters
    identity: Identity
    claims: Claims
    core: CoreSystem | None = None
    """The insurer's core policy system; None: policies and ledger are kept in our own books."""


Standing = Callable[[], Awaitable[frozenset[str]]]
"""What stands still now, by its sources: ``system:bank``."""


class Circuit(Protocol):
    """Hears how systems answer, and lets a call through to one that stands still."""

    async def may_try(self, source: str) -> bool:
        """Whether this call is the one that finds out if the system answers again."""

    async def heard(self, system: SystemName, *, answered: bool) -> None:
        """A call of a system ended."""


class Unbroken:
    """No circuit: what stands still does so by hand."""

    async def may_try(self, source: str) -> bool:  # noqa: ARG002 - the protocol's
        """Let nothing through."""
        return False

    async def heard(self, system: SystemName, *, answered: bool) -> None:
        """Forget it."""


def utc_now() -> datetime:
    """Return the time of the machine."""
    return datetime.now(UTC)


async def nothing_stands() -> frozenset[str]:
    """Nothing stands still."""
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What activities work with; the worker's composition root fills it."""

    work: Work
    systems: Systems
    zone: tzinfo
    """Where days begin and end."""
    failpoint: Failpoint = passing
    again: Again = once_only
    """Repeats a unit of work that stood in the way of another."""
    standing: Standing = nothing_stands
    circuit: Circuit = field(default_factory=Unbroken)
    now: Callable[[], datetime] = utc_now
    """Business time, for what is no step of a case; a step has the time of its command."""
    customer_site: str = ""
    """Where customers go on with a case, ``{case}`` for its number; empty: on no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The work at hand: for which case and element, under which key, at what time."""

    case_id: str
    instance_id: str
    type: str
    element: str
    effect_key: str
    at: datetime
    """Business time in the deployment's zone."""
    zone: tzinfo
    waited: timedelta = timedelta()
    """Since it was asked for the first time: ``at`` stays the same on every attempt."""
    headers: Mapping[str, str] = field(default_factory=dict)
    customer_site: str = ""

    @property
    def customer_link(self) -> str:
        """The customers' page of the case: it names the case and nobody; empty: there is none."""
        return self.customer_site.replace("{case}", self.case_id)

    @property
    def today(self) -> date:
        """The business day."""
        return self.at.date()

    def id(self, prefix: str) -> str:
        """The id of what this work makes: the same on every attempt."""
        return derive(prefix, self.effect_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[R]):
    """A result, and what the audit trail says of it: ids, hashes, amounts; nothing personal."""

    result: R
    detail: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A fault that is a finding too: what was found is committed, then the fault is thrown.

    A fault that is raised instead leaves nothing behind.
    """

    fault: Fault
    detail: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Local(Generic[Q, R]):
    """Work on our own books: one transaction."""

    run: Callable[[Job, Q, Books], Awaitable[Done[R] | Failed]]
    failpoints: str = ""
    """``commit``: the family whose instants pass here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside(Generic[Q, P, O, R]):
    """Work with an outside system: the intent is written, the system called, the outcome written.

    After a crash ``prepare`` finds the intent it wrote and plans to ask before it sends again.
    """

    prepare: Callable[[Job, Q, Books], Awaitable[P]]
    call: Callable[[P, Systems], Awaitable[O]]
    conclude: Callable[[Job, P, O, Books], Awaitable[Done[R] | Failed]]
    unknown: Callable[[P, Books], Awaitable[None]] | None = None
    """Writes down that the outcome is not known, before the work is tried again."""
    failpoints: str = ""
    """``pay`` or ``letter``: the family whose instants pass here."""
    systems: tuple[SystemName, ...] = ()
    """Those it calls: it does not begin while one of them stands still. The last one is who was
    not reached when the call fails."""


AnyStep = Local[Any, Any] | Outside[Any, Any, Any, Any]
Steps = Mapping[str, AnyStep]
"""Activity type to step."""
