"""Call-back: answers are on record; what was sold wrongly becomes a complaint with its limits."""

from typing import Any

import pytest

from tests.activities.office import Office, moment


async def recorded(office: Office, **answers: bool) -> Any:
    answer = await office.do("feedback.call_back", policyNo="P-1", by="lin", answers=answers)
    return answer.get("complaintId")


@pytest.mark.parametrize("point", ["wasPromised", "handedOver"])
async def test_mis_selling_becomes_a_complaint_within_its_limits(office: Office, point: str):
    complaint_id = await recorded(office, identityVerified=True, askedFor=True, **{point: True})

    async with office.database.work() as books:
        complaint = await books.complaints.get(complaint_id)
        (anomaly,) = await books.anomalies.of_case("BQ-1")
    assert complaint is not None
    assert (complaint.cause, complaint.channel, complaint.registered_by) == (
        "MIS_SELLING", "CALL_BACK", "lin",
    )  # fmt: skip
    assert complaint.due_at == moment("2026-10-27T23:59:59")
    assert (anomaly.class_, anomaly.reason, anomaly.detail) == (
        "CUSTOMER", "COMPLAINT", complaint_id,
    )  # fmt: skip


async def test_a_call_without_complaint_owes_nothing(office: Office):
    assert await recorded(office, identityVerified=True, wasPromised=False) is None

    async with office.database.work() as books:
        assert await books.anomalies.of_case("BQ-1") == ()


@pytest.mark.parametrize(("afterwards", "cause"), [(True, "CONDUCT"), (False, None)])
async def test_who_never_asked_is_refused_before_payment_and_complains_afterwards(
    office: Office, afterwards: bool, cause: str | None
):
    told = {"identityVerified": True, "askedFor": False}
    answer = await office.do(
        "feedback.call_back", policyNo="P-1", by="lin", answers=told, afterwards=afterwards
    )

    async with office.database.work() as books:
        complaint = await books.complaints.get(answer.get("complaintId") or "")
    assert (complaint.cause if complaint else None) == cause


async def test_a_call_of_which_no_answers_were_noted_is_on_record_all_the_same(office: Office):
    answer = await office.do("feedback.call_back", policyNo="P-1", by="lin", answers=None)

    assert answer == {}
