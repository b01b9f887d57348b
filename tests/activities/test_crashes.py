"""A process killed by SIGKILL again and again between any two steps: nothing is lost or doubled."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from activities.failpoints import failpoints
from infra.db.unit_of_work import Database
from tests.activities.office import Office, moment, open_office
from tests.shelf import Hand, Shelf

Step = Callable[..., Awaitable[dict[str, Any]]]
"""Does one activity: its type, its key, its variables."""
NOTICE = "2026-10-12T10:00"
ROOT = Path(__file__).parents[2]
EFFECTS, MOST_LIVES = 4, 60
FAILPOINTS = ",".join(
    f"{name}=0.2"
    for name in (
        "effect.before_commit",
        "effect.after_commit",
        "pay.intent_written",
        "pay.sent",
        "pay.recorded",
        "letter.intent_written",
        "letter.sent",
        "letter.recorded",
    )
)


async def live(folder: Path, url: str) -> None:
    """One life of a worker."""
    async with open_office(folder, url) as office:
        office.failpoint = failpoints(FAILPOINTS, allowed=True)
        await surrender(partial(step, office))


async def surrender(step: Step) -> None:
    """Every step of a case, under keys that stay the same."""
    for no in range(EFFECTS):
        variables = {"class": "SYSTEM", "reason": f"R{no}"}
        await step("anomaly.record", f"a{no}", **variables)
    payee = (await step("verification.payee", "v", policyNo="P-1", payeeAccountId="AC-1"))["payee"]
    asked = {"policyNo": "P-1", "basis": "SURRENDER", "asOf": moment(NOTICE), "request": {}}
    quote = (await step("execution.quote", "q", **asked))["quote"]
    held = await step("execution.reserve", "r", policyNo="P-1", quote=quote)
    done = await step(
        "execution.commit", "c", policyNo="P-1", quote=quote, basis="SURRENDER", **held
    )
    order = {"obligation": done["obligation"], "payee": payee}
    payment = (await step("execution.pay", "p", **order))["payment"]
    await step("execution.settle", "s", payment=payment, **order)
    letter = {"template": "withdrawn", "policyNo": "P-1", "applicantPartyId": "PT-1"}
    await step("follow_up.letter", "l", **letter)


async def step(office: Office, kind: str, key: str, **variables: object) -> dict[str, object]:
    call = office.call(kind, variables, effect_key=f"BQ-1/{kind}/{key}", element=key)
    return await office.run(call)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "shelf", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
async def test_a_worker_killed_at_every_turn_ends_with_every_effect_once(
    tmp_path: Path, shelf: Shelf, book: str
):
    url = shelf.copy(book, "crashes")
    deaths, status = 0, -1
    while deaths < MOST_LIVES and status != 0:
        given = (str(tmp_path), shelf.working(url))
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.activities.test_crashes", *given, cwd=ROOT
        )
        status = await child.wait()
        assert status in {0, -signal.SIGKILL}
        deaths += status != 0

    assert status == 0
    assert deaths, "nobody died: nothing was shown"
    await ended_right(tmp_path, url, shelf.hand(url))
    shelf.drop(url)


async def ended_right(folder: Path, url: str, hand: Hand) -> None:
    """Everything was done, and nothing twice: in the books, at the bank, in the mailbox."""
    database = Database.at(url)
    async with database.reading() as room:
        verdict = await room.audit.verify("BQ-1")
        assert (verdict.intact, await room.ledger.unbalanced()) == (True, ())
    await database.close()
    assert hand.scalar("SELECT count(*) FROM effects") == EFFECTS + 7
    assert hand.scalar("SELECT count(*) FROM anomalies") == EFFECTS
    assert hand.scalar("SELECT count(*) FROM payment_attempts") == 1
    assert hand.scalar("SELECT count(*) FROM communications") == 1
    assert told(folder / "bank.db", "SELECT sum(amount_minor) FROM entry") == 56_801_45
    assert len(list((folder / "mail").glob("*.eml"))) == 1


def told(path: Path, query: str) -> object:
    file = sqlite3.connect(path)
    (answer,) = file.execute(query).fetchone()
    file.close()
    return answer


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2]))
