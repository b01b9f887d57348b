"""``python -m infra.systems.bank_simulator --port 8090 --data bank.db``: the bank as a process."""

import argparse
import asyncio
import time
from pathlib import Path

import httpx

from infra.systems.bank_simulator.app import Bank, create_bank, report_to
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.sandbox import sandbox_settings, server


def main() -> None:
    """Serve the bank until told to stop."""
    parser = argparse.ArgumentParser(prog="bank_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, required=True, help="the bank's own SQLite file")
    parser.add_argument("--report-to", help="where results go; the API's messages by default")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(arguments: argparse.Namespace) -> None:
    settings = sandbox_settings("bank simulator")
    token = settings.bank_token.get_secret_value()
    arguments.data.parent.mkdir(parents=True, exist_ok=True)
    ledger = BankLedger(arguments.data)
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            url = arguments.report_to or f"{settings.public_url}/v1/messages"
            bank = Bank(
                ledger=ledger,
                token=token,
                clock=lambda: time.time() + settings.clock_offset,
                report=report_to(url, token, client),
            )
            await server(create_bank(bank, control=True), arguments.port).serve()
    finally:
        ledger.close()


if __name__ == "__main__":
    main()
