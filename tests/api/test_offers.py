"""What a case offers: named on its page, begun by those who work on it."""

from tests.api.door import Door, is_problem
from tests.api.states import BODIES


async def offering_case(door: Door) -> str:
    case_id = await door.start()
    activities = [{"element": "call", "name": "Call back"}, {"element": "visit", "name": "Visit"}]
    await door.journal(
        case_id,
        {"kind": "caseStarted", "data": {"processId": "contract_termination"}},
        {
            "kind": "waitOpened", "element": "more", "name": "Inquiries", "key": 9,
            "data": {"for": "offer", "activities": activities},
        },
    )  # fmt: skip
    return case_id


async def test_a_case_names_what_it_offers(door: Door):
    case_id = await offering_case(door)

    page = (await door.get(f"/v1/cases/{case_id}")).json()

    (offer,) = page["offers"]
    assert offer["offerId"] == f"{case_id}~9"
    assert [one["element"] for one in offer["activities"]] == ["call", "visit"]
    (reason,) = page["reasons"]
    assert (reason["kind"], reason["id"]) == ("offer", offer["offerId"])
    assert reason["text"] == "Offers at Inquiries to begin: Call back, Visit."


async def test_an_offer_that_is_over_is_gone(door: Door):
    case_id = await offering_case(door)
    closed = {"kind": "waitClosed", "element": "more", "key": 9, "data": {"for": "offer"}}
    await door.journal(case_id, closed)

    assert (await door.get(f"/v1/cases/{case_id}")).json()["offers"] == []


async def test_an_offer_of_another_case_is_none_of_this(door: Door):
    case_id = await offering_case(door)
    path = f"/v1/cases/{case_id}/activities"
    body = BODIES["/v1/cases/{case_id}/activities"]

    other = await door.post(path, {**body, "offerId": "BQ-OTHER~9"})
    nonsense = await door.post(path, {**body, "offerId": "BQ-OTHER"})
    nothing = await door.post(path, {"offerId": f"{case_id}~9"})

    assert is_problem(other, 404, "unknown-instance")
    assert nonsense.status_code in (404, 422)
    assert nothing.status_code == 422
