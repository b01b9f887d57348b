"""``python -m infra.systems.claims_desk --port 8092 --dir claims``: claims as a process."""

import argparse
from pathlib import Path

import uvicorn

from infra.settings import Settings
from infra.systems.claims_desk.app import ClaimsDesk, create_claims_desk


def main() -> None:
    """Serve the claims system until told to stop."""
    parser = argparse.ArgumentParser(prog="claims_desk", description=__doc__)
    parser.add_argument("--port", type=int, default=8092)
    parser.add_argument("--dir", type=Path, required=True, help="where the notices are kept")
    arguments = parser.parse_args()
    settings = Settings()
    if settings.profile == "production":
        raise SystemExit("The sandbox claims system does not run in the production profile.")
    desk = ClaimsDesk(folder=arguments.dir, token=settings.claims_token.get_secret_value())
    app = create_claims_desk(desk, control=True)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
