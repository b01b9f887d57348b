"""Objects in every state that the matrix names, made in the database as cases make them."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from temporalio.client import WorkflowExecutionStatus as Status
from temporalio.service import RPCError, RPCStatusCode

from api.backtest_examples import TABLE
from api.intake import wire
from infra.db.journal.replays import Replay
from infra.db.operations.batches import Batch
from infra.db.operations.reconciliation import Window
from infra.run_history import Run, Turn
from tests.activities.office import a_party
from tests.api.builds import CURRENT, NEXT, OLD
from tests.api.conftest import MODEL
from tests.api.door import A_CASE, NOW, Door
from tests.api.matrix import Row
from tests.builders.events import condition
from tests.builders.process import a_process
from workflows.domain.contact import RiskAlert
from workflows.domain.feedback import Answer, Recovery, Survey
from workflows.domain.findings import ANOMALY_ROUTES, Anomaly, AnomalyClass
from workflows.domain.human_task import Deed
from workflows.domain.money import Money
from workflows.domain.population import PopulationAlert
from workflows.domain.reconciliation import Books, Break
from workflows.domain.stuck import WATCHED, Suspicion

CANARY = "身份证110101199003077774"
"""Personal, and in everything that is sent: no refusal repeats it."""
HASH = "a" * 64
PDF = b"%PDF-1.7\n1 0 obj"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a request names and sends beside the route's usual body."""

    names: Mapping[str, str] = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    supervisor: str | None = None
    """Who asks as one, where it is not the one of the team."""


Maker = Callable[[Door], Awaitable[Asking]]

BODIES: Mapping[str, Json] = {
    "/v1/cases": {**A_CASE, "request": {"note": CANARY}},
    "/v1/cases/{case_id}/cancel": {"reason": CANARY},
    "/v1/cases/{case_id}/document-requests": {"documents": ["APPLICANT_ID"], "reason": CANARY},
    "/v1/cases/{case_id}/replay": {"reason": CANARY, "dryRun": True},
    "/v1/cases/{case_id}/pin": {"buildId": CURRENT, "reason": CANARY},
    "/v1/releases/{build_id}/ramp": {"percent": 10, "reason": CANARY},
    "/v1/releases/{build_id}/drain": {"reason": CANARY},
    "/v1/cases/{case_id}/modification": {
        "reason": CANARY, "instructions": [{"do": "activate", "element": "quote"}],
    },
    "/v1/cases/{case_id}/suspend": {"reason": CANARY},
    "/v1/cases/{case_id}/activities": {
        "offerId": "BQ-OTHER~9", "comment": CANARY,
        "activities": [{"element": "call", "variables": {"note": CANARY}}],
    },
    "/v1/cases/{case_id}/resume": {"reason": CANARY},
    "/v1/cases/{case_id}/migration": {"reason": CANARY},
    "/v1/batches": {
        "do": "suspend", "filter": {"process": "contract_termination"}, "reason": CANARY,
    },
    "/v1/batches/{batch_id}/pause": {"reason": CANARY},
    "/v1/batches/{batch_id}/resume": {"reason": CANARY},
    "/v1/batches/{batch_id}/cancel": {"reason": CANARY},
    "/v1/tasks/{task_id}/claim": {},
    "/v1/tasks/{task_id}/unclaim": {},
    "/v1/tasks/{task_id}/delegate": {"to": "lead-2", "comment": CANARY},
    "/v1/tasks/{task_id}/complete": {
        "outcome": "approve", "contentHash": HASH, "comment": CANARY,
    },
    "/v1/messages": {"name": "customer.withdrawn", "key": "K-1", "variables": {"note": CANARY}},
    "/v1/signals": {"name": "tariff.changed", "variables": {"note": CANARY}},
    "/v1/conditions": {"variables": {"note": CANARY, "rate": 3}},
    "/v1/definitions": {"files": {"model.bpmn": MODEL.decode()}},
    "/v1/definitions/lint": {"files": {"model.bpmn": MODEL.decode()}},
    "/v1/incidents/{incident_id}/resolve": {"reason": CANARY},
    "/v1/incidents/resolve": {"reason": CANARY},
    "/v1/standstills/suspend": {"kind": "system", "target": "bank", "reason": CANARY},
    "/v1/standstills/resume": {"kind": "system", "target": "bank", "reason": CANARY},
    "/v1/audit/verify": {},
    "/codec/decode": {"payloads": [{"metadata": {"encoding": "YQ=="}, "data": "YQ=="}]},
    "/v1/subjects/{party_id}/survey-choice": {"wanted": False, "channel": "PHONE"},
    "/v1/subjects/{party_id}/erase": {"basis": "UNLAWFUL", "reason": CANARY},
    "/v1/agents/{agent_id}/departure": {"leftOn": "2026-10-01", "reason": CANARY},
    "/v1/operators": {
        "operatorId": "newcomer-1", "unit": "SH-01", "level": 2, "roles": ["supervisor"],
        "interests": [], "reason": CANARY,
    },
    "/v1/operators/{operator_id}/change": {"unit": "SH-02", "reason": CANARY},
    "/v1/operators/{operator_id}/suspend": {"reason": CANARY},
    "/v1/operators/{operator_id}/resume": {"reason": CANARY},
    "/v1/operators/{operator_id}/leave": {"reason": CANARY},
    "/v1/operators/{operator_id}/interests": {"interests": ["P-S3"], "reason": CANARY},
    "/v1/operators/{operator_id}/delegations": {
        "items": ["TERMINATE"], "until": "2027-03-01T00:00:00+08:00", "reason": CANARY,
    },
    "/v1/delegations/{delegation_id}/revoke": {"reason": CANARY},
    "/v1/operators/{operator_id}/absences": {
        "until": "2027-03-01T00:00:00+08:00", "reason": CANARY,
    },
    "/v1/absences/{absence_id}/end": {"reason": CANARY},
    "/v1/operators/{operator_id}/certificates": {
        "type": "POLICY_SERVICING", "validFrom": "2026-10-01T00:00:00+08:00",
        "validTo": "2028-10-01T00:00:00+08:00", "reason": CANARY,
    },
    "/v1/certificates/{certificate_id}/revoke": {"reason": CANARY},
    "/v1/operators/{operator_id}/emergency-grants": {
        "level": 4, "items": ["TERMINATE"], "hours": 4, "reason": CANARY,
    },
    "/v1/emergency-grants/{grant_id}/review": {"finding": "JUSTIFIED", "reason": CANARY},
    "/v1/authority-limits": {
        "item": "TERMINATE", "level": 3, "maximum": "150000.00", "effectiveFrom": "2027-01-01",
        "reason": CANARY,
    },
    "/v1/legal-holds": {
        "kind": "POLICY", "target": "P-S3", "basis": "LITIGATION", "reason": CANARY,
    },
    "/v1/legal-holds/{hold_id}/lift": {"reason": CANARY},
    "/v1/risk-alerts/{alert_id}/lift": {"reason": CANARY},
    "/v1/risk-alerts/{alert_id}/report": {"reason": CANARY},
    "/v1/alerts/{alert_id}/close": {"outcome": "FALSE_ALARM", "reason": CANARY},
    "/v1/anomalies/{anomaly_id}/close": {"outcome": "REPAIRED", "reason": CANARY},
    "/v1/cases/{case_id}/applicant-death": {"diedOn": "2026-10-10", "reason": CANARY},
    "/v1/complaints": {"caseId": "BQ-NOBODY", "cause": "DELAY", "channel": "PHONE"},
    "/v1/complaints/{complaint_id}/decide": {
        "outcome": "UPHELD", "reason": CANARY, "facts": CANARY, "basis": CANARY,
    },
    "/v1/complaints/{complaint_id}/extend": {"extension": "COMPLEX", "reason": CANARY},
    "/v1/complaints/{complaint_id}/review": {"reason": CANARY},
    "/v1/breaches": {"kind": "LOSS", "severity": "LOW", "description": CANARY},
    "/v1/breaches/{breach_id}/steps": {"step": "MEASURE", "note": CANARY},
    "/v1/recoveries/{recovery_id}/close": {"reason": CANARY},
    "/v1/improvements": {
        "source": "complaint", "reason": "DELAY", "processId": "contract_termination",
        "version": 1, "problem": CANARY,
    },
    "/v1/improvements/{improvement_id}/close": {"reason": CANARY},
    "/v1/reconciliations": {"day": "2026-10-10"},
    "/v1/backtests": {"files": {"table.dmn": TABLE}},
    "/v1/reconciliation-breaks/{break_id}/close": {"outcome": "SUSPENSE", "reason": CANARY},
}  # fmt: skip


