"""What many cases show together: counted by group and day, told of once, closed by its owner."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from infra.db.tables import feedback, money, policies
from infra.db.tables import population as alerts
from tests.activities.office import (
    Office,
    a_case,
    a_party,
    a_policy,
    an_account,
    moment,
)
from workflows.domain.audit import Change
from workflows.domain.policy import Role
from workflows.domain.population import PopulationAlert

TODAY = "2026-10-12T17:45"


async def counted(office: Office, at: str = TODAY) -> dict[tuple[str, str, str], Any]:
    """The lines of a look, by kind, group and day."""
    told = await office.do("verification.population", at=at)
    return {(one["kind"], one["key"], str(one["day"])): one for one in told["lines"]}


async def surrenders(office: Office, *days: tuple[str, int]) -> None:
    """Requests to surrender P-1 of agent AG-1, so many on each day."""
    for day, count in days:
        for no in range(count):
            at = moment(f"{day}T09:00") + timedelta(minutes=no)
            await office.add_case(a_case(f"BQ-{day}-{no}", accepted_at=at))


def found(rule: str, line: dict[str, Any]) -> dict[str, Any]:
    """What the table says of a line."""
    return {"line": line, "verdict": {"rule": rule, "severity": "HIGH", "owner": "risk-desk"}}


async def known(office: Office) -> list[PopulationAlert]:
    """Every alert, the newest first."""
    async with office.database.reading() as room:
        return list(await room.population.list(closed=True, before=None, limit=100))


async def test_a_day_is_held_against_the_thirty_days_before_it(office: Office):
    await surrenders(office, ("2026-09-11", 9), ("2026-09-12", 3), ("2026-10-12", 5))

    lines = await counted(office)

    today = lines["SURRENDERS", "AG-1", "2026-10-12"]
    # With the case that every office has, and without the day before the thirty.
    assert (today["count"], today["mean"], today["sigma"]) == (
        6, Decimal("0.1"), Decimal("0.538516"),
    )  # fmt: skip
    assert {key for kind, key, _ in lines if kind == "SURRENDERS"} == {
        "AG-1", "SH-01", "WL-PAR", "ALL",
    }  # fmt: skip


async def test_yesterday_is_looked_at_too_and_ends_at_midnight_here(office: Office):
    late = moment("2026-10-11T23:59")
    for no in range(3):
        await office.add_case(a_case(f"BQ-L{no}", accepted_at=late + timedelta(seconds=no)))

    lines = await counted(office, "2026-10-12T05:45")

    assert lines["SURRENDERS", "AG-1", "2026-10-11"]["count"] == 3
    assert ("SURRENDERS", "AG-1", "2026-10-12") not in lines, "one alone is no population"


async def test_the_holders_that_one_account_was_paid_for_are_counted(office: Office):
    for no in (1, 2, 3):
        party = f"PT-H{no}"
        await office.add_party(a_party(party))
        roles = (Role(party_id=party, kind="PH", since=moment("2020-01-01T00:00").date()),)
        await office.add_policy(a_policy(f"P-H{no}", roles=roles, coverages=(), loans=()))
        await office.add_account(
            an_account(f"AC-H{no}", party_id=party, account_no="62220000", bank="ICBC")
        )
        await office.add(money.obligations, paid(no))

    lines = await counted(office)

    assert lines["ACCOUNT_HOLDERS", "AC-H1", "2026-10-12"]["count"] == 3


def paid(no: int) -> dict[str, Any]:
    """What was paid from a policy to the account of its holder."""
    return {
        "id": f"OB-{no}", "case_id": "BQ-1", "policy_no": f"P-H{no}", "party_id": f"PT-H{no}",
        "direction": "OUT", "amount_minor": 100, "currency": "CNY", "state": "SETTLED",
        "opened_at": moment("2026-10-01T09:00"), "payee_account_id": f"AC-H{no}",
    }  # fmt: skip


async def test_devices_count_people_and_not_cases(office: Office):
    for no, party in enumerate(("PT-1", "PT-1", "PT-2")):
        if party != "PT-1":
            await office.add_party(a_party(party))
        await office.add_case(a_case(f"BQ-D{no}", applicant_party_id=party, device="d" * 64))

    lines = await counted(office)

    assert lines["DEVICE_HOLDERS", "d" * 64, "2026-10-12"]["count"] == 2


async def test_a_joint_complaint_is_a_line_with_its_channel(office: Office):
    await office.add(feedback.complaints, complaint("CP-1", 20), complaint("CP-2", 1))

    lines = await counted(office)

    line = lines["COMPLAINANTS", "CP-1", "2026-10-12"]
    assert (line["count"], line["channel"]) == (20, "COUNTER")
    assert ("COMPLAINANTS", "CP-2", "2026-10-12") not in lines


def complaint(complaint_id: str, complainants: int) -> dict[str, Any]:
    """A complaint of the day."""
    at = moment("2026-10-12T10:00")
    return {
        "id": complaint_id, "case_id": "BQ-1", "cause": "CONDUCT", "channel": "COUNTER",
        "received_at": at, "registered_by": "clerk-1", "due_on": at.date(), "due_at": at,
        "reason": "", "complainants": complainants,
    }  # fmt: skip


async def test_a_group_is_told_of_once_however_often_it_is_seen(office: Office):
    await surrenders(office, ("2026-10-12", 6))
    line = (await counted(office))["SURRENDERS", "AG-1", "2026-10-12"]

    first = await office.do("anomaly.population_alerts", findings=[found("SURRENDER_SURGE", line)])
    again = await office.do(
        "anomaly.population_alerts", findings=[found("SURRENDER_SURGE", {**line, "count": 8})]
    )

    (alert,) = await known(office)
    assert (first["raised"], first["seenAgain"]) == ([alert.id], 0)
    assert (again["raised"], again["seenAgain"]) == ([], 1)
    assert (alert.count, alert.owner, alert.status) == (8, "risk-desk", "OPEN")
    assert str(alert.due_on) == "2026-10-13"
    async with office.database.reading() as room:
        changes: list[Change] = [one.change for one in await room.audit.records("BQ-1")]
    assert [one.object_id for one in changes if one.action == "population-alert.raise"] == [
        alert.id
    ]


@pytest.mark.parametrize(
    ("kind", "grouping", "change", "alerts_then"),
    [
        ("SURRENDERS", "AGENT", {"count": 9}, 1),
        ("SURRENDERS", "AGENT", {"day": "2026-10-13"}, 2),
        ("DEVICE_HOLDERS", "DEVICE", {"day": "2026-10-13"}, 1),
        ("DEVICE_HOLDERS", "DEVICE", {"count": 7}, 2),
    ],
)
async def test_what_was_closed_comes_back_only_with_news(
    office: Office, kind: str, grouping: str, change: dict[str, Any], alerts_then: int
):
    line = {
        "kind": kind, "grouping": grouping, "key": "K", "day": "2026-10-12", "count": 6,
        "mean": 0, "sigma": 0,
    }  # fmt: skip
    await office.do("anomaly.population_alerts", findings=[found("RULE", line)])
    async with office.database.engine.begin() as connection:
        await connection.execute(
            update(alerts.population_alerts).values(
                closed_at=moment(TODAY), closed_by="risk-1", outcome="FALSE_ALARM"
            )
        )

    await office.do("anomaly.population_alerts", findings=[found("RULE", {**line, **change})])

    assert len(await known(office)) == alerts_then


async def test_a_policy_without_an_agent_counts_for_its_branch_all_the_same(office: Office):
    async with office.registry.begin() as connection:
        await connection.execute(update(policies.policies).values(agent_id=None))
    await surrenders(office, ("2026-10-12", 2))

    lines = await counted(office)

    assert lines["SURRENDERS", "SH-01", "2026-10-12"]["count"] == 3
    assert not [key for _, key, _ in lines if key in {"AG-1", "None"}]
