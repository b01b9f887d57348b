"""Populations: groups of cases counted by day, and the alerts about them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from sqlalchemy import RowMapping, case, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, feedback, money, parties, policies
from infra.db.tables.columns import Instant
from infra.db.tables.population import population_alerts as _alerts
from workflows.domain.audit import Change
from workflows.domain.population import (
    USUAL_DAYS,
    AlertOutcome,
    Grouping,
    Line,
    PopulationAlert,
    is_daily,
    usual,
)

MOST: Final = 500
"""Lines that one look brings back, those with the highest counts."""
TOGETHER: Final = 2
"""What one person did alone is no population."""

_cases, _policies, _complaints = cases.cases, policies.policies, feedback.complaints
_obligations, _accounts, _roles = money.obligations, parties.bank_accounts, policies.policy_roles
_GROUPINGS: Final[Mapping[str, Grouping]] = {
    "agent_id": "AGENT", "servicing_unit": "BRANCH", "product_code": "PRODUCT", "house": "HOUSE",
}  # fmt: skip
Group = tuple[Grouping, str]


class PopulationTable:
    """What groups did, and the alerts."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def lines(self, today: date, zone: tzinfo) -> tuple[Line, ...]:
        """Every group of today and yesterday that is worth a look, the highest counts first."""
        since = datetime.combine(today - timedelta(days=USUAL_DAYS), time(), zone)
        found = [
            *await self._surrenders(today, zone),
            *await self._complainants(today, zone),
            *await self._accounts(today, since),
            *await self._devices(today, since),
        ]
        found.sort(key=lambda one: (-one.count, one.kind, one.grouping, one.key, one.day))
        return tuple(found[:MOST])

    async def _surrenders(self, today: date, zone: tzinfo) -> list[Line]:
        days = [today - timedelta(days=back) for back in range(USUAL_DAYS + 1, -1, -1)]
        counts = await self._by_group(days, zone)
        return [
            Line(
                kind="SURRENDERS",
                grouping=grouping,
                key=key,
                day=days[place],
                count=by_day[place],
                mean=mean,
                sigma=sigma,
            )
            for (grouping, key), by_day in counts.items()
            for place in (len(days) - 2, len(days) - 1)
            if by_day[place] >= TOGETHER
            for mean, sigma in (usual([by_day[at] for at in range(place - USUAL_DAYS, place)]),)
        ]

    async def _by_group(self, days: Sequence[date], zone: tzinfo) -> dict[Group, Counter[int]]:
        """How many asked to surrender, by group and place of the day."""
        ends = [datetime.combine(day + timedelta(days=1), time(), zone) for day in days]
        place = case(*((_cases.c.accepted_at < end, at) for at, end in enumerate(ends)))
        query = (
            select(
                _policies.c.agent_id,
                _policies.c.servicing_unit,
                _policies.c.product_code,
                place.label("place"),
                func.count().label("asked"),
            )
            .join(_policies, _policies.c.policy_no == _cases.c.policy_no)
            .where(
                _cases.c.item == "TERMINATE",
                _cases.c.duplicate_of.is_(None),
                _cases.c.accepted_at >= datetime.combine(days[0], time(), zone),
                _cases.c.accepted_at < ends[-1],
            )
            .group_by(
                _policies.c.agent_id, _policies.c.servicing_unit, _policies.c.product_code, "place"
            )
        )
        counts: dict[Group, Counter[int]] = defaultdict(Counter)
        for row in (await self._connection.execute(query)).mappings():
            for group in _groups(row):
                counts[group][row["place"]] += row["asked"]
        return counts

    async def _complainants(self, today: date, zone: tzinfo) -> list[Line]:
        since = datetime.combine(today - timedelta(days=1), time(), zone)
        query = select(_complaints).where(
            _complaints.c.received_at >= since, _complaints.c.complainants >= TOGETHER
        )
        return [
            Line(
                kind="COMPLAINANTS",
                grouping="COMPLAINT",
                key=row.id,
                day=row.received_at.astimezone(zone).date(),
                count=row.complainants,
                channel=row.channel,
            )
            for row in await self._connection.execute(query)
        ]

    async def _accounts(self, today: date, since: datetime) -> list[Line]:
        """The holders of the policies that paid to one account, whoever's it is on our books."""
        holders = func.count(func.distinct(_roles.c.party_id))
        query = (
            select(func.min(_accounts.c.id).label("key"), holders.label("holders"))
            .select_from(
                _obligations.join(_accounts, _accounts.c.id == _obligations.c.payee_account_id)
                .join(_roles, _roles.c.policy_no == _obligations.c.policy_no)
            )
            .where(
                _obligations.c.direction == "OUT",
                _obligations.c.state.in_(("SENT", "SETTLED")),
                _obligations.c.opened_at >= since,
                _roles.c.kind == "PH",
                _roles.c.until.is_(None),
            )
            .group_by(_accounts.c.bank, _accounts.c.mark)
            .having(holders >= TOGETHER)
        )  # fmt: skip
        return [
            Line(
                kind="ACCOUNT_HOLDERS", grouping="ACCOUNT", key=row.key, day=today,
                count=row.holders,
            )
            for row in await self._connection.execute(query)
        ]  # fmt: skip

    async def _devices(self, today: date, since: datetime) -> list[Line]:
        people = func.count(func.distinct(_cases.c.applicant_party_id))
        query = (
            select(_cases.c.device, people.label("people"))
            .where(_cases.c.device.is_not(None), _cases.c.accepted_at >= since)
            .group_by(_cases.c.device)
            .having(people >= TOGETHER)
        )
        return [
            Line(
                kind="DEVICE_HOLDERS", grouping="DEVICE", key=row.device, day=today,
                count=row.people,
            )
            for row in await self._connection.execute(query)
        ]  # fmt: skip

    async def last(self, rule: str, line: Line) -> PopulationAlert | None:
        """The last alert of a rule about the group of a line, and its day where that counts."""
        query = (
            select(_alerts)
            .where(
                _alerts.c.rule == rule,
                _alerts.c.grouping == line.grouping,
                _alerts.c.key == line.key,
            )
            .order_by(_alerts.c.raised_at.desc(), _alerts.c.id)
            .limit(1)
        )
        if is_daily(line):
            query = query.where(_alerts.c.day == line.day)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(PopulationAlert, row)

    async def raise_alert(self, alert: PopulationAlert) -> None:
        """Write down an alert; its record stands in the chain of the watch that saw it."""
        await self._connection.execute(insert(_alerts), to_row(alert))
        detail = {
            "rule": alert.rule, "severity": alert.severity, "grouping": alert.grouping,
            "key": alert.key, "count": alert.count,
        }  # fmt: skip
        await self._audit.append(_change(alert, "raise", "system", alert.raised_at, detail))

    async def see(self, alert: PopulationAlert, line: Line) -> None:
        """An open alert shows again: what is counted now stands in it."""
        now = replace(
            alert, day=line.day, count=line.count, mean=line.mean, sigma=line.sigma
        )  # fmt: skip
        await self._connection.execute(
            update(_alerts).where(_alerts.c.id == alert.id).values(to_row(now))
        )

    async def get(self, alert_id: str) -> PopulationAlert | None:
        """An alert by id; nobody else closes it until the transaction ends."""
        query = to_change(self._connection, select(_alerts).where(_alerts.c.id == alert_id))
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(PopulationAlert, row)

    async def list(
        self, *, closed: bool, before: tuple[datetime, str] | None, limit: int
    ) -> tuple[PopulationAlert, ...]:
        """A page of alerts, the newest first."""
        order = (_alerts.c.raised_at, _alerts.c.id)
        query = select(_alerts).order_by(*(one.desc() for one in order)).limit(limit)
        if not closed:
            query = query.where(_alerts.c.closed_at.is_(None))
        if before is not None:
            query = query.where(tuple_(*order) < tuple_(literal(before[0], Instant), before[1]))
        rows = await self._connection.execute(query)
        return tuple(to_noun(PopulationAlert, row) for row in rows)

    async def close(
        self, alert: PopulationAlert, outcome: AlertOutcome, *, by: str, reason: str, at: datetime
    ) -> PopulationAlert:
        """Somebody looked into it."""
        closed = replace(alert, outcome=outcome, closed_by=by, closed_at=at, reason=reason)
        await self._connection.execute(
            update(_alerts).where(_alerts.c.id == alert.id).values(to_row(closed))
        )
        detail = {"outcome": outcome, "reason": reason}
        await self._audit.append(_change(alert, "close", by, at, detail))
        return closed


def _groups(row: RowMapping) -> Iterator[Group]:
    """The groups that a request belongs to; the house is all of them."""
    for column, grouping in _GROUPINGS.items():
        key = "ALL" if grouping == "HOUSE" else row[column]
        if key is not None:
            yield grouping, str(key)


def _change(
    alert: PopulationAlert, act: str, by: str, at: datetime, detail: Mapping[str, object]
) -> Change:
    return Change(
        stream=alert.case_id,
        action=f"population-alert.{act}",
        actor=by,
        at=at,
        object_type="population alert",
        object_id=alert.id,
        detail=dict(detail),
    )