async def prepared(door: Door, row: Row) -> Asking:
    """Make the object of a row, in its state."""
    return await STATES[row.resource, row.state](door)


async def _nothing(_: Door) -> Asking:
    return Asking()


# --- cases -------------------------------------------------------------------------------------


async def _begun(door: Door, *entries: Json) -> str:
    case_id = await door.start()
    started = {"kind": "caseStarted", "data": {"processId": "contract_termination"}}
    await door.journal(case_id, started, *entries)
    return case_id


def _case(*entries: Json) -> Maker:
    async def make(door: Door) -> Asking:
        return Asking(names={"case_id": await _begun(door, *entries)})

    return make


def _asked_of_case(**body: Any) -> Maker:
    async def make(door: Door) -> Asking:
        return Asking(names={"case_id": await _begun(door)}, body=body)

    return make


def _answered(**body: Any) -> Maker:
    async def make(door: Door) -> Asking:
        asking = await _incident()(door)
        return Asking(names=asking.names, body=body)

    return make


async def _of_case(door: Door) -> Asking:
    return Asking(body={"caseId": await _begun(door, *STUCK)})


SUSPENDED: Json = {
    "kind": "waitOpened",
    "key": 1,
    "data": {"for": "suspension", "source": "case", "by": "ops-2", "reason": "for a look"},
}


async def _asking(door: Door) -> Asking:
    case_id = await _begun(door)
    wait = {"for": "message", "message": "documents.asked", "correlationKey": case_id}
    await door.journal(
        case_id,
        {"kind": "waitOpened", "element": "asked", "key": 9, "data": {**wait, "once": True}},
    )
    return Asking(names={"case_id": case_id})


def _offering(*after: Json) -> Maker:
    async def make(door: Door) -> Asking:
        data = {"for": "offer", "activities": [{"element": "call", "name": "Call back"}]}
        offer = {"kind": "waitOpened", "element": "more", "key": 9, "data": data}
        case_id = await _begun(door, offer, *after)
        return Asking(names={"case_id": case_id}, body={"offerId": f"{case_id}~9"})

    return make


async def _replaying(door: Door) -> Asking:
    case_id = await _begun(door)
    order = Replay(
        id=f"RP-{case_id}",
        case_id=case_id,
        base_run_id="run-1",
        event_id=4,
        element=None,
        point_at=NOW,
        actor="ops-2",
        role="ops",
        reason="mended",
        at=NOW,
    )
    async with door.deployment.database.work() as books:
        await books.replays.order(order)
    return Asking(names={"case_id": case_id})


