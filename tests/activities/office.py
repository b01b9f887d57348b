"""An insurer's office for tests: a real database, a real bank over HTTP, a real mailbox."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.envelope import feel_value, read_values
from activities.failpoints import Failpoint, passing
from activities.once import Once
from activities.ports import Identity
from activities.registry import STEPS
from activities.step import Equipment, Systems
from infra.db.book.policies import part_rows
from infra.db.chain.guards import guard_statements
from infra.db.chain.sealing import sealed_of
from infra.db.connections.away import patiently
from infra.db.connections.engine import create_engine
from infra.db.connections.rows import to_row
from infra.db.tables import cases, parties, people, policies, trail
from infra.db.tables.columns import metadata
from infra.db.unit_of_work import Database
from infra.systems.bank import HttpBank
from infra.systems.bank_simulator.app import Bank, create_bank
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.claims_desk.app import ClaimsDesk, create_claims_desk
from infra.systems.claims_http import HttpClaims
from infra.systems.file_store import FileStore
from infra.systems.identity import PaperIdentity
from infra.systems.letters import PdfLetters
from infra.systems.mail_sink import open_mailbox
from infra.systems.notifier import SmtpNotifier
from infra.systems.print_outbox import PrintOutbox
from infra.systems.texts import MailToText
from tests.shelf import PATIENCE
from tests.unsealing import write_sealed
from workflows.contracts.activity import TaskAnswer, TaskCall
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.journal import JournalBatch, JournalEntry
from workflows.domain.authority import Certificate, Operator
from workflows.domain.case import Case
from workflows.domain.money import Money, money
from workflows.domain.party import BankAccount, ContactPoint, Party
from workflows.domain.policy import CoolingOffRule, Coverage, Loan, Policy, Product, Role
from workflows.feel.wire import encode

ZONE = ZoneInfo("Asia/Shanghai")
NOTICE = "2026-10-12T10:00"
PRODUCT = Product(
    code="WL-PAR",
    version=1,
    name="Whole life, participating",
    currency="CNY",
    cooling_off=CoolingOffRule(days=15, roll=True, policy_fee=money(10)),
    min_sum_assured=money(10_000),
    min_premium=money(500),
)
_PARTS = ("coverages", "roles", "loans", "instructions", "options", "benefits")
_REST = [(6, 19), (9, 25), (10, 1), (10, 2), (10, 5), (10, 6), (10, 7)]
_MAKE_UP = [(9, 20), (10, 10)]


def moment(text: str) -> datetime:
    """A time of day in the office's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def a_policy(policy_no: str = "P-1", **more: Any) -> Policy:
    """A policy in force; the amounts of scenario S3 unless told otherwise."""
    nothing = money(0)
    given: dict[str, Any] = {
        "policy_no": policy_no,
        "version": 1,
        "state": "IN_FORCE",
        "product_code": PRODUCT.code,
        "product_version": PRODUCT.version,
        "currency": "CNY",
        "issued_on": date(2018, 3, 1),
        "receipt_signed_on": date(2018, 3, 5),
        "annual_premium": money(12_000),
        "premiums_paid": money(96_000),
        "accumulated_dividends": money("1250.30"),
        "terminal_dividend": nothing,
        "unearned_premium": nothing,
        "suspense_premium": nothing,
        "undrawn_benefits": nothing,
        "unpaid_premium": nothing,
        "other_debts": nothing,
        "channel": "AGENT",
        "servicing_unit": "SH-01",
        "agent_id": "AG-1",
        "flags": ("LOAN",),
        "coverages": (
            Coverage(
                id=f"C-{policy_no}",
                code="MAIN",
                kind="MAIN",
                sum_assured=money(500_000),
                premium=money(12_000),
                term_years=99,
            ),
        ),
        "roles": (Role(party_id="PT-1", kind="PH", since=date(2018, 3, 1)),),
        "loans": (
            Loan(
                id=f"L-{policy_no}",
                kind="LOAN",
                principal=money(30_000),
                rate=Decimal("0.05"),
                started_on=date(2026, 3, 20),
                balance=money(30_000),
                balance_since=date(2026, 3, 20),
            ),
        ),
    }
    return Policy(**(given | more))


def a_party(party_id: str = "PT-1", **more: Any) -> Party:
    """A person of age, with a valid identity card."""
    given: dict[str, Any] = {
        "id": party_id,
        "kind": "PERSON",
        "name": "张三",
        "id_type": "CN_RIC",
        "id_no": "360426199101010071",
        "id_valid_to": date(2035, 1, 1),
        "born_on": date(1991, 1, 1),
        "sex": "M",
    }
    return Party(**(given | more))


