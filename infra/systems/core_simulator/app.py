"""The core system over HTTP, as the published contract says; and told how to misbehave."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from infra.systems.core_simulator.books import CoreBooks, Declined
from infra.systems.core_wire import (
    CONTRACT_VERSION,
    CancelOrder,
    CommitOrder,
    Effect,
    Operation,
    Order,
    PolicySeen,
    Refusal,
    ReserveOrder,
    ReverseOrder,
)
from infra.systems.sandbox import bears, from_this_machine, public

ABOUT: Final = """What Baoquan asks of an insurer's core policy system: reserve, commit, cancel,
reverse, once per key, and query by key.

- **Keys.** Every order bears an `Idempotency-Key`. The same key and body get the same answer, done
  once, however often and however many at a time; the same key with another body is refused
  (422 `KEY_REUSED`). A key is remembered for 30 days at least. A refused order leaves nothing:
  its key is free.
- **In doubt.** After a time-out Baoquan asks `GET /effects/{key}` and sends again only when the
  answer is 404 `UNKNOWN_KEY`. Any other 404 is taken for something on the way.
- **One policy, one order at a time.** A commit is one transaction: version, change, journals.
- **Refusals** are 412 (`STALE`, `HELD`, `EXPIRED`, `CANCELLED`, `UNKNOWN_RESERVATION`: quote again)
  or 422 (any other code: a person looks at it), always with `{code, message}`. 429 and 503 with
  `{code, message}` mean that nothing was taken. Everything else is an unknown outcome.
- **Money** is whole minor units; **instants** bear an offset, one without is refused; **days** are
  days, moved by no zone."""


class Behaviour(BaseModel):
    """What goes wrong with the next orders of an operation."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    operation: Operation | Literal["*"] = "*"
    latency: float = Field(default=0.0, ge=0, le=60)
    """Seconds before the answer; the effect stands before the wait."""
    fail_status: Literal[429, 500, 502, 503] | None = None
    """Answer this and do nothing."""
    lost_answer: bool = False
    """Do it, then answer 504."""
    garbled: bool = False
    """Do it, then answer what nobody can read."""
    times: int = Field(default=1, ge=1, le=1_000_000)


@dataclass(slots=True, kw_only=True)
class Core:
    """What the routes work with."""

    books: CoreBooks
    token: str = ""
    """Bearer token that callers must bring; empty: anybody may call."""
    behaviours: list[Behaviour] = field(default_factory=list)

    def behaviour(self, operation: Operation) -> Behaviour:
        """How to behave now; counts against a limited behaviour."""
        for place, each in enumerate(self.behaviours):
            if each.operation in {operation, "*"}:
                left = each.model_copy(update={"times": each.times - 1})
                self.behaviours[place : place + 1] = [left] if left.times else []
                return each
        return Behaviour()


def create_core(core: Core, *, control: bool = False) -> FastAPI:
    """Build the application; ``control`` opens the routes that script it."""
    app = FastAPI(
        title="Core policy system, as Baoquan asks it",
        version=CONTRACT_VERSION,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.core = core
    app.include_router(public)
    app.include_router(_orders, dependencies=[Depends(_authorised)])
    if control:
        app.include_router(_control, dependencies=[Depends(from_this_machine)])
    app.add_exception_handler(Declined, _declined)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


def _core(request: Request) -> Core:
    core: Core = request.app.state.core
    return core


CurrentCore = Annotated[Core, Depends(_core)]
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._:-]+$"),
]


def _authorised(core: CurrentCore, request: Request) -> None:
    if not bears(request, core.token):
        raise Declined("NO_TOKEN", "A bearer token is required.", 401)


async def _declined(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Declined):
        raise error
    return _refused(error.status, error.code, error.message)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    del error  # it may quote what was sent
    return _refused(422, "INVALID", "The message is not one of the contract.")


def _refused(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse(Refusal(code=code, message=message).model_dump(), status_code=status)


def _answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Refusal, "description": _MEANS[status]} for status in statuses}


