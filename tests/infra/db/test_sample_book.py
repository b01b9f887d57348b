"""The sample book is the same for the same seed, loads once, and bears the scenarios' figures."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from stdnum.cn import ric

from infra.db.sample_book import load_sample_book
from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import BOOK_DAY
from infra.db.sample_book.generated import generated
from infra.db.sample_book.scenarios import PARTIAL, S2_1, S2_2, S2_3, S2_4, S3, S10
from infra.db.sample_book.staff import OPERATORS
from infra.db.sample_book.working_day import working_day
from infra.db.tables import parties, policies
from infra.db.unit_of_work import Database
from tests.shelf import Shelf
from workflows.domain.bases import quote
from workflows.domain.cooling_off import cooling_off_period, is_within
from workflows.domain.money import money
from workflows.domain.policy import image_hash
from workflows.domain.quote import Basis, Valuation

SHANGHAI = ZoneInfo("Asia/Shanghai")


async def net(insurer: Database, policy_no: str, basis: Basis, arrives: str, **more: object) -> str:
    as_of = datetime.fromisoformat(arrives).replace(tzinfo=SHANGHAI)
    async with insurer.work() as books:
        policy = await books.policies.get(policy_no)
        assert policy is not None
        cash_value = await books.policies.cash_value(policy_no, as_of.date())
        assert cash_value is not None
        valuation = Valuation(
            policy=policy,
            product=await books.policies.product(policy.product_code, policy.product_version),
            cash_value=cash_value,
            basis=basis,
            as_of=as_of,
            **more,  # type: ignore[arg-type] # by name
        )
    return str(quote(valuation).net)


async def images(database: Database) -> list[str]:
    async with database.work() as books:
        numbers = [S3, S10, "P2600001", "P2600007", "P2600020"]
        found = [await books.policies.get(number) for number in numbers]
    return [image_hash(policy) for policy in found if policy is not None]


async def test_a_loaded_book_is_left_as_it_is(insurer: Database) -> None:
    assert not await load_sample_book(insurer.engine, 99, policies=5)


async def test_the_same_seed_gives_the_same_book(
    insurer: Database, shelf: Shelf, migrated: str
) -> None:
    url = shelf.copy(migrated, "other")
    await load_sample_book(url, 7, policies=30)
    other = Database.at(url)

    same = await images(other) == await images(insurer)

    await other.close()
    assert same


def test_a_pledge_has_a_pledgee() -> None:
    content = Content()
    working_day(content)
    generated(content, 20260930, 200)

    held = [policy for policy in content.policies if "PLEDGED" in policy.flags]

    assert "P-W34" in {policy.policy_no for policy in held}
    assert len(held) > 1, "a generated one, too"
    assert all(policy.holders("PLEDGEE", BOOK_DAY) for policy in held)


@pytest.mark.parametrize(
    ("policy_no", "arrives", "basis", "amount"),
    [
        (S2_1, "2026-09-30T23:59:59", "COOLING_OFF", "11990.00"),
        (S2_2, "2026-10-01T00:00:01", "SURRENDER", "3240.00"),
        (S2_3, "2026-10-08T17:00:00", "COOLING_OFF", "11990.00"),
        (S2_4, "2026-10-08T17:00:00", "SURRENDER", "3240.00"),
    ],
)
async def test_scenario_s2_row(
    insurer: Database, policy_no: str, arrives: str, basis: Basis, amount: str
) -> None:
    notice = datetime.fromisoformat(arrives).replace(tzinfo=SHANGHAI)
    async with insurer.work() as books:
        policy = await books.policies.get(policy_no)
        assert policy is not None
        assert policy.receipt_signed_on is not None
        product = await books.policies.product(policy.product_code, policy.product_version)
        calendar = await books.calendars.load()
    period = cooling_off_period(product.cooling_off, policy.receipt_signed_on, calendar, SHANGHAI)

    within = is_within(period, notice)

    assert within is (basis == "COOLING_OFF")
    assert await net(insurer, policy_no, basis, arrives) == amount


async def test_scenario_s3_pays_to_the_cent(insurer: Database) -> None:
    assert await net(insurer, S3, "SURRENDER", "2026-10-12T10:00:00") == "56801.45"


async def test_scenario_s10_pays_to_the_cent(insurer: Database) -> None:
    assert await net(insurer, S10, "SURRENDER", "2026-06-15T10:00:00") == "128000.00"


async def test_the_partial_surrender_pays_its_share(insurer: Database) -> None:
    kept = money(350_000)

    paid = await net(insurer, PARTIAL, "PARTIAL", "2026-10-12T10:00:00", new_sum_assured=kept)

    assert paid == "25920.00"


async def test_the_opening_ledger_balances_and_bears_the_loan(insurer: Database) -> None:
    async with insurer.work() as books:
        unbalanced = await books.ledger.unbalanced()
        journals = await books.ledger.of_policy(S3)
    loans = sum(
        entry.amount.minor
        for journal in journals
        for entry in journal.entries
        if (entry.account, entry.side) == ("1221", "DR")
    )

    assert (unbalanced, loans) == ((), 3_075_616)


async def test_every_identity_number_is_well_formed(insurer: Database) -> None:
    async with insurer.engine.connect() as connection:
        persons = select(parties.parties).where(parties.parties.c.kind == "PERSON")
        rows = (await connection.execute(persons)).all()

    assert all(ric.get_birth_date(ric.validate(row.id_no)) == row.born_on for row in rows)


async def test_phones_are_nobody_elses(insurer: Database) -> None:
    contacts = parties.contact_points
    async with insurer.engine.connect() as connection:
        query = select(func.count(), func.count(func.distinct(contacts.c.mark)))
        total, distinct = (await connection.execute(query)).one()

    assert total == distinct


async def test_there_is_an_operator_for_every_level() -> None:
    assert {operator.level for operator in OPERATORS} == set(range(7))


async def test_a_certificate_of_a_supervisor_expires_at_noon(insurer: Database) -> None:
    noon = datetime(2026, 10, 12, 12, tzinfo=SHANGHAI)
    async with insurer.work() as books:
        lead = await books.operators.get("lead-expiring")

    assert lead is not None
    assert not lead.certificates[0].is_valid(noon)


async def test_limits_stand_by_level(insurer: Database) -> None:
    async with insurer.work() as books:
        limits = await books.operators.limits("TERMINATE", date(2026, 10, 12))

    assert [(limit.level, str(limit.maximum)) for limit in limits] == [
        (2, "50000.00"),
        (3, "200000.00"),
        (4, "500000.00"),
        (5, "2000000.00"),
        (6, "None"),
    ]


async def test_a_risk_history_of_a_quiet_customer_is_quiet(insurer: Database) -> None:
    at = datetime(2026, 10, 12, 10, tzinfo=SHANGHAI)
    async with insurer.work() as books:
        history = await books.parties.risk_history(S3, "PT-S3", case_id="BQ-1", at=at)

    assert (history.last_contact_change, history.holder_money_out_30d) == (None, 0)
    assert (history.phone_shared_with, history.phone_is_agents) == (0, False)


@pytest.mark.slow
async def test_a_thousand_policies_load(database: Database, owner: AsyncEngine) -> None:
    await load_sample_book(owner, 20261012)

    async with database.engine.connect() as connection:
        count = (
            await connection.execute(select(func.count()).select_from(policies.policies))
        ).scalar_one()
        faults = []
        if connection.dialect.name == "sqlite":  # loads whatever refers to nothing; this tells
            faults = list(await connection.execute(text("PRAGMA foreign_key_check")))
    async with database.reading() as room:
        assert await room.ledger.unbalanced() == ()
    assert (count, faults) == (1_065, [])


def test_where_one_of_finance_agreed_to_a_case_another_is_left() -> None:
    finance = [one for one in OPERATORS if "finance" in one.groups]

    assert len(finance) == 2
    assert all(one.certificates and one.status == "ACTIVE" for one in finance)