def an_account(account_id: str = "AC-1", **more: Any) -> BankAccount:
    """The person's own account, long on our books."""
    given: dict[str, Any] = {
        "id": account_id,
        "party_id": "PT-1",
        "bank": "Sandbox Bank",
        "account_no": f"6222{account_id[3:]:0>8}",
        "holder_name": "张三",
        "added_at": moment("2018-03-01T09:00"),
    }
    return BankAccount(**(given | more))


def a_case(case_id: str = "BQ-1", **more: Any) -> Case:
    """A termination asked for on the day of scenario S3."""
    at = moment("2026-10-12T10:00")
    given: dict[str, Any] = {
        "id": case_id,
        "process_id": "contract_termination",
        "version": 1,
        "program_hash": "0" * 64,
        "status": "SUBMITTED",
        "policy_no": "P-1",
        "item": "TERMINATE",
        "channel": "COUNTER",
        "notice_arrived_at": at,
        "applicant_party_id": "PT-1",
        "applicant_role": "PH",
        "started_by": "clerk",
        "accepted_at": at,
    }
    return Case(**(given | more))


def an_operator(operator_id: str, level: int, **more: Any) -> Operator:
    """An active operator with a valid certificate."""
    given: dict[str, Any] = {
        "id": operator_id,
        "party_id": f"PT-{operator_id}",
        "unit": "SH-01",
        "level": level,
        "roles": ("supervisor",),
        "groups": (),
        "status": "ACTIVE",
        "certificates": (
            Certificate(
                id=f"CERT-{operator_id}",
                type="SERVICING",
                valid_from=moment("2025-01-01T00:00"),
                valid_to=moment("2027-01-01T00:00"),
            ),
        ),
    }
    return Operator(**(given | more))


@dataclass(slots=True)
class Fault:
    """What a test makes go wrong at an instant: an exception instead of a dead process."""

    at: str = ""

    def __call__(self, name: str) -> None:
        if name == self.at:
            raise KilledError(name)


class KilledError(BaseException):
    """The process died here, as far as the code under test can tell."""