def _versioned(**body: Any) -> Maker:
    """A case that goes by the deployed version of its process."""

    async def make(door: Door) -> Asking:
        case_id = await door.start()
        async with door.deployment.database.reading() as room:
            newest = await room.definitions.latest("contract_termination")
        assert newest is not None
        data = {
            "processId": newest.process_id,
            "version": newest.version,
            "programHash": newest.bundle_hash,
        }
        await door.journal(case_id, {"kind": "caseStarted", "data": data})
        return Asking(names={"case_id": case_id}, body=body)

    return make


async def _ordered(door: Door) -> Asking:
    batch = Batch(
        id="BT-1",
        act={"do": "suspend"},
        filter={"process_id": "contract_termination"},
        rate=1.0,
        failure_share=0.2,
        ordered_by="ops-2",
        role="ops",
        reason="for a look",
        ordered_at=NOW,
    )
    async with door.deployment.database.work() as books:
        await books.batches.order(batch)
    return Asking(names={"batch_id": batch.id})


async def _forgotten(door: Door) -> Asking:
    return Asking(names={"case_id": await door.start()})


def _starting(**changes: Any) -> Maker:
    async def make(_: Door) -> Asking:
        return Asking(body=changes)

    return make


async def _busy(door: Door) -> Asking:
    """A change of policyholder runs; another one is asked for."""
    first, second = _holder_change("PT-S8-N"), _holder_change("PT-S8-N2")
    await door.start(**first)
    return Asking(body=second)


def _holder_change(new: str) -> Json:
    return {
        "process": "contract_termination",
        "item": "POLICYHOLDER_CHANGE",
        "policyNo": "P-S8",
        "applicant": {"partyId": "PT-S8"},
        "request": {},
        "policyholderChange": {"newHolderPartyId": new, "relation": "SIBLING"},
    }


async def newest_run_of(door: Door, case_id: str) -> Run:
    """What Temporal keeps of a case: one run with one turn, if the case ever began."""
    query = "SELECT started_at, finished_at FROM cases WHERE id = ?"
    ((started, finished),) = door.hand.rows(query, case_id)
    if started is None:
        raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")
    status = Status.RUNNING if finished is None else Status.COMPLETED
    turn = Turn(run_id="r", event_id=4, started_at=NOW.astimezone(UTC), last_event_id=7)
    return Run(run_id="r", status=status, turns=[turn])


STUCK: tuple[Json, ...] = (
    {"kind": "elementActivated", "element": "quote", "key": 7},
    {
        "kind": "incidentOpened", "element": "quote", "key": 7,
        "data": {"code": "job-failed", "message": "no"},
    },
)  # fmt: skip
ENDED: Json = {"kind": "caseFinished", "data": {"outcome": "completed"}}


# --- tasks -------------------------------------------------------------------------------------


def _task(*after: Json, group: str = "L3", **facts: Any) -> Maker:
    async def make(door: Door) -> Asking:
        case_id = await _begun(door)
        shown = {"headers": {"act": "decision"}, **facts}
        task_id = await door.open_task(case_id, 5, group, **shown)
        if after:
            await door.journal(case_id, *after)
        return Asking(names={"task_id": task_id})

    return make


DECIDED: Json = {
    "kind": "taskClosed", "element": "approve", "key": 5,
    "data": {"why": "completed", "by": "lead-2", "outcome": "approve"},
}  # fmt: skip


# --- incidents ---------------------------------------------------------------------------------


def _incident(*after: Json) -> Maker:
    async def make(door: Door) -> Asking:
        case_id = await _begun(door, *STUCK, *after)
        return Asking(names={"incident_id": f"{case_id}~7"})

    return make


async def _watched(door: Door) -> Asking:
    case_id = await _begun(door)
    found = Suspicion(
        code="workflow-task-failing", instance_id=case_id, case_id=case_id, cause="no.", attempts=3
    )
    async with door.deployment.database.work() as books:
        await books.watch.settle([found.code], [found], NOW)
    return Asking(names={"incident_id": f"{case_id}~{WATCHED[found.code]}"})


async def _handed(door: Door) -> Asking:
    asking = await _watched(door)
    return Asking(names=asking.names, body={"act": "hand-over"})


# --- the rest ----------------------------------------------------------------------------------


def _model(name: str, *, sound: bool = True) -> Json:
    drawn = a_process(name).start("s").task("t").flow()
    drawn = drawn if sound else drawn.node("complexGateway", "g")
    return {"files": {"new.bpmn": drawn.end("e").xml().decode()}}


async def _standing(door: Door) -> Asking:
    body = BODIES["/v1/standstills/suspend"]
    answer = await door.post("/v1/standstills/suspend", body, "ops")
    assert answer.status_code in {200, 409}, answer.text  # another role has been here
    return Asking()


def _order(**body: Any) -> Maker:
    async def make(_: Door) -> Asking:
        return Asking(body=body)

    return make


async def _heard(door: Door) -> Asking:
    case_id = await _begun(door)
    wait = {"for": "message", "message": "customer.withdrawn", "correlationKey": case_id}
    await door.journal(
        case_id, {"kind": "waitOpened", "element": "w", "key": 9, "data": {**wait, "once": True}}
    )
    return Asking(body={"key": case_id})


async def _reused(door: Door) -> Asking:
    first = {**BODIES["/v1/messages"], "id": "M-REUSED"}
    answer = await door.post("/v1/messages", first)
    assert answer.status_code == 202, answer.text
    return Asking(body={"id": "M-REUSED", "variables": {"note": f"another {CANARY}"}})


async def _listening(door: Door) -> Asking:
    case_id = await _begun(door)
    hears = {"for": "signal", "signal": "tariff.changed"}
    await door.journal(case_id, {"kind": "waitOpened", "element": "s", "key": 9, "data": hears})
    return Asking()


