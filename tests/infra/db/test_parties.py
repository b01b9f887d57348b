"""What risk rules ask of the past: changes, shared phones, money out, an agent's surrenders."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from infra.db.connections.locking import WRITES
from infra.db.tables import parties, policies
from infra.db.unit_of_work import Database
from tests.unsealing import write_sealed
from workflows.domain.money import money
from workflows.domain.party import ContactPoint, RiskHistory
from workflows.domain.payment import Obligation

AT = datetime(2026, 10, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
HOLDER = "PT-S3"

PHONE = ContactPoint(
    id="CT-NEW", party_id=HOLDER, kind="PHONE", value="13700000000", since=AT - timedelta(days=3)
)
OWED = Obligation(
    id="OB-1",
    case_id="BQ-OTHER",
    policy_no="P-OTHER",
    party_id=HOLDER,
    direction="OUT",
    amount=money(40_000),
    state="SETTLED",
    opened_at=AT - timedelta(days=10),
)


async def write(database: Database, *statements: object) -> None:
    async with database.engine.connect() as connection:
        await connection.execution_options(**{WRITES: True})
        async with connection.begin():
            for statement in statements:
                await connection.execute(statement)  # type: ignore[call-overload] # any statement


async def reached(database: Database, *points: ContactPoint) -> None:
    async with database.changing() as connection:
        await write_sealed(connection, parties.contact_points, *points)


async def history(database: Database) -> RiskHistory:
    async with database.work() as books:
        return await books.parties.risk_history("P-S3", HOLDER, case_id="BQ-1", at=AT)


async def test_a_phone_that_took_the_place_of_another_is_a_change(insurer: Database) -> None:
    await reached(insurer, PHONE)

    assert (await history(insurer)).last_contact_change == PHONE.since


async def test_a_phone_shared_with_strangers_is_counted(insurer: Database) -> None:
    strangers = [
        replace(PHONE, id=f"CT-{no}", party_id=f"PT-00000{no}-1", value="13910000004")
        for no in (1, 2, 3)
    ]
    await reached(insurer, *strangers)

    assert (await history(insurer)).phone_shared_with == 3


async def test_money_out_of_other_cases_is_summed(insurer: Database) -> None:
    async with insurer.work() as books:
        await books.obligations.open(OWED)
        await books.obligations.open(replace(OWED, id="OB-2", case_id="BQ-1"))
        await books.obligations.open(replace(OWED, id="OB-3", opened_at=AT - timedelta(days=31)))

    told = await history(insurer)

    assert (told.holder_money_out_30d, str(told.holder_amount_out_30d)) == (1, "40000.00")


async def test_surrenders_of_the_agents_other_clients_are_counted(insurer: Database) -> None:
    table = policies.policies
    left = {"termination_reason": "SURRENDER", "ended_on": date(2026, 10, 1), "agent_id": "AG-9"}
    await write(
        insurer,
        update(table).where(table.c.policy_no == "P-S3").values(agent_id="AG-9"),
        update(table).where(table.c.policy_no.in_(["P-S10", "P2600001"])).values(left),
    )

    assert (await history(insurer)).agent_surrenders_30d == 2


async def test_a_new_holder_and_a_new_beneficiary_are_changes(insurer: Database) -> None:
    roles = policies.policy_roles
    await write(
        insurer,
        update(roles)
        .where(roles.c.policy_no == "P-S3", roles.c.kind == "PH")
        .values(since=date(2026, 9, 1)),
        update(roles)
        .where(roles.c.policy_no == "P-S3", roles.c.kind == "BENEF_DEATH")
        .values(since=date(2026, 8, 1)),
    )

    told = await history(insurer)

    assert (told.last_holder_change, told.last_beneficiary_change) == (
        date(2026, 9, 1),
        date(2026, 8, 1),
    )


async def test_a_payer_outside_the_family_is_seen(insurer: Database) -> None:
    roles = policies.policy_roles
    await write(
        insurer,
        update(roles)
        .where(roles.c.policy_no == "P-S3", roles.c.kind == "PAYER")
        .values(relation="FRIEND"),
    )

    assert (await history(insurer)).unrelated_payer


async def test_an_account_is_masked_but_for_its_end(insurer: Database) -> None:
    async with insurer.work() as books:
        account = await books.parties.account("AC-S3-1")
        await books.parties.record_match("AC-S3-1", "EXACT", AT)
        checked = await books.parties.account("AC-S3-1")

    assert account is not None
    assert checked is not None
    assert account.masked == f"**** {account.account_no[-4:]}"
    assert (checked.match, checked.checked_at) == ("EXACT", AT)
