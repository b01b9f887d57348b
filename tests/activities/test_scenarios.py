"""Acceptance scenarios S2, S3, S10 on the sample book: the activities in turn, to the cent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from infra.db.migrations import upgrade_to_head
from infra.db.sample_book import load_sample_book
from infra.systems.bank_simulator.script import Behaviour
from tests.activities.office import Office, a_case, moment, open_office
from tests.shelf import Shelf

SEED = 20261012


@pytest.fixture(scope="module")
def sample(shelf: Shelf) -> str:
    url = shelf.new("scenarios")
    upgrade_to_head(url)
    asyncio.run(load_sample_book(url, SEED, policies=0))
    return url


@pytest.fixture
async def office(shelf: Shelf, sample: str, tmp_path: Path) -> AsyncIterator[Office]:
    url = shelf.copy(sample, "office")
    async with open_office(tmp_path, url) as office:
        yield office
    shelf.drop(url)


@dataclass(slots=True)
class Walk:
    """One case, walked through the activities in the order of the model."""

    office: Office
    policy_no: str
    notice: str
    item: str = "TERMINATE"
    holder: str = ""
    account: str = ""

    async def begin(self) -> "Walk":
        async with self.office.database.work() as books:
            policy = await books.policies.get(self.policy_no)
            assert policy is not None
            self.holder = policy.holders("PH", policy.issued_on)[0].party_id
            self.account = (await books.parties.accounts(self.holder))[0].id
        case = a_case(
            policy_no=self.policy_no,
            item=self.item,
            applicant_party_id=self.holder,
            notice_arrived_at=moment(self.notice),
        )
        await self.office.add_case(case)
        return self

    async def do(self, kind: str, at: str | None = None, **variables: Any) -> Any:
        answer = await self.office.do(kind, at=at or self.notice, **variables)
        return next(iter(answer.values()), None) if len(answer) == 1 else answer

    @property
    def asked(self) -> dict[str, Any]:
        identity = {"ial": "IAL3", "faceScore": Decimal("0.97"), "livenessOk": True}
        return {"identity": identity, "payeeAccountId": self.account}

    async def quoted(self, basis: str, **request: Any) -> Any:
        return await self.do(
            "execution.quote",
            policyNo=self.policy_no,
            basis=basis,
            asOf=moment(self.notice),
            request=self.asked | request,
        )

    async def committed(self, quote: Any) -> dict[str, Any]:
        reservation = await self.do("execution.reserve", policyNo=self.policy_no, quote=quote)
        payee = await self.do(
            "verification.payee", policyNo=self.policy_no, payeeAccountId=self.account
        )
        answer = await self.do(
            "execution.commit",
            policyNo=self.policy_no,
            quote=quote,
            reservation=reservation,
            basis=quote["basis"],
            payee=payee,
        )
        return {"obligation": answer["obligation"], "payee": payee}

    async def result(self, order: dict[str, Any], payment: Any) -> Any:
        self.office.bank.advance(10**12)
        return await self.do("execution.query_payment", payment=payment, **order)


async def test_s3_a_surrender_with_a_loan(office: Office):
    walk = await Walk(office, "P-S3", "2026-10-12T10:00").begin()
    clocks = (
        await walk.do(
            "verification.intake",
            policyNo="P-S3",
            item="TERMINATE",
            noticeArrivedAt=moment(walk.notice),
            applicantPartyId=walk.holder,
            applicantRole="PH",
            request=walk.asked,
        )
    )["clocks"]
    quote = await walk.quoted("SURRENDER")
    agreed = await walk.do("verification.agree", "2026-10-13T10:00", policyNo="P-S3")

    order = await walk.committed(quote)
    payment = await walk.do("execution.pay", **order)
    settled = await walk.result(order, payment)
    obligation = await walk.do("execution.settle", "2026-10-14T10:00", payment=settled, **order)

    assert clocks["acceptDueOn"] == date(2026, 10, 14)
    assert clocks["lawDueOn"] == date(2026, 11, 11)
    assert agreed["clocks"]["completeDueOn"] == date(2026, 10, 20)
    assert quote["net"] == Decimal("56801.45")
    assert obligation["state"] == "SETTLED"
    assert await office.lines() == [
        "DR 6401 86400.00",
        "DR 2211 1250.30",
        "CR 2202 87650.30",
        "DR 2202 30848.85",
        "CR 1221 30756.16",
        "CR 6011 92.69",
        "DR 2202 56801.45",
        "CR 1001 56801.45",
    ]
    async with office.database.work() as books:
        states = {c.deadline.rule_id: c.state for c in await books.clocks.of_case("BQ-1")}
    assert states == {"K-ACC": "MET", "K-ONE": "STOPPED", "K-SUR": "MET", "K-DO": "MET"}


@pytest.mark.parametrize(
    ("policy_no", "notice", "last_day", "within", "net"),
    [
        ("P-S2-1", "2026-09-30T23:59:59", date(2026, 9, 30), True, "11990.00"),
        ("P-S2-2", "2026-10-01T00:00:01", date(2026, 9, 30), False, "3240.00"),
        ("P-S2-3", "2026-10-08T17:00:00", date(2026, 10, 8), True, "11990.00"),
        ("P-S2-4", "2026-10-08T17:00:00", date(2026, 10, 1), False, "3240.00"),
    ],
)
async def test_s2_the_cooling_off_boundary(
    office: Office, policy_no: str, notice: str, last_day: date, within: bool, net: str
):
    walk = await Walk(office, policy_no, notice).begin()

    policy = await walk.do(
        "verification.policy", policyNo=policy_no, noticeArrivedAt=moment(notice)
    )
    quote = await walk.quoted("COOLING_OFF" if within else "SURRENDER")

    assert policy["coolingOffLastDay"] == last_day
    assert policy["withinCoolingOff"] is within
    assert quote["net"] == Decimal(net)


async def test_s2_a_refund_is_posted_less_the_fee(office: Office):
    walk = await Walk(office, "P-S2-1", "2026-09-30T23:59:59").begin()

    order = await walk.committed(await walk.quoted("COOLING_OFF"))
    await walk.do("execution.pay", **order)

    assert await office.lines() == [
        "DR 6001 12000.00",
        "CR 2202 11990.00",
        "CR 6051 10.00",
        "DR 2202 11990.00",
        "CR 1001 11990.00",
    ]


@pytest.mark.parametrize(("amount", "lent"), [("29844.79", True), ("29844.80", False)])
async def test_s4_interest_over_the_weekend_leaves_less_to_lend_on_monday(
    office: Office, amount: str, lent: bool
):
    walk = await Walk(office, "P-S4", "2026-10-09T09:30", item="POLICY_LOAN").begin()
    quote = await walk.quoted("LOAN", loan={"amount": amount})
    walk.notice = "2026-10-12T09:30"

    if lent:
        await walk.committed(quote)
    else:
        with pytest.raises(ApplicationError) as caught:
            await walk.committed(quote)
        assert caught.value.type == "bpmn:STALE"

    assert await office.lines() == ([f"DR 1221 {amount}", f"CR 2241 {amount}"] if lent else [])


async def test_s10_a_payout_that_bounces_is_paid_once(office: Office):
    walk = await Walk(office, "P-S10", "2026-06-15T10:00").begin()
    order = await walk.committed(await walk.quoted("SURRENDER"))
    office.bank.script("*", Behaviour(outcome="RETURNED", return_code="ACCOUNT_CLOSED", times=1))

    first = await walk.do("execution.pay", **order)
    bounced = await walk.result(order, first)
    owed = await walk.do("execution.returned", payment=bounced, **order)
    second = await walk.do("execution.pay", **order)
    settled = await walk.result(order, second)
    obligation = await walk.do("execution.settle", payment=settled, **order)

    assert (bounced["state"], bounced["returnCode"]) == ("RETURNED", "ACCOUNT_CLOSED")
    assert owed["state"] == "DUE"
    assert second["reference"].endswith(":2")
    assert (settled["state"], obligation["state"]) == ("SETTLED", "SETTLED")
    assert office.bank.balance() == 128_000_00
    assert await office.lines() == [
        "DR 6401 128000.00",
        "CR 2202 128000.00",
        "DR 2202 128000.00",
        "CR 1001 128000.00",
        "DR 1001 128000.00",
        "CR 2202 128000.00",
        "DR 2202 128000.00",
        "CR 1001 128000.00",
    ]
    async with office.database.work() as books:
        (obligation_row,) = await books.obligations.of_case("BQ-1")
        attempts = await books.obligations.attempts(obligation_row.id)
        policy = await books.policies.get("P-S10")
    assert [attempt.state for attempt in attempts] == ["RETURNED", "SETTLED"]
    assert policy is not None
    assert policy.state == "TERMINATED"
    async with office.database.reading() as room:
        assert (await room.audit.verify("BQ-1")).intact


async def test_a_reduction_pays_its_share(office: Office):
    walk = await Walk(office, "P-PARTIAL", "2026-10-12T10:00", item="PARTIAL").begin()

    quote = await walk.quoted("PARTIAL", newSumAssured=Decimal(350_000))
    await walk.committed(quote)

    assert quote["net"] == Decimal("25920.00")
    async with office.database.work() as books:
        policy = await books.policies.get("P-PARTIAL")
    assert policy is not None
    assert (policy.state, str(policy.sum_assured), str(policy.annual_premium)) == (
        "IN_FORCE",
        "350000.00",
        "8400.00",
    )