async def _rebroadcast(door: Door) -> Asking:
    first = {**BODIES["/v1/signals"], "id": "S-REUSED"}
    answer = await door.post("/v1/signals", first)
    assert answer.status_code == 202, answer.text
    return Asking(body={"id": "S-REUSED", "variables": {"note": f"another {CANARY}"}})


async def _conditional(door: Door) -> Asking:
    drawn = a_process("watch").start("s", condition("=rate > 2")).end("e")
    files = {"watch.bpmn": drawn.xml().decode()}
    answer = await door.post("/v1/definitions", {"files": files}, "ops")
    assert answer.status_code == 201, answer.text
    return Asking()


def _document(**label: str) -> Maker:
    async def make(_: Door) -> Asking:
        return Asking(query={"type": "ID_CARD", **label})

    return make


def _agent(agent_id: str, **changes: Any) -> Maker:
    async def make(door: Door) -> Asking:
        await door.post("/v1/definitions", _model("orphan_policy"), "ops")
        return Asking(names={"agent_id": agent_id}, body=changes)

    return make


async def _left(door: Door) -> Asking:
    asking = await _agent("AG-S2-1")(door)
    body = BODIES["/v1/agents/{agent_id}/departure"]
    await door.post("/v1/agents/AG-S2-1/departure", body, "admin")
    return asking


async def _lent(door: Door, by: str) -> str:
    path = "/v1/operators/{operator_id}/delegations"
    to = path.format(operator_id="checker-1")
    told = await door.post(to, BODIES[path], "supervisor", subject=by)
    return str(told.json()["delegationId"])


def _delegation(by: str = "lead-1", *, over: bool = False) -> Maker:
    async def make(door: Door) -> Asking:
        delegation_id = await _lent(door, by)
        if over:
            path = f"/v1/delegations/{delegation_id}/revoke"
            await door.post(path, {"reason": "back"}, "supervisor", subject=by)
        return Asking(names={"delegation_id": delegation_id}, supervisor="lead-1")

    return make


def _absence(*, back: bool = False) -> Maker:
    async def make(door: Door) -> Asking:
        path = "/v1/operators/{operator_id}/absences"
        to = path.format(operator_id="lead-1")
        told = await door.post(to, BODIES[path], "supervisor", subject="lead-1")
        absence_id = told.json()["absenceId"]
        if back:
            end = f"/v1/absences/{absence_id}/end"
            await door.post(end, {"reason": "back"}, "supervisor", subject="lead-1")
        return Asking(names={"absence_id": absence_id}, supervisor="lead-1")

    return make


def _certificate(*, revoked: bool = False) -> Maker:
    """One of a checker's, entered by two admins."""

    async def make(door: Door) -> Asking:
        path = "/v1/operators/{operator_id}/certificates"
        body = {**BODIES[path], "type": f"T-{uuid.uuid4().hex[:8]}"}
        to = path.format(operator_id="checker-1")
        await door.post(to, body, "admin", subject="admin-8")
        told = await door.post(to, body, "admin", subject="admin-9")
        certificate_id = told.json()["certificateId"]
        if revoked:
            revoke = f"/v1/certificates/{certificate_id}/revoke"
            await door.post(revoke, {"reason": "lapsed"}, "admin")
        return Asking(names={"certificate_id": certificate_id})

    return make


def _proposed(path: str, **body: Any) -> Maker:
    """Another admin has ordered the very same."""

    async def make(door: Door) -> Asking:
        to, told = path.format(operator_id="checker-1"), {**BODIES[path], **body}
        await door.post(to, told, "admin", subject="admin-9")
        return Asking(names={"operator_id": "checker-1"}, body=body)

    return make


def _emergency(*, agreed: bool = True, reviewed: bool = False) -> Maker:
    """A grant to a checker, by two supervisors."""

    async def make(door: Door) -> Asking:
        path = "/v1/operators/{operator_id}/emergency-grants"
        to, told = path.format(operator_id="checker-1"), {}
        for who in ("lead-2", "branch-1")[: 1 + agreed]:
            told = (await door.post(to, BODIES[path], "supervisor", subject=who)).json()
        grant_id = told.get("grantId", "")
        if reviewed:
            review = "/v1/emergency-grants/{grant_id}/review"
            await door.post(review.format(grant_id=grant_id), BODIES[review], "admin")
        return Asking(names={"operator_id": "checker-1", "grant_id": grant_id})

    return make


def _newcomer(*, proposed: bool = False, **changes: Any) -> Maker:
    """Somebody whom another admin wants to enter, or nobody has heard of."""

    async def make(door: Door) -> Asking:
        told = {"operatorId": f"new-{uuid.uuid4().hex[:8]}", **changes}
        if proposed:
            body = {**BODIES["/v1/operators"], **told}
            await door.post("/v1/operators", body, "admin", subject="admin-9")
        return Asking(body=told)

    return make


def _entry(act: str = "", *, suspended: bool = False) -> Maker:
    """An entry of its own, about which another admin has ordered an act."""

    async def make(door: Door) -> Asking:
        operator_id = f"new-{uuid.uuid4().hex[:8]}"
        body = {**BODIES["/v1/operators"], "operatorId": operator_id}
        for admin in ("admin-8", "admin-9"):
            await door.post("/v1/operators", body, "admin", subject=admin)
        if suspended:
            path = f"/v1/operators/{operator_id}/suspend"
            await door.post(path, {"reason": CANARY}, "admin", subject="admin-9")
        if act:
            path = f"/v1/operators/{{operator_id}}/{act}"
            to = path.format(operator_id=operator_id)
            await door.post(to, BODIES[path], "admin", subject="admin-9")
        return Asking(names={"operator_id": operator_id})

    return make


async def _oneself(_: Door) -> Asking:
    return Asking(names={"operator_id": "lead-1"}, supervisor="lead-1")


