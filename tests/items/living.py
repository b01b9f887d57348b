"""A sequence of moves: ask, decide, answer, withdraw, let time pass, let the bank misbehave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import httpx
from hypothesis import strategies as st

from infra.systems.bank_simulator.script import Behaviour
from tests.items import asking, book, troubling
from tests.items.inside import Inside
from tests.unsealing import unsealed
from workflows.domain.items import CATALOGUE, ends_request

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that somebody does; numbers choose among what there is then."""

    kind: str
    pick: int
    luck: int


_ITEMS = tuple(CATALOGUE)
_STEPS = 15
"""At most, when a case is taken as far as it goes."""
_OFTEN = ("ask", "ask", "ask", "decide", "decide", "decide", "answer", "answer", "wait")
_NOW_AND_THEN = (
    "misdecide", "claim_task", "withdraw", "bank", "interrupt", "wait_long", "carry", "carry",
    "carry", "die", "complain", "complaint", "cancel", "papers", "register", "erase",
)  # fmt: skip
KINDS = (*_OFTEN, *_OFTEN, *_OFTEN, *_NOW_AND_THEN)
MOVES = st.builds(Move, st.sampled_from(KINDS), st.integers(0, 999), st.integers(0, 999))


def drawn(seed: int, count: int) -> list[Move]:
    """Moves that are the same for the same seed."""
    chance = Random(seed)  # noqa: S311 - a test's
    return [
        Move(chance.choice(KINDS), chance.randrange(1_000), chance.randrange(1_000))
        for _ in range(count)
    ]


STAFF: Mapping[str, tuple[str, ...]] = {
    "L1": ("clerk-1", "clerk-2"),
    "L2": ("checker-1", "checker-2"),
    "L3": ("lead-1", "lead-2", "lead-expiring"),
    "L4": ("branch-1", "branch-2"),
    "L5": ("hq-1", "hq-2"),
    "L6": ("executive-1",),
    "risk-desk": ("risk-1", "risk-2"),
    "manual-verification": ("risk-1", "risk-2"),
    "legal": ("legal-1",),
    "finance": ("finance-1", "finance-2"),
    "claims": ("claims-1",),
    "underwriting": ("underwriter-1",),
    "aml-desk": ("aml-1",),
    "privacy": ("privacy-1",),
    "ops": ("ops-1", "ops-2"),
}
EVERYBODY = tuple(sorted({one for group in STAFF.values() for one in group}))


@dataclass(slots=True)
class Life:
    """What has happened so far."""

    house: Inside
    cases: list[str]
    said: list[str]

    async def make(self, move: Move) -> None:
        """Make one move, and let everything happen that follows."""
        chance = Random(move.luck)  # noqa: S311 - a test's
        await _MOVES[move.kind](self, move, chance)
        await self.house.settle()

    async def open_tasks(self) -> list[tuple[str, Json]]:
        """Every task that waits for somebody."""
        return [
            (case, task)
            for case, page in await self.pages()
            for task in page["tasks"]
        ]  # fmt: skip

    async def pages(self) -> list[tuple[str, Json]]:
        """The pages of the cases that go on; also of those that nobody asked for."""
        rows = self.house.rows("SELECT id FROM cases WHERE finished_at IS NULL ORDER BY id")
        return [(case, await self.house.case(case)) for (case,) in rows]


async def _ask(life: Life, move: Move, chance: Random) -> None:
    known = book.contracts(life.house)
    contract = known[move.pick % len(known)]
    fitting = [item for item in _ITEMS if ends_request(item, contract.state) is None]
    item = chance.choice(fitting if fitting and chance.random() < 0.8 else _ITEMS)
    case = await asking.ask(life.house, chance, item, contract)
    life.said.append(f"{item} on {contract.policy_no}: {case or 'refused at the door'}")
    if case is not None:
        life.cases.append(case)


async def _decide(life: Life, move: Move, chance: Random) -> None:
    found = await life.open_tasks()
    if not found:
        return
    case, task = found[move.pick % len(found)]
    staff = [one for group in task["candidateGroups"] for one in STAFF.get(group, ())]
    await _complete(life, case, task, chance.choice(staff or list(EVERYBODY)), chance)


