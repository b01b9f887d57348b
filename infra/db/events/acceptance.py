"""What makes a 2xx survive any crash: the case and the answer, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework.cases import case_of, case_query
from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.connections.salting import new_salt, salted
from infra.db.events.standstills import is_standing
from infra.db.law.packs import PackTable
from infra.db.tables import cases, trail
from infra.packs import Packs, installed
from workflows.domain.audit import Change
from workflows.domain.canonical import JsonObject, content_hash
from workflows.domain.case import Case

PROCESSING = 102
"""Status of a key whose request is under way: it is bound to its body, the answer is to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """The answer once given to a key of a caller, and to which body."""

    key: str
    principal: str
    body_hash: str
    status_code: int
    response: dict[str, Any]
    at: datetime

    @property
    def is_open(self) -> bool:
        """Whether the answer is still to come."""
        return self.status_code == PROCESSING


class AcceptanceTable:
    """Accepted cases and remembered answers."""

    def __init__(
        self, connection: AsyncConnection, audit: AuditTable, packs: Packs | None = None
    ) -> None:
        self._connection = connection
        self._audit = audit
        self._packs = PackTable(connection, packs or installed())

    async def accept(self, case: Case, payload: JsonObject, answer: IdempotencyRecord) -> None:
        """Take a case in: its row, its request, the answer to its key, one audit row."""
        await self.enter(case, payload)
        await self.remember(answer)

    async def enter(self, case: Case, payload: JsonObject) -> None:
        """Take a case in that is one of many behind one answer."""
        payload_hash, salt = content_hash(payload), new_salt()
        pack = await self._packs.for_policy(case.policy_no, case.accepted_at.date())
        case = replace(case, pack=pack.id, pack_hash=pack.hash)
        await self._connection.execute(
            insert(cases.cases).values(to_row(case, leaving_out=("incidents",)))
        )
        await self._connection.execute(
            insert(cases.case_requests).values(
                case_id=case.id,
                no=1,
                policy_no=case.policy_no,
                item=case.item,
                payload=dict(payload),
                payload_hash=payload_hash,
                salt=salt,
            )
        )
        await self._audit.append(_change(case, salted(salt, payload_hash)))

    async def repeat(self, case: Case, channel: str, answer: IdempotencyRecord) -> None:
        """The same request came again: the answer to its key, and a trace of it in the case."""
        await self.remember(answer)
        await self._audit.append(
            Change(
                stream=case.id,
                action="case.repeat",
                actor=answer.principal,
                at=answer.at,
                object_type="case",
                object_id=case.id,
                detail={"channel": channel},
            )
        )

    async def remember(self, answer: IdempotencyRecord) -> None:
        """Keep the answer given to a key."""
        await self._connection.execute(insert(cases.idempotency_keys), to_row(answer))

    async def give_up(self, key: str, principal: str) -> None:
        """Free a key whose answer is still to come."""
        keys = cases.idempotency_keys
        await self._connection.execute(
            delete(keys).where(
                keys.c.key == key,
                keys.c.principal == principal,
                keys.c.status_code == PROCESSING,
            )
        )

    async def payload_hash(self, case_id: str) -> str | None:
        """The hash of what a case was accepted with."""
        requests = cases.case_requests
        query = select(requests.c.payload_hash).where(
            requests.c.case_id == case_id, requests.c.no == 1
        )
        found: str | None = (await self._connection.execute(query)).scalar()
        return found

    async def remembered(self, key: str, principal: str) -> IdempotencyRecord | None:
        """The answer once given to a key of a caller."""
        keys = cases.idempotency_keys
        query = select(keys).where(keys.c.key == key, keys.c.principal == principal)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(IdempotencyRecord, row)

    async def unstarted(
        self, before: datetime, now: datetime | None = None, limit: int = 100
    ) -> tuple[Case, ...]:
        """Cases accepted before an instant whose workflow never told that it started.

        One that failed to start is left alone until its next attempt is due.
        """
        now = now or before
        resting = trail.relay_failures
        query = (
            case_query()
            .where(
                cases.cases.c.started_at.is_(None),
                cases.cases.c.accepted_at < before,
                ~exists().where(
                    resting.c.kind == "case",
                    resting.c.id == cases.cases.c.id,
                    resting.c.next_at > now,
                ),
                ~is_standing(cases.cases.c.process_id),
            )
            .order_by(cases.cases.c.accepted_at, cases.cases.c.id)
            .limit(limit)
        )
        return tuple(map(case_of, await self._connection.execute(query)))


def _change(case: Case, payload_hash: str) -> Change:
    return Change(
        stream=case.id,
        action="case.accept",
        actor=case.started_by,
        at=case.accepted_at,
        object_type="case",
        object_id=case.id,
        detail={
            "policyNo": case.policy_no,
            "item": case.item,
            "processId": case.process_id,
            "version": case.version,
            "programHash": case.program_hash,
            "payloadHash": payload_hash,
            "pack": case.pack,
            "packHash": case.pack_hash,
        },
    )
