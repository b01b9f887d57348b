"""A payment after its limit of law: told when it settles; interest is owed once and paid."""

from typing import Any

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError

from infra.db.tables import cases
from tests.activities.office import Office
from tests.activities.test_execution import payable

LATE = "2026-11-16T10:00"
"""Five days after 11-11, the last day of K-SUR."""


async def paid(office: Office, order: dict[str, Any], at: str) -> dict[str, Any]:
    payment = (await office.do("execution.pay", at=at, **order))["payment"]
    office.bank.advance(10**12)
    settled = await office.do("execution.query_payment", at=at, payment=payment, **order)
    return await office.do("execution.settle", at=at, payment=settled["payment"], **order)


@pytest.fixture
async def order(office: Office) -> dict[str, Any]:
    """What is owed on a surrender whose notice came on 10-12, under the law of that day."""
    async with office.registry.begin() as connection:
        await connection.execute(update(cases.cases).values(pack="cn-life-2026.2"))
    await office.do(
        "verification.intake",
        policyNo="P-1",
        item="TERMINATE",
        noticeArrivedAt="2026-10-12T10:00:00+08:00",
        applicantPartyId="PT-1",
        applicantRole="PH",
        request={},
    )
    return await payable(office)


async def test_a_late_payment_says_by_how_much_and_is_compensated_by_the_ordinary_way(
    office: Office, order: dict[str, Any]
):
    answer = await paid(office, order, LATE)
    call = office.call("execution.compensate", {"obligation": order["obligation"]}, at=LATE)
    owed = (await office.run(call))["compensation"]
    again = (await office.run(call))["compensation"]
    settled = await paid(office, {**order, "obligation": owed}, LATE)

    late = answer["late"]
    assert (late["rule"], str(late["dueOn"]), late["days"]) == ("K-SUR", "2026-11-11", 5)
    assert again == owed
    assert str(owed["amount"]) == str(late["amount"]) == "38.91"
    assert settled.get("late") is None
    assert (await office.lines())[-4:] == [
        "DR 6712 38.91", "CR 2245 38.91", "DR 2245 38.91", "CR 1001 38.91",
    ]  # fmt: skip
    async with office.database.work() as books:
        reasons = [each.reason for each in await books.anomalies.of_case("BQ-1")]
    assert reasons == ["K-SUR_BREACH"]


async def test_a_payment_in_time_earns_nothing(office: Office, order: dict[str, Any]):
    answer = await paid(office, order, "2026-11-11T23:59")

    with pytest.raises(ApplicationError) as caught:
        await office.do("execution.compensate", obligation=order["obligation"])

    assert answer.get("late") is None
    assert caught.value.type == "refused:NOT_LATE"
