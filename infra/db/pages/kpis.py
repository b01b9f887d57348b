"""What key figures count, read from the journal and the tables written with it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework.clocks import clock_of
from infra.db.connections.rows import columns_of
from infra.db.journal.telling import as_told_now
from infra.db.tables import cases, feedback, money, papers, policies, trail
from workflows.domain.feedback import recommends
from workflows.domain.kpis import (
    CALL_BACK_ELEMENT,
    HIT_OUTCOMES,
    NOT_REACHED,
    NOTICE_TEMPLATE,
    KpiCode,
    Observation,
    verdict,
)

_CHUNK: Final = 500
"""Cases asked for at once: databases bound the values of a query."""
_SENT: Final = ("SENT", "SETTLED", "RETURNED")
_DECIDED: Final = ("approve", "reject", "return")
_OF_CLOCK: Final[dict[str, KpiCode]] = {"K-ACC": "ACCEPT_ON_TIME", "K-DO": "COMPLETE_ON_TIME"}
_SECOND: Final = timedelta(seconds=1)
_cases, _clocks, _deeds, _journal = cases.cases, cases.clocks, trail.human_task_deeds, trail.journal
_PLACE: Final = columns_of(_cases, "id", "item", "process_id", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when until when (not included), as seen now."""

    since: datetime
    until: datetime
    now: datetime

    def has(self, at: datetime | None) -> bool:
        """Whether an instant lies in it."""
        return at is not None and self.since <= at < self.until

    @property
    def end(self) -> datetime:
        """Its end, or now where it is not over."""
        return min(self.until, self.now)

    def within(self, column: Any) -> Any:  # noqa: ANN401 - a column, a condition of SQLAlchemy
        """The rows whose instant lies in it."""
        return and_(column >= self.since, column < self.until)


