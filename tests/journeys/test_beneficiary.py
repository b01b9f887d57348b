"""S7: a beneficiary change that needs the insured's consent, and its variants, to the day."""

from __future__ import annotations

import pytest

from tests.journeys import changing, seen
from tests.journeys.conftest import Opening, Replaying

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

HUSBAND = {"partyId": "PT-S7", "relation": "SPOUSE", "share": "60"}
SON = {"partyId": "PT-S7-B", "relation": "CHILD", "share": "40"}
WIFE, MOTHERS_MAIL = "PT-S7-W", "customer10000102@mail.example"


async def test_s7_without_the_insureds_consent_nothing_changes(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-05-08T10:00:00+08:00") as (house, clock):
        case = await changing.beneficiaries(house, "P-S7", "PT-S7", HUSBAND, SON)
        await changing.asked(house, case, WIFE)
        page = await house.case(case)
        assert seen.due(page) == {"K-ACC": "2026-05-11", "K-ONE": "2026-05-14"}
        assert page["status"] == "AWAITING_SUPPLEMENT"
        assert seen.clock_states(page)["K-ONE"] == "MET", "the one notice named the consent"

        await clock.until("2026-05-12T15:00:00+08:00")
        await changing.answers(house, case, WIFE, "REFUSED")
        page = await house.when(case, status="REJECTED", outcome="completed")

        assert seen.anomalies(page) == [
            ("CONSENT", "CONSENT_MISSING"),
            ("CONSENT", "CONSENT_REFUSED"),
        ], "and no breach: the clock stood still"
        assert (await house.policy("P-S7")).version == 1
        refusal = house.letters(case)[-1].text
        assert "a person whose consent the law asks for did not consent" in refusal
        sent = [(mail.template, mail.to) for mail in house.letters(case)]
        assert [template for template, _ in sent] == [
            "documents_missing", "consent_request", "rejected",
        ]  # fmt: skip
        assert MOTHERS_MAIL not in {to for _, to in sent}, "a beneficiary is not told"
        assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
        await replays(house, case, "s7-consent-refused")


async def test_s7_a_consent_to_another_change_does_not_count(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-05-08T10:00:00+08:00") as (house, clock):
        case = await changing.beneficiaries(house, "P-S7", "PT-S7", HUSBAND, SON)
        await changing.answers(house, case, WIFE, "GIVEN", payloadHash="0" * 64)
        await changing.recorded(house, case, "CONSENT_WRONG_PAYLOAD")
        shown = changing.payload_hash(house, case)
        await changing.answers(house, case, WIFE, "GIVEN")
        await house.task("clerk-1", case, "make")

        edited = [{**HUSBAND, "share": "70"}, {**SON, "share": "30"}]
        await house.tell("request.amended", case, beneficiaries=edited)
        await changing.asked(house, case, WIFE)
        assert changing.payload_hash(house, case) != shown, "another change, another consent"
        assert (await house.policy("P-S7")).version == 1
        await clock.until("2026-05-11T09:00:00+08:00")
        await changing.answers(house, case, WIFE, "GIVEN")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-1", case, "approval/check")
        await house.when(case, status="FOLLOW_UP")

        policy = await house.policy("P-S7")
        now = [role for role in policy.roles if role.kind == "BENEF_DEATH" and role.until is None]
        assert [(role.party_id, role.share_bp) for role in now] == [
            ("PT-S7", 7_000),
            ("PT-S7-B", 3_000),
        ]
        assert changing.version(house, "P-S7") == [(1, "ISSUE"), (2, "BENEFICIARY_CHANGE")]
        page = await house.case(case)
        assert len(page["endorsements"]) == 1
        told = [mail.to for mail in house.letters(case) if mail.template == "change_endorsed"]
        assert len(told) == 2, "policyholder and insured"
        assert MOTHERS_MAIL not in {mail.to for mail in house.letters(case)}
        await replays(house, case, "s7-amended-and-consented-anew")


async def test_s7_shares_of_90_percent_go_back_for_correction(opened: Opening) -> None:
    async with opened("2026-05-08T10:00:00+08:00") as (house, _):
        case = await changing.beneficiaries(house, "P-S7", "PT-S7", HUSBAND, {**SON, "share": "30"})
        await house.waits(case, "correction_overdue")
        assert seen.anomalies(await house.case(case)) == [("DATA", "SHARES_NOT_100")]

        await house.tell("request.amended", case, beneficiaries=[HUSBAND, SON])
        await changing.asked(house, case, WIFE)
        await house.tell("customer.withdrawn", case)
        await house.when(case, status="WITHDRAWN")

        assert [mail.template for mail in house.letters(case)] == [
            "correction_needed", "documents_missing", "consent_request", "withdrawn",
        ]  # fmt: skip
        assert (await house.policy("P-S7")).version == 1


async def test_s7_what_the_law_forbids_is_refused_with_its_reason(opened: Opening) -> None:
    async with opened("2026-05-08T10:00:00+08:00") as (house, _):
        late = await changing.beneficiaries(
            house, "P-S7-D", "PT-S7-D", {"partyId": "PT-S7", "relation": "OTHER"}
        )
        company = await changing.beneficiaries(
            house, "P-S7-E", "PT-S7-EI", {"partyId": "PT-S7-E", "relation": "SELF"}, role="INSURED"
        )
        for case in (late, company):
            await house.when(case, status="REJECTED")

        assert seen.anomalies(await house.case(late)) == [("ELIGIBILITY", "INSURED_EVENT_HAPPENED")]
        path = f"/v1/cases/{late}/decisions"
        decided = (await house.get("auditor-1", path, purpose="AUDIT"))["decisions"]
        assert decided[-1]["output"]["legalBasis"] == "解释三 art. 11"
        assert seen.anomalies(await house.case(company)) == [
            ("ELIGIBILITY", "BENEFICIARY_OUTSIDE_FAMILY")
        ]


async def test_s7_for_an_insured_of_seven_the_guardian_designates(opened: Opening) -> None:
    async with opened("2026-05-08T10:00:00+08:00") as (house, _):
        mother = {"partyId": "PT-S7-CM", "relation": "PARENT"}
        case = await changing.beneficiaries(house, "P-S7-C", "PT-S7-C", mother)
        await changing.answers(house, case, "PT-S7-CM", "GIVEN")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-1", case, "approval/check")
        await house.when(case, status="FOLLOW_UP")

        policy = await house.policy("P-S7-C")
        now = [role for role in policy.roles if role.kind == "BENEF_DEATH" and role.until is None]
        assert [(role.party_id, role.share_bp) for role in now] == [("PT-S7-CM", 10_000)]


async def test_the_insured_designates_a_child_straight_through_until_a_claim_is_reported(
    opened: Opening,
) -> None:
    async with opened("2026-05-08T10:00:00+08:00") as (house, _):
        son = {"partyId": "PT-S7-OS", "relation": "CHILD"}
        stopped = await changing.beneficiaries(house, "P-S7", "PT-S7", HUSBAND, SON)
        await changing.asked(house, stopped, WIFE)
        await house.tell("claim.reported", "P-S7", eventOn="2026-05-07")
        await house.when(stopped, status="SUPERSEDED")
        case = await changing.beneficiaries(house, "P-S7-O", "PT-S7-O", son, role="INSURED")
        await house.when(case, status="FOLLOW_UP")

        assert seen.people(await house.trail(case)) == []
        assert changing.version(house, "P-S7-O") == [(1, "ISSUE"), (2, "BENEFICIARY_CHANGE")]
        assert changing.version(house, "P-S7") == [(1, "ISSUE")]