async def _registered(door: Door) -> Asking:
    """Another admin has ordered the very same, of both."""
    for path in ("/v1/operators/{operator_id}/certificates", "/v1/authority-limits"):
        await _proposed(path)(door)
    return Asking(names={"operator_id": "checker-1"})


_NO_REGISTRY = {
    "operator_id": "nobody-1", "delegation_id": "DG-NO", "absence_id": "AB-NO",
    "certificate_id": "QC-NO", "item": "NOBODY", "grant_id": "EG-NO",
}  # fmt: skip


def _of_desk(**names: str) -> Maker:
    async def make(_: Door) -> Asking:
        return Asking(names=names, supervisor="legal-1")

    return make


async def _no_target(_: Door) -> Asking:
    return Asking(body={"target": "P-UNHEARD-OF"}, supervisor="legal-1")


def _hold(*orders: str, who: str = "legal-1") -> Maker:
    """A legal hold that others have ordered to be lifted."""

    async def make(door: Door) -> Asking:
        body = BODIES["/v1/legal-holds"]
        placed = (await door.post("/v1/legal-holds", body, "auditor")).json()
        for each in orders:
            path = f"/v1/legal-holds/{placed['holdId']}/lift"
            await door.post(path, {"reason": CANARY}, "auditor", subject=each)
        return Asking(names={"hold_id": placed["holdId"]}, supervisor=who)

    return make


def _subject(*, proposed: bool = False) -> Maker:
    async def make(door: Door) -> Asking:
        party_id = f"PT-{uuid.uuid4().hex}"
        async with door.deployment.database.work() as books:
            await books.parties.enter(a_party(party_id))
        if proposed:
            path = f"/v1/subjects/{party_id}/erase"
            body = {"basis": "UNLAWFUL", "reason": CANARY}
            answer = await door.post(path, body, "admin", subject="admin-9")
            assert answer.status_code == 200, answer.text
        return Asking(names={"party_id": party_id})

    return make


def _build(build_id: str) -> Maker:
    async def make(_: Door) -> Asking:
        return Asking(names={"build_id": build_id})

    return make


_DESK = "risk-1"


def _alert(*, lifted: bool = False, worked_on: bool = False, by: str = _DESK) -> Maker:
    async def make(door: Door) -> Asking:
        alert_id = f"RA-{uuid.uuid4().hex}"
        raised = RiskAlert(
            id=alert_id, case_id="BQ-1", party_id="PT-S3", reason="FRAUD", raised_at=NOW
        )
        async with door.deployment.database.work() as books:
            await books.risk_alerts.raise_alert(raised)
        if worked_on:
            await _deed(door, raised.case_id, by)
        if lifted:
            told = {"reason": "the customer came by"}
            path = f"/v1/risk-alerts/{alert_id}/lift"
            await door.post(path, told, "supervisor", subject=_DESK)
        return Asking(names={"alert_id": alert_id}, supervisor=by)

    return make


def a_surge(alert_id: str) -> PopulationAlert:
    """An agent with many surrenders in a day."""
    return PopulationAlert(
        id=alert_id, case_id="BQ-1", rule="SURRENDER_SURGE", severity="HIGH", owner="risk-desk",
        kind="SURRENDERS", grouping="AGENT", key="AG-7", day=NOW.date(), count=9,
        mean=Decimal("0.4"), sigma=Decimal("0.66"), raised_at=NOW, due_on=None,
    )  # fmt: skip


def _surge(*, closed: bool = False, by: str = _DESK) -> Maker:
    async def make(door: Door) -> Asking:
        alert_id = f"PA-{uuid.uuid4().hex}"
        async with door.deployment.database.work() as books:
            await books.population.raise_alert(a_surge(alert_id))
        if closed:
            told = {"outcome": "FALSE_ALARM", "reason": "a firm moved"}
            await door.post(f"/v1/alerts/{alert_id}/close", told, "supervisor", subject=_DESK)
        return Asking(names={"alert_id": alert_id}, supervisor=by)

    return make


async def a_break(door: Door) -> Break:
    """A movement that the bank alone knows, found at noon."""
    amount = Money(100_00)
    found = Break(
        kind="UNKNOWN_TO_US", about=f"{uuid.uuid4().hex}:PAY", case_id=None, at=NOW,
        at_bank=amount, by_case=None, in_ledger=None,
    )  # fmt: skip
    window = Window(day=NOW.date(), since=NOW, until=NOW, due_on=None, at=NOW)
    async with door.deployment.database.work() as books:
        await books.reconciliation.ask(window.day, by="ops-1", at=NOW)
        await books.reconciliation.conclude(
            window, Books(lines=(), orders=(), postings=()), (found,)
        )
    return found


async def _day_asked(door: Door) -> Asking:
    await door.post("/v1/reconciliations", {"day": "2026-10-11"}, "ops")
    return Asking(names={"day": "2026-10-11"})


def _broken(*, closed: bool = False, by: str = "finance-1") -> Maker:
    async def make(door: Door) -> Asking:
        found = await a_break(door)
        if closed:
            told = {"outcome": "SUSPENSE", "reason": "the bank was asked"}
            path = f"/v1/reconciliation-breaks/{found.id}/close"
            await door.post(path, told, "supervisor", subject="finance-1")
        return Asking(names={"break_id": found.id}, supervisor=by)

    return make


async def _no_break(_: Door) -> Asking:
    names = {"break_id": "BR-NO", "day": "2001-01-01"}
    return Asking(names=names, supervisor="finance-1")


