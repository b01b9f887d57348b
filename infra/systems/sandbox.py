"""What the sandbox's systems share: who may call, who may script them, how they are served."""

import hmac
from typing import Final

import uvicorn
from fastapi import APIRouter, FastAPI, HTTPException, Request

from infra.settings import Settings

LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})

public: Final = APIRouter()
"""What anybody may ask of any of them."""


@public.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """Tell that the process is up."""
    return {"status": "ok"}


def bears(request: Request, token: str) -> bool:
    """Whether a caller brings the bearer token; an empty one is asked of nobody."""
    given = request.headers.get("Authorization", "")
    return not token or hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def from_this_machine(request: Request) -> None:
    """Refuse (403) whoever calls from elsewhere: the routes behind it script the system."""
    if request.client is None or request.client.host not in LOOPBACK:
        raise HTTPException(403, "Only from this machine.")


def sandbox_settings(name: str) -> Settings:
    """The settings; leaves where the profile is production: nothing real hangs on a simulator."""
    settings = Settings()
    if settings.profile == "production":
        raise SystemExit(f"The {name} does not run in the production profile.")
    return settings


def server(app: FastAPI, port: int) -> uvicorn.Server:
    """A server of one of them, on loopback."""
    return uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    )
