"""``python -m api``: serve the product over HTTP."""

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from infra import core_dumps
from infra.settings import Settings
from infra.telemetry.logs import configure_logs

MAX_HEAD = 64 * 1024
IDLE_SECONDS = 15


def served(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how the application is served: bounded heads, nothing told about the server."""
    return uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        http="h11",
        h11_max_incomplete_event_size=MAX_HEAD,
        timeout_keep_alive=IDLE_SECONDS,
        log_config=None,
        server_header=False,
        date_header=False,
        access_log=False,
        proxy_headers=False,
    )


def main() -> None:
    """Serve until told to stop."""
    core_dumps.forbid()
    settings = Settings()
    configure_logs(settings)
    uvicorn.Server(served(create_app(settings), settings)).run()


if __name__ == "__main__":
    main()
