"""The whole stack on one machine: what runs, on which ports, with which settings."""

import asyncio
import contextlib
import fcntl
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import httpx
from sqlalchemy import make_url

from infra.db.migrations import upgrade_to_head
from infra.db.sample_book import load_sample_book
from infra.local.children import Child, Children, Ready
from infra.local.core import CORE_BOOK, core_command, tell_policies
from infra.local.ports import free_port
from infra.payload_codec import key_path
from infra.secrets import Secrets, load_or_create
from infra.settings import Settings
from infra.temporal import dev_server_command

DAY_BEGINS = datetime.fromisoformat("2026-10-12T09:00:00+08:00")
"""Business time at the first start of a data folder: the Monday of scenario S3."""
SEED = 20261012


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Ports on 127.0.0.1; the wanted ones, or the next free."""

    temporal: int = 7233
    temporal_ui: int = 8233
    api: int = 8080
    bank: int = 8090
    bureau: int = 8091
    claims: int = 8092
    mail: int = 1025
    core: int = 8093
    worker_metrics: int = 9464
    sdk_metrics: int = 9465

    def url(self, port: int) -> str:
        """Return the loopback address of one of them."""
        return f"http://127.0.0.1:{port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A running stack."""

    folder: Path
    keys: Path
    """The file of the deployment's keys."""
    addresses: Addresses
    secrets: Secrets
    clock_offset: float
    children: Children
    database_url: str
    with_core: bool = False
    """Whether a core system of its own keeps the policies, beside our books."""

    def links(self) -> list[tuple[str, str]]:
        """Return where a person can look."""
        at = self.addresses
        return [
            ("API", at.url(at.api)),
            ("API docs", f"{at.url(at.api)}/dev/handbook"),
            ("Traces", f"{at.url(at.api)}/dev/traces"),
            ("Figures", f"{at.url(at.api)}/metrics"),
            ("Workers' figures", f"{at.url(at.worker_metrics)}/metrics"),
            ("Temporal UI", at.url(at.temporal_ui)),
            ("… readable", f"{at.url(at.api)}/dev/codec-session?operator=auditor-1"),
            ("Temporal", f"127.0.0.1:{at.temporal}"),
            ("Database", make_url(self.database_url).render_as_string(hide_password=True)),
            ("Letters sent", str(self.folder / "mail")),
            ("Logs", str(self.folder / "logs")),
        ]


class AlreadyRunning(Exception):
    """Another process holds the data folder."""


@contextlib.asynccontextmanager
async def running_stack(
    folder: Path, tell: Callable[[str], None], *, with_core: bool = False
) -> AsyncIterator[Stack]:
    """Start everything on ``folder``, stop all of it at the end; ``tell`` hears the progress."""
    async with furnished(folder, tell, with_core=with_core) as stack:
        try:
            for child in processes(stack):
                tell(f"Starting {child.name}")
                await stack.children.start(child)
            yield stack
        finally:
            tell("Stopping")
            await stack.children.stop()


@contextlib.asynccontextmanager
async def furnished(
    folder: Path, tell: Callable[[str], None], *, with_core: bool = False
) -> AsyncIterator[Stack]:
    """Make ready what the processes need, and keep the folder from others; nothing runs yet."""
    with _only_one(folder):
        settings = Settings(data_folder=folder)
        stack = Stack(
            folder=folder,
            keys=key_path(settings),
            addresses=_choose_ports(),
            secrets=load_or_create(folder),
            clock_offset=_clock_offset(folder),
            children=Children(folder / "logs"),
            # The environment's, or SQLite in the folder.
            database_url=settings.database_url,
            with_core=with_core,
        )
        tell("Database: migrations and sample policy book")
        await asyncio.to_thread(upgrade_to_head, stack.database_url, stack.keys)
        await load_sample_book(stack.database_url, SEED, keys=stack.keys)
        if with_core:
            await tell_policies(stack.database_url, folder / CORE_BOOK)
        yield stack


