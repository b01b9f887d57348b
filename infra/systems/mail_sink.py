"""A mailbox on this machine: takes every mail by SMTP and keeps it as an ``.eml`` file.

``python -m infra.systems.mail_sink --port 1025 --dir mail``. A mail that comes again under its
Message-ID is taken and kept once, as mail stores with duplicate suppression do. Recipients at
``unknown.example`` are refused (550).
"""

import argparse
import asyncio
import hashlib
import os
import signal
from email import message_from_bytes
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES = 20 * 1024 * 1024
UNKNOWN = "unknown.example"
"""No mailbox is known at this domain: how a bad address behaves can be seen here."""


class MailFolder:
    """The handler of the SMTP server: mails to files, each once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Take everybody, but for those whom nobody knows."""
        del server, session, rcpt_options
        if address.rpartition("@")[2].lower() == UNKNOWN:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail before saying so."""
        del server, session
        content = envelope.original_content or b""
        kept = await asyncio.to_thread(self.keep, content)
        return f"250 OK {kept.stem}"

    def keep(self, content: bytes) -> Path:
        """Write the mail to disk under its Message-ID, once, and return its file."""
        message_id = message_from_bytes(content, policy=SMTP_POLICY)["Message-ID"]
        name = hashlib.sha256(str(message_id or content).encode()).hexdigest()[:32]
        path = self.folder / f"{name}.eml"
        if path.exists():
            return path
        draft = self.folder / f".{name}.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(self.folder)
        return path


async def open_mailbox(
    folder: Path, port: int, host: str = "127.0.0.1"
) -> asyncio.base_events.Server:
    """Listen for mail; port 0 takes any free one."""
    handler = MailFolder(folder)
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(
            handler, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, hostname="mail-sink"
        ),
        host,
        port,
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


async def _serve(port: int, folder: Path) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    server = await open_mailbox(folder, port)
    try:
        await stop.wait()
    finally:
        server.close()


def main() -> None:
    """Take mail until told to stop."""
    parser = argparse.ArgumentParser(prog="mail_sink", description=__doc__)
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--dir", type=Path, required=True, help="where the mails are kept")
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.port, arguments.dir))


if __name__ == "__main__":
    main()
