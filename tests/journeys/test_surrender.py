"""S3: a surrender with a loan, made, checked and approved by three levels, start to archive."""

from __future__ import annotations

import hashlib

import pytest

from tests.journeys import seen
from tests.journeys.conftest import Opening

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


async def test_s3_a_surrender_with_a_loan_comes_out_to_the_cent_and_to_the_day(
    opened: Opening,
) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as house:
        case = await house.request("P-S3", request={"lossAcknowledged": False})
        await house.waits(case, "loss_acknowledged")

        page = await house.case(case)
        statement = house.letters(case)[0]
        assert seen.due(page) == {
            "K-ACC": "2026-10-14",
            "K-ONE": "2026-10-19",
            "K-SUR": "2026-11-11",
        }
        assert {line["code"]: line["amount"] for line in page["quote"]["lines"]} == {
            "CASH_VALUE": "86400.00",
            "DIVIDENDS": "1250.30",
            "LOAN_PRINCIPAL": "30756.16",
            "LOAN_INTEREST": "92.69",
        }
        assert (page["quote"]["deductions"], page["quote"]["net"]) == ("30848.85", "56801.45")
        assert "56,801.45" in statement.words
        assert statement.template == "loss_statement"

        sha256 = hashlib.sha256(statement.pdf).hexdigest()
        await house.tell("loss-statement.acknowledged", case, statementHash=sha256)
        await house.clock.until("2026-10-13T10:00:00+08:00")
        await house.decide("clerk-1", case, "make")
        await house.task("checker-1", case, "approval/check")
        assert seen.due(await house.case(case))["K-DO"] == "2026-10-20"

        await house.decide("checker-1", case, "approval/check")
        await house.decide("lead-1", case, "approval/approve")
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=5, comment="很快")
        page = await house.when(case, status="CLOSED", outcome="completed")

        ledger, trail = await house.ledger(case), await house.trail(case)
        audit = await house.get("auditor-1", f"/v1/cases/{case}/audit")
        print(seen.journals(ledger), seen.owed(ledger), seen.value_dates(ledger))
        print(page)
        print(seen.statuses(trail), seen.people(trail))
        print([e for e in trail if e["kind"] == "decisionMade"])
        print([(m.template, m.to, m.subject) for m in house.letters(case)], audit)
        for m in house.letters(case):
            print(m.words[:300] if m.pdf else m.body)
