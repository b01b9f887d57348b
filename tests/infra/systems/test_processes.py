"""The bank and the mailbox as processes of their own: started, asked, stopped, started again."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from infra.systems.bank import HttpBank
from infra.systems.notifier import SmtpNotifier
from workflows.domain.money import money
from workflows.domain.payment import PaymentOrder
from workflows.domain.records import Mail

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
TOKEN = "-".join(("bank", "and", "insurer"))


@contextlib.asynccontextmanager
async def running(
    module: str, port: int, *options: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "--port", str(port), *options,
        cwd=ROOT, env={**os.environ, "BAOQUAN_BANK_TOKEN": TOKEN},
    )  # fmt: skip
    try:
        await answering(port)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 20)


async def answering(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"Nothing answers on port {port}.")


def an_order() -> PaymentOrder:
    return PaymentOrder(
        idempotency_key="BQ-1:OB-1:1",
        reference="BQ-1:OB-1:1",
        bank="Sandbox Bank",
        account_no="6222001",
        holder_name="张三",
        amount=money(100),
    )


async def test_a_payment_outlives_the_death_of_the_bank(tmp_path: Path, unused_tcp_port: int):
    address = f"http://127.0.0.1:{unused_tcp_port}"
    options = ("--data", str(tmp_path / "bank.db"), "--report-to", "http://127.0.0.1:1/nobody")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=address, headers=headers) as client:
        bank = HttpBank(client)
        async with running("infra.systems.bank_simulator", unused_tcp_port, *options) as process:
            taken = await bank.disburse(an_order())
            process.kill()
            await process.wait()

        async with running("infra.systems.bank_simulator", unused_tcp_port, *options):
            again = await bank.disburse(an_order())

    assert again.bank_ref == taken.bank_ref


async def test_a_mail_is_on_disk_when_it_was_taken(tmp_path: Path, unused_tcp_port: int):
    notifier = SmtpNotifier(host="127.0.0.1", port=unused_tcp_port, sender="a@b.example")
    mail = Mail(message_id="m-1", to="c@d.example", subject="s", body="b")

    async with running(
        "infra.systems.mail_sink", unused_tcp_port, "--dir", str(tmp_path)
    ) as process:
        await notifier.send(mail)
        process.kill()
        await process.wait()

    assert len(os.listdir(tmp_path)) == 1
