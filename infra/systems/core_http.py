"""The insurer's core system over HTTP: every answer, and every silence, in the words of the house.

A refused connection was not taken and may be tried again. A time-out, a broken connection after
sending, a 5xx or an answer nobody can read may stand for an effect: that is an unknown outcome, to
be asked about by key, never a reason to send again.
"""

from datetime import timedelta
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from infra.systems import core_wire
from infra.systems.core_projection import message_of
from workflows.domain.core_reconciliation import CoreEffect
from workflows.domain.core_system import CoreOrder, CoreReport
from workflows.domain.money import Money
from workflows.domain.systems import OutcomeUnknown, SystemUnavailable

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NOT_FOUND = 404
_TAKEN = frozenset({200, 202})
_WAIT = frozenset({429, 503})
_REFUSALS = frozenset({412, 422})
_UNKNOWN_KEY = "UNKNOWN_KEY"
_NO_VERDICT = frozenset({"KEY_REUSED", "INVALID"})
"""Refusals that say nothing of the business: our order, or what stands under its key, is wrong."""
KEYS_KEPT = timedelta(days=30)


class HttpCore:
    """The core system; the client brings address, token and time-outs."""

    def __init__(self, client: httpx.AsyncClient, *, keys_kept: timedelta = KEYS_KEPT) -> None:
        self._client = client
        self.keys_kept = keys_kept
        """How long the core system remembers a key."""

    async def order(self, order: CoreOrder) -> CoreReport:
        """Reserve, commit, cancel or reverse, once per key."""
        try:
            answer = await self._client.post(
                f"/{order.operation}",
                json=message_of(order).model_dump(mode="json", by_alias=True, exclude_none=True),
                headers={"Idempotency-Key": order.key, "X-Correlation-Id": order.case_id},
            )
        except _NOT_SENT:
            raise SystemUnavailable("The core system could not be reached.") from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"The answer was lost: {type(error).__name__}.") from None
        return _judged(answer, order)

    async def query(self, key: str) -> CoreReport | None:
        """Ask what became of an order; None: the core system never took it."""
        answer = await self._read(f"/effects/{quote(key, safe='')}", _UNKNOWN_KEY)
        return None if answer is None else _report(_effect(answer), key)

    async def effect(self, key: str) -> CoreEffect | None:
        """Tell all that stands under a key; None: the core system never took it."""
        answer = await self._read(f"/effects/{quote(key, safe='')}", _UNKNOWN_KEY)
        if answer is None:
            return None
        effect = _effect(answer)
        return CoreEffect(
            state=effect.state,
            policy_no=effect.policy_no,
            policy_version=effect.policy_version,
            moved=_debits(effect),
        )

    async def policy_version(self, policy_no: str) -> int | None:
        """Tell where a policy stands; None: the core system does not have it."""
        answer = await self._read(f"/policies/{quote(policy_no, safe='')}", "UNKNOWN_POLICY")
        if answer is None:
            return None
        try:
            return core_wire.PolicySeen.model_validate_json(answer.content).policy_version
        except ValidationError:
            raise SystemUnavailable("The core system's answer could not be read.") from None

    async def _read(self, path: str, unknown: str) -> httpx.Response | None:
        try:
            answer = await self._client.get(path)
        except httpx.HTTPError:
            raise SystemUnavailable("The core system did not answer a query.") from None
        if answer.status_code == _NOT_FOUND and _code(answer) == unknown:
            return None
        if answer.status_code not in _TAKEN:
            # Also a 404 of something on the way: only the core system's own word counts.
            raise SystemUnavailable(f"The core system answered {answer.status_code}.")
        return answer


def _debits(effect: core_wire.Effect) -> Money | None:
    amounts = [
        Money(entry.amount.amount_minor, entry.amount.currency)
        for journal in effect.journals
        for entry in journal.entries
        if entry.side == "DR"
    ]
    return sum(amounts[1:], amounts[0]) if amounts else None


def _judged(answer: httpx.Response, order: CoreOrder) -> CoreReport:
    """Read the answer to an order: only the core system's own word says that it refused."""
    if answer.status_code in _TAKEN:
        effect = _effect(answer)
        if (effect.operation, effect.policy_no) != (order.operation, order.policy_no):
            raise OutcomeUnknown("The answer is about another order.")
        return _report(effect, order.key)
    code = _code(answer)
    if answer.status_code in _WAIT and code is not None:
        raise SystemUnavailable("The core system asks to wait.")
    if answer.status_code not in _REFUSALS or code is None or code in _NO_VERDICT:
        raise OutcomeUnknown(f"The core system answered {answer.status_code}.")
    return CoreReport(state="REFUSED", code=code)


def _report(effect: core_wire.Effect, key: str) -> CoreReport:
    if effect.key != key:
        raise OutcomeUnknown("The answer is about another key.")
    if effect.state == "FAILED":
        return CoreReport(state="REFUSED", code=effect.code or "FAILED")
    return CoreReport(state=effect.state, ref=effect.ref)


def _effect(answer: httpx.Response) -> core_wire.Effect:
    try:
        return core_wire.Effect.model_validate_json(answer.content)
    except ValidationError:
        raise OutcomeUnknown("The answer could not be read.") from None


def _code(answer: httpx.Response) -> str | None:
    try:
        return core_wire.Refusal.model_validate_json(answer.content).code
    except ValidationError:
        return None
