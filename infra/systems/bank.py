"""The bank over HTTP: every answer, and every silence, in the words of the house.

A refused connection was not taken and may be tried again. A time-out, a broken connection after
sending or a 5xx may have been taken: that is an unknown outcome, never a reason to send again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from infra.systems import bank_wire
from workflows.domain.money import Money
from workflows.domain.payment import (
    AccountCheck,
    AccountReport,
    ElementsCheck,
    ElementsReport,
    PaymentOrder,
    PaymentReport,
)
from workflows.domain.reconciliation import BankLine
from workflows.domain.systems import OutcomeUnknown, SystemUnavailable

T = TypeVar("T", bound=BaseModel)

_STATES: Mapping[bank_wire.BankState, Literal["SENT", "SETTLED", "RETURNED", "REFUSED"]] = {
    "ACCEPTED": "SENT",
    "SETTLED": "SETTLED",
    "RETURNED": "RETURNED",
    "REJECTED": "REFUSED",
}
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NOT_FOUND, _TOO_MANY = 404, 429
_REFUSALS = frozenset({400, 422})
_KEY_REUSED = "KEY_REUSED"
KEYS_KEPT = timedelta(days=7)


class HttpBank:
    """Payments and account checks; the client brings address, token and time-outs."""

    def __init__(self, client: httpx.AsyncClient, *, keys_kept: timedelta = KEYS_KEPT) -> None:
        self._client = client
        self.keys_kept = keys_kept
        """How long the bank remembers an idempotency key."""

    async def check_account(self, check: AccountCheck) -> AccountReport:
        """Ask whether the account is open, and whose it is."""
        question = bank_wire.AccountQuestion(account=check.account_no, holder=check.holder_name)
        answer = await self._asked("/accounts/check", question)
        report = _read(bank_wire.AccountReport, answer)
        return AccountReport(
            open=report.status == "OPEN", match=report.match, reference=report.bank
        )

    async def check_elements(self, check: ElementsCheck) -> ElementsReport:
        """Ask whether name, document, account and phone belong together."""
        question = bank_wire.ElementsQuestion(
            account=check.account_no,
            holder=check.holder_name,
            id_no=check.id_no,
            phone=check.phone,
        )
        report = _read(bank_wire.ElementsReport, await self._asked("/accounts/elements", question))
        known = report.status == "OPEN"
        return ElementsReport(
            answer="UNKNOWN" if not known else "MISMATCH" if report.differing else "MATCH",
            differing=report.differing,
            reference=report.bank,
        )

    async def _asked(self, path: str, question: BaseModel) -> httpx.Response:
        """The answer to a question that changes nothing: it may be asked again."""
        try:
            answer = await self._client.post(path, json=_body(question))
        except httpx.HTTPError:
            raise SystemUnavailable("The bank did not answer an account check.") from None
        if not answer.is_success:
            raise SystemUnavailable(
                f"The bank answered an account check with {answer.status_code}."
            )
        return answer

    async def disburse(self, order: PaymentOrder) -> PaymentReport:
        """Pay, once per idempotency key."""
        return await self._ordered(order, "OUT")

    async def collect(self, order: PaymentOrder) -> PaymentReport:
        """Collect under the holder's authority, once per idempotency key."""
        return await self._ordered(order, "IN")

    async def _ordered(self, order: PaymentOrder, direction: Literal["OUT", "IN"]) -> PaymentReport:
        body = bank_wire.PaymentOrder(
            account=order.account_no,
            holder=order.holder_name,
            amount_minor=order.amount.minor,
            purpose=order.reference,
            direction=direction,
        )
        headers = {"Idempotency-Key": order.idempotency_key}
        try:
            answer = await self._client.post("/payments", json=_body(body), headers=headers)
        except _NOT_SENT:
            raise SystemUnavailable("The bank could not be reached.") from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"The bank's answer was lost: {type(error).__name__}.") from None
        return _paid(answer, order)

    async def query(self, idempotency_key: str) -> PaymentReport | None:
        """Ask what became of an order; None: the bank never saw it."""
        try:
            answer = await self._client.get(f"/payments/{quote(idempotency_key, safe='')}")
        except httpx.HTTPError:
            raise SystemUnavailable("The bank did not answer a query.") from None
        if answer.status_code == _NOT_FOUND:
            return None
        if not answer.is_success:
            raise SystemUnavailable(f"The bank answered a query with {answer.status_code}.")
        return _report(_read(bank_wire.PaymentReport, answer))

    async def statement(self, since: datetime) -> tuple[BankLine, ...]:
        """Return what moved from an instant on; raises SystemUnavailable when the bank is away."""
        lines: list[bank_wire.StatementLine] = []
        while True:
            parameters: dict[str, str | int] = {
                "since": since.isoformat(),
                "after": lines[-1].no if lines else 0,
            }
            try:
                answer = await self._client.get("/statement", params=parameters)
            except httpx.HTTPError:
                raise SystemUnavailable("The bank gave no statement.") from None
            if not answer.is_success:
                raise SystemUnavailable(f"The bank gave no statement: {answer.status_code}.")
            page = _read(bank_wire.Statement, answer)
            lines += page.lines
            if page.is_last:
                return tuple(_line(one) for one in lines)


def _paid(answer: httpx.Response, order: PaymentOrder) -> PaymentReport:
    """Read the answer to an order: only the bank's own word says that it was refused."""
    if answer.is_success:
        report = _read(bank_wire.PaymentReport, answer)
        if (report.key, report.amount_minor) != (order.idempotency_key, order.amount.minor):
            raise OutcomeUnknown("The bank's answer is about another order.")
        return _report(report)
    if answer.status_code == _TOO_MANY:
        raise SystemUnavailable("The bank asks to wait.")
    code = _refusal_code(answer) if answer.status_code in _REFUSALS else None
    if code is None or code == _KEY_REUSED:
        # A wrong token or address, or an order under this key that differs: ask, never conclude.
        raise OutcomeUnknown(f"The bank answered {answer.status_code}.")
    return PaymentReport(state="REFUSED", bank_ref="", return_code=code)


def _report(report: bank_wire.PaymentReport) -> PaymentReport:
    return PaymentReport(
        state=_STATES[report.state], bank_ref=report.bank_ref, return_code=report.return_code
    )


def _line(line: bank_wire.StatementLine) -> BankLine:
    return BankLine(
        key=line.key,
        kind=line.kind,
        amount=Money(line.amount_minor, line.currency),
        booked_at=line.booked_at,
    )


def _refusal_code(answer: httpx.Response) -> str | None:
    try:
        return bank_wire.Refusal.model_validate_json(answer.content).code
    except ValidationError:
        return None


def _read(kind: type[T], answer: httpx.Response) -> T:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError:
        raise OutcomeUnknown("The bank's answer could not be read.") from None


def _body(message: BaseModel) -> dict[str, object]:
    return message.model_dump(by_alias=True)
