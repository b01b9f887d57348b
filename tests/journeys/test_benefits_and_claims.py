"""P9 and P10: S13, S14, a maturity and dividends to the cent; the same case under two laws."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import changing, lending, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import DOCUMENTS, IDENTITY, House

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

MONDAY = "2026-10-12T09:30:00+08:00"


async def asks(
    house: House, policy_no: str, party: str, item: str, *papers: str, **body: Any
) -> str:
    """Ask for an item with all papers; returns the case."""
    asked = {
        "policyNo": policy_no,
        "item": item,
        "applicant": {"partyId": party, "role": body.pop("role", "PH")},
        "request": {
            "documentIds": await changing.papers(house, policy_no, party, *DOCUMENTS, *papers),
            "identity": IDENTITY,
            **body.pop("request", {}),
        },
        **body,
    }
    return str((await house.post("back-office", "/v1/cases", asked))["caseId"])


async def test_s14_a_childs_benefit_goes_to_the_child_or_with_its_purpose_to_the_guardian(
    opened: Opening,
) -> None:
    async with opened(MONDAY) as (house, _):
        stranger = await asks(
            house, "P-S14", "PT-S14", "BENEFIT_PAYMENT", role="GUARDIAN",
            benefitPayment={"kind": "SURVIVAL", "payeeAccountId": "AC-D1-1"},
        )  # fmt: skip
        await house.when(stranger, status="REJECTED")
        own = await asks(
            house, "P-S14", "PT-S14", "BENEFIT_PAYMENT", "SURVIVAL_PROOF", role="GUARDIAN",
            benefitPayment={"kind": "SURVIVAL", "payeeAccountId": "AC-S14-1"},
        )  # fmt: skip
        await house.waits(own, "verify/documents_supplemented")
        await house.tell("customer.withdrawn", own)
        await house.when(own, status="WITHDRAWN")

        case = await asks(
            house, "P-S14", "PT-S14", "BENEFIT_PAYMENT", "SURVIVAL_PROOF", role="GUARDIAN",
            benefitPayment={"kind": "SURVIVAL", "payeeAccountId": "AC-S14-C-1"},
        )  # fmt: skip
        await house.when(case, status="FOLLOW_UP")

        assert seen.anomalies(await house.case(stranger)) == [("MONEY", "PAYEE_NOT_ENTITLED")]
        assert "PURPOSE_STATEMENT" in str(house.effect(own, "verification.benefit")[0])
        assert seen.journals(await house.ledger(case)) == [
            ["DR 6402 5,000.00", "CR 2221 5,000.00"],
            ["DR 2221 5,000.00", "CR 1001 5,000.00"],
        ]
        assert (await house.policy("P-S14")).benefits[0].paid_on is not None


async def test_a_maturity_nets_debts_and_ends_the_contract(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(MONDAY) as (house, _):
        case = await asks(
            house, "P-M1", "PT-M1", "BENEFIT_PAYMENT",
            benefitPayment={"kind": "MATURITY", "payeeAccountId": "AC-M1-1"},
        )  # fmt: skip
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-1", case, "approval/check")
        await house.decide("lead-1", case, "approval/approve")
        await house.when(case, status="FOLLOW_UP")

        ledger = await house.ledger(case)
        assert seen.journals(ledger) == [
            ["DR 6402 100,000.00", "DR 2211 1,250.30", "CR 2221 101,250.30"],
            ["DR 2221 10,155.21", "CR 1221 10,000.00", "CR 6011 155.21"],
            ["DR 2221 91,095.09", "CR 1001 91,095.09"],
        ]
        assert seen.is_balanced(ledger)
        policy = await house.policy("P-M1")
        assert (policy.state, policy.termination_reason) == ("MATURED", "MATURITY")
        await replays(house, case, "p9-maturity")


async def test_dividends_left_with_the_insurer_bear_compound_interest(opened: Opening) -> None:
    async with opened(MONDAY) as (house, _):
        case = await asks(
            house, "P-D1", "PT-D1", "BENEFIT_PAYMENT",
            benefitPayment={"kind": "DIVIDEND", "payeeAccountId": "AC-D1-1"},
        )  # fmt: skip
        await house.when(case, status="FOLLOW_UP")

        assert seen.owed(await house.ledger(case)) == [("1293.96", "SETTLED", ["SETTLED"])]


async def test_s13_a_death_before_the_notice_wins_and_pays_less_the_overdue_premium(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-07-22T09:30:00+08:00") as (house, clock):
        surrender = await house.request(
            "P-S13", noticeArrivedAt="2026-07-21T10:00:00+08:00",
            applicant={"partyId": "PT-S13", "role": "PH"},
        )  # fmt: skip
        await house.task("clerk-1", surrender, "make")
        claim = await asks(
            house, "P-S13", "PT-S13", "CLAIM_HANDOFF", role="BENEFICIARY",
            claim={"event": "DEATH", "eventOn": "2026-07-20", "proofs": ["CLAIMANT_ID"]},
        )  # fmt: skip
        assert (await house.when(surrender, status="SUPERSEDED"))["outcome"] == (
            "SUPERSEDED_BY_CLAIM"
        )
        task = await house.task("claims-1", claim, "accept_handoff")
        assert task["shown"]["siu"] is True
        assert task["shown"]["riskSignals"] == ["R14"]
        await house.complete("claims-1", task)
        await clock.until("2026-07-24T10:00:00+08:00")
        await house.waits(claim, "proofs_supplied")
        await house.tell("claim.proofs", claim)
        page = await house.waits(claim, "claim_decided") and await house.case(claim)
        due = seen.due(page)
        assert [due[rule] for rule in ("K-CLM", "K-CLX", "K-ADV")] == [
            "2026-07-31", "2026-08-23", "2026-09-22",
        ]  # fmt: skip

        await clock.until("2026-07-29T10:00:00+08:00")
        await house.tell("claim.decided", claim, decision="AGREED", reason=None)
        await house.waits(claim, "claim_paid")
        assert seen.due(await house.case(claim))["K-PAY"] == "2026-08-08"
        await house.tell("claim.paid", claim)
        await house.when(claim, status="CLOSED")

        assert seen.journals(await house.ledger(claim)) == [
            ["DR 6402 300,000.00", "CR 2221 290,400.00", "CR 6001 9,600.00"],
            ["DR 2221 290,400.00", "CR 1001 174,240.00", "CR 1001 116,160.00"],
        ]
        policy = await house.policy("P-S13")
        assert (policy.state, policy.termination_reason) == ("TERMINATED", "CLAIM")
        assert set(seen.clock_states(await house.case(claim)).values()) == {"MET", "RUNNING"}
        await replays(house, claim, "s13-claim")


async def test_a_claim_that_is_refused_leaves_the_contract_as_it_was(opened: Opening) -> None:
    async with opened("2026-07-22T09:30:00+08:00") as (house, clock):
        claim = await asks(
            house, "P-S13", "PT-S13", "CLAIM_HANDOFF",
            claim={
                "event": "CRITICAL_ILLNESS", "eventOn": "2026-07-20",
                "proofs": ["CLAIMANT_ID", "DIAGNOSIS"],
            },
        )  # fmt: skip
        await house.decide("claims-1", claim, "accept_handoff")
        await house.waits(claim, "claim_decided")
        assert "CLAIM_OPEN" in (await house.policy("P-S13")).flags
        await clock.until("2026-08-01T00:00:05+08:00")
        await changing.recorded(house, claim, "K-CLM_BREACH")
        await house.tell("claim.decided", claim, decision="REFUSED", reason="NOT_COVERED")
        page = await house.when(claim, status="REJECTED")

        assert seen.clock_states(page)["K-CLM"] == "BREACHED"
        assert seen.clock_states(page)["K-REF"] == "MET"
        policy = await house.policy("P-S13")
        assert (policy.state, policy.flags) == ("IN_FORCE", ())


async def test_the_same_case_has_other_days_and_amounts_under_another_law(
    opened: Opening,
) -> None:
    async with opened(MONDAY) as (house, _):
        days = []
        for policy_no, party in (("P-D1", "PT-D1"), ("P-HK1", "PT-HK1")):
            case = await house.request(policy_no, applicant={"partyId": party, "role": "PH"})
            await house.task("clerk-1", case, "make")
            due = seen.due(await house.case(case))
            days.append([due[rule] for rule in ("K-ACC", "K-ONE", "K-SUR")])
            await house.tell("customer.withdrawn", case)
            await house.when(case, status="WITHDRAWN")
        loan = await lending.borrows(house, "P-HK1", "45000.00", "PT-HK1", agreementSigned=True)
        await house.task("clerk-1", loan, "make")

        assert days == [
            ["2026-10-14", "2026-10-19", "2026-11-11"],
            ["2026-10-15", "2026-10-22", "2026-12-11"],
        ]
        assert lending.rounded_limit(house, loan) == "45000.00"
