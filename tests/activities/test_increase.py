"""A higher sum assured on the book: what a child is covered for in this house and elsewhere."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, update
from temporalio.exceptions import ApplicationError

from infra.db.book.policies import product_rows
from infra.db.tables import cases, policies
from tests.activities.office import PRODUCT, Office, a_party, a_policy
from workflows.domain.money import money
from workflows.domain.policy import Policy, Product, Role
from workflows.domain.premium import IncreaseRule, YearlyRate

SOLD = replace(
    PRODUCT,
    code="AN",
    increase=IncreaseRule(rates=(YearlyRate(age=0, rate=Decimal("0.064")),)),
)
SINCE = date(2018, 3, 1)
AT = "2026-10-12T10:00"
MOTHER, GRANDMOTHER, CHILD = "PT-1", "PT-G", "PT-C"


def of_the_child(policy_no: str, holder: str, assured: int) -> Policy:
    policy = a_policy(policy_no)
    (main,) = policy.coverages
    return replace(
        policy,
        product_code=SOLD.code,
        flags=(),
        loans=(),
        paid_to=date(2027, 10, 12),
        annual_premium=money(9_600),
        suspense_premium=money(3_200),
        coverages=(replace(main, sum_assured=money(assured), premium=money(9_600)),),
        roles=(
            Role(party_id=holder, kind="PH", since=SINCE),
            Role(party_id=CHILD, kind="INSURED", since=SINCE, relation="CHILD"),
            Role(party_id=MOTHER, kind="GUARDIAN", since=SINCE, relation="MOTHER"),
        ),
    )


@pytest.fixture
async def child(office: Office) -> Office:
    """A child of nine, covered for 150,000.00 by its mother under today's law."""
    await office.add_party(a_party(CHILD, name="小满", id_no="310", born_on=date(2017, 5, 1)))
    await office.add_party(a_party(GRANDMOTHER, name="祖母", id_no="311"))
    async with office.registry.begin() as connection:
        await sells(connection, SOLD)
        await connection.execute(
            update(cases.cases).values(pack="cn-life-2026.3", item="SA_INCREASE", policy_no="P-C")
        )
    await keeps(office, of_the_child("P-C", MOTHER, 150_000))
    return office


async def sells(connection: Any, product: Product) -> None:
    head, rules = product_rows(product)
    await connection.execute(insert(policies.products), head)
    await connection.execute(insert(policies.product_rules), rules)


async def keeps(office: Office, policy: Policy) -> None:
    await office.add_policy(policy)


async def reads(office: Office, amount: str, elsewhere: str | None = "0.00", **more: Any) -> Any:
    change = {"sumAssured": amount} | ({} if elsewhere is None else {"coverElsewhere": elsewhere})
    answer = await office.do("verification.item", at=AT, **asked(change, **more))
    return answer["change"]


def asked(change: dict[str, Any], applicant: str = MOTHER) -> dict[str, Any]:
    return {
        "policyNo": "P-C",
        "item": "SA_INCREASE",
        "applicantPartyId": applicant,
        "applicantRole": "PH",
        "noticeArrivedAt": "2026-10-12T10:00:00+08:00",
        "request": {"itemChange": change},
    }


@pytest.mark.parametrize(
    ("amount", "elsewhere", "problem"),
    [
        ("260000.00", "0.00", "MINOR_CAP_EXCEEDED"),
        ("200000.00", "0.00", ""),
        ("200000.00", "0.01", "MINOR_CAP_EXCEEDED"),
        ("200000.00", None, "COVER_ELSEWHERE_NOT_DECLARED"),
        ("150000.00", "0.00", "NOT_AN_INCREASE"),
    ],
)
async def test_a_child_of_nine_is_covered_for_200000_at_most(
    child: Office, amount: str, elsewhere: str | None, problem: str
):
    change = await reads(child, amount, elsewhere)

    assert change["problem"] == problem
    assert (change["minor"]["cap"], change["minor"]["ageBelow"]) == (200_000, 10)
    assert change["minor"]["basis"] == "保监发〔2015〕90号; 保险法 art. 33"