_MEANS: Final = {
    401: "No token, or a wrong one.",
    404: "`UNKNOWN_KEY` or `UNKNOWN_POLICY`.",
    409: "`IN_PROGRESS`: an order of this key is being done.",
    412: "Not as the quote was made: `STALE`, `HELD`, `EXPIRED`, `CANCELLED`, "
    "`UNKNOWN_RESERVATION`.",
    422: "Refused: `UNKNOWN_POLICY`, `COMMITTED`, `UNBALANCED`, `CURRENCY`, `NOT_REVERSIBLE`, "
    "`UNKNOWN_COMMIT`, `KEY_REUSED`, `INVALID`, or a code of the core's own.",
    429: "Too much at a time; nothing was taken.",
    503: "Away; nothing was taken.",
}
_ORDERED: Final[dict[str, Any]] = {
    "response_model": Effect,
    "responses": {
        202: {"model": Effect, "description": "Taken, not done yet (`PENDING`): ask by key."},
        **_answers(401, 409, 412, 422, 429, 503),
    },
}

_orders = APIRouter()
_control = APIRouter(prefix="/control")


@_orders.post("/reserve", **_ORDERED)
async def reserve(order: ReserveOrder, core: CurrentCore, key: Key) -> Effect | Response:
    """Hold a policy for a case's quote."""
    return await _ordered(core, "reserve", key, order)


@_orders.post("/commit", **_ORDERED)
async def commit(order: CommitOrder, core: CurrentCore, key: Key) -> Effect | Response:
    """Change the policy and post its journals, on a reservation that holds."""
    return await _ordered(core, "commit", key, order)


@_orders.post("/cancel", **_ORDERED)
async def cancel(order: CancelOrder, core: CurrentCore, key: Key) -> Effect | Response:
    """Let go of a reservation."""
    return await _ordered(core, "cancel", key, order)


@_orders.post("/reverse", **_ORDERED)
async def reverse(order: ReverseOrder, core: CurrentCore, key: Key) -> Effect | Response:
    """Undo a commit on which nothing later stands."""
    return await _ordered(core, "reverse", key, order)


@_orders.get("/effects/{key}", responses=_answers(401, 404, 422, 429, 503))
async def effect(
    key: Annotated[str, Path(min_length=1, max_length=120)], core: CurrentCore
) -> Effect:
    """Tell what stands under a key."""
    found = await asyncio.to_thread(core.books.find, key)
    if found is None:
        raise Declined("UNKNOWN_KEY", "Nothing was done under this key.", 404)
    return found


@_orders.get("/policies/{policyNo}", responses=_answers(401, 404, 422, 429, 503))
async def policy(
    policy_no: Annotated[str, Path(alias="policyNo", min_length=1, max_length=120)],
    core: CurrentCore,
) -> PolicySeen:
    """Tell how a policy stands."""
    found = await asyncio.to_thread(core.books.policy, policy_no)
    if found is None:
        raise Declined("UNKNOWN_POLICY", "There is no such policy.", 404)
    return found


@_control.post("/behaviours", status_code=204)
async def script(behaviour: Behaviour, core: CurrentCore) -> None:
    """Behave like this towards the next orders."""
    core.behaviours.append(behaviour)


@_control.get("/effects")
async def effects(core: CurrentCore) -> list[Effect]:
    """List everything that was done."""
    return await asyncio.to_thread(core.books.effects)


async def _ordered(core: Core, operation: Operation, key: str, order: Order) -> Effect | Response:
    behaviour = core.behaviour(operation)
    if behaviour.fail_status is not None:
        raise HTTPException(behaviour.fail_status, "The core system is out of order.")
    done = await asyncio.to_thread(core.books.take, key, order)
    await asyncio.sleep(behaviour.latency)
    if behaviour.lost_answer:
        raise HTTPException(504, "The answer was lost.")
    if behaviour.garbled:
        return PlainTextResponse('{"key": "', media_type="application/json")
    return done