async def _misdecide(life: Life, move: Move, chance: Random) -> None:
    found = await life.open_tasks()
    if found:
        case, task = found[move.pick % len(found)]
        await _complete(life, case, task, chance.choice(EVERYBODY), chance)


async def _carry(life: Life, move: Move, chance: Random) -> None:
    """Take one case as far as it goes: whoever may decides, whatever is asked is answered."""
    rows = life.house.rows(
        "SELECT id FROM cases WHERE finished_at IS NULL AND item <> '' ORDER BY id"
    )
    if not rows:
        return
    case, said = rows[move.pick % len(rows)][0], set[str]()
    for _ in range(_STEPS):
        page = await life.house.case(case)
        if page["finishedAt"] is not None or not await _step(life, case, page, said, chance):
            return
        await life.house.settle()


async def _step(life: Life, case: str, page: Json, said: set[str], chance: Random) -> bool:
    """The next thing to do about it, if somebody can; nothing is answered twice."""
    if page["tasks"]:
        task = chance.choice(page["tasks"])
        staff = [one for group in task["candidateGroups"] for one in STAFF.get(group, ())]
        chance.shuffle(staff)
        for one in staff:
            if await _complete(life, case, task, one, chance):
                return True
        return False
    waits = [
        wait
        for wait in page["waits"]
        if wait["waitsFor"] == "message" and wait["message"] in _ANSWERS.keys() - said
    ]
    if waits:
        wait = chance.choice(waits)
        said.add(wait["message"])
        await _say(life, chance, case, wait)
    else:
        await life.house.sleep(timedelta(days=1))
    return True


async def _complete(life: Life, case: str, task: Json, by: str, chance: Random) -> bool:
    """Try to; tells whether it was done."""
    if task["act"] == "decision":
        nobody = () if task["asks"] is None else ("not-reached",) * 3
        outcome = chance.choice(("approve",) * 8 + ("reject", "return", *nobody))
    else:
        outcome = "done"
    answer = await life.house.complete(by, task, outcome)
    assert answer.status_code < 500, answer.text
    life.said.append(
        f"{by}: {outcome} {task['element']} of {case}: {answer.status_code} {_why(answer)}"
    )
    return answer.is_success


def _why(answer: httpx.Response) -> str:
    return "" if answer.is_success else str(answer.json().get("detail"))


async def _claim_task(life: Life, move: Move, chance: Random) -> None:
    found = await life.open_tasks()
    if not found:
        return
    _, task = found[move.pick % len(found)]
    by, other = chance.choice(EVERYBODY), chance.choice(EVERYBODY)
    path = f"/v1/tasks/{task['taskId']}"
    answer = await life.house.ask(by, "POST", f"{path}/claim", json={})
    if answer.is_success and chance.random() < 0.5:
        await life.house.ask(by, "POST", f"{path}/delegate", json={"to": other})


async def _answer(life: Life, move: Move, chance: Random) -> None:
    waits = [
        (case, wait)
        for case, page in await life.pages()
        for wait in page["waits"]
        if wait["waitsFor"] == "message" and wait["message"] in _ANSWERS
    ]
    if waits:
        case, wait = waits[move.pick % len(waits)]
        await _say(life, chance, case, wait)


async def _interrupt(life: Life, move: Move, chance: Random) -> None:
    waits = [
        (case, wait)
        for case, page in await life.pages()
        for wait in page["waits"]
        if wait["waitsFor"] == "message" and wait["message"] in _INTERRUPTIONS
    ]
    if waits:
        case, wait = waits[move.pick % len(waits)]
        await _say(life, chance, case, wait)


async def _withdraw(life: Life, move: Move, chance: Random) -> None:
    waits = [
        (case, wait)
        for case, page in await life.pages()
        for wait in page["waits"]
        if wait["message"] == "customer.withdrawn"
    ]
    if waits:
        case, wait = waits[move.pick % len(waits)]
        await _say(life, chance, case, wait)


