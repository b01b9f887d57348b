"""``python -m infra.systems.identity_bureau --port 8091``: the bureau as a process."""

import argparse

from infra.systems.identity_bureau.app import Bureau, create_bureau
from infra.systems.sandbox import sandbox_settings, server


def main() -> None:
    """Serve the bureau until told to stop."""
    parser = argparse.ArgumentParser(prog="identity_bureau", description=__doc__)
    parser.add_argument("--port", type=int, default=8091)
    arguments = parser.parse_args()
    bureau = Bureau(token=sandbox_settings("identity bureau").identity_token.get_secret_value())
    server(create_bureau(bureau, control=True), arguments.port).run()


if __name__ == "__main__":
    main()