@dataclass(slots=True, kw_only=True)
class _Story:
    """What the journal and the desk say of one case, up to the end of the period."""

    accepted_at: datetime
    notice_arrived_at: datetime
    finished_at: datetime | None
    completed_at: datetime | None = None
    marks: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    complaints: int = 0

    def had(self, *kinds: str) -> bool:
        """Whether something of a kind happened before the case was completed."""
        end = self.completed_at
        return any(end is None or at <= end for kind in kinds for at in self.marks[kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """An observation that does not know yet where its case belongs."""

    kpi: KpiCode
    case_id: str
    value: int
    by: str | None = None


class KpiViews:
    """Observations of a period."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def observed(self, period: Period) -> tuple[Observation, ...]:
        """Everything that any figure counts in a period, by case."""
        counted = [one async for one in self._counted(period)]
        ids = sorted({one.case_id for one in counted})
        places, deciders = await self._places(ids), await self._deciders(ids)
        return tuple(
            _placed(one, places[one.case_id], deciders)
            for one in sorted(counted, key=lambda each: each.case_id)
            if one.case_id in places
        )

    async def _counted(self, period: Period) -> AsyncIterator[_Counted]:
        for read in (
            self._limits, self._decisions, self._handling, self._notices, self._endorsements,
            self._payments, self._call_backs, self._surveys, self._complaints, self._risks,
        ):  # fmt: skip
            for one in await read(period):
                yield one
        for case_id, story in (await self._stories(period)).items():
            for one in _told(case_id, story, period):
                yield one

    async def _limits(self, period: Period) -> list[_Counted]:
        known = or_(
            period.within(_clocks.c.closed_at),
            and_(
                _clocks.c.due_strict >= period.since - _SECOND,
                _clocks.c.due_strict < period.until,
            ),
        )
        query = select(_clocks).where(_clocks.c.rule_id.in_(_OF_CLOCK), known)
        return [
            _Counted(kpi=_OF_CLOCK[row.rule_id], case_id=row.case_id, value=int(found[1]))
            for row in await self._connection.execute(query)
            if (found := verdict(clock_of(row), period.now)) and period.has(found[0])
        ]

    async def _decisions(self, period: Period) -> list[_Counted]:
        query = select(_deeds.c.case_id, _deeds.c.outcome, _deeds.c.actor).where(
            period.within(_deeds.c.at), _deeds.c.act == "complete", _deeds.c.outcome.in_(_DECIDED)
        )
        return [
            _Counted(kpi="RETURN_RATE", case_id=case_id, value=outcome == "return", by=actor)
            for case_id, outcome, actor in await self._connection.execute(query)
        ]

    async def _handling(self, period: Period) -> list[_Counted]:
        claims, done = _deeds.alias(), _deeds.alias()
        query = (
            select(done, claims.c.at.label("claimed_at"))
            .join(
                claims,
                (claims.c.instance_id == done.c.instance_id)
                & (claims.c.key == done.c.key)
                & (claims.c.actor == done.c.actor)
                & (claims.c.at <= done.c.at),
            )
            .where(period.within(done.c.at), done.c.act == "complete", claims.c.act == "claim")
        )
        last: dict[int, _Counted] = {}
        for row in await self._connection.execute(query):
            took = (row.at - row.claimed_at) // _SECOND
            known = last.get(row.no)
            if known is None or took < known.value:
                last[row.no] = _Counted(
                    kpi="HANDLING_TIME", case_id=row.case_id, value=took, by=row.actor
                )
        return list(last.values())

    async def _notices(self, period: Period) -> list[_Counted]:
        sent = papers.communications
        is_notice = sent.c.template.like(f"{NOTICE_TEMPLATE}@%")
        lately = select(sent.c.case_id).where(is_notice, period.within(sent.c.sent_at))
        query = (
            select(sent.c.case_id, sent.c.sent_at)
            .where(sent.c.case_id.in_(lately), is_notice, sent.c.sent_at < period.until)
            .order_by(sent.c.case_id, sent.c.sent_at, sent.c.no)
        )
        seen, found = set[str](), list[_Counted]()
        for case_id, at in await self._connection.execute(query):
            if period.has(at):
                again = case_id in seen
                found.append(_Counted(kpi="ONE_NOTICE_VIOLATIONS", case_id=case_id, value=again))
            seen.add(case_id)
        return found

    async def _endorsements(self, period: Period) -> list[_Counted]:
        issued = papers.endorsements
        query = select(issued.c.case_id, issued.c.voided_at).where(
            period.within(issued.c.issued_at)
        )
        return [
            _Counted(kpi="REVERSAL_RATE", case_id=case_id, value=voided_at is not None)
            for case_id, voided_at in await self._connection.execute(query)
        ]

    async def _payments(self, period: Period) -> list[_Counted]:
        attempts, owed = money.payment_attempts, money.obligations
        query = (
            select(owed.c.case_id, attempts.c.state)
            .join(owed, owed.c.id == attempts.c.obligation_id)
            .where(
                period.within(attempts.c.at), owed.c.direction == "OUT", attempts.c.state.in_(_SENT)
            )
        )
        return [
            _Counted(kpi="BOUNCE_RATE", case_id=case_id, value=state == "RETURNED")
            for case_id, state in await self._connection.execute(query)
        ]

    async def _call_backs(self, period: Period) -> list[_Counted]:
        tasks = trail.human_tasks
        called = tasks.c.element.like(f"%/{CALL_BACK_ELEMENT}")  # of a model called inline
        reached = and_(tasks.c.state == "COMPLETED", tasks.c.outcome.is_distinct_from(NOT_REACHED))
        query = select(tasks.c.case_id, reached, tasks.c.assignee).where(
            or_(tasks.c.element == CALL_BACK_ELEMENT, called), period.within(tasks.c.closed_at)
        )
        return [
            _Counted(kpi="CALL_BACK_SUCCESS", case_id=case_id, value=bool(made), by=assignee)
            for case_id, made, assignee in await self._connection.execute(query)
        ]

    async def _surveys(self, period: Period) -> list[_Counted]:
        asked = cases.surveys
        query = select(asked).where(period.within(asked.c.answered_at))
        return [
            _Counted(kpi=kpi, case_id=row.case_id, value=value)
            for row in await self._connection.execute(query)
            for kpi, value in _answers(row)
            if value is not None
        ]

    async def _complaints(self, period: Period) -> list[_Counted]:
        """Decided, or late: told at the decision, or at the end of the last day."""
        told = feedback.complaints
        query = select(told).where(
            or_(period.within(told.c.decided_at), period.within(told.c.due_at))
        )
        found = []
        for row in await self._connection.execute(query):
            late = (row.decided_at or period.now) > row.due_at
            known_at = row.due_at if late else row.decided_at
            if period.has(known_at):
                found.append(
                    _Counted(
                        kpi="COMPLAINTS_ON_TIME",
                        case_id=row.case_id,
                        value=not late,
                        by=row.decided_by,
                    )
                )
        return found

    async def _risks(self, period: Period) -> list[_Counted]:
        found = cases.anomalies
        query = select(found.c.case_id, found.c.outcome).where(
            found.c["class"] == "RISK", period.within(found.c.closed_at)
        )
        return [
            _Counted(kpi="RISK_PRECISION", case_id=case_id, value=outcome in HIT_OUTCOMES)
            for case_id, outcome in await self._connection.execute(query)
        ]

    async def _stories(self, period: Period) -> dict[str, _Story]:
        """The cases that were open in a period, with what happened in them."""
        open_then = and_(
            _cases.c.accepted_at < period.until,
            _cases.c.accepted_at <= period.now,
            or_(_cases.c.finished_at.is_(None), _cases.c.finished_at >= period.since),
        )
        query = select(
            _cases.c.id, _cases.c.accepted_at, _cases.c.notice_arrived_at, _cases.c.finished_at
        ).where(open_then)
        stories = {
            row.id: _Story(
                accepted_at=row.accepted_at,
                notice_arrived_at=row.notice_arrived_at,
                finished_at=row.finished_at,
            )
            for row in await self._connection.execute(query)
        }
        for ids in _chunks(list(stories)):
            for case_id, kind, at in await self._marks(ids):
                _mark(stories[case_id], kind, at)
        return stories

    async def _marks(self, ids: Sequence[str]) -> list[tuple[str, str, datetime]]:
        told = select(_journal.c.case_id, _journal.c.kind, _journal.c.data, _journal.c.at).where(
            _journal.c.case_id.in_(ids),
            _journal.c.kind.in_(("statusChanged", "operatorActed")),
            as_told_now(),
        )
        done = select(_deeds.c.case_id, _deeds.c.outcome, _deeds.c.at).where(
            _deeds.c.case_id.in_(ids), _deeds.c.act == "complete"
        )
        odd, complained = cases.anomalies, feedback.complaints
        marks = [
            (row.case_id, str(row.data.get("status", row.kind)), row.at)
            for row in await self._connection.execute(told)
        ]
        for case_id, outcome, at in await self._connection.execute(done):
            marks += [(case_id, "deed", at), (case_id, f"deed:{outcome}", at)]
        for kind, columns in (
            ("anomaly", (odd.c.case_id, odd.c.opened_at)),
            ("complaint", (complained.c.case_id, complained.c.received_at)),
        ):
            query = select(*columns).where(columns[0].in_(ids))
            marks += [(row[0], kind, row[1]) for row in await self._connection.execute(query)]
        return marks

    async def _places(self, ids: Sequence[str]) -> dict[str, Row[Any]]:
        held, found = policies.policies, dict[str, Row[Any]]()
        for some in _chunks(ids):
            query = (
                select(*_PLACE, held.c.servicing_unit)
                .outerjoin(held, held.c.policy_no == _cases.c.policy_no)
                .where(_cases.c.id.in_(some))
            )
            found |= {row.id: row for row in await self._connection.execute(query)}
        return found

    async def _deciders(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = defaultdict(set)
        for some in _chunks(ids):
            query = (
                select(_deeds.c.case_id, _deeds.c.actor)
                .where(_deeds.c.case_id.in_(some), _deeds.c.act == "complete")
                .distinct()
            )
            for case_id, actor in await self._connection.execute(query):
                found[case_id].add(actor)
        return {case_id: tuple(sorted(actors)) for case_id, actors in found.items()}


def _answers(row: Row[Any]) -> tuple[tuple[KpiCode, int | None], ...]:
    """What an answered survey adds to each figure."""
    nps = None if row.nps is None else recommends(row.nps)
    return ("CSAT", row.csat), ("EFFORT", row.effort), ("NPS", nps)


def _mark(story: _Story, kind: str, at: datetime) -> None:
    story.marks[kind].append(at)
    if kind == "COMPLETED":
        story.completed_at = min(at, story.completed_at or at)


def _told(case_id: str, story: _Story, period: Period) -> Iterator[_Counted]:
    """What the story of a case adds to the figures."""
    end, done = period.end, story.completed_at
    if done is not None and period.has(done):
        values: tuple[tuple[KpiCode, int], ...] = (
            ("STRAIGHT_THROUGH", not story.had("deed", "operatorActed")),
            ("FIRST_TIME_RIGHT", not story.had("deed:return", "AWAITING_SUPPLEMENT", "anomaly")),
            ("TURNAROUND", max((done - story.notice_arrived_at) // _SECOND, 0)),
            ("COMPLAINTS_PER_1000", len(story.marks["complaint"])),
        )
        for kpi, value in values:
            yield _Counted(kpi=kpi, case_id=case_id, value=value)
    if all(at is None or at >= end for at in (done, story.finished_at)):
        age = (end - story.accepted_at) // _SECOND
        yield _Counted(kpi="BACKLOG_AGE", case_id=case_id, value=age)


def _placed(one: _Counted, place: Row[Any], deciders: dict[str, tuple[str, ...]]) -> Observation:
    return Observation(
        kpi=one.kpi,
        case_id=one.case_id,
        value=int(one.value),
        unit=place.servicing_unit or "",
        item=place.item,
        process_id=place.process_id,
        version=place.version,
        operators=(one.by,) if one.by else deciders.get(one.case_id, ()),
    )


def _chunks(ids: Collection[str]) -> Iterable[Sequence[str]]:
    listed = list(ids)
    return (listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK))
