"""What the database holds, as callers see it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.confidential import AML_DESK
from api.local_ids import local_id
from api.reasons import reason_seen
from api.schemas.case_record import LedgerLine, LedgerSeen, ObligationSeen, TrailEntry
from api.schemas.cases import (
    CaseDetail,
    CaseSummary,
    ClawBackSeen,
    ClockSeen,
    LetterSeen,
    Wait,
)
from api.schemas.offers import OfferedActivity, OfferSeen
from api.schemas.work import (
    GraceDeedSeen,
    IncidentAction,
    IncidentDetail,
    IncidentGroupSeen,
    IncidentSeen,
    SetAside,
    TaskDraft,
    TaskSeen,
)
from infra.db.operations.incident_pages import Circumstances
from infra.db.operations.incidents import IncidentGroup, IncidentView
from infra.db.pages import case_views
from infra.db.pages.reasons import Reason
from workflows.domain.case import Case
from workflows.domain.clocks import Alarm, Clock
from workflows.domain.findings import Anomaly, held_by
from workflows.domain.human_task import Deed, HumanTask
from workflows.domain.ledger import Journal
from workflows.domain.masking import masked_all
from workflows.domain.payment import Obligation, PaymentAttempt
from workflows.domain.records import Communication
from workflows.domain.stuck import ACTIONS, ASIDE, kind_of
from workflows.feel.wire import decode, to_plain

_UNMET = ("RUNNING", "STOPPED", "BREACHED")


def plain(variables: Mapping[str, object]) -> dict[str, Any]:
    """Return wire-encoded variables as plain JSON."""
    return {name: to_plain(decode(value)) for name, value in variables.items()}


def case_summary(
    case: Case, clocks: Sequence[Clock] = (), at: datetime | None = None
) -> CaseSummary:
    """Return a case as a list shows it, its clocks as they stand at an instant."""
    running = [clock for clock in clocks if clock.state == "RUNNING"]
    due = min((clock.deadline.due_on for clock in running), default=None)
    return CaseSummary(
        due_on=None if due is None else due.isoformat(),
        alarm=max((_alarm(clock, at) for clock in running), default=0),
        case_id=case.id,
        process=case.process_id,
        version=case.version,
        status=case.status,
        policy_no=case.policy_no or None,
        item=case.item,
        accepted_at=case.accepted_at,
        finished_at=case.finished_at,
        outcome=case.outcome,
        duplicate_of=case.duplicate_of,
        open_incidents=case.incidents,
    )


def case_detail(
    detail: case_views.CaseDetail,
    reasons: Sequence[Reason],
    *,
    see: Callable[[HumanTask], TaskSeen],
    at: datetime | None = None,
) -> CaseDetail:
    """Return a case as its page shows it; what a task shows is for those who may see the task."""
    return CaseDetail(
        **case_summary(detail.case, detail.clocks, at).model_dump(),
        reasons=[reason_seen(reason) for reason in reasons],
        waits=[_wait(wait) for wait in detail.waits],
        offers=[_offer(wait) for wait in detail.waits if wait.kind == "offer"],
        tasks=[see(task) for task in detail.tasks],
        incidents=[incident_seen(incident) for incident in detail.incidents],
        clocks=[clock_seen(clock, at, held_by(detail.anomalies)) for clock in detail.clocks],
        letters=[_letter(letter) for letter in detail.communications],
        endorsements=[endorsement.no for endorsement in detail.endorsements],
        anomalies=[
            {"class": found.class_, "reason": found.reason, "outcome": found.outcome}
            for found in detail.anomalies
        ],
        claw_backs=[
            ClawBackSeen(
                agent_id=claimed.agent_id,
                premiums=str(claimed.premiums.decimal),
                at=claimed.at,
                voided_at=claimed.voided_at,
            )
            for claimed in detail.claw_backs
        ],
        grace_deeds=list(_in_grace(detail.grace_deeds)),
        quote=detail.quote,
    )


def _in_grace(deeds: Iterable[Deed]) -> Iterator[GraceDeedSeen]:
    for deed in deeds:
        if deed.in_grace_until is not None:
            yield GraceDeedSeen(
                task_id=local_id(deed.instance_id, deed.key),
                act=deed.act,
                at=deed.at,
                in_grace_until=deed.in_grace_until,
            )


def _letter(letter: Communication) -> LetterSeen:
    return LetterSeen(
        template=letter.template,
        channel=letter.channel,
        sent_at=letter.sent_at,
        refused_at=letter.refused_at,
    )


def _alarm(clock: Clock, at: datetime | None) -> Alarm:
    return 0 if at is None else clock.alarm(at)


def clock_seen(clock: Clock, at: datetime | None = None, held: Anomaly | None = None) -> ClockSeen:
    """Return a clock of law or service, as it stands at an instant."""
    target = clock.deadline.target_on
    return ClockSeen(
        rule=clock.deadline.rule_id,
        due_on=clock.deadline.due_on.isoformat(),
        due_legal_on=clock.deadline.due_legal.date().isoformat(),
        target_on=None if target is None else target.isoformat(),
        state=clock.state,
        alarm=_alarm(clock, at),
        stands_still=clock.paused_at is not None,
        lawful_reason=f"{held.class_} {held.reason}"
        if held is not None and clock.state in _UNMET
        else None,
        provisional=clock.deadline.provisional,
    )


def task_seen(task: HumanTask, draft: Deed | None = None) -> TaskSeen:
    """Return a human task with what the person is shown."""
    return TaskSeen(
        task_id=local_id(task.instance_id, task.key),
        case_id=task.case_id,
        element=task.element,
        name=task.name,
        act=str(task.headers.get("act", "work")),
        asks=None if "asks" not in task.headers else str(task.headers["asks"]),
        status=task.state,
        assignee=task.assignee,
        candidate_groups=list(task.candidate_groups),
        candidate_users=list(task.candidate_users),
        priority=task.priority,
        opened_at=task.opened_at,
        due=task.due,
        content_hash=task.content_hash,
        shown=plain(task.variables),
        draft=None
        if draft is None
        else TaskDraft(
            by=draft.actor,
            outcome=draft.outcome,
            comment=draft.comment,
            variables=plain(draft.variables),
            at=draft.at,
        ),
    )


def masked_task(task: HumanTask, *, knows: bool) -> TaskSeen:
    """Return a human task for those who decide in none: what is shown, by its looks.

    Of a task of the AML desk not even that, unless they may know of it: looks would tell.
    """
    if AML_DESK in task.candidate_groups and not knows:
        return without_content(task)
    shown = {name: decode(value) for name, value in task.variables.items()}
    return task_seen(task).model_copy(update={"shown": masked_all(shown)})


def without_content(task: HumanTask) -> TaskSeen:
    """Return a human task for those who may not look into it."""
    return task_seen(task).model_copy(update={"content_hash": None, "shown": None})


def incident_seen(incident: IncidentView) -> IncidentSeen:
    """Return an incident."""
    kind = kind_of(incident.code)
    return IncidentSeen(
        incident_id=local_id(incident.instance_id, incident.key),
        case_id=incident.case_id,
        instance_id=incident.instance_id,
        element=incident.element,
        name=incident.name,
        code=incident.code,
        message=incident.message,
        status="closed" if incident.closed_at is not None else incident.aside or "open",
        opened_at=incident.opened_at,
        closed_at=incident.closed_at,
        source="case" if incident.source == "case" else "watch",
        meaning=kind.meaning,
        attempts=incident.attempts,
        last_seen_at=incident.last_seen_at,
        actions=[
            IncidentAction(act=act, how=ACTIONS[act])
            for act in ((*kind.actions, *ASIDE) if incident.closed_at is None else ())
        ],
        aside=_aside(incident),
    )


def incident_detail(incident: IncidentView, around: Circumstances) -> IncidentDetail:
    """Return an incident with what lies around it."""
    inputs = {name: decode(value) for name, value in around.inputs.items()}
    return IncidentDetail(
        **incident_seen(incident).model_dump(),
        first_at=around.first_at,
        last_at=around.last_at,
        times=around.times,
        inputs=masked_all(inputs),
        stands_at=list(around.stands_at),
    )


def _aside(incident: IncidentView) -> SetAside | None:
    if incident.aside is None or incident.aside_at is None:
        return None
    return SetAside(
        state="ignored" if incident.aside == "ignored" else "handed-over",
        by=incident.aside_by or "",
        reason=incident.aside_reason or "",
        at=incident.aside_at,
        anomaly_id=incident.anomaly_id,
    )


def incident_group(group: IncidentGroup) -> IncidentGroupSeen:
    """Return the open incidents of one cause."""
    return IncidentGroupSeen(
        cause=group.cause,
        process=group.process_id,
        element=group.element,
        code=group.code,
        message=group.message,
        meaning=kind_of(group.code).meaning,
        incidents=group.incidents,
        cases=group.cases,
        first_at=group.first_at,
        last_at=group.last_at,
    )


def trail_entry(entry: case_views.TrailEntry) -> TrailEntry:
    """Return one thing that happened; variables stay out, who may see them looks elsewhere."""
    return TrailEntry(
        instance_id=entry.instance_id,
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        element=entry.element,
        name=entry.name,
        key=entry.key,
        data={name: value for name, value in entry.data.items() if name != "variables"},
    )


def ledger_seen(
    postings: Sequence[Journal], owed: Sequence[tuple[Obligation, Sequence[PaymentAttempt]]]
) -> LedgerSeen:
    """Return what a case posted and owes."""
    return LedgerSeen(
        lines=[
            LedgerLine(
                journal_id=posting.id,
                value_date=posting.value_date.isoformat(),
                account=entry.account,
                side=entry.side,
                amount=str(entry.amount.decimal),
                currency=entry.amount.currency,
                reversal_of=posting.reversal_of,
            )
            for posting in postings
            for entry in posting.entries
        ],
        obligations=[
            ObligationSeen(
                direction=obligation.direction,
                obligation_id=obligation.id,
                amount=str(obligation.amount.decimal),
                currency=obligation.amount.currency,
                state=obligation.state,
                attempts=[
                    {"no": attempt.no, "state": attempt.state, "returnCode": attempt.return_code}
                    for attempt in attempts
                ],
            )
            for obligation, attempts in owed
        ],
    )


def _offer(wait: case_views.Wait) -> OfferSeen:
    return OfferSeen(
        offer_id=local_id(wait.instance_id, wait.key),
        element=wait.element or "",
        name=wait.name or wait.element or "",
        activities=[OfferedActivity(**one) for one in wait.data["activities"]],
    )


def _wait(wait: case_views.Wait) -> Wait:
    return Wait(
        instance_id=wait.instance_id,
        element=wait.element,
        name=wait.name,
        waits_for=wait.kind,
        message=wait.data.get("message") or wait.data.get("signal"),
        key=wait.data.get("correlationKey"),
        due=wait.due,
        since=wait.opened_at,
    )
