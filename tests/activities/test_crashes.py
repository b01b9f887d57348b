"""A process killed by SIGKILL again and again between any two steps: nothing is lost or doubled."""

import asyncio
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from activities.failpoints import failpoints
from infra.db.unit_of_work import Database
from tests.activities.office import Office, moment, open_office
from tests.shelf import Shelf

NOTICE = "2026-10-12T10:00"
ROOT = Path(__file__).parents[2]
EFFECTS, MOST_LIVES = 8, 60
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
    """One life of a worker: every step of a case, under keys that stay the same."""
    async with open_office(folder, url) as office:
        office.failpoint = failpoints(FAILPOINTS, allowed=True)
        for no in range(EFFECTS):
            variables = {"class": "SYSTEM", "reason": f"R{no}"}
            await step(office, "anomaly.record", f"a{no}", **variables)
        payee = (
            await step(office, "verification.payee", "v", policyNo="P-1", payeeAccountId="AC-1")
        )["payee"]
        asked = {"policyNo": "P-1", "basis": "SURRENDER", "asOf": moment(NOTICE), "request": {}}
        quote = (await step(office, "execution.quote", "q", **asked))["quote"]
        held = await step(office, "execution.reserve", "r", policyNo="P-1", quote=quote)
        done = await step(
            office, "execution.commit", "c", policyNo="P-1", quote=quote, basis="SURRENDER", **held
        )
        order = {"obligation": done["obligation"], "payee": payee}
        payment = (await step(office, "execution.pay", "p", **order))["payment"]
        await step(office, "execution.settle", "s", payment=payment, **order)
        letter = {"template": "withdrawn", "policyNo": "P-1", "applicantPartyId": "PT-1"}
        await step(office, "follow_up.letter", "l", **letter)


async def step(office: Office, kind: str, key: str, **variables: object) -> dict[str, object]:
    call = office.call(kind, variables, effect_key=f"BQ-1/{kind}/{key}", element=key)
    return await office.run(call)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_worker_killed_at_every_turn_ends_with_every_effect_once(
    tmp_path: Path, shelf: Shelf, book: str
):
    url = shelf.copy(book, "crashes")
    deaths, status = 0, -1
    while deaths < MOST_LIVES and status != 0:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.activities.test_crashes", str(tmp_path), url, cwd=ROOT
        )
        status = await child.wait()
        assert status in {0, -signal.SIGKILL}
        deaths += status != 0

    assert status == 0
    assert deaths, "nobody died: nothing was shown"
    database = Database.at(url)
    async with database.reading() as room:
        verdict = await room.audit.verify("BQ-1")
        assert (verdict.intact, await room.ledger.unbalanced()) == (True, ())
    await database.close()
    hand = shelf.hand(url)
    assert hand.scalar("SELECT count(*) FROM effects") == EFFECTS + 7
    assert hand.scalar("SELECT count(*) FROM anomalies") == EFFECTS
    assert hand.scalar("SELECT count(*) FROM payment_attempts") == 1
    assert hand.scalar("SELECT count(*) FROM communications") == 1
    assert told(tmp_path / "bank.db", "SELECT sum(amount_minor) FROM entry") == 56_801_45
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    shelf.drop(url)


def told(path: Path, query: str) -> object:
    file = sqlite3.connect(path)
    (answer,) = file.execute(query).fetchone()
    file.close()
    return answer


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2]))