async def test_cover_under_other_policies_of_the_house_counts(child: Office):
    await keeps(child, of_the_child("P-C2", GRANDMOTHER, 20_000))
    await keeps(child, replace(of_the_child("P-C3", MOTHER, 90_000), state="TERMINATED"))

    over = await reads(child, "190000.00")
    within = await reads(child, "180000.00")

    assert (over["minor"]["here"], over["problem"]) == (210_000, "MINOR_CAP_EXCEEDED")
    assert (within["minor"]["here"], within["problem"]) == (200_000, "")


async def test_the_parents_are_asked_where_the_policyholder_is_none(child: Office):
    by_the_mother = await reads(child, "200000.00")
    async with child.registry.begin() as connection:
        await connection.execute(
            update(policies.policy_roles)
            .where(policies.policy_roles.c.kind == "PH", policies.policy_roles.c.policy_no == "P-C")
            .values(party_id=GRANDMOTHER)
        )
    by_another = await reads(child, "200000.00", applicant=GRANDMOTHER)

    assert (by_the_mother["parentsAsked"], by_another["parentsAsked"]) == (False, True)
    assert by_another["problem"] == ""


async def test_without_a_known_parent_nobody_could_consent(child: Office):
    async with child.registry.begin() as connection:
        await connection.execute(
            update(policies.policy_roles)
            .where(policies.policy_roles.c.kind == "GUARDIAN")
            .values(relation="GRANDPARENT")
        )

    assert (await reads(child, "200000.00"))["problem"] == "PARENTS_UNKNOWN"


async def test_it_takes_effect_with_its_premium_out_of_suspense(child: Office):
    change = await reads(child, "200000.00")

    await child.do("execution.change_item", at=AT, **commits(change, "200000.00"))

    async with child.database.work() as books:
        policy = await books.policies.get("P-C")
        (posting,) = await books.ledger.of_case("BQ-1")
    assert policy is not None
    assert change["increase"] == {"sumAssured": 200_000, "yearly": 3_200, "dueNow": 3_200}
    assert (str(policy.sum_assured), str(policy.annual_premium)) == ("200000.00", "12800.00")
    assert (str(policy.suspense_premium), str(policy.premiums_paid)) == ("0.00", "99200.00")
    assert [(each.side, each.account) for each in posting.entries] == [
        ("DR", "2203"),
        ("CR", "6001"),
    ]


def commits(change: Any, amount: str) -> dict[str, Any]:
    return {
        "policyNo": "P-C",
        "applicantPartyId": MOTHER,
        "request": {"itemChange": {"sumAssured": amount, "coverElsewhere": "0.00"}},
        "requiredConsents": [],
        "policyVersion": change["version"],
        "payloadHash": change["payloadHash"],
    }


async def test_cover_that_came_under_another_policy_meanwhile_stops_it(child: Office):
    change = await reads(child, "200000.00")
    await keeps(child, of_the_child("P-C2", GRANDMOTHER, 20_000))

    with pytest.raises(ApplicationError, match="not any more"):
        await child.do("execution.change_item", at=AT, **commits(change, "200000.00"))


async def test_what_a_claim_overtakes_is_taken_back_with_its_posting(child: Office):
    change = await reads(child, "200000.00")
    await child.do("execution.change_item", at=AT, **commits(change, "200000.00"))

    await child.do("execution.reverse_change", at=AT, policyNo="P-C")

    async with child.database.work() as books:
        policy = await books.policies.get("P-C")
        postings = await books.ledger.of_case("BQ-1")
    assert policy is not None
    assert (str(policy.sum_assured), str(policy.suspense_premium)) == ("150000.00", "3200.00")
    assert [each.reversal_of is None for each in postings] == [True, False]