async def an_anomaly(
    door: Door, kind: AnomalyClass = "SYSTEM", *, closed: bool = False, case_id: str = "BQ-1"
) -> str:
    """In the queue of its class; the id of it."""
    anomaly = Anomaly(
        id=f"AN-{uuid.uuid4().hex}",
        case_id=case_id,
        class_=kind,
        reason="PLANTED",
        route=ANOMALY_ROUTES[kind].queue,
        opened_at=NOW,
        due_on=None,
        outcome=ANOMALY_ROUTES[kind].outcomes[0] if closed else None,
        closed_at=NOW if closed else None,
    )
    async with door.deployment.database.work() as books:
        await books.anomalies.record(anomaly)
    return anomaly.id


def _anomaly(kind: AnomalyClass, *, closed: bool = False) -> Maker:
    async def make(door: Door) -> Asking:
        names = {"anomaly_id": await an_anomaly(door, kind, closed=closed)}
        body = {"outcome": ANOMALY_ROUTES[kind].outcomes[0]}
        supervisor = "finance-1" if kind == "MONEY" else "lead-1"
        return Asking(names=names, body=body, supervisor=supervisor)

    return make


GROUNDS = {"facts": "it lay for a week", "basis": "4号令 art. 19(1)"}


async def a_complaint(door: Door, case_id: str | None = None) -> str:
    """About a case that waits, unless one is named; the id of it."""
    body = {"caseId": case_id or await _begun(door), "cause": "DELAY", "channel": "PHONE"}
    told = await door.post("/v1/complaints", body, "supervisor", subject=_LEAD)
    return str(told.json()["complaintId"])


def _about(*, known: bool = True) -> Maker:
    async def make(door: Door) -> Asking:
        return Asking(body={"caseId": await _begun(door) if known else "BQ-NOBODY"})

    return make


def _complaint(*, decided: bool = False, worked_on: bool = False) -> Maker:
    async def make(door: Door) -> Asking:
        case_id = await _begun(door)
        complaint_id = await a_complaint(door, case_id)
        if worked_on:
            await _deed(door, case_id, _LEAD)
        if decided:
            told = {"outcome": "UPHELD", "reason": "it took too long", **GROUNDS}
            path = f"/v1/complaints/{complaint_id}/decide"
            await door.post(path, told, "supervisor", subject=_LEAD)
        return Asking(names={"complaint_id": complaint_id}, supervisor=_LEAD)

    return make


async def a_breach(door: Door, kind: str = "LOSS") -> str:
    """Of personal data, unless told otherwise; the id of it."""
    body = {"kind": kind, "severity": "LOW", "description": "a letter was lost"}
    return str((await door.post("/v1/breaches", body, "auditor")).json()["breachId"])


def _breach(step: str, *, over: bool = False, by: str = "privacy-1") -> Maker:
    async def make(door: Door) -> Asking:
        breach_id = await a_breach(door, "MISSED_LIMIT" if over else "LOSS")
        for done in ("MEASURE", "CLOSED") if over else ():
            body = {"step": done, "note": "done"}
            await door.post(f"/v1/breaches/{breach_id}/steps", body, "auditor")
        return Asking(names={"breach_id": breach_id}, body={"step": step}, supervisor=by)

    return make


async def a_recovery(door: Door) -> str:
    """That a bad answer owes; the id of it."""
    case_id, id = await _begun(door), uuid.uuid4().hex
    survey = Survey(
        id=f"SV-{id}", case_id=case_id, party_id="PT-S3", type="CSAT", sent_at=NOW, asks_nps=True
    )
    owed = Recovery(
        id=f"RC-{id}", survey_id=survey.id, case_id=case_id, opened_at=NOW, due_on=NOW.date()
    )
    async with door.deployment.database.work() as books:
        await books.surveys.open(survey)
        await books.surveys.answer(survey.id, Answer(csat=1, effort=6, nps=9), NOW)
        await books.surveys.recover(owed)
    return owed.id


def _recovery(*, closed: bool = False) -> Maker:
    async def make(door: Door) -> Asking:
        recovery_id = await a_recovery(door)
        if closed:
            path = f"/v1/recoveries/{recovery_id}/close"
            await door.post(path, {"reason": "called"}, "supervisor", subject=_LEAD)
        return Asking(names={"recovery_id": recovery_id}, supervisor=_LEAD)

    return make


async def a_defect(door: Door, name: str, code: str | None = None) -> Json:
    """An anomaly of a case of its own; the case."""
    case_id = await _begun(door)
    found = Anomaly(
        id=f"AN-{name}", case_id=case_id, class_="DATA", reason=code or name, route="applicant",
        opened_at=NOW, due_on=None,
    )  # fmt: skip
    async with door.deployment.database.work() as books:
        await books.anomalies.record(found)
    case: Json = (await door.get(f"/v1/cases/{case_id}", role="ops")).json()
    return case


def _improvement(state: str = "opened", **body: Any) -> Maker:
    """An item of a process of its own: wrong (to be opened), opened, or dropped."""

    async def make(door: Door) -> Asking:
        reason = f"R-{uuid.uuid4().hex[:8]}"
        case = await a_defect(door, reason)
        wanted = {"source": "anomaly", "reason": f"DATA:{reason}", "version": case["version"]}
        if state == "wrong":
            return Asking(body=wanted)
        path = "/v1/improvements"
        opened = await door.post(path, {**BODIES[path], **wanted}, "ops")
        id = opened.json()["improvementId"]
        if state == "dropped":
            await door.post(f"/v1/improvements/{id}/close", {"reason": "no cause"}, "ops")
        if state == "open-already":
            return Asking(body=wanted)
        return Asking(names={"improvement_id": id}, body=body)

    return make


async def _no_feedback(_: Door) -> Asking:
    names = {
        "complaint_id": "CP-NO", "recovery_id": "RC-NO", "improvement_id": "IM-NO",
        "breach_id": "BCH-NO",
    }  # fmt: skip
    return Asking(names=names, body={})


_LEAD = "lead-1"


