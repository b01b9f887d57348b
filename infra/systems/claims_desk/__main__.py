"""``python -m infra.systems.claims_desk --port 8092 --dir claims``: claims as a process."""

import argparse
from pathlib import Path

from infra.systems.claims_desk.app import ClaimsDesk, create_claims_desk
from infra.systems.sandbox import sandbox_settings, server


def main() -> None:
    """Serve the claims system until told to stop."""
    parser = argparse.ArgumentParser(prog="claims_desk", description=__doc__)
    parser.add_argument("--port", type=int, default=8092)
    parser.add_argument("--dir", type=Path, required=True, help="where the notices are kept")
    arguments = parser.parse_args()
    settings = sandbox_settings("sandbox claims system")
    desk = ClaimsDesk(folder=arguments.dir, token=settings.claims_token.get_secret_value())
    server(create_claims_desk(desk, control=True), arguments.port).run()


if __name__ == "__main__":
    main()
