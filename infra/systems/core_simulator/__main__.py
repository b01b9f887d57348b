"""``python -m infra.systems.core_simulator --port 8093 --data core.db``: the core as a process."""

import argparse
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.systems.core_simulator.app import Core, create_core
from infra.systems.core_simulator.books import CoreBooks
from infra.systems.sandbox import sandbox_settings, server


def main() -> None:
    """Serve the core system until told to stop."""
    parser = argparse.ArgumentParser(prog="core_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8093)
    parser.add_argument("--data", type=Path, required=True, help="the core's own SQLite file")
    parser.add_argument(
        "--load", type=Path, help="JSON list of [policy number, version, state, currency] to know"
    )
    _serve(parser.parse_args())


def _serve(arguments: argparse.Namespace) -> None:
    settings = sandbox_settings("core simulator")
    arguments.data.parent.mkdir(parents=True, exist_ok=True)
    zone, ahead = ZoneInfo(settings.zone), timedelta(seconds=settings.clock_offset)
    books = CoreBooks(arguments.data, lambda: datetime.now(zone) + ahead)
    try:
        if arguments.load is not None:
            books.load(tuple(each) for each in json.loads(arguments.load.read_text()))
        core = Core(books=books, token=settings.core_token.get_secret_value())
        server(create_core(core, control=True), arguments.port).run()
    finally:
        books.close()


if __name__ == "__main__":
    main()
