"""A system that fails call after call stands still by itself, and goes on when it answers."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from infra import circuits, standing
from infra.circuits import CircuitRules, Circuits
from infra.db.unit_of_work import Database
from infra.standing import StandingNow
from tests.infra.db.cases_at_hand import NOW
from workflows.domain.standstill import Standstill

RULES = CircuitRules(
    failures=4, share=0.5, window=timedelta(seconds=60), pause=timedelta(seconds=15)
)
BANK = "system:bank"


@dataclass
class Hand:
    """A circuit whose time a test moves on."""

    database: Database
    rules: CircuitRules = RULES
    now: datetime = NOW
    opened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        standing_now = StandingNow(self.database)
        self.circuits = Circuits(
            self.database, standing_now, self.rules, lambda: self.now, self.opened.append
        )

    async def calls(self, marks: str) -> None:
        """Make calls: ``x`` fails, anything else is answered."""
        for mark in marks:
            await self.circuits.heard("bank", answered=mark != "x")

    async def standing(self) -> Standstill | None:
        async with self.database.reading() as room:
            return await room.standstills.get("system", "bank")


@pytest.fixture
def hand(database: Database, monkeypatch: pytest.MonkeyPatch) -> Hand:
    monkeypatch.setattr(standing, "KEPT_SECONDS", 0.0)
    return Hand(database)


async def test_a_system_that_fails_often_enough_stands_still_by_itself(hand: Hand):
    await hand.calls("xxx")
    before = await hand.standing()

    await hand.calls("x")

    opened = await hand.standing()
    assert before is None
    assert opened is not None
    assert (opened.by, opened.reason) == ("circuit", "4 of 4 calls failed within 60 s")
    assert opened.probe_at == NOW + timedelta(seconds=15)
    assert hand.opened == ["bank"]


async def test_failures_among_many_answers_open_nothing(hand: Hand):
    await hand.calls("ooooo" + "xo" * 10)

    assert await hand.standing() is None


async def test_failures_of_long_ago_do_not_count(hand: Hand, monkeypatch: pytest.MonkeyPatch):
    await hand.calls("xxx")
    later = time.monotonic() + 61
    monkeypatch.setattr(circuits, "time", SimpleNamespace(monotonic=lambda: later))

    await hand.calls("x")

    assert await hand.standing() is None


async def test_without_a_number_of_failures_no_circuit_opens(database: Database):
    off = Hand(
        database,
        rules=CircuitRules(failures=0, share=0.5, window=RULES.window, pause=RULES.pause),
    )

    await off.calls("x" * 50)

    assert await off.standing() is None


async def test_one_call_is_let_through_when_the_pause_is_over(hand: Hand):
    await hand.calls("xxxx")
    early = await hand.circuits.may_try(BANK)
    hand.now += timedelta(seconds=15)

    tries = [await hand.circuits.may_try(BANK) for _ in range(3)]

    assert (early, tries) == (False, [True, False, False])


async def test_an_answer_lets_the_system_go_on(hand: Hand):
    await hand.calls("xxxx")
    hand.now += timedelta(seconds=15)
    await hand.circuits.may_try(BANK)

    await hand.calls("o")

    assert await hand.standing() is None
    async with hand.database.reading() as room:
        chain = await room.audit.chain(BANK)
    told = [(one.change.action, one.change.actor) for one in chain]
    assert told == [("system.suspend", "circuit"), ("system.resume", "circuit")]


async def test_no_answer_doubles_the_pause(hand: Hand):
    await hand.calls("xxxx")
    hand.now += timedelta(seconds=15)
    await hand.circuits.may_try(BANK)

    await hand.calls("x")

    still = await hand.standing()
    assert still is not None
    assert (still.tries, still.probe_at) == (2, hand.now + timedelta(seconds=30))
    assert not await hand.circuits.may_try(BANK)


async def test_a_call_that_began_before_closes_nothing(hand: Hand):
    await hand.calls("xxxx")

    await hand.calls("o")

    assert await hand.standing() is not None


async def test_nothing_is_let_through_to_what_people_let_stand_still(hand: Hand):
    word = Standstill(
        kind="system", target="bank", id="ST-1", by="ops-1", role="ops", reason="moves", since=NOW
    )
    async with hand.database.work() as books:
        await books.standstills.begin(word, "R-1")
    hand.now += timedelta(days=1)

    assert not await hand.circuits.may_try(BANK)
