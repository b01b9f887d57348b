"""A sample insurer: products, people, scenario policies, and any number of generated ones.

Everything is made up, and the same for the same seed. Names of persons are invented.
"""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.connections.engine import create_engine
from infra.db.connections.locking import WRITES, hold
from infra.db.law.holiday_notices import seed_calendar
from infra.db.sample_book.benefits import benefits
from infra.db.sample_book.changes import changes
from infra.db.sample_book.content import Content
from infra.db.sample_book.generated import generated
from infra.db.sample_book.leaver import leaver
from infra.db.sample_book.loans import loans
from infra.db.sample_book.payments import payments
from infra.db.sample_book.pledges import bank
from infra.db.sample_book.products import PRODUCTS
from infra.db.sample_book.renewals import renewals
from infra.db.sample_book.scenarios import scenarios
from infra.db.sample_book.staff import LIMITS, OPERATORS
from infra.db.sample_book.working_day import working_day
from infra.db.sample_book.writing import write_content, write_products, write_staff
from infra.db.tables import people

POLICIES = 1_000


async def load_sample_book(
    target: AsyncEngine | str, seed: int, *, policies: int = POLICIES, keys: Path | None = None
) -> bool:
    """Load the sample book once; False: a database that has operators is left as it is.

    ``keys``: the key file, for a URL (``create_engine``).
    """
    if isinstance(target, str):
        engine = create_engine(target, keys=keys)
        try:
            return await _load(engine, seed, policies)
        finally:
            await engine.dispose()
    return await _load(target, seed, policies)


async def _load(engine: AsyncEngine, seed: int, policies: int) -> bool:
    async with engine.connect() as connection:
        await connection.execution_options(**{WRITES: True})
        async with connection.begin():
            return await _fill(connection, seed, policies)


async def _fill(connection: AsyncConnection, seed: int, policies: int) -> bool:
    await hold(connection, ("sample book",))
    if (await connection.execute(select(people.operators.c.id).limit(1))).first() is not None:
        return False
    await seed_calendar(connection)
    await seed_calendar(connection, "HK")
    await write_products(connection, PRODUCTS)
    await write_staff(connection, OPERATORS, LIMITS)
    content = Content()
    scenarios(content)
    changes(content)
    leaver(content)
    payments(content)
    loans(content)
    renewals(content)
    benefits(content)
    bank(content)
    working_day(content)
    generated(content, seed, policies)
    await write_content(connection, content)
    return True
