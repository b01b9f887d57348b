"""The claims system over HTTP: notices on disk by key; where allowed, told to be away."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel

from infra.secret_files import write_once
from infra.systems.claims_wire import Notification, Receipt
from infra.systems.sandbox import bears, from_this_machine, public


class Condition(BaseModel):
    """How the claims system is today."""

    away: bool = False
    """Every notice is answered 503."""


@dataclass(slots=True, kw_only=True)
class ClaimsDesk:
    """What the routes work with."""

    folder: Path
    """One file per notice."""
    token: str = ""
    """Bearer token that callers must bring; empty: anybody may call."""
    condition: Condition = field(default_factory=Condition)

    def register(self, key: str, notification: Notification) -> Receipt:
        """Keep a notice under its key, once; another one under the same key is a ValueError."""
        name = hashlib.sha256(key.encode()).hexdigest()[:12].upper()
        path, content = self.folder / f"{name}.json", notification.model_dump_json(by_alias=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_once(path, content)
        if path.read_text("utf-8") != content:
            raise ValueError("Expected the notice of this key, but got another")
        return Receipt(reference=f"CLM-{name}")

    def notices(self) -> list[Notification]:
        """Everything that was registered."""
        found = sorted(self.folder.glob("*.json"))
        return [Notification.model_validate_json(path.read_text("utf-8")) for path in found]


def create_claims_desk(desk: ClaimsDesk, *, control: bool = False) -> FastAPI:
    """Build the application; ``control`` opens the routes that script it."""
    app = FastAPI(title="Sandbox Claims", docs_url=None, redoc_url=None)
    app.state.desk = desk
    app.include_router(public)
    app.include_router(_notices, dependencies=[Depends(_authorised)])
    if control:
        app.include_router(_control, dependencies=[Depends(from_this_machine)])
    return app


def _desk(request: Request) -> ClaimsDesk:
    desk: ClaimsDesk = request.app.state.desk
    return desk


CurrentDesk = Annotated[ClaimsDesk, Depends(_desk)]


def _authorised(request: Request, desk: CurrentDesk) -> None:
    if not bears(request, desk.token):
        raise HTTPException(401, "Claims does not know the caller.")


_notices = APIRouter()
_control = APIRouter(prefix="/control")


@_notices.post("/notifications", status_code=201)
async def register(
    notification: Notification,
    desk: CurrentDesk,
    idempotency_key: Annotated[str, Header(min_length=1, max_length=200)],
) -> Receipt:
    """Register an insured event, once per key."""
    if desk.condition.away:
        raise HTTPException(503, "Claims is out of order.")
    try:
        return await asyncio.to_thread(desk.register, idempotency_key, notification)
    except ValueError as error:
        raise HTTPException(422, f"{error}.") from None


@_notices.get("/notifications")
async def list_notices(desk: CurrentDesk) -> list[Notification]:
    """Show everything that was registered."""
    return await asyncio.to_thread(desk.notices)


@_control.post("/condition", status_code=204)
async def set_condition(condition: Condition, desk: CurrentDesk) -> None:
    """Be away, or back, from now on."""
    desk.condition = condition
