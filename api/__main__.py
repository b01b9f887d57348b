"""``python -m api``: serve the product over HTTP."""

import uvicorn

from api.app import create_app
from infra.settings import Settings
from infra.telemetry.logs import configure_logs


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    configure_logs(settings)
    uvicorn.run(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        server_header=False,
        date_header=False,
        access_log=False,
    )


if __name__ == "__main__":
    main()
