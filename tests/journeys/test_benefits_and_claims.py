"""P9 and P10: S13, S14, a maturity and dividends to the cent; the same case under two laws."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from infra.systems.claims_desk.app import Condition
from tests.journeys import changing, lending, seen
from tests.journeys.clock import SkippingClock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import DOCUMENTS, IDENTITY, House
from workflows.domain.consent import DebitAuthority
from workflows.feel.wire import decode, to_plain

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

Json = dict[str, Any]
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
        },
        **body,
    }
    return str((await house.post("back-office", "/v1/cases", asked))["caseId"])


async def draws(
    house: House, policy_no: str, party: str, kind: str, account: str, *papers: str
) -> str:
    """Ask for a benefit; returns the case."""
    role = "GUARDIAN" if policy_no == "P-S14" else "PH"
    wanted = {"kind": kind, "payeeAccountId": account}
    return await asks(
        house, policy_no, party, "BENEFIT_PAYMENT", *papers, role=role, benefitPayment=wanted
    )


async def test_benefits_are_paid_to_the_cent_to_whom_they_belong(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(MONDAY) as (house, _):
        await _s14_a_childs_benefit(house)
        dividends = await draws(house, "P-D1", "PT-D1", "DIVIDEND", "AC-D1-1")
        maturity = await draws(house, "P-M1", "PT-M1", "MATURITY", "AC-M1-1")
        await house.decide("clerk-1", maturity, "make")
        await house.decide("checker-1", maturity, "approval/check")
        await house.decide("lead-1", maturity, "approval/approve")
        await house.when(maturity, status="FOLLOW_UP")
        await house.when(dividends, status="FOLLOW_UP")

        assert seen.owed(await house.ledger(dividends)) == [("1293.96", "SETTLED", ["SETTLED"])]
        ledger = await house.ledger(maturity)
        assert seen.journals(ledger) == [
            ["DR 6402 100,000.00", "DR 2211 1,250.30", "CR 2221 101,250.30"],
            ["DR 2221 10,155.21", "CR 1221 10,000.00", "CR 6011 155.21"],
            ["DR 2221 91,095.09", "CR 1001 91,095.09"],
        ]
        assert seen.is_balanced(ledger)
        policy = await house.policy("P-M1")
        assert (policy.state, policy.termination_reason) == ("MATURED", "MATURITY")
        await replays(house, maturity, "p9-maturity")


async def _s14_a_childs_benefit(house: House) -> None:
    """To the child, or with its purpose to the guardian; to nobody else."""
    stranger = await draws(house, "P-S14", "PT-S14", "SURVIVAL", "AC-D1-1")
    await house.when(stranger, status="REJECTED")
    own = await draws(house, "P-S14", "PT-S14", "SURVIVAL", "AC-S14-1", "SURVIVAL_PROOF")
    await house.waits(own, "verify/documents_supplemented")
    await house.tell("customer.withdrawn", own)
    await house.when(own, status="WITHDRAWN")
    case = await draws(house, "P-S14", "PT-S14", "SURVIVAL", "AC-S14-C-1", "SURVIVAL_PROOF")
    await house.when(case, status="FOLLOW_UP")

    assert seen.anomalies(await house.case(stranger)) == [("MONEY", "PAYEE_NOT_ENTITLED")]
    assert "PURPOSE_STATEMENT" in str(house.effect(own, "verification.benefit")[0])
    assert seen.journals(await house.ledger(case)) == [
        ["DR 6402 5,000.00", "CR 2221 5,000.00"],
        ["DR 2221 5,000.00", "CR 1001 5,000.00"],
    ]
    assert (await house.policy("P-S14")).benefits[0].paid_on is not None


async def test_what_falls_due_begins_its_case_by_itself_and_once(opened: Opening) -> None:
    async with opened("2026-10-02T09:30:00+08:00") as (house, clock):
        cases = await _listed(house, clock)
        child, dividends = cases["P-S14"], cases["P-D1"]

        await house.waits(child, "verify/documents_supplemented")
        await house.waits(dividends, "verify/documents_supplemented")
        wanted = "SELECT detail FROM anomalies WHERE case_id = ? AND reason = 'DOCUMENTS_MISSING'"
        asked = house.rows(wanted, child)[0][0]
        assert "SURVIVAL_PROOF" in asked, "nobody stands before us"
        assert "PURPOSE_STATEMENT" in asked, "the account may be the guardian's"
        assert house.rows(wanted, dividends) == [("APPLICANT_ID",)]
        ids = await changing.papers(house, "P-D1", "PT-D1", "APPLICANT_ID")
        await house.tell("documents.supplemented", dividends, documentIds=ids)
        await house.waits(dividends, "assess_risk/own_account_provided")
        await house.tell("payee.account.provided", dividends, payeeAccountId="AC-D1-1")
        await house.when(dividends, status="FOLLOW_UP")

        assert seen.owed(await house.ledger(dividends)) == [("1293.96", "SETTLED", ["SETTLED"])]
        await _s14_to_the_guardian(house, child, asked.split(", "))


async def _s14_to_the_guardian(house: House, case: str, wanted: list[str]) -> None:
    """With its purpose, a child's money goes to the mother's account."""
    ids = await changing.papers(house, "P-S14", "PT-S14", *wanted)
    await house.tell("documents.supplemented", case, documentIds=ids)
    await house.waits(case, "assess_risk/own_account_provided")
    await house.tell("payee.account.provided", case, payeeAccountId="AC-S14-1")
    await house.when(case, status="FOLLOW_UP")

    assert seen.owed(await house.ledger(case)) == [("5000.00", "SETTLED", ["SETTLED"])]


async def _listed(house: House, clock: SkippingClock) -> dict[str, str]:
    """The list of the morning, made twice; the cases it began, by policy."""
    ask = {"process": "benefit_due_list", "policyNo": "P-D1", "applicant": {"partyId": "PT-D1"}}
    for _ in range(2):
        case = str((await house.post("back-office", "/v1/cases", ask))["caseId"])
        await house.when(case, status="CLOSED")
        await changing.relayed(house, clock)
    page = await house.get("auditor-1", "/v1/cases", process="benefit_payment", limit=100)
    begun = [(one["policyNo"], one["caseId"]) for one in page["cases"]]
    assert sorted(policy for policy, _ in begun) == ["P-D1", "P-M1", "P-S14"]
    return dict(begun)


async def test_s13_a_death_before_the_notice_wins_and_pays_less_the_overdue_premium(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-07-22T09:30:00+08:00") as (house, clock):
        await _is_debited(house)
        refused = await _an_illness(house)
        house.claims.condition = Condition(away=True)
        surrender = await house.request("P-S13", noticeArrivedAt="2026-07-21T10:00:00+08:00")
        await house.task("clerk-1", surrender, "make")
        claim = await asks(
            house, "P-S13", "PT-S13", "CLAIM_HANDOFF", role="BENEFICIARY",
            claim={"event": "DEATH", "eventOn": "2026-07-20", "proofs": ["CLAIMANT_ID"]},
        )  # fmt: skip
        task = await _told_once_claims_is_back(house, clock, claim)
        shown = task["shown"]["shown"]
        assert (shown["siu"], shown["riskSignals"]) == (True, ["R14"])
        await _scores_30(house, claim)
        await changing.relayed(house, clock)
        ended = await house.when(surrender, status="SUPERSEDED")
        await _everything_else_stands_still(house, ended)
        assert (await house.complete("claims-1", task)).is_success
        await clock.until("2026-07-24T10:00:00+08:00")
        await house.waits(claim, "proofs_supplied")
        await house.tell("claim.proofs", claim)
        await house.waits(claim, "claim_decided")
        due = seen.due(await house.case(claim))
        assert [due[rule] for rule in ("K-CLM", "K-CLX", "K-ADV")] == [
            "2026-07-31", "2026-08-23", "2026-09-22",
        ]  # fmt: skip

        await clock.until("2026-07-29T10:00:00+08:00")
        await house.tell("claim.decided", claim, decision="AGREED", reason=None)
        await _is_paid(house, claim)
        await replays(house, claim, "s13-claim")

        await clock.until("2026-08-01T00:00:05+08:00")
        await changing.recorded(house, refused, "K-CLM_BREACH")
        await _refused(house, refused)


async def _told_once_claims_is_back(house: House, clock: SkippingClock, claim: str) -> Json:
    """Away, the notice waits in the open; the limits run, and it is told again by itself."""
    wait = await house.waits(claim, "register/ask_again")
    assert wait["waitsFor"] == "timer"
    assert ("SYSTEM", "CLAIMS_AWAY") in seen.anomalies(await house.case(claim))
    house.claims.condition = Condition()
    await clock.until("2026-07-22T09:45:00+08:00")
    task = await house.task("claims-1", claim, "accept_handoff")
    (told,) = [one for one in house.claims.notices() if one.case_id == claim]
    assert (told.policy_no, told.event, told.payable_minor) == ("P-S13", "DEATH", 29_040_000)
    assert task["shown"]["shown"]["reference"].startswith("CLM-")
    return task


async def _is_debited(house: House) -> None:
    """Until the claim the overdue premium is collected from the holder's account."""
    async with house.database.work() as books:
        await books.debit_authorities.grant(
            DebitAuthority(
                id="DA-S13-1", policy_no="P-S13", party_id="PT-S13", account_id="AC-S13-1",
                since=date(2016, 10, 1),
            )
        )  # fmt: skip


