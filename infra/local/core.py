"""The simulated core system of the local stack: it knows the policies of the sample book."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import select

from infra.db.tables import policies
from infra.db.unit_of_work import Database

CORE_BOOK: Final = "core-book.json"


async def tell_policies(database_url: str, path: Path) -> None:
    """Write down what the core system is to know at its first start."""
    table = policies.policies
    query = select(table.c.policy_no, table.c.version, table.c.state, table.c.currency)
    database = Database.at(database_url)
    try:
        async with database.snapshot() as connection:
            rows = (await connection.execute(query.order_by(table.c.policy_no))).all()
    finally:
        await database.close()
    await asyncio.to_thread(path.write_text, json.dumps([list(row) for row in rows]))


def core_command(folder: Path, port: int) -> tuple[str, ...]:
    """Return how the core system is started."""
    return (
        sys.executable, "-m", "infra.systems.core_simulator", "--port", str(port),
        "--data", str(folder / "core.db"), "--load", str(folder / CORE_BOOK),
    )  # fmt: skip