def processes(stack: Stack) -> list[Child]:
    """Return what runs, in order of start."""
    at, folder, python = stack.addresses, stack.folder.resolve(), (sys.executable, "-m")
    server = dev_server_command(
        data_folder=folder,
        port=at.temporal,
        ui_port=at.temporal_ui,
        ui_codec=f"{at.url(at.api)}/codec",
    )
    mail = ("--port", str(at.mail), "--dir", str(folder / "mail"))
    claims = ("--port", str(at.claims), "--dir", str(folder / "claims"))
    bank = ("--port", str(at.bank), "--data", str(folder / "bank.db"))
    core = core_command(folder, at.core) if stack.with_core else ()
    commands: list[tuple[str, tuple[str, ...], Ready]] = [
        ("temporal", tuple(server.argv), _port_answers(at.temporal)),
        ("mail", (*python, "infra.systems.mail_sink", *mail), _port_answers(at.mail)),
        ("bank", (*python, "infra.systems.bank_simulator", *bank), _port_answers(at.bank)),
        (
            "bureau",
            (*python, "infra.systems.identity_bureau", "--port", str(at.bureau)),
            _port_answers(at.bureau),
        ),
        (
            "claims",
            (*python, "infra.systems.claims_desk", *claims),
            _port_answers(at.claims),
        ),
        *([("core", core, _port_answers(at.core))] if core else []),
        ("api", (*python, "api"), _http_answers(f"{at.url(at.api)}/healthz")),
        ("workers", (*python, "workers"), _tells_ready(folder / "workers.json")),
    ]
    return [
        Child(
            name=name,
            command=command,
            environment={**server.environment, **_environment(stack)},
            ready=ready,
        )
        for name, command, ready in commands
    ]


def _environment(stack: Stack) -> dict[str, str]:
    at = stack.addresses
    return {
        "BAOQUAN_PROFILE": "dev",
        "BAOQUAN_DATA_FOLDER": str(stack.folder.resolve()),
        "BAOQUAN_DATABASE_URL": stack.database_url,
        "BAOQUAN_TEMPORAL_ADDRESS": f"127.0.0.1:{at.temporal}",
        "BAOQUAN_TEMPORAL_UI_ORIGIN": at.url(at.temporal_ui),
        "BAOQUAN_API_PORT": str(at.api),
        "BAOQUAN_PUBLIC_URL": at.url(at.api),
        "BAOQUAN_BANK_URL": at.url(at.bank),
        "BAOQUAN_BANK_TOKEN": stack.secrets.bank_token,
        "BAOQUAN_IDENTITY_URL": at.url(at.bureau),
        "BAOQUAN_IDENTITY_TOKEN": stack.secrets.identity_token,
        "BAOQUAN_CLAIMS_URL": at.url(at.claims),
        "BAOQUAN_CLAIMS_TOKEN": stack.secrets.claims_token,
        "BAOQUAN_CORE_URL": at.url(at.core) if stack.with_core else "",
        "BAOQUAN_CORE_TOKEN": stack.secrets.core_token,
        "BAOQUAN_SMTP_PORT": str(at.mail),
        "BAOQUAN_WORKER_METRICS_PORT": str(at.worker_metrics),
        "BAOQUAN_SDK_METRICS_PORT": str(at.sdk_metrics),
        "BAOQUAN_CLOCK_OFFSET": str(stack.clock_offset),
    }


def _choose_ports() -> Addresses:
    wanted = Addresses()
    taken: set[int] = set()
    found: dict[str, int] = {}
    for name in (field.name for field in fields(wanted)):
        found[name] = free_port(getattr(wanted, name), taken=frozenset(taken))
        taken.add(found[name])
    return Addresses(**found)


def _clock_offset(folder: Path) -> float:
    """Return the folder's business clock; the first start sets it to the morning of the day."""
    path = folder / "clock.json"
    if not path.exists():
        offset = DAY_BEGINS.timestamp() - datetime.now(UTC).timestamp()
        path.write_text(json.dumps({"offset_seconds": round(offset)}))
    return float(json.loads(path.read_text())["offset_seconds"])


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock: IO[str] = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise AlreadyRunning(f"Another process runs on {folder}; stop it first.") from None
    try:
        yield
    finally:
        lock.close()


def _port_answers(port: int) -> Ready:
    async def ready() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    return ready


def _tells_ready(health: Path) -> Ready:
    health.unlink(missing_ok=True)  # an earlier run's

    async def ready() -> bool:
        return _state(health) == "ready"

    return ready


def _state(health: Path) -> str | None:
    return json.loads(health.read_text())["state"] if health.exists() else None


def _http_answers(url: str) -> Ready:
    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                return (await client.get(url)).is_success
        except httpx.HTTPError:
            return False

    return ready
