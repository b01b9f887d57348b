"""The bank over HTTP: pay, ask, check; and, where allowed, told how to misbehave."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from infra.systems.bank_simulator.ledger import (
    BankLedger,
    DueReport,
    KeyReused,
    Rejected,
)
from infra.systems.bank_simulator.script import Account, Script
from infra.systems.bank_wire import (
    AccountQuestion,
    AccountReport,
    ElementsQuestion,
    ElementsReport,
    PaymentOrder,
    PaymentReport,
    Refusal,
    Statement,
)
from infra.systems.sandbox import bears, from_this_machine, public

PULSE_SECONDS = 0.1
Report = Callable[[DueReport], Awaitable[bool]]
"""Tells whoever ordered a payment how it ended; False: try again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What the routes work with."""

    ledger: BankLedger
    token: str = ""
    """Bearer token that callers must bring; empty: anybody may call."""
    clock: Callable[[], float] = time.time
    report: Report | None = None


def create_bank(bank: Bank, *, control: bool = False) -> FastAPI:
    """Build the application; ``control`` opens the routes that script it."""
    app = FastAPI(title="Sandbox Bank", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.state.bank = bank
    app.include_router(public)
    app.include_router(_payments, dependencies=[Depends(_authorised)])
    if control:
        app.include_router(_control, dependencies=[Depends(from_this_machine)])
    app.add_exception_handler(KeyReused, _key_reused)
    app.add_exception_handler(Rejected, _rejected)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    pulse = asyncio.create_task(_pulse(app.state.bank))
    try:
        yield
    finally:
        pulse.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pulse


async def _pulse(bank: Bank) -> None:
    while True:
        await beat(bank)
        await asyncio.sleep(PULSE_SECONDS)


async def beat(bank: Bank) -> None:
    """Bring about what is due and report it."""
    await asyncio.to_thread(bank.ledger.advance, bank.clock())
    if bank.report is None:
        return
    for report in await asyncio.to_thread(bank.ledger.due_reports, bank.clock()):
        heard = await bank.report(report)
        note = bank.ledger.delivered if heard else bank.ledger.undelivered
        await asyncio.to_thread(note, report.id, bank.clock())


def report_to(url: str, token: str, client: httpx.AsyncClient) -> Report:
    """Report outcomes as messages to the insurer's API."""

    async def report(due: DueReport) -> bool:
        payment = due.payment
        message_id = f"{payment.bank_ref}:{payment.state}"
        body = {
            "name": "payment.result",
            "key": payment.key,
            "id": message_id,
            "ttl": "P30D",
            "variables": {
                "state": payment.state,
                "returnCode": payment.return_code,
                "bankRef": payment.bank_ref,
            },
        }
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": message_id}
        try:
            answer = await client.post(url, json=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success

    return report


def _bank(request: Request) -> Bank:
    bank: Bank = request.app.state.bank
    return bank


CurrentBank = Annotated[Bank, Depends(_bank)]


def _authorised(bank: CurrentBank, request: Request) -> None:
    if not bears(request, bank.token):
        raise HTTPException(401, "A bearer token is required.")


async def _key_reused(_: Request, error: Exception) -> JSONResponse:
    del error
    return _refuse("KEY_REUSED", "The key came before with another body.")


async def _rejected(_: Request, error: Exception) -> JSONResponse:
    code = error.code if isinstance(error, Rejected) else "REJECTED"
    return _refuse(code, "The bank does not take this order.")


def _refuse(code: str, message: str) -> JSONResponse:
    return JSONResponse(Refusal(code=code, message=message).model_dump(), status_code=422)


_payments = APIRouter()
_control = APIRouter(prefix="/control")


@_payments.post("/payments", response_model=PaymentReport)
async def pay(
    order: PaymentOrder,
    bank: CurrentBank,
    key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)],
) -> PaymentReport | JSONResponse:
    """Take an order once per key; the same key and body get the same answer."""
    known = await asyncio.to_thread(bank.ledger.known, key, order)
    if known is not None:
        return known
    behaviour = await asyncio.to_thread(bank.ledger.behaviour, order.account, spend=True)
    if behaviour.fail_status is not None:
        raise HTTPException(behaviour.fail_status, "The bank is out of order.")
    if behaviour.reject_code is not None:
        raise Rejected(behaviour.reject_code)
    payment = await asyncio.to_thread(bank.ledger.pay, key, order, behaviour, bank.clock())
    await asyncio.sleep(behaviour.latency)
    if behaviour.lost_answer:
        raise HTTPException(504, "The answer was lost.")
    return payment


@_payments.get("/payments")
async def payments(bank: CurrentBank) -> list[PaymentReport]:
    """List every payment, the oldest first."""
    return await asyncio.to_thread(bank.ledger.payments)


@_payments.get("/payments/{key}")
async def payment(key: str, bank: CurrentBank) -> PaymentReport:
    """Tell how the payment of a key stands."""
    found = await asyncio.to_thread(bank.ledger.find, key)
    if found is None:
        raise HTTPException(404, "No payment came under this key.")
    return found


@_payments.get("/statement")
async def statement(
    bank: CurrentBank,
    since: Annotated[AwareDatetime, Query()],
    after: Annotated[int, Query(ge=0)] = 0,
) -> Statement:
    """List what moved from an instant on, page by page: ``after`` is the last line seen."""
    return await asyncio.to_thread(bank.ledger.statement, since.timestamp(), after)


@_payments.post("/accounts/check")
async def check_account(question: AccountQuestion, bank: CurrentBank) -> AccountReport:
    """Compare an account's holder with a name."""
    behaviour = await asyncio.to_thread(bank.ledger.behaviour, question.account, spend=False)
    await asyncio.sleep(behaviour.latency)
    if behaviour.fail_status is not None:
        raise HTTPException(behaviour.fail_status, "The bank is out of order.")
    return await asyncio.to_thread(bank.ledger.check, question, behaviour)


@_payments.post("/accounts/elements")
async def check_elements(question: ElementsQuestion, bank: CurrentBank) -> ElementsReport:
    """Compare an account's holder, document and phone with what is asked."""
    behaviour = await asyncio.to_thread(bank.ledger.behaviour, question.account, spend=True)
    await asyncio.sleep(behaviour.latency)
    if behaviour.fail_status is not None:
        raise HTTPException(behaviour.fail_status, "The bank is out of order.")
    return await asyncio.to_thread(bank.ledger.compare, question, behaviour)


@_control.post("/behaviours", status_code=204)
async def script(order: Script, bank: CurrentBank) -> None:
    """Behave like this towards an account from now on."""
    await asyncio.to_thread(bank.ledger.script, order.account, order.behaviour)


@_control.post("/accounts", status_code=204)
async def open_account(account: Account, bank: CurrentBank) -> None:
    """Open an account, or close it."""
    await asyncio.to_thread(bank.ledger.open_account, account)