@dataclass(slots=True)
class Office:
    """Everything a stage works with, and what tests look at afterwards."""

    folder: Path
    database: Database
    """As the product gets at it."""
    registry: AsyncEngine
    """As those get at it who keep the registers that the product only reads."""
    bank: BankLedger
    bank_client: httpx.AsyncClient
    mail: Path
    smtp_port: int
    failpoint: Failpoint = passing
    identity: Identity = field(default_factory=PaperIdentity)
    customer_site: str = ""
    _keys: int = 0
    _seq: dict[str, int] = field(default_factory=dict)

    @property
    def claims_client(self) -> httpx.AsyncClient:
        """The line to a claims system of the test's own."""
        desk = create_claims_desk(ClaimsDesk(folder=self.folder / "claims"))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=desk), base_url="http://claims")

    @property
    def notifier(self) -> SmtpNotifier:
        """Mails to the mailbox of the test."""
        return SmtpNotifier(host="127.0.0.1", port=self.smtp_port, sender="service@insurer.example")

    @property
    def equipment(self) -> Equipment:
        """What the worker would hand to the activities."""
        return Equipment(
            work=self.database.work,
            systems=Systems(
                payments=HttpBank(self.bank_client),
                documents=FileStore(self.folder / "documents"),
                notifier=self.notifier,
                post=PrintOutbox(self.folder / "post"),
                texts=MailToText(mailer=self.notifier, domain="sms.example"),
                letters=PdfLetters("示例人寿 Example Life"),
                identity=self.identity,
                claims=HttpClaims(self.claims_client),
            ),
            zone=ZONE,
            failpoint=self.failpoint,
            again=patiently,
            customer_site=self.customer_site,
        )

    def call(
        self, kind: str, variables: Mapping[str, object], *, at: str = NOTICE, **more: Any
    ) -> TaskCall:
        """A call of the case, under an effect key of its own."""
        self._keys += 1
        case_id = more.pop("case_id", "BQ-1")
        given: dict[str, Any] = {
            "case_id": case_id,
            "instance_id": case_id,
            "process_id": "contract_termination",
            "type": kind,
            "element": "Activity_1",
            "name": "an activity",
            "key": self._keys,
            "effect_key": f"{case_id}/Activity_1/{self._keys}",
            "variables": {name: encode(feel_value(value)) for name, value in variables.items()},
            "at": moment(at),
        }
        return TaskCall(**(given | more))

    async def run(self, call: TaskCall) -> dict[str, Any]:
        """Run a call as the worker would; answers plain variables."""
        return plain(await self.answer(call))

    async def answer(self, call: TaskCall) -> TaskAnswer:
        """Run a call as the worker would."""
        once = Once(self.equipment, CONTRACTS[call.type], STEPS[call.type])
        return await once.run(call)

    async def insist(self, call: TaskCall) -> TaskAnswer:
        """Run a call until the machines it needs are there, as Temporal would."""
        while True:
            try:
                return await self.answer(call)
            except ApplicationError as error:
                if (error.type or "").partition(":")[0] != "unavailable":
                    raise

    async def do(self, kind: str, at: str = NOTICE, **variables: Any) -> dict[str, Any]:
        """Run an activity once."""
        return await self.run(self.call(kind, variables, at=at))

    def batch(self, *kinds: str, instance_id: str = "BQ-1", **data: Any) -> JournalBatch:
        """Journal entries of the next sequence numbers."""
        entries = []
        for kind in kinds:
            self._seq[instance_id] = self._seq.get(instance_id, 0) + 1
            entries.append(
                JournalEntry(
                    seq=self._seq[instance_id],
                    at=moment("2026-10-12T10:00"),
                    kind=cast(Any, kind),
                    element="Activity_1",
                    name="an activity",
                    key=1,
                    data=data,
                )
            )
        return JournalBatch(
            instance_id=instance_id, case_id="BQ-1", run_id="run-1", entries=tuple(entries)
        )

    def mails(self) -> list[EmailMessage]:
        """What arrived in the mailbox."""
        return [
            message_from_bytes(path.read_bytes(), policy=default)
            for path in sorted(self.mail.glob("*.eml"))
        ]

    async def lines(self, case_id: str = "BQ-1") -> list[str]:
        """The ledger lines of a case, in order."""
        async with self.database.work() as books:
            postings = await books.ledger.of_case(case_id)
        return [
            f"{entry.side} {entry.account} {entry.amount}"
            for posting in postings
            for entry in posting.entries
        ]

    async def effect_keys(self) -> list[str]:
        """The keys of all effects."""
        async with self.database.engine.connect() as connection:
            return sorted((await connection.execute(select(trail.effects.c.key))).scalars())

    async def count(self, table: Any) -> int:
        """How many rows a table has."""
        async with self.database.engine.connect() as connection:
            query = select(func.count()).select_from(table)
            return int((await connection.execute(query)).scalar_one())

    async def add(self, table: Any, *rows: Mapping[str, Any]) -> None:
        """Insert rows."""
        async with self.registry.begin() as connection:
            await write_sealed(connection, table, *map(dict, rows))

    async def add_policy(self, policy: Policy, *, cash_value: Money | None = None) -> None:
        """Write a policy into the book, with one cash value."""
        async with self.registry.begin() as connection:
            await _write_policy(connection, policy, cash_value)

    async def add_party(self, party: Party, *, mail: str | None = "li@mail.example") -> None:
        """Write a party into the book, with an e-mail address if any."""
        async with self.registry.begin() as connection:
            await _write_party(connection, party, mail)

    async def readdress(self, mail: str) -> None:
        """Let the applicant of scenario S3 have another e-mail address."""
        points, value = parties.contact_points, {"value": mail}
        async with self.registry.begin() as connection:
            values = await sealed_of(connection, points, "PT-1", value)
            await connection.execute(update(points).where(points.c.id == "CP-PT-1").values(values))

    async def add_account(self, account: BankAccount) -> None:
        """Write a bank account into the book."""
        await self.add(parties.bank_accounts, to_row(account))

    async def add_case(self, case: Case) -> None:
        """Write an accepted case into the database."""
        await self.add(cases.cases, to_row(case, leaving_out=("incidents",)))

    async def add_operator(self, operator: Operator) -> None:
        """Enter an operator with certificates into the registry."""
        await self.add(people.operators, to_row(operator, leaving_out=("certificates",)))
        for certificate in operator.certificates:
            await self.add(
                people.qualifications, to_row(certificate) | {"operator_id": operator.id}
            )

    async def add_limit(self, level: int, maximum: int | None) -> None:
        """Write an authority limit for terminations."""
        await self.add(
            people.authority_limits,
            {
                "item": "TERMINATE",
                "level": level,
                "version": 1,
                "maximum_minor": None if maximum is None else maximum * 100,
                "currency": "CNY",
                "effective_from": date(2026, 1, 1),
            },
        )


