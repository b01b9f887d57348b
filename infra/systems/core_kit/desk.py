"""How the kit talks to a core system: orders under keys of its own, answers read strictly."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from infra.systems.core_wire import Effect, Operation, PolicySeen, Refusal

Body = Mapping[str, Any]
_TAKEN: Final = frozenset({200, 202})
_SETTLE_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.2


class Broken(Exception):
    """The core system did not do as the contract says; tells what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: an effect or a refusal."""

    status: int
    effect: Effect | None = None
    code: str | None = None

    @property
    def told(self) -> str:
        """In one line."""
        if self.effect is None:
            return f"{self.status} {self.code or '(no code)'}"
        effect = self.effect
        return f"{self.status} {effect.state} {effect.ref} version {effect.policy_version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of the kit's: its id, and the reservation it asks for."""

    id: str
    reservation_id: str
    policy_no: str


@dataclass(slots=True, kw_only=True)
class Desk:
    """A line to the core system, and what has to be put away after a check."""

    client: httpx.AsyncClient
    policy_no: str
    run: str
    """Makes the ids of one run differ from those of every other."""
    number: int = 0
    held: list[Case] = field(default_factory=list)
    committed: list[tuple[Case, str]] = field(default_factory=list)

    def id(self, prefix: str) -> str:
        """Return an id that was never used."""
        self.number += 1
        return f"{prefix}-{self.run}-{self.number}"

    def case(self) -> Case:
        """Begin a case."""
        case = Case(id=self.id("KIT"), reservation_id=self.id("RS"), policy_no=self.policy_no)
        self.held.append(case)
        return case

    def again(self, case: Case) -> Case:
        """The same case, asking for another reservation."""
        case = replace(case, reservation_id=self.id("RS"))
        self.held.append(case)
        return case

    async def policy(self) -> PolicySeen:
        """Read the policy."""
        answer = await self.client.get(f"/policies/{self.policy_no}")
        if answer.status_code != httpx.codes.OK:
            raise Broken(f"GET /policies answered {answer.status_code}")
        return _read(PolicySeen, answer)

    async def send(self, operation: Operation, body: Body, key: str) -> Answer:
        """Send an order; what is taken and not done yet is waited for."""
        headers = {"Idempotency-Key": key}
        answer = await self.client.post(f"/{operation}", json=body, headers=headers)
        told = _answer(answer)
        effect = told.effect
        if effect is not None and (effect.key, effect.operation) != (key, operation):
            raise Broken(f"the answer is about {effect.operation} {effect.key}")
        return told if effect is None or effect.state != "PENDING" else await self._settled(key)

    async def query(self, key: str) -> Answer:
        """Ask by key."""
        return _answer(await self.client.get(f"/effects/{key}"))

    async def _settled(self, key: str) -> Answer:
        for _ in range(int(_SETTLE_SECONDS / _POLL_SECONDS)):
            told = await self.query(key)
            if told.effect is not None and told.effect.state != "PENDING":
                return told
            await asyncio.sleep(_POLL_SECONDS)
        raise Broken(f"{key} was still PENDING after {_SETTLE_SECONDS:.0f} s")

    async def reserve(self, case: Case, key: str | None = None, **more: Any) -> Answer:  # noqa: ANN401 - JSON
        """Reserve for a case."""
        at = (await self.policy()).at
        return await self.send("reserve", reserve_body(case, at, **more), key or self.id("key"))

    async def commit(self, case: Case, key: str | None = None, **more: Any) -> Answer:  # noqa: ANN401 - JSON
        """Commit what a case reserved: a surrender."""
        key, at = key or self.id("key"), (await self.policy()).at
        told = await self.send("commit", commit_body(case, at, **more), key)
        if told.effect is not None and told.effect.state == "DONE":
            self.committed.append((case, key))
        return told

    async def cancel(self, case: Case, key: str | None = None) -> Answer:
        """Let go of what a case reserved."""
        return await self.send("cancel", order_head(case), key or self.id("key"))

    async def reverse(self, case: Case, commit_key: str, key: str | None = None) -> Answer:
        """Undo a commit."""
        at = (await self.policy()).at
        body = {
            "caseId": case.id,
            "policyNo": case.policy_no,
            "commitKey": commit_key,
            "effectiveAt": at.isoformat(),
            "journals": [journal(self.id("JN"), at, [100], turned=True)],
        }
        return await self.send("reverse", body, key or self.id("key"))

    async def put_away(self) -> None:
        """Undo what a check left behind, as far as the core system lets it."""
        held, committed = self.held[::-1], self.committed[::-1]
        self.held, self.committed = [], []
        for case, key in committed:
            await _quietly(self.reverse(case, key))
        for case in held:
            await _quietly(self.cancel(case))


async def _quietly(asked: Any) -> None:  # noqa: ANN401 - any of the desk's coroutines
    try:
        await asked
    except (Broken, httpx.HTTPError):
        return


def order_head(case: Case) -> dict[str, Any]:
    """What every order on a reservation bears."""
    return {
        "caseId": case.id,
        "policyNo": case.policy_no,
        "reservationId": case.reservation_id,
    }


def reserve_body(case: Case, at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A reservation for a surrender of 1.00."""
    return {
        **order_head(case),
        "item": "TERMINATE",
        "basis": "SURRENDER",
        "asOf": at.isoformat(),
        "net": {"amountMinor": 100, "currency": "CNY"},
        "quoteHash": "0" * 64,
        "expiresAt": (at + timedelta(hours=1)).isoformat(),
        **more,
    }


def commit_body(case: Case, at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A surrender of 1.00; ``journals`` and the like may be given otherwise."""
    return {
        **order_head(case),
        "item": "TERMINATE",
        "basis": "SURRENDER",
        "effectiveAt": at.isoformat(),
        "changes": {"state": "TERMINATED", "terminationReason": "SURRENDER"},
        "journals": [journal(f"JN-{case.reservation_id}", at, [100])],
        "payable": {"id": f"OB-{case.reservation_id}", "amount": amount(100)},
        **more,
    }


def journal(id: str, at: datetime, amounts: list[int], *, turned: bool = False) -> dict[str, Any]:
    """A journal of these amounts against their sum."""
    debit, credit = ("CR", "DR") if turned else ("DR", "CR")
    return {
        "id": id,
        "valueDate": at.date().isoformat(),
        "text": "contract kit",
        "entries": [
            *({"account": "6401", "side": debit, "amount": amount(each)} for each in amounts),
            {"account": "2202", "side": credit, "amount": amount(sum(amounts))},
        ],
    }


def amount(minor: int) -> dict[str, Any]:
    """An amount in the currency of the kit's policies."""
    return {"amountMinor": minor, "currency": "CNY"}


def _answer(answer: httpx.Response) -> Answer:
    if answer.status_code in _TAKEN:
        return Answer(status=answer.status_code, effect=_read(Effect, answer))
    try:
        code = Refusal.model_validate_json(answer.content).code
    except ValidationError:
        code = None
    return Answer(status=answer.status_code, code=code)


T = TypeVar("T", bound=BaseModel)


def _read(kind: type[T], answer: httpx.Response) -> T:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Broken(f"the answer is no {kind.__name__}: {where}: {first['msg']}") from None
