"""The house of the journeys with Temporal in memory: asked over HTTP, and nothing is waited for."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from temporalio.client import Client

from activities.registry import build_activities
from activities.step import Equipment, Systems
from api.app import create_app
from infra.db.connections.away import patiently
from infra.db.unit_of_work import Database
from infra.definitions import BundleReader
from infra.secrets import load_or_create
from infra.settings import Settings
from infra.standing import StandingNow
from infra.systems.bank import HttpBank
from infra.systems.bank_simulator.app import Bank, beat, create_bank, report_to
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.claims_desk.app import ClaimsDesk, create_claims_desk
from infra.systems.claims_http import HttpClaims
from infra.systems.file_store import FileStore
from infra.systems.identity_bureau.app import Bureau, create_bureau
from infra.systems.identity_http import HttpIdentity
from infra.systems.mail_sink import open_mailbox
from infra.systems.notifier import SmtpNotifier
from infra.systems.print_outbox import PrintOutbox
from infra.systems.texts import MailToText
from tests.items.door import Answering
from tests.items.engine import Engine
from tests.journeys.house import House
from tests.journeys.wire import Wire
from tests.shelf import Hand
from workers import crier, relay, starter
from workers.crier import Crier
from workers.relay import Relay
from workers.starter import Starter
from workflows.bpmn.program import Program
from workflows.domain.canonical import canonical_json
from workflows.domain.records import LetterContent
from workflows.host.programs import PROGRAMS

ZONE = "Asia/Shanghai"
IMPATIENT = timedelta(minutes=1)
"""Nobody else is at work: what could be left to others for a moment is not."""


class PlainLetters:
    """A press that sets no type: the content as it is, the same bytes for the same content."""

    def render(self, letter: LetterContent) -> bytes:
        """Return a letter's content."""
        return canonical_json(repr(letter)).encode()


@contextlib.contextmanager
def _chores_at(engine: Engine) -> Iterator[None]:
    """Let the chores look at the engine's time."""

    class Now(datetime):
        """The time as the engine has it."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return engine.now.astimezone(tz)

    modules = (crier, relay, starter)
    for module in modules:
        module.datetime = Now  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in modules:
            module.datetime = datetime  # type: ignore[attr-defined]


class _NoLostTurns:
    """A turn that was taken is never lost here."""

    async def round(self, _now: datetime) -> None:
        """Find nothing."""


@dataclass(kw_only=True)
class Inside(House):
    """A house that stands still until somebody acts or lets time pass."""

    engine: Engine
    till: Bank
    patience: float = 0.0
    _chores: tuple[Any, ...] = field(default=())

    async def settle(self) -> None:
        """Let everything happen that happens by itself now."""
        for _ in range(50):
            before = self._moved
            await self.engine.settle()
            await beat(self.till)
            for chore in self._rounds():
                await chore.round()
                await self.engine.settle()
            if self.engine.trouble is not None:
                raise self.engine.trouble
            if self._moved == before:
                return
        raise AssertionError("it never comes to rest")

    @property
    def _moved(self) -> int:
        return self.engine.turns

    def _rounds(self) -> tuple[Any, ...]:
        client, database = self.client, self.database
        messenger = Relay(
            client=client, database=database, task_queue=self.settings.task_queue, zone=ZONE,
            clock_offset=IMPATIENT,
        )  # fmt: skip
        messenger._lost = _NoLostTurns()  # type: ignore[assignment]
        return (
            Starter(database=database, zone=ZONE),
            messenger,
            Crier(client=client, database=database, clock_offset=IMPATIENT),
        )

    async def until(self, moment: datetime) -> None:
        """Let time pass; everything that falls due on the way does."""
        await self.settle()
        while (due := self.engine.next_alarm) is not None and due <= moment:
            await self.engine.ring()
            await self.settle()
        self.engine.now = max(self.engine.now, moment)
        await self.settle()

    async def sleep(self, duration: timedelta) -> None:
        """Let some time pass."""
        await self.until(self.engine.now + duration)


@contextlib.asynccontextmanager
async def inside(folder: Path, moment: str) -> AsyncIterator[Inside]:
    """Open a furnished folder at a moment; everybody works in this process."""
    engine = Engine(datetime.fromisoformat(moment).astimezone(UTC))
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_chores_at(engine))
        mailbox = await open_mailbox(folder / "mail", 0)
        stack.callback(mailbox.close)
        settings = _settings(folder, mailbox.sockets[0].getsockname()[1])
        client = await Client.connect(
            "127.0.0.1:9",
            lazy=True,
            data_converter=engine.converter,
            interceptors=[Answering(engine)],
        )
        api = create_app(settings, client=client, now=lambda: engine.now)
        await stack.enter_async_context(api.router.lifespan_context(api))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://api")
        await stack.enter_async_context(http)
        bank, bureau = BankLedger(folder / "bank.db"), Bureau()
        stack.callback(bank.close)
        own = load_or_create(folder)
        till = Bank(
            ledger=bank,
            clock=lambda: engine.now.timestamp(),  # noqa: PLW0108
            report=report_to("http://api/v1/messages", own.bank_token, http),
        )
        database = Database.at(settings.database_url)
        stack.push_async_callback(database.close)
        reader = BundleReader(settings.database_url, ())
        stack.callback(reader.close)
        _install(reader)
        to_bank = await _line(stack, create_bank(till))
        to_bureau = await _line(stack, create_bureau(bureau))
        desk = ClaimsDesk(folder=folder / "claims")
        to_desk = await _line(stack, create_claims_desk(desk))
        notifier = SmtpNotifier(
            host="127.0.0.1", port=settings.smtp_port, sender=settings.mail_from
        )
        systems = Systems(
            payments=HttpBank(to_bank),
            documents=FileStore(folder / "documents"),
            notifier=notifier,
            post=PrintOutbox(folder / "post"),
            texts=MailToText(mailer=notifier, domain=settings.text_domain),
            letters=PlainLetters(),
            identity=HttpIdentity(to_bureau),
            claims=HttpClaims(to_desk),
        )
        engine.serve(
            build_activities(
                Equipment(
                    work=database.work,
                    systems=systems,
                    zone=ZoneInfo(ZONE),
                    again=patiently,
                    standing=StandingNow(database),
                    now=lambda: engine.now,
                )
            )
        )
        yield Inside(
            folder=folder,
            settings=settings,
            client=client,
            database=database,
            hand=Hand(settings.database_url),
            bank=bank,
            bureau=bureau,
            claims=desk,
            wire=Wire(),
            http=http,
            engine=engine,
            till=till,
        )


_COMPILED: dict[str, Mapping[str, Program]] = {}
"""Bundles by their hash: every house of this process has the same."""


def _install(reader: BundleReader) -> None:
    PROGRAMS.install(reader)
    PROGRAMS._bundles.update(_COMPILED)
    for bundle_hash in reader.hashes():
        _COMPILED[bundle_hash] = PROGRAMS.bundle(bundle_hash)


async def _line(stack: contextlib.AsyncExitStack, app: Any) -> httpx.AsyncClient:
    line = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://outside")
    return await stack.enter_async_context(line)


def _settings(folder: Path, smtp_port: int) -> Settings:
    return Settings(profile="test", data_folder=folder, smtp_port=smtp_port, _env_file=None)