async def _scores_30(house: House, claim: str) -> None:
    """Beneficiaries named twenty days before: R14 alone makes it MEDIUM, for the investigators."""
    path = f"/v1/cases/{claim}/decisions"
    taken = (await house.get("auditor-1", path, purpose="AUDIT"))["decisions"]
    by_table = {one["table"]: one["output"] for one in taken}
    assert by_table["dt_2_signals"]["score"] == 30
    assert by_table["dt_3_class"]["riskClass"] == "MEDIUM"


async def _everything_else_stands_still(house: House, surrender: Json) -> None:
    """The surrender gave way to the claim, nothing of it was booked, and no premium is debited."""
    case = surrender["caseId"]
    assert await house.ledger(case) == {"lines": [], "obligations": []}
    assert house.letters(case)[-1].template == "superseded"
    query = "SELECT data FROM journal WHERE instance_id = ? AND kind = 'caseFinished'"
    ((data,),) = house.rows(query, case)
    assert to_plain(decode(json.loads(data)["variables"]["outcome"])) == "SUPERSEDED_BY_CLAIM"
    policy = await house.policy("P-S13")
    assert (policy.flags, policy.claim_event_on) == (("CLAIM_OPEN",), date(2026, 7, 20))
    authority = "SELECT revoked_on FROM debit_authorities WHERE policy_no = 'P-S13'"
    assert house.rows(authority) == [("2026-07-22",)]


