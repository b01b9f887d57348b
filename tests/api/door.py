"""The API in memory: a caller of any role, a stand-in for running cases, and the database."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from api.auth import DevelopmentIssuer
from api.case_client import StartOrder, away
from api.dependencies import Deployment
from infra.task_queues import QueueState
from tests.api.builds import Builds
from tests.shelf import Hand
from workflows.contracts.case import Cancellation, IncidentResolution, Receipt
from workflows.contracts.human_task import TaskAct, TaskReceipt
from workflows.contracts.journal import JournalBatch, JournalEntry, MessageDelivery
from workflows.contracts.repair import Forecast, RepairOrder
from workflows.contracts.routing import CASE_QUEUE

NOW = datetime.fromisoformat("2026-10-12T10:30:00+08:00")
WHO = {
    "back_office": "back-office",
    "supervisor": "lead-1",
    "ops": "ops-1",
    "auditor": "auditor-1",
    "admin": "admin-1",
    "system": "bank",
}
"""A sample operator by role."""

A_CASE: dict[str, Any] = {
    "policyNo": "P-S3",
    "noticeArrivedAt": "2026-10-12T10:00:00+08:00",
    "applicant": {"partyId": "PT-S3"},
    "request": {"payeeAccountId": "AC-S3-1", "lossAcknowledged": True, "amount": 12.5},
}


@dataclass
class StandInCases:
    """Implements CaseClient's interface: remembers what it was asked, answers or refuses."""

    started: list[StartOrder] = field(default_factory=list)
    acts: list[tuple[str, Any]] = field(default_factory=list)
    delivered: list[MessageDelivery] = field(default_factory=list)
    foreseen: list[tuple[str, RepairOrder]] = field(default_factory=list)
    refusal: Exception | None = None
    is_away: bool = False
    polled: bool | None = True
    task_queue: str = CASE_QUEUE
    client: Builds = field(default_factory=Builds)

    async def start(self, order: StartOrder) -> bool:
        if self.is_away:
            return False
        self.started.append(order)
        return True

    async def act_on_task(self, instance_id: str, act: TaskAct) -> TaskReceipt:
        self._take(instance_id, act)
        return TaskReceipt(
            instance_id=instance_id,
            task_key=act.task_key,
            request_id=act.request_id,
            act=act.act,
            assignee=act.delegate_to or act.actor,
            outcome=act.outcome,
            at=NOW,
        )

    async def resolve_incident(self, instance_id: str, order: IncidentResolution) -> Receipt:
        self._take(instance_id, order)
        return Receipt(instance_id=instance_id, request_id=order.request_id, at=NOW)

    async def cancel(self, instance_id: str, order: Cancellation) -> Receipt:
        self._take(instance_id, order)
        return Receipt(instance_id=instance_id, request_id=order.request_id, at=NOW)

    foresight: Forecast = field(default_factory=Forecast)

    async def foresee(self, instance_id: str, order: RepairOrder) -> Forecast:
        if self.is_away:
            raise away()
        self.foreseen.append((instance_id, order))
        return self.foresight

    async def repair(self, instance_id: str, order: RepairOrder) -> Receipt:
        self._take(instance_id, order)
        return Receipt(instance_id=instance_id, request_id=order.request_id, at=NOW)

    async def deliver(self, message: MessageDelivery) -> bool:
        if self.is_away:
            return False
        self.delivered.append(message)
        return True

    async def is_polled(self) -> bool | None:
        return None if self.is_away else self.polled

    async def queue_states(self, foreign: Sequence[str]) -> list[QueueState]:
        others = [QueueState(queue=queue, kind="activity") for queue in foreign]
        return [QueueState(queue=self.task_queue, kind="workflow"), *others]

    async def reachable(self) -> bool:
        return not self.is_away

    def _take(self, instance_id: str, order: Any) -> None:
        if self.is_away:
            raise away()
        if self.refusal is not None:
            raise self.refusal
        if all(known.request_id != order.request_id for _, known in self.acts):
            self.acts.append((instance_id, order))


class Door:
    """Calls the API in process."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, hand: Hand) -> None:
        self.app = app
        self.client = client
        self.hand = hand

    @property
    def deployment(self) -> Deployment:
        composed: Deployment = self.app.state.deployment
        return composed

    @property
    def cases(self) -> StandInCases:
        cases: Any = self.deployment.cases
        assert isinstance(cases, StandInCases)
        return cases

    @property
    def issuer(self) -> DevelopmentIssuer:
        assert self.deployment.issuer is not None
        return self.deployment.issuer

    def bearer(self, role: str, subject: str | None = None) -> dict[str, str]:
        token = self.issuer.token(subject or WHO[role], [role])
        return {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, role: str = "auditor", **options: Any) -> httpx.Response:
        subject = options.pop("subject", None)
        return await self.client.get(path, headers=self.bearer(role, subject), **options)

    async def post(
        self,
        path: str,
        body: Any = None,
        role: str = "back_office",
        *,
        key: str | None = None,
        subject: str | None = None,
        **options: Any,
    ) -> httpx.Response:
        headers = {
            **self.bearer(role, subject),
            "Idempotency-Key": key or uuid.uuid4().hex,
            **options.pop("headers", {}),
        }
        if "content" not in options:
            options["json"] = {} if body is None else body
        return await self.client.post(path, headers=headers, **options)

    async def start(self, **changes: Any) -> str:
        """Start a case; returns its id."""
        answer = await self.post("/v1/cases", {**A_CASE, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["caseId"])

    async def journal(self, case_id: str, *entries: dict[str, Any], instance: str = "") -> None:
        """Append what an instance of a case did."""
        instance = instance or case_id
        written = self.scalar("SELECT max(seq) FROM journal WHERE instance_id = ?", instance) or 0
        batch = JournalBatch(
            instance_id=instance,
            case_id=case_id,
            run_id="run-1",
            entries=tuple(
                JournalEntry(seq=written + place, **{"at": NOW, **entry})
                for place, entry in enumerate(entries, start=1)
            ),
        )
        async with self.deployment.database.work() as books:
            await books.journal.append(batch)

    async def open_task(self, case_id: str, key: int, *groups: str, **facts: Any) -> str:
        """Open a human task in a case; returns its id."""
        data = {"candidateGroups": list(groups or ("L3",)), "contentHash": "a" * 64, **facts}
        at = facts.pop("at", NOW)
        await self.journal(
            case_id,
            {"kind": "taskOpened", "element": "approve", "name": "审批", "key": key, "at": at}
            | {"data": {name: value for name, value in data.items() if name != "at"}},
        )
        return f"{case_id}~{key}"

    def rows(self) -> dict[str, int]:
        """How many rows every table has."""
        return self.hand.counts()

    def scalar(self, query: str, *values: Any) -> Any:
        return self.hand.scalar(query, *values)


def is_problem(answer: httpx.Response, status: int, code: str | None = None) -> bool:
    """Whether an answer is a problem document of a status, and says nothing else."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert set(document) <= {"type", "title", "status", "detail", "errors"}
    assert document["title"]
    assert document["detail"]
    assert code is None or document["type"] == f"/problems/{code}", document
    return True


Clock = Callable[[], datetime]


def now() -> datetime:
    return NOW.astimezone(UTC)