async def _say(life: Life, chance: Random, case: str, wait: Json) -> None:
    name = wait["message"]
    said = {**_ANSWERS, **_INTERRUPTIONS, **_WITHDRAWN}[name]
    variables = await said(life, chance, case, wait)
    body = {"name": name, "key": wait["key"], "variables": variables}
    answer = await life.house.ask("back-office", "POST", "/v1/messages", json=body)
    assert answer.status_code < 500, answer.text
    life.said.append(f"{name} to {case} at {wait['element']}: {answer.status_code}")


async def _bank(life: Life, move: Move, chance: Random) -> None:
    numbers = unsealed(life.house.rows, "bank_accounts.account_no", "true")
    behaviour = chance.choice(
        (
            {"outcome": "RETURNED", "return_code": "ACCOUNT_CLOSED", "times": 1},
            {"outcome": "RETURNED", "return_code": "INSUFFICIENT_FUNDS", "times": 2},
            {"lost_answer": True, "times": 1},
            {"after": 86_400.0},
            {"after": 3_600.0, "outcome": "RETURNED", "times": 1},
            {"name_mismatch": True},
            {},
        )
    )
    for number in numbers if move.pick % 2 else numbers[move.pick % len(numbers) :][:1]:
        life.house.bank.script(number, Behaviour(**behaviour))
    life.said.append(f"the bank: {behaviour}")


async def _wait(life: Life, _move: Move, chance: Random) -> None:
    duration = timedelta(hours=chance.choice((1, 6, 24, 50, 80)))
    life.said.append(f"{duration} pass")
    await life.house.sleep(duration)


async def _wait_long(life: Life, _move: Move, chance: Random) -> None:
    duration = timedelta(days=chance.choice((6, 11, 31, 61, 100)))
    life.said.append(f"{duration} pass")
    await life.house.sleep(duration)


def _befalls(
    how: Callable[[Inside, Random, str], Awaitable[str]], *, ended: bool = False
) -> Callable[[Life, Move, Random], Awaitable[None]]:
    """Something befalls a case that goes on, or any."""
    which = "" if ended else "AND finished_at IS NULL"
    query = f"SELECT id FROM cases WHERE item <> '' {which} ORDER BY id"

    async def befall(life: Life, move: Move, chance: Random) -> None:
        rows = life.house.rows(query)
        if rows:
            life.said.append(await how(life.house, chance, rows[move.pick % len(rows)][0]))

    return befall


def _happens(
    how: Callable[[Inside, Random], Awaitable[str]],
) -> Callable[[Life, Move, Random], Awaitable[None]]:
    async def happen(life: Life, _move: Move, chance: Random) -> None:
        life.said.append(await how(life.house, chance))

    return happen


_MOVES: Mapping[str, Callable[[Life, Move, Random], Awaitable[None]]] = {
    "ask": _ask,
    "decide": _decide,
    "misdecide": _misdecide,
    "claim_task": _claim_task,
    "answer": _answer,
    "interrupt": _interrupt,
    "withdraw": _withdraw,
    "bank": _bank,
    "wait": _wait,
    "wait_long": _wait_long,
    "carry": _carry,
    "die": _befalls(troubling.die),
    "complain": _befalls(troubling.complain, ended=True),
    "complaint": _happens(troubling.deal_with_a_complaint),
    "cancel": _befalls(troubling.cancel),
    "papers": _befalls(troubling.ask_for_papers),
    "register": _happens(troubling.change_the_register),
    "erase": _happens(troubling.erase),
}


# --- what customers and machines answer -------------------------------------------------------


async def _nothing(_life: Life, _chance: Random, _case: str, _wait: Json) -> Json:
    return {}


async def _documents(life: Life, _chance: Random, case: str, _wait: Json) -> Json:
    row = life.house.rows(
        "SELECT policy_no, applicant_party_id, item FROM cases WHERE id = ?", case
    )[0]
    missing = book.told(life.house, case, "missing") or []
    kinds = [one for one in missing if isinstance(one, str)] or ["APPLICANT_ID"]
    return {
        "documentIds": [await asking.hand_in(life.house, row[0], row[1], kind) for kind in kinds]
    }


