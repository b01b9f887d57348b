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
        sent = [(mail.template, mail.to) for mail in house.letters(case)]
        assert [template for template, _ in sent] == [
            "documents_missing", "consent_request", "rejected",
        ]  # fmt: skip
        assert MOTHERS_MAIL not in {to for _, to in sent}, "a beneficiary is not told"
        assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
        await replays(house, case, "s7-consent-refused")
