"""Key figures counted out of a week of six cases, worked out by hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.pages.kpis import KpiViews, Period
from infra.db.tables import cases, feedback, money, papers, policies, trail
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, a_case, accepted, batch, entry
from workflows.domain.kpis import Grouping, figures

WAY = ("ACCEPTED", "APPROVAL", "EXECUTING", "COMPLETED")
BY_HAND = {
    "ACCEPT_ON_TIME": ("33.33", 1, 3),  # C1 met; C2 late; C4 past its end
    "COMPLETE_ON_TIME": ("100.00", 2, 2),  # C1, C2
    "STRAIGHT_THROUGH": ("33.33", 1, 3),  # C1; C2 was decided on, C3 repaired
    "FIRST_TIME_RIGHT": ("33.33", 1, 3),  # C1; C2 lacked papers, C3 had an anomaly
    "TURNAROUND": ("2.00", 6 * 86_400, 3),  # one, two and three days
    "RETURN_RATE": ("25.00", 1, 4),  # C2 return, approve; C3 approve; C4 reject
    "HANDLING_TIME": ("20.00", 2_400, 2),  # C2: ten minutes, then thirty
    "ONE_NOTICE_VIOLATIONS": ("1", 1, 2),  # C2 was told twice
    "REVERSAL_RATE": ("33.33", 1, 3),  # C3
    "BOUNCE_RATE": ("33.33", 1, 3),  # C1 settled; C2 returned, then settled
    "CALL_BACK_SUCCESS": ("33.33", 1, 3),  # C3 reached at the second attempt; C4 withdrawn
    "CSAT": ("3.50", 7, 2),  # C1: 5, C2: 2
    "EFFORT": ("6.00", 6, 1),  # C1: 6; C2 did not say
    "NPS": ("0.00", 0, 2),  # C1: 9, a promoter; C2: 3, a detractor
    "COMPLAINTS_PER_1000": ("333.33", 1, 3),  # about C3
    "COMPLAINTS_ON_TIME": ("50.00", 1, 2),  # about C6: one decided in time, one not
    "RISK_PRECISION": ("50.00", 1, 2),  # C3 released, C4 rejected
    "BACKLOG_AGE": ("5.00", 5 * 86_400, 1),  # C5
}


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


WEEK = Period(since=day(0), until=day(7), now=day(30))


async def tell(
    database: Database, case_id: str, *told: tuple[str, float], run: str = "r1", seq: int = 1
) -> None:
    """Entries of the journal: statuses, or what an operator did, at days."""
    entries = []
    for no, (word, at) in enumerate(told, seq):
        act = entry(no, "operatorActed", act="retry", actor="ops-1", requestId="q")
        one = act if word == "repaired" else entry(no, "statusChanged", status=word)
        entries.append(one.model_copy(update={"at": day(at)}))
    async with database.work() as books:
        await books.journal.append(batch(*entries, instance=case_id, case=case_id, run=run))


async def take_in(database: Database, case_id: str, at: float, policy_no: str = "P-S3") -> None:
    moment = day(at)
    case = a_case(case_id, policy_no=policy_no, accepted_at=moment, notice_arrived_at=moment)
    await accepted(database, case)


async def put(connection: AsyncConnection, table: Table, *rows: Mapping[str, Any]) -> None:
    for row in rows:
        await connection.execute(insert(table).values(**row))


def clock(case_id: str, rule: str, due: float, state: str, closed: float | None) -> dict[str, Any]:
    return {
        "case_id": case_id, "rule_id": rule, "place": 1, "started_at": day(0),
        "zone_offset_minutes": 480, "warn_at": day(due), "due_strict": day(due),
        "due_legal": day(due), "provisional": False, "state": state,
        "closed_at": None if closed is None else day(closed),
    }  # fmt: skip


def deed(case_id: str, key: int, act: str, actor: str, at: float, outcome: str | None = None):
    return {
        "instance_id": case_id, "key": key, "case_id": case_id, "element": "check",
        "request_id": f"{case_id}-{key}-{act}", "act": act, "actor": actor, "at": day(at),
        "level": 3, "outcome": outcome, "comment": "", "variables": {},
    }  # fmt: skip


def notice(case_id: str, no: int, at: float) -> dict[str, Any]:
    return {
        "id": f"CM-{no}", "case_id": case_id, "party_id": "PT-S3", "direction": "OUT",
        "channel": "EMAIL", "template": "documents_missing@1", "content_hash": "c" * 64,
        "sent_at": day(at),
    }  # fmt: skip


def endorsement(case_id: str, at: float, voided: float | None = None) -> dict[str, Any]:
    return {
        "no": f"PD-{case_id}", "case_id": case_id, "policy_no": "P-S3", "item": "TERMINATE",
        "template": "t@1", "before_hash": "b" * 64, "after_hash": "a" * 64, "policy_version": 2,
        "issued_at": day(at), "voided_at": None if voided is None else day(voided),
    }  # fmt: skip


def attempt(no: int, at: float, state: str, obligation: str) -> dict[str, Any]:
    return {
        "obligation_id": obligation, "no": no, "idempotency_key": f"{obligation}:{no}",
        "reference": f"{obligation}:{no}", "account_id": "AC", "amount_minor": 100,
        "currency": "CNY", "state": state, "at": day(at),
    }  # fmt: skip


def owed(case_id: str) -> dict[str, Any]:
    return {
        "id": f"OB-{case_id}", "case_id": case_id, "policy_no": "P-S3", "party_id": "PT-S3",
        "direction": "OUT", "amount_minor": 100, "currency": "CNY", "state": "SETTLED",
        "opened_at": day(1),
    }  # fmt: skip


def call_back(
    case_id: str,
    at: float,
    state: str,
    by: str | None,
    outcome: str | None = None,
) -> dict[str, Any]:
    return {
        "instance_id": case_id, "key": 8 if outcome == "not-reached" else 9, "case_id": case_id,
        "element": "approval/customer_call/call_back" if by else "call_back",
        "outcome": outcome, "name": "回访", "state": state, "assignee": by, "candidate_groups": [],
        "candidate_users": [], "priority": 50, "form": {}, "headers": {}, "variables": {},
        "content_hash": "c" * 64, "opened_at": day(0), "closed_at": day(at),
    }  # fmt: skip


def anomaly(case_id: str, opened: float, closed: float, outcome: str) -> dict[str, Any]:
    return {
        "id": f"AN-{case_id}", "case_id": case_id, "class": "RISK", "reason": "R17",
        "detail": "", "route": "risk-desk", "opened_at": day(opened), "outcome": outcome,
        "note": "", "closed_at": day(closed),
    }  # fmt: skip


def survey(case_id: str, at: float, csat: int, **said: int) -> dict[str, Any]:
    return {
        "id": f"SV-{case_id}", "case_id": case_id, "party_id": "PT-S3", "type": "CSAT",
        "sent_at": day(at), "csat": csat, "comment": "", "answered_at": day(at), "asks_nps": True,
        "effort": None, "nps": None, **said,
    }  # fmt: skip


def complaint(case_id: str, no: int, received: float, due: float, decided: float | None):
    return {
        "id": f"CP-{no}", "case_id": case_id, "cause": "DELAY", "channel": "PHONE",
        "received_at": day(received), "registered_by": "clerk-1", "due_on": day(due).date(),
        "due_at": day(due), "outcome": decided and "UPHELD",
        "decided_by": decided and "boss-1", "decided_at": decided and day(decided), "reason": "",
    }  # fmt: skip


async def a_week(database: Database) -> None:
    """C1 went through; C2 lacked papers; C3 was repaired; C4 rejected; C5 is open; C6 is old."""
    for case_id, at, policy_no in (
        ("C1", 0, "P-S3"), ("C2", 0, "P-S3"), ("C3", 0, "P-S1"), ("C4", 1, "P-S1"),
        ("C5", 2, "P-S3"), ("C6", -20, "P-S3"),
    ):  # fmt: skip
        await take_in(database, case_id, at, policy_no)
    for case_id, done in (("C1", 1), ("C6", -15)):
        await tell(database, case_id, *((word, done) for word in WAY))
    way = ("ACCEPTED", "APPROVAL", "EXECUTING", "COMPLETED")
    await tell(database, "C2", ("AWAITING_SUPPLEMENT", 0.1), *((word, 2) for word in way))
    await tell(database, "C3", ("repaired", 0.5), *((word, 3) for word in way))
    await tell(database, "C5", ("ACCEPTED", 2), ("APPROVAL", 2))
    await put_rows(database)


async def put_rows(database: Database) -> None:
    async with database.engine.begin() as connection:
        table = policies.policies
        await connection.execute(
            update(table).where(table.c.policy_no == "P-S1").values(servicing_unit="BJ-02")
        )
        await connection.execute(
            update(cases.cases).where(cases.cases.c.id.in_(("C4", "C6"))).values(finished_at=day(2))
        )
        await put(
            connection, cases.clocks,
            clock("C1", "K-ACC", 2, "MET", 0.5), clock("C2", "K-ACC", 1, "BREACHED", 1.5),
            clock("C4", "K-ACC", 1.5, "RUNNING", None), clock("C5", "K-ACC", 9, "RUNNING", None),
            clock("C1", "K-DO", 5, "MET", 1), clock("C2", "K-DO", 5, "MET", 2),
            clock("C1", "K-SUR", 1, "BREACHED", 2),
        )  # fmt: skip
        await put(
            connection, trail.human_task_deeds,
            deed("C2", 1, "claim", "lead-1", 1), deed("C2", 2, "claim", "lead-1", 1.5),
            deed("C2", 1, "complete", "lead-1", 1 + 10 / 1440, "return"),
            deed("C2", 2, "complete", "lead-1", 1.5 + 30 / 1440, "approve"),
            deed("C3", 9, "complete", "chk-1", 2, "approve"),
            deed("C4", 1, "complete", "chk-1", 2, "reject"),
        )  # fmt: skip
        await put(connection, papers.communications, notice("C2", 1, 0.1), notice("C2", 2, 0.6))
        await put(
            connection, papers.endorsements,
            endorsement("C1", 1), endorsement("C2", 2), endorsement("C3", 3, 5),
        )  # fmt: skip
        await put(connection, money.obligations, owed("C1"), owed("C2"))
        await put(
            connection, money.payment_attempts,
            attempt(1, 1, "SETTLED", "OB-C1"), attempt(1, 2, "RETURNED", "OB-C2"),
            attempt(2, 3, "SETTLED", "OB-C2"), attempt(3, 4, "REFUSED", "OB-C2"),
        )  # fmt: skip
        await put(
            connection, trail.human_tasks,
            call_back("C3", 1, "COMPLETED", "chk-1", outcome="not-reached"),
            call_back("C3", 2, "COMPLETED", "chk-1", outcome="approve"),
            call_back("C4", 2, "WITHDRAWN", None),
        )  # fmt: skip
        await put(
            connection, cases.anomalies,
            anomaly("C3", 1, 2, "RELEASED"), anomaly("C4", 1, 2, "REJECTED"),
        )  # fmt: skip
        await put(
            connection,
            cases.surveys,
            survey("C1", 2, 5, effort=6, nps=9),
            survey("C2", 3, 2, nps=3),
        )
        await put(
            connection, feedback.complaints,
            complaint("C3", 1, 4, 19, None), complaint("C6", 2, -5, 3, 1),
            complaint("C6", 3, -5, 3, 4),
        )  # fmt: skip


async def counted(database: Database, by: Grouping = "all", period: Period = WEEK):
    async with database.snapshot() as connection:
        observed = await KpiViews(connection).observed(period)
    return {(one.kpi, one.group): one for one in figures(observed, by)}


async def test_every_figure_of_a_week_is_what_it_is_by_hand(insurer: Database) -> None:
    await a_week(insurer)

    found = await counted(insurer)

    told = {
        kpi: (str(one.value), one.numerator, one.denominator) for (kpi, _), one in found.items()
    }
    assert told == BY_HAND


async def test_units_and_operators_answer_for_their_own(insurer: Database) -> None:
    await a_week(insurer)

    units, people = await counted(insurer, "unit"), await counted(insurer, "operator")

    def share(found: Mapping[Any, Any], kpi: str, group: str) -> tuple[int, int]:
        return found[kpi, group].numerator, found[kpi, group].denominator

    assert share(units, "ACCEPT_ON_TIME", "SH-01") == (1, 2)
    assert share(units, "ACCEPT_ON_TIME", "BJ-02") == (0, 1)
    assert share(units, "RETURN_RATE", "SH-01") == (1, 2)
    assert units["BOUNCE_RATE", "BJ-02"].value is None
    assert share(people, "RETURN_RATE", "lead-1") == (1, 2)
    assert share(people, "RETURN_RATE", "chk-1") == (0, 2)
    assert share(people, "REVERSAL_RATE", "chk-1") == (1, 1)
    assert share(people, "REVERSAL_RATE", "-") == (0, 1)  # C1: nobody decided
    assert share(people, "COMPLAINTS_ON_TIME", "boss-1") == (1, 2)


async def test_what_was_told_anew_counts_as_it_is_told_now(insurer: Database) -> None:
    await a_week(insurer)
    await tell(insurer, "C5", ("EXECUTING", 3), ("COMPLETED", 3), seq=3)
    before = await counted(insurer)

    await tell(insurer, "C5", ("REJECTED", 3), run="r2", seq=3)
    after = await counted(insurer)

    assert before["STRAIGHT_THROUGH", "all"].denominator == 4
    assert after["STRAIGHT_THROUGH", "all"].denominator == 3


async def test_a_day_on_which_nothing_happened_has_no_figures(insurer: Database) -> None:
    await a_week(insurer)

    found = await counted(insurer, period=Period(since=day(-40), until=day(-30), now=day(30)))

    assert {one.value for one in found.values()} == {None}
