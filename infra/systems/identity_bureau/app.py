"""The identity bureau over HTTP; where allowed, told to be away, slow, or to know somebody."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

from infra.systems.bureau_wire import Answer, Question, Report
from infra.systems.identity import PaperIdentity
from infra.systems.sandbox import bears, from_this_machine, public


class Condition(BaseModel):
    """How the bureau is today."""

    away: bool = False
    """Every question is answered 503."""
    delay_seconds: float = Field(default=0, ge=0, le=60, alias="delaySeconds")


class Entry(BaseModel):
    """What the files say of one identity number, whatever its papers look like."""

    id_no: str = Field(alias="idNo", min_length=1, max_length=60)
    answer: Answer


@dataclass(slots=True, kw_only=True)
class Bureau:
    """What the routes work with."""

    token: str = ""
    """Bearer token that callers must bring; empty: anybody may call."""
    condition: Condition = field(default_factory=Condition)
    entries: dict[str, Answer] = field(default_factory=dict)
    papers: PaperIdentity = field(default_factory=PaperIdentity)
    asked: int = 0
    """How many questions reached the bureau, answered or not."""


def create_bureau(bureau: Bureau, *, control: bool = False) -> FastAPI:
    """Build the application; ``control`` opens the routes that script it."""
    app = FastAPI(title="Sandbox Identity Bureau", docs_url=None, redoc_url=None)
    app.state.bureau = bureau
    app.include_router(public)
    app.include_router(_questions, dependencies=[Depends(_authorised)])
    if control:
        app.include_router(_control, dependencies=[Depends(from_this_machine)])
    return app


def _bureau(request: Request) -> Bureau:
    bureau: Bureau = request.app.state.bureau
    return bureau


CurrentBureau = Annotated[Bureau, Depends(_bureau)]


def _authorised(request: Request, bureau: CurrentBureau) -> None:
    if not bears(request, bureau.token):
        raise HTTPException(401, "The bureau does not know the caller.")


_questions = APIRouter()
_control = APIRouter(prefix="/control")


@_questions.post("/verifications")
async def verify(question: Question, bureau: CurrentBureau) -> Report:
    """Compare papers with the files: the entry of the number, else what the papers prove."""
    bureau.asked += 1
    await asyncio.sleep(bureau.condition.delay_seconds)
    if bureau.condition.away:
        raise HTTPException(503, "The bureau is out of order.")
    known = bureau.entries.get(question.id_no)
    return Report(
        answer=known
        or await bureau.papers.verify(
            name=question.name, id_type=question.id_type, id_no=question.id_no, on=question.on
        )
    )


@_control.post("/condition", status_code=204)
async def set_condition(condition: Condition, bureau: CurrentBureau) -> None:
    """Be away, or slow, from now on."""
    bureau.condition = condition


@_control.post("/entries", status_code=204)
async def enter(entry: Entry, bureau: CurrentBureau) -> None:
    """Know somebody by number."""
    bureau.entries[entry.id_no] = entry.answer
