"""Cases, journal batches and deeds for database tests, with what a test names changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.db.events.acceptance import IdempotencyRecord
from infra.db.unit_of_work import Database
from workflows.contracts.journal import EntryKind, JournalBatch, JournalEntry
from workflows.domain.case import Case
from workflows.domain.human_task import Deed
from workflows.domain.message import Publication

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)


def a_case(case_id: str = "BQ-1", **changes: Any) -> Case:
    case = Case(
        id=case_id,
        process_id="contract_termination",
        version=1,
        program_hash="0" * 64,
        status="SUBMITTED",
        policy_no="P-S3",
        item="TERMINATE",
        channel="APP",
        notice_arrived_at=NOW,
        applicant_party_id="PT-S3",
        applicant_role="PH",
        started_by="back-office",
        accepted_at=NOW,
        variables={"policyNo": {"t": "string", "v": "P-S3"}},
    )
    return replace(case, **changes)


async def accepted(database: Database, case: Case | None = None) -> Case:
    case = case or a_case()
    answer = IdempotencyRecord(
        key=f"key-{case.id}",
        principal="back-office",
        body_hash="b" * 64,
        status_code=202,
        response={"id": case.id},
        at=case.accepted_at,
    )
    async with database.work() as books:
        await books.acceptance.accept(case, {"payeeAccountId": "AC-S3-1"}, answer)
    return case


def entry(seq: int, kind: EntryKind, key: int | None = None, **data: Any) -> JournalEntry:
    return JournalEntry(
        seq=seq,
        at=NOW + timedelta(seconds=seq),
        kind=kind,
        element="element",
        name="Element",
        key=key,
        data=data,
    )


def started(seq: int = 1, process_id: str = "contract_termination") -> JournalEntry:
    return entry(seq, "caseStarted", processId=process_id)


def listening(
    seq: int, wait: int, message: str = "paid", key: str = "R1", *, once: bool = True
) -> JournalEntry:
    data = {"for": "message", "message": message, "correlationKey": key, "once": once}
    return entry(seq, "waitOpened", wait, **data)


def closed(seq: int, wait: int) -> JournalEntry:
    return entry(seq, "waitClosed", wait, **{"for": "message", "why": "cancelled"})


def offered(seq: int, key: int, *groups: str, **more: Any) -> JournalEntry:
    data = {"candidateGroups": list(groups), "contentHash": "c" * 64, "variables": {}, **more}
    return entry(seq, "taskOpened", key, **data)


def batch(
    *entries: JournalEntry,
    instance: str = "BQ-1",
    case: str = "BQ-1",
    run: str = "r1",
    after: datetime | None = None,
) -> JournalBatch:
    return JournalBatch(
        instance_id=instance, case_id=case, run_id=run, entries=entries, after=after
    )


def a_message(message_id: str = "M1", **changes: Any) -> Publication:
    publication = Publication(
        name="paid",
        key="R1",
        message_id=message_id,
        variables={"state": {"t": "string", "v": "SETTLED"}},
        at=NOW,
        time_to_live=timedelta(hours=1),
        publisher="bank",
    )
    return replace(publication, **changes)


def a_deed(**changes: Any) -> Deed:
    deed = Deed(
        instance_id="BQ-1",
        key=7,
        case_id="BQ-1",
        element="element",
        request_id="q1",
        act="claim",
        actor="clerk-1",
        at=NOW,
        level=1,
    )
    return replace(deed, **changes)