async def _is_paid(house: House, claim: str) -> None:
    await house.waits(claim, "claim_paid")
    page = await house.case(claim)
    (limit,) = [clock for clock in page["clocks"] if clock["rule"] == "K-PAY"]
    assert (limit["dueOn"], limit["targetOn"]) == ("2026-08-08", "2026-08-07"), "a Saturday"
    await house.tell("claim.paid", claim)
    page = await house.when(claim, status="CLOSED")

    assert seen.journals(await house.ledger(claim)) == [
        ["DR 6402 300,000.00", "CR 2221 290,400.00", "CR 6001 9,600.00"],
        ["DR 2221 290,400.00", "CR 1001 174,240.00", "CR 1001 116,160.00"],
    ]
    policy = await house.policy("P-S13")
    assert (policy.state, policy.termination_reason) == ("TERMINATED", "CLAIM")
    states = seen.clock_states(page)
    assert {states[rule] for rule in ("K-CLM", "K-CLX", "K-ADV", "K-PAY")} == {"MET"}


async def _an_illness(house: House) -> str:
    case = await asks(
        house, "P-D1", "PT-D1", "CLAIM_HANDOFF",
        claim={
            "event": "CRITICAL_ILLNESS", "eventOn": "2026-07-20",
            "proofs": ["CLAIMANT_ID", "DIAGNOSIS"],
        },
    )  # fmt: skip
    await house.decide("claims-1", case, "accept_handoff")
    await house.waits(case, "claim_decided")
    assert "CLAIM_OPEN" in (await house.policy("P-D1")).flags
    return case


async def _refused(house: House, case: str) -> None:
    """The limit was missed; the refusal is told in time, and the contract stands as it was."""
    await house.tell("claim.decided", case, decision="REFUSED", reason="NOT_COVERED")
    states = seen.clock_states(await house.when(case, status="REJECTED"))
    assert (states["K-CLM"], states["K-REF"]) == ("BREACHED", "MET")
    policy = await house.policy("P-D1")
    assert (policy.state, policy.flags) == ("IN_FORCE", ())


async def test_the_same_case_has_other_days_and_amounts_under_another_law(
    opened: Opening,
) -> None:
    async with opened(MONDAY) as (house, _):
        days = []
        for policy_no in ("P-D1", "P-HK1"):
            case = await house.request(policy_no)
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