async def _deed(door: Door, case_id: str, by: str) -> None:
    await door.open_task(case_id, 5, "risk-desk")
    deed = Deed(
        instance_id=case_id, key=5, case_id=case_id, element="approve", request_id="q",
        act="claim", actor=by, at=NOW, level=3,
    )  # fmt: skip
    async with door.deployment.database.work() as books:
        await books.human_tasks.perform(deed)


async def _no_alert(_: Door) -> Asking:
    return Asking(names={"alert_id": "RA-NOBODY"}, supervisor=_DESK)


async def _named(names: Mapping[str, str]) -> Asking:
    return Asking(names=names)


def _at(**names: str) -> Maker:
    return lambda _: _named(names)


STATES: Mapping[tuple[str, str], Maker] = {
    ("case", "any"): _nothing,
    ("case", "free"): _nothing,
    ("case", "busy"): _busy,
    ("case", "stale"): _starting(policyVersion=99),
    ("case", "no-policy"): _starting(policyNo="P-NOBODY"),
    ("case", "waiting"): _case(),
    ("case", "stuck"): _case(*STUCK),
    ("case", "ended"): _case(ENDED),
    ("case", "asking"): _asking,
    ("case", "offering"): _offering(),
    ("case", "offered"): _offering(ENDED),
    ("case", "taken"): _offering(
        {"kind": "waitClosed", "element": "more", "key": 9, "data": {"for": "offer"}}
    ),
    ("case", "unnamed"): _asked_of_case(offerId="nothing"),
    ("case", "anothers"): _asked_of_case(offerId="BQ-OTHER~9"),
    ("case", "replaying"): _replaying,
    ("case", "suspended"): _case(SUSPENDED),
    ("case", "payable"): _asked_of_case(instructions=[{"do": "activate", "element": "pay"}]),
    ("case", "empty"): _asked_of_case(instructions=[]),
    ("case", "senseless"): _asked_of_case(instructions=[{"do": "activate", "element": "ghost"}]),
    ("case", "not-its"): _asked_of_case(instanceId="BQ-OTHER"),
    ("case", "versioned"): _versioned(),
    ("case", "never-migrated"): _versioned(undo=True),
    ("case", "misplanned"): _versioned(plan={"elements": {"ghost": "ghost"}}),
    ("case", "forgotten"): _forgotten,
    ("case", "nobody"): _at(case_id="BQ-NOBODY"),
    ("task", "any"): _nothing,
    ("task", "open"): _task(),
    ("task", "mine"): _task(assignee="lead-1"),
    ("task", "anothers"): _task(assignee="lead-2"),
    ("task", "own-work"): _task(variables=wire({"excluded": ["lead-1"]})),
    ("task", "too-much"): _task(variables=wire({"amount": 900_000})),
    ("task", "changed"): _task(contentHash="b" * 64),
    ("task", "decided"): _task(DECIDED),
    ("task", "withdrawn"): _task(ENDED),
    ("task", "above"): _task(group="L5"),
    ("task", "nobody"): _at(task_id="BQ-NOBODY~1"),
    ("incident", "any"): _nothing,
    ("incident", "open"): _incident(),
    ("incident", "resolved"): _incident({"kind": "incidentClosed", "element": "quote", "key": 7}),
    ("incident", "of-ended"): _incident(ENDED),
    ("incident", "watched"): _watched,
    ("incident", "of-case"): _of_case,
    ("incident", "codeless"): _answered(act="throw"),
    ("incident", "ignoring"): _answered(act="ignore"),
    ("incident", "unaside"): _answered(act="attend"),
    ("incident", "of-watch"): _handed,
    ("incident", "over"): _order(cause="abcdef012345"),
    ("operations", "any"): _nothing,
    ("operations", "going"): _nothing,
    ("operations", "standing"): _standing,
    ("operations", "known"): _at(kpi="CSAT"),
    ("operations", "nobody"): _at(kpi="NOBODY"),
    ("operations", "no-process"): _order(kind="process", target="nowhere"),
    ("operations", "no-system"): _order(target="telex"),
    ("incident", "nobody"): _at(incident_id="BQ-NOBODY~1"),
    ("definition", "any"): _nothing,
    ("definition", "new"): _starting(**_model("review")),
    ("definition", "known"): _nothing,
    ("definition", "broken"): _starting(**_model("review", sound=False)),
    ("definition", "deployed"): _at(process_id="contract_termination", version="1"),
    ("definition", "nobody"): _at(process_id="nobody", version="1"),
    ("batch", "any"): _nothing,
    ("batch", "new"): _nothing,
    ("batch", "unnamed"): _starting(filter={}),
    ("batch", "ordered"): _ordered,
    ("batch", "nobody"): _at(batch_id="BT-NOBODY"),
    ("message", "heard"): _heard,
    ("message", "unheard"): _nothing,
    ("message", "reused"): _reused,
    ("signal", "heard"): _listening,
    ("signal", "unheard"): _nothing,
    ("signal", "reused"): _rebroadcast,
    ("condition", "true"): _conditional,
    ("condition", "false"): _nothing,
    ("document", "ours"): _document(partyId="PT-S3", policyNo="P-S3"),
    ("document", "no-policy"): _document(policyNo="P-NOBODY"),
    ("document", "no-party"): _document(partyId="PT-NOBODY"),
    ("audit", "any"): _nothing,
    ("audit", "sealed"): _nothing,
    ("audit", "garbage"): _starting(payloads=[{"data": "a"}]),
    ("release", "any"): _nothing,
    ("release", "new"): _build(NEXT),
    ("release", "serving"): _build(CURRENT),
    ("release", "old"): _build(OLD),
    ("release", "nobody"): _build("9.9.9-nobody"),
    ("agent", "at-work"): _agent("AG-S2-1"),
    ("agent", "early"): _agent("AG-S2-1", leftOn=str(NOW.date() + timedelta(days=1))),
    ("agent", "left"): _left,
    ("agent", "nobody"): _agent("AG-NOBODY"),
    ("prospect", "known"): _at(policy_no="P-S3", code="TERMINATE"),
    ("prospect", "moot"): _at(policy_no="P-S3", code="NOBODY"),
    ("prospect", "nobody"): _at(policy_no="P-NOBODY", code="TERMINATE"),
    ("hold", "any"): _nothing,
    ("hold", "of-desk"): _of_desk(),
    ("hold", "no-target"): _no_target,
    ("hold", "placed"): _hold(),
    ("hold", "unordered"): _hold(who="lead-1"),
    ("hold", "ordered"): _hold("auditor-9"),
    ("hold", "lifted"): _hold("auditor-8", "auditor-9"),
    ("hold", "nobody"): _of_desk(hold_id="LH-NO"),
    ("operator", "at-work"): _at(operator_id="checker-1"),
    ("operator", "oneself"): _oneself,
    ("operator", "self-adm"): _at(operator_id="admin-1"),
    ("operator", "newcomer"): _newcomer(),
    ("operator", "agreed-on"): _newcomer(proposed=True),
    ("operator", "known-one"): _newcomer(operatorId="checker-1"),
    ("operator", "two-hats"): _newcomer(roles=["supervisor", "ops"]),
    ("operator", "idle"): _entry(),
    ("operator", "changing"): _entry("change"),
    ("operator", "resuming"): _entry("resume", suspended=True),
    ("operator", "leaving"): _entry("leave"),
    ("operator", "above"): _at(operator_id="hq-1"),
    ("operator", "nobody"): _at(**_NO_REGISTRY),
    ("operator", "lent"): _delegation(),
    ("operator", "anothers"): _delegation("lead-2"),
    ("operator", "over"): _delegation(over=True),
    ("operator", "away"): _absence(),
    ("operator", "back"): _absence(back=True),
    ("operator", "valid"): _certificate(),
    ("operator", "revoked"): _certificate(revoked=True),
    ("operator", "any"): _nothing,
    ("operator", "asked"): _emergency(agreed=False),
    ("operator", "granted"): _emergency(),
    ("operator", "reviewed"): _emergency(reviewed=True),
    ("operator", "known"): _at(item="TERMINATE"),
    ("operator", "unproposed"): _nothing,
    ("operator", "proposed"): _registered,
    ("subject", "unproposed"): _subject(),
    ("subject", "proposed"): _subject(proposed=True),
    ("subject", "insured"): _at(party_id="PT-S3"),
    ("subject", "nobody"): _at(party_id="PT-NOBODY"),
    ("catalogue", "any"): _nothing,
    ("catalogue", "known"): _at(code="PLEDGE", pack_id="cn-life-2026.1", jurisdiction="CN"),
    ("catalogue", "nobody"): _at(code="NOBODY", pack_id="nobody", jurisdiction="XX"),
    ("risk-alert", "any"): _nothing,
    ("store", "any"): _nothing,
    ("risk-alert", "raised"): _alert(),
    ("risk-alert", "not-theirs"): _alert(by="lead-1"),
    ("risk-alert", "their-own"): _alert(worked_on=True),
    ("risk-alert", "lifted"): _alert(lifted=True),
    ("risk-alert", "nobody"): _no_alert,
    ("population-alert", "any"): _nothing,
    ("population-alert", "raised"): _surge(),
    ("population-alert", "not-theirs"): _surge(by="lead-1"),
    ("population-alert", "closed"): _surge(closed=True),
    ("population-alert", "nobody"): _no_alert,
    ("anomaly", "any"): _nothing,
    ("anomaly", "of-finance"): _anomaly("MONEY"),
    ("anomaly", "of-ops"): _anomaly("SYSTEM"),
    ("anomaly", "closed"): _anomaly("SLA", closed=True),
    ("anomaly", "waiting"): _case(),
    ("anomaly", "nobody"): _at(anomaly_id="AN-NO", case_id="BQ-NOBODY"),
    ("reconciliation", "any"): _nothing,
    ("reconciliation", "past"): _nothing,
    ("reconciliation", "future"): _starting(day=str(NOW.date() + timedelta(days=1))),
    ("reconciliation", "asked"): _day_asked,
    ("reconciliation", "open"): _broken(),
    ("reconciliation", "not-theirs"): _broken(by="lead-1"),
    ("reconciliation", "closed"): _broken(closed=True),
    ("reconciliation", "nobody"): _no_break,
    ("feedback", "any"): _nothing,
    ("feedback", "about"): _about(),
    ("feedback", "told"): _complaint(),
    ("feedback", "decided"): _complaint(decided=True),
    ("feedback", "caseless"): _about(known=False),
    ("feedback", "broken"): _breach("MEASURE"),
    ("feedback", "foreign"): _breach("MEASURE", by="lead-1"),
    ("feedback", "untold"): _breach("CLOSED"),
    ("feedback", "over"): _breach("MEASURE", over=True),
    ("feedback", "own-work"): _complaint(worked_on=True),
    ("feedback", "owed"): _recovery(),
    ("feedback", "wrong"): _improvement("wrong"),
    ("feedback", "right"): _starting(reason="CONDUCT"),
    ("feedback", "opened"): _improvement(),
    ("feedback", "open-already"): _improvement("open-already"),
    ("feedback", "unmended"): _improvement(version=1),
    ("feedback", "closed"): _recovery(closed=True),
    ("feedback", "dropped"): _improvement("dropped"),
    ("feedback", "nobody"): _no_feedback,
}
"""How an object comes into a state; made afresh for everybody who may change it."""