def plain(answer: TaskAnswer) -> dict[str, Any]:
    """The variables of an answer as Python values."""
    return cast(dict[str, Any], read_values(answer.variables))


async def build_book(url: str) -> None:
    """Write the database that every office starts with: the people and policy of scenario S3."""
    database = Database.at(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await _furnish(connection)
    await database.close()


@asynccontextmanager
async def open_office(folder: Path, url: str, working: str = "") -> AsyncIterator[Office]:
    """Open an office on a copy of the book, with a folder for everything else.

    ``working``: the URL as the product uses it, when it has less rights than the registry.
    """
    database, registry = Database.at(working or url, patience=PATIENCE), create_engine(url)
    ledger = BankLedger(folder / "bank.db")
    server = await open_mailbox(folder / "mail", 0)
    transport = httpx.ASGITransport(
        create_bank(Bank(ledger=ledger, clock=lambda: moment(NOTICE).timestamp()), control=True)
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        yield Office(
            folder=folder,
            database=database,
            registry=registry,
            bank=ledger,
            bank_client=client,
            mail=folder / "mail",
            smtp_port=server.sockets[0].getsockname()[1],
        )
    server.close()
    await server.wait_closed()
    ledger.close()
    await database.close()
    await registry.dispose()


async def _furnish(connection: AsyncConnection) -> None:
    for statement in guard_statements(connection.dialect.name):
        await connection.exec_driver_sql(statement)
    rule = PRODUCT.cooling_off
    await connection.execute(
        insert(policies.products).values(
            code=PRODUCT.code, version=1, name=PRODUCT.name, currency="CNY"
        )
    )
    rules: dict[str, object] = {
        "cooling_off": {
            "days": rule.days,
            "roll": rule.roll,
            "policy_fee": {"minor": rule.policy_fee.minor, "currency": "CNY"},
        },
        "min_sum_assured": {"minor": PRODUCT.min_sum_assured.minor, "currency": "CNY"},
        "min_premium": {"minor": PRODUCT.min_premium.minor, "currency": "CNY"},
    }
    await connection.execute(
        insert(policies.product_rules),
        [
            {"product_code": PRODUCT.code, "product_version": 1, "rule": name, "value": value}
            for name, value in rules.items()
        ],
    )
    await connection.execute(
        insert(people.calendars).values(
            jurisdiction="CN",
            covered_from=date(2026, 1, 1),
            covered_until=date(2026, 12, 31),
            source="test",
        )
    )
    days = [(day, False) for day in _REST] + [(day, True) for day in _MAKE_UP]
    await connection.execute(
        insert(people.calendar_days),
        [
            {"jurisdiction": "CN", "day": date(2026, *day), "working": working, "name": ""}
            for day, working in days
        ],
    )
    await _write_party(connection, a_party(), "zhang@mail.example")
    await write_sealed(connection, parties.bank_accounts, an_account())
    await _write_policy(connection, a_policy(), money(86_400))
    case = to_row(a_case(), leaving_out=("incidents",))
    await connection.execute(insert(cases.cases).values(case))


async def _write_policy(
    connection: AsyncConnection, policy: Policy, cash_value: Money | None
) -> None:
    await connection.execute(insert(policies.policies).values(to_row(policy, leaving_out=_PARTS)))
    for name, table in (
        ("coverages", policies.coverages),
        ("roles", policies.policy_roles),
        ("loans", policies.loans),
        ("instructions", policies.payment_instructions),
    ):
        rows = part_rows(policy.policy_no, getattr(policy, name))
        if rows:
            await connection.execute(insert(table), rows)
    if cash_value is not None:
        await connection.execute(
            insert(policies.cash_values).values(
                policy_no=policy.policy_no,
                valid_from=date(2018, 3, 1),
                amount_minor=cash_value.minor,
                currency=cash_value.currency,
            )
        )


async def _write_party(connection: AsyncConnection, party: Party, mail: str | None) -> None:
    row = to_row(party) | {"critically_ill": False}
    await write_sealed(connection, parties.parties, row)
    if mail is None:
        return
    contact = ContactPoint(
        id=f"CP-{party.id}",
        party_id=party.id,
        kind="EMAIL",
        value=mail,
        since=moment("2018-03-01T09:00"),
    )
    await write_sealed(connection, parties.contact_points, contact)
