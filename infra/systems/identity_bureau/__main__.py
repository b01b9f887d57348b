"""``python -m infra.systems.identity_bureau --port 8091``: the bureau as a process."""

import argparse

import uvicorn

from infra.settings import Settings
from infra.systems.identity_bureau.app import Bureau, create_bureau


def main() -> None:
    """Serve the bureau until told to stop."""
    parser = argparse.ArgumentParser(prog="identity_bureau", description=__doc__)
    parser.add_argument("--port", type=int, default=8091)
    arguments = parser.parse_args()
    settings = Settings()
    if settings.profile == "production":
        raise SystemExit("The identity bureau simulator does not run in the production profile.")
    app = create_bureau(Bureau(token=settings.identity_token.get_secret_value()), control=True)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
