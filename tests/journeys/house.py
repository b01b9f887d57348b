"""The whole house on one machine: a real server, database, API, worker, bank and mailbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from temporalio.client import Client

from api.app import create_app
from api.cli.database import migrate_database
from infra.db.sample_book import load_sample_book
from infra.db.unit_of_work import Database
from infra.local.day.working_day import model_files
from infra.secrets import load_or_create
from infra.settings import Settings
from infra.systems.bank_simulator.app import Bank, create_bank, report_to
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.bank_simulator.script import Behaviour
from infra.systems.claims_desk.app import ClaimsDesk, create_claims_desk
from infra.systems.identity_bureau.app import Bureau, create_bureau
from infra.systems.mail_sink import open_mailbox
from tests.encryption import give_keys
from tests.journeys.clock import Clock
from tests.journeys.mailbox import Letter, letters
from tests.journeys.serving import free_port, serving
from tests.journeys.wire import Wire
from tests.shelf import Hand
from workflows.contracts.routing import CASE_QUEUE
from workflows.domain.call_back import ASKS, UNREACHED
from workflows.domain.policy import Policy
from workflows.feel.wire import decode, to_plain

Json = dict[str, Any]
T = TypeVar("T")
PATIENCE_SECONDS = 30.0
CUSTOMER_SITE = "https://service.insurer.example/cases/{case}"
SEED = 7
POLICIES = 3
DOCUMENTS = ("APPLICATION_FORM", "APPLICANT_ID")
IDENTITY = {"ial": "IAL3", "faceScore": 0.97, "livenessOk": True}

CALL = "approval/customer_call/call_back"
HEARD = {
    "identityVerified": True, "askedFor": True, "knowsTerms": True,
    "wasPromised": False, "handedOver": False,
}  # fmt: skip
"""What a customer says to whom nothing happened."""


@dataclass(kw_only=True)
class House:
    """Everything that a case touches, and the people who use it."""

    folder: Path
    settings: Settings
    client: Client
    database: Database
    hand: Hand
    """Gets at what lies in the database itself."""
    bank: BankLedger
    bureau: Bureau
    claims: ClaimsDesk
    wire: Wire
    http: httpx.AsyncClient
    patience: float = PATIENCE_SECONDS
    """Real seconds to wait for anything."""
    glance: float = 0.03
    """Real seconds between two looks."""
    repeats: bool = False
    """Whether a decision that meets 503 is sent again, as callers are told to."""
    _tokens: dict[str, str] = field(default_factory=dict)

    # HTTP, as anybody

    async def ask(
        self,
        operator: str,
        method: str,
        path: str,
        *,
        key: str | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Call the API as an operator; the answer may be a refusal."""
        headers = {
            "Authorization": f"Bearer {await self._token(operator)}",
            "Idempotency-Key": key or uuid.uuid4().hex,
            **options.pop("headers", {}),
        }
        return await self._insist(method, path, headers=headers, **options)

    async def _insist(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask, and ask again under the same key while the API is away or a connection breaks."""
        while True:
            try:
                answer = await self.http.request(method, path, **options)
            except (httpx.ReadError, httpx.ReadTimeout):
                if not self.repeats:
                    raise
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or not self.repeats:
                    return answer
            await asyncio.sleep(0.3)

    async def get(self, operator: str, path: str, **parameters: Any) -> Json:
        """Read."""
        return _content(await self.ask(operator, "GET", path, params=parameters))

    async def post(
        self, operator: str, path: str, body: Mapping[str, Any], key: str | None = None
    ) -> Json:
        """Do something."""
        return _content(await self.ask(operator, "POST", path, key=key, json=dict(body)))

    async def _token(self, operator: str) -> str:
        if operator not in self._tokens:
            answer = await self._insist("POST", "/dev/token", json={"operator": operator})
            self._tokens[operator] = _content(answer)["token"]
        return self._tokens[operator]

    # back office

    async def request(self, policy_no: str, **more: Any) -> str:
        """Ask for a termination as the policyholder at the counter; returns the case."""
        holder = f"PT-{policy_no[2:]}"
        asked = {
            "payeeAccountId": f"AC-{policy_no[2:]}-1",
            "documentIds": [await self.upload(policy_no, kind) for kind in DOCUMENTS],
            "identity": IDENTITY,
            "lossAcknowledged": True,
            **more.pop("request", {}),
        }
        body = {
            "policyNo": policy_no,
            "applicant": {"partyId": holder, "role": "PH"},
            "request": asked,
            **more,
        }
        by, key = body.pop("by", "back-office"), body.pop("key", None)
        accepted = await self.post(by, "/v1/cases", body, key)
        return str(accepted["caseId"])

    async def change(self, policy_no: str, contact: Json, **more: Any) -> str:
        """Ask for a change of data as the policyholder in the app; returns the case."""
        asked = {
            "documentIds": [await self.upload(policy_no, "APPLICANT_ID")],
            "identity": {"ial": "IAL2", "faceScore": 0.97, "livenessOk": True},
            **more.pop("request", {}),
        }
        body = {
            "item": "CONTACT",
            "channel": "APP",
            "policyNo": policy_no,
            "applicant": {"partyId": f"PT-{policy_no[2:]}", "role": "PH"},
            "request": asked,
            "contact": contact,
            **more,
        }
        accepted = await self.post("back-office", "/v1/cases", body)
        return str(accepted["caseId"])

    async def upload(self, policy_no: str, kind: str) -> str:
        """Hand in a document."""
        answer = await self.ask(
            "back-office",
            "POST",
            "/v1/documents",
            params={"type": kind, "partyId": f"PT-{policy_no[2:]}", "policyNo": policy_no},
            content=f"%PDF-1.4 {kind} of {policy_no}".encode(),
            headers={"Content-Type": "application/pdf"},
        )
        return str(_content(answer)["documentId"])

    async def tell(self, name: str, key: str, **variables: Any) -> Json:
        """Publish a message."""
        body = {"name": name, "key": key, "variables": variables}
        return await self.post("back-office", "/v1/messages", body)

    # reading a case

    async def case(self, case_id: str) -> Json:
        """The case's page."""
        return await self.get("auditor-1", f"/v1/cases/{case_id}")

    async def ledger(self, case_id: str) -> Json:
        """What the case posted and owes."""
        return await self.get("auditor-1", f"/v1/cases/{case_id}/ledger")

    async def trail(self, case_id: str) -> list[Json]:
        """Everything the case did, over all pages."""
        entries: list[Json] = []
        after: Json = {}
        while True:
            page = await self.get("auditor-1", f"/v1/cases/{case_id}/trail", limit=100, **after)
            entries += page["entries"]
            if page["next"] is None:
                return entries
            after = {"cursor": page["next"]}

    async def when(self, case_id: str, **expected: object) -> Json:
        """Wait until the case's page says so: ``status="CLOSED"``."""

        async def looks() -> Json | None:
            page = await self.case(case_id)
            same = all(page[name] == value for name, value in expected.items())
            return page if same else None

        return await self.eventually(looks, case_id, expected)

    async def waits(self, case_id: str, element: str) -> Json:
        """Wait until the case waits at an element."""

        async def looks() -> Json | None:
            page = await self.case(case_id)
            return next((one for one in page["waits"] if one["element"] == element), None)

        return await self.eventually(looks, case_id, element)

    async def task(self, operator: str, case_id: str, element: str) -> Json:
        """Wait until somebody sees a task in their list."""

        async def looks() -> Json | None:
            page = await self.get(operator, "/v1/tasks", caseId=case_id)
            return next((one for one in page["tasks"] if one["element"] == element), None)

        return await self.eventually(looks, case_id, f"{element} for {operator}")

    async def eventually(
        self, looks: Callable[[], Awaitable[T | None]], case_id: str, wanted: object
    ) -> T:
        """Look again and again, in real time; a case that is stuck says so."""
        deadline = asyncio.get_running_loop().time() + self.patience
        while True:
            found = await looks()
            if found is not None:
                return found
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"not {wanted}, but {await self._standing(case_id)}")
            await asyncio.sleep(self.glance)

    async def _standing(self, case_id: str) -> str:
        page = await self.case(case_id)
        waits = [f"{one['waitsFor']} at {one['element']}" for one in page["waits"]]
        tasks = [one["element"] for one in page["tasks"]]
        stuck = [f"{one['element']}: {one['code']} {one['message']}" for one in page["incidents"]]
        return f"{page['status']}; waits {waits}; tasks {tasks}; incidents {stuck}"

    # people

    async def decide(
        self, operator: str, case_id: str, element: str, outcome: str = "approve", **more: Any
    ) -> Json:
        """Decide on a task as soon as it is there."""
        task = await self.task(operator, case_id, element)
        answer = await self.complete(operator, task, outcome, **more)
        return _content(answer)

    async def complete(
        self, operator: str, task: Json, outcome: str = "approve", **more: Any
    ) -> httpx.Response:
        """Try to complete a task; a call-back that reaches somebody has every answer."""
        if task.get("asks") == ASKS and outcome != UNREACHED:
            given = more.pop("variables", {})
            more["variables"] = {**given, "answers": {**HEARD, **given.get("answers", {})}}
        body = {"outcome": outcome, "contentHash": task["contentHash"], "comment": outcome, **more}
        return await self.ask(operator, "POST", f"/v1/tasks/{task['taskId']}/complete", json=body)

    # the outside world

    async def behave(self, account_id: str, **behaviour: Any) -> None:
        """Have the bank behave like this towards an account of ours."""
        self.bank.script(await self.account_no(account_id), Behaviour(**behaviour))

    async def account_no(self, account_id: str) -> str:
        """The number the bank knows an account by."""
        async with self.database.work() as books:
            account = await books.parties.account(account_id)
        assert account is not None
        return account.account_no

    async def policy(self, policy_no: str) -> Policy:
        """The policy as it stands on the book."""
        async with self.database.work() as books:
            policy = await books.policies.get(policy_no)
        assert policy is not None
        return policy

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What lies in the database itself."""
        return self.hand.rows(query, *values)

    def effect(self, case_id: str, kind: str) -> tuple[Json, Json]:
        """What the first effect of a kind answered, and what the audit says of it."""
        query = "SELECT result, detail FROM effects WHERE case_id = ? AND kind = ? ORDER BY at"
        result, detail = self.rows(query, case_id, kind)[0]
        answered = json.loads(result)["variables"]
        return {name: to_plain(decode(value)) for name, value in answered.items()}, json.loads(
            detail
        )

    def letters(self, case_id: str) -> list[Letter]:
        """The mails about a case, in order."""
        return [mail for mail in letters(self.folder / "mail") if case_id in mail.body]


def _content(answer: httpx.Response) -> Json:
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    content: Json = answer.json()
    return content


async def furnish(folder: Path, *, migrating: str = "", working: str = "") -> None:
    """Make a data folder: schema, a small policy book, the built-in models deployed over HTTP.

    The database is in the folder, unless there are URLs of one: as it is migrated, and as the
    product works with it.
    """
    give_keys(folder)
    settings = Settings(profile="test", data_folder=folder, database_url=working, _env_file=None)
    migrating = migrating or settings.database_url
    await asyncio.to_thread(migrate_database, migrating)
    await load_sample_book(migrating, SEED, policies=POLICIES)
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as http,
    ):
        token = (await http.post("/dev/token", json={"operator": "ops-1"})).json()["token"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        body = {"files": model_files()}
        _content(await http.post("/v1/definitions", json=body, headers=headers))


@contextlib.asynccontextmanager
async def house(
    folder: Path,
    client: Client,
    clock: Clock,
    *,
    task_queue: str = CASE_QUEUE,
    hand: Hand | None = None,
) -> AsyncIterator[House]:
    """Open the house on a furnished folder; whoever works in it comes separately.

    With ``hand`` its database is the one that hand has; without, it is in the folder.
    """
    async with contextlib.AsyncExitStack() as stack:
        mailbox = await open_mailbox(folder / "mail", 0)
        stack.callback(mailbox.close)
        smtp_port = mailbox.sockets[0].getsockname()[1]
        url = hand.working if hand else ""
        settings = _settings(folder, clock, smtp_port, task_queue).model_copy(
            update={"database_url": url} if url else {}
        )
        bank, wire = BankLedger(folder / "bank.db"), Wire()
        stack.callback(bank.close)
        api = create_app(settings, client=client, now=clock.now)
        await stack.enter_async_context(serving(api, settings.api_port))
        await stack.enter_async_context(_bank(bank, settings, clock, wire))
        bureau = Bureau(token=settings.identity_token.get_secret_value())
        bureau_port = int(settings.identity_url.rpartition(":")[2])
        await stack.enter_async_context(serving(create_bureau(bureau), bureau_port))
        token = settings.claims_token.get_secret_value()
        claims = ClaimsDesk(folder=folder / "claims", token=token)
        claims_port = int(settings.claims_url.rpartition(":")[2])
        await stack.enter_async_context(serving(create_claims_desk(claims), claims_port))
        http = httpx.AsyncClient(base_url=settings.public_url, timeout=30)
        await stack.enter_async_context(http)
        database = Database.at(settings.database_url)
        stack.push_async_callback(database.close)
        yield House(
            folder=folder,
            settings=settings,
            client=client,
            database=database,
            hand=hand or Hand(settings.database_url),
            bank=bank,
            bureau=bureau,
            claims=claims,
            wire=wire,
            http=http,
        )


def _settings(folder: Path, clock: Clock, smtp_port: int, task_queue: str) -> Settings:
    api_port, bank_port, bureau_port = free_port(), free_port(), free_port()
    own = load_or_create(folder)
    return Settings(
        profile="test",
        data_folder=folder,
        database_patience=PATIENCE_SECONDS,
        api_port=api_port,
        public_url=f"http://127.0.0.1:{api_port}",
        bank_url=f"http://127.0.0.1:{bank_port}",
        bank_token=own.bank_token,
        identity_url=f"http://127.0.0.1:{bureau_port}",
        identity_token=own.identity_token,
        claims_url=f"http://127.0.0.1:{free_port()}",
        claims_token=own.claims_token,
        smtp_port=smtp_port,
        customer_site=CUSTOMER_SITE,
        clock_offset=clock.offset,
        task_queue=task_queue,
        _env_file=None,
    )


@contextlib.asynccontextmanager
async def _bank(
    ledger: BankLedger, settings: Settings, clock: Clock, wire: Wire
) -> AsyncIterator[None]:
    token = settings.bank_token.get_secret_value()
    port = int(settings.bank_url.rpartition(":")[2])
    async with httpx.AsyncClient(timeout=10) as client:
        bank = Bank(
            ledger=ledger,
            token=token,
            clock=lambda: clock.now().timestamp(),
            report=report_to(f"{settings.public_url}/v1/messages", token, client),
        )
        async with serving(wire.listening(create_bank(bank, control=True)), port):
            yield