async def _consent(life: Life, chance: Random, case: str, _wait: Json) -> Json:
    shown = book.told(life.house, case, "payloadHash")
    if chance.randrange(10) == 0:
        shown = "0" * 64
    answer = chance.choice(("GIVEN", "GIVEN", "GIVEN", "REFUSED"))
    return {"answer": answer, "payloadHash": shown, "form": "E_SIGN", "evidenceId": "EV-9"}


async def _statement(life: Life, chance: Random, case: str, _wait: Json) -> Json:
    query = "SELECT sha256 FROM documents WHERE case_id = ? ORDER BY received_at DESC"
    found = [row[0] for row in life.house.rows(query, case)]
    return {"statementHash": chance.choice(found)} if found else {}


async def _account(life: Life, chance: Random, case: str, _wait: Json) -> Json:
    party = life.house.rows("SELECT applicant_party_id FROM cases WHERE id = ?", case)[0][0]
    return {"payeeAccountId": book.account_of(life.house, chance, party)}


async def _offer(_life: Life, chance: Random, _case: str, _wait: Json) -> Json:
    return {"amount": chance.choice((1_000, 5_000, 29_000))}


async def _amended(life: Life, chance: Random, case: str, _wait: Json) -> Json:
    """Other beneficiaries than asked for before."""
    number = life.house.rows("SELECT policy_no FROM cases WHERE id = ?", case)[0][0]
    contract = next(one for one in book.contracts(life.house) if one.policy_no == number)
    asked = asking.beneficiaries(life.house, chance, contract)["beneficiaryChange"]
    return {"beneficiaries": asked["beneficiaries"]}


async def _survey(_life: Life, chance: Random, _case: str, _wait: Json) -> Json:
    return {"csat": chance.randint(1, 5), "comment": ""}


async def _premium(life: Life, chance: Random, _case: str, wait: Json) -> Json:
    row = life.house.rows(
        "SELECT annual_premium_minor FROM policies WHERE policy_no = ?", str(wait["key"])
    )
    owed = (row[0][0] if row else 100_000) / 100
    amount = chance.choice((owed, owed, owed / 2, owed + 500))
    return {"amount": amount, "reference": f"REF-{chance.randrange(10**6)}"}


async def _decision(_life: Life, chance: Random, _case: str, _wait: Json) -> Json:
    if chance.random() < 0.7:
        return {"decision": "AGREED", "reason": None}
    return {"decision": "REFUSED", "reason": "NOT_COVERED"}


async def _revoked(life: Life, _chance: Random, case: str, _wait: Json) -> Json:
    rows = life.house.rows("SELECT party_id FROM consents WHERE case_id = ?", case)
    return {"partyId": rows[0][0] if rows else "PT-S7-W"}


async def _event(life: Life, chance: Random, _case: str, _wait: Json) -> Json:
    return {"eventOn": f"{(life.house.engine.now - timedelta(days=chance.randint(0, 30))).date()}"}


Answer = Callable[[Life, Random, str, Json], Awaitable[Json]]
_ANSWERS: Mapping[str, Answer] = {
    "documents.supplemented": _documents,
    "consent.answered": _consent,
    "loss-statement.acknowledged": _statement,
    "payee.account.provided": _account,
    "loan.offer.answered": _offer,
    "loan.agreement.signed": _nothing,
    "request.amended": _amended,
    "survey.answered": _survey,
    "premium.received": _premium,
    "reinstatement.accepted": _nothing,
    "claim.proofs": _nothing,
    "claim.decided": _decision,
    "claim.paid": _nothing,
}
_INTERRUPTIONS: Mapping[str, Answer] = {
    "contact.not-me": _nothing,
    "intervention.notified": _nothing,
    "consent.revoked": _revoked,
    "claim.reported": _event,
}
_WITHDRAWN: Mapping[str, Answer] = {"customer.withdrawn": _nothing}
