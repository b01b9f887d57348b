"""What the platform keeps of cases: effects, journal, audit, tasks, messages, findings."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from workflows.contracts.case import ReplayNote
from workflows.contracts.journal import JournalBatch, MessageDelivery
from workflows.contracts.signal import SignalDelivery
from workflows.domain.audit import AuditRecord, Change
from workflows.domain.authority import AuthorityLimit, Operator
from workflows.domain.canonical import JsonObject
from workflows.domain.case import Case
from workflows.domain.clocks import Clock, ClockState, Deadline
from workflows.domain.complaint import Complaint
from workflows.domain.effects import Effect
from workflows.domain.feedback import Answer, Recovery, Survey
from workflows.domain.findings import Anomaly, Verification
from workflows.domain.human_task import Deed, HumanTask
from workflows.domain.message import Publication, PublicationResult
from workflows.domain.notice import StaffNotice
from workflows.domain.signal import Broadcast, BroadcastResult


class Effects(Protocol):
    """Effects done, once per key."""

    async def standing(self, key: str) -> tuple[str, Effect | None]:
        """The finished effect of a key, unless it was undone since; and the key it goes by now."""
        ...

    async def to_undo(self, instance_id: str, element: str) -> tuple[str, ...]:
        """Keys of the effects of an element that stand, the latest first."""
        ...

    async def left_over(self, wanted: Effect) -> Effect | None:
        """What a superseded stretch of the case did at this element, under the wanted key."""
        ...

    async def record(self, effect: Effect) -> None:
        """Finish an effect, and write its one audit row."""
        ...


class Replays(Protocol):
    """Replays that were ordered."""

    async def note_for(self, case_id: str, run_id: str) -> ReplayNote | None:
        """By whose order a run took over from another; None: by nobody's of us."""
        ...


class JournalBook(Protocol):
    """What cases did."""

    async def append(self, batch: JournalBatch) -> tuple[MessageDelivery, ...]:
        """Append once per (instance, seq), project it, and write one audit row for the batch.

        Answers the messages that are waiting for the subscriptions the batch opened; the same
        batch again answers them again until they are consumed.
        """
        ...


class AuditTrail(Protocol):
    """The chain of each case."""

    async def append(self, change: Change) -> AuditRecord:
        """Write a change that is neither an effect nor a journal batch (those write their own)."""
        ...

    async def head(self, stream: str) -> str:
        """The hash of the last record of a chain."""
        ...


class Cases(Protocol):
    """Servicing cases."""

    async def get(self, case_id: str) -> Case | None:
        """A case by id."""
        ...

    async def duplicate_of(self, fingerprint: str, case_id: str) -> str | None:
        """The earliest unfinished other case with this fingerprint that is no duplicate itself."""
        ...

    async def asked_for(self, policy_no: str, item: str) -> tuple[Case, ...]:
        """The cases that ever asked for an item on a policy, the earliest first."""
        ...

    async def stamp(self, case_id: str, fingerprint: str, duplicate_of: str | None) -> None:
        """Write down the fingerprint of a case's request, and the case it repeats."""
        ...

    async def note_quote(self, case_id: str, quote: JsonObject) -> None:
        """Keep the latest quote with the case's request."""
        ...


class Clocks(Protocol):
    """Time limits that run for cases."""

    async def start(self, clock: Clock) -> None:
        """Start a clock; a rule starts once per case."""
        ...

    async def of_case(self, case_id: str) -> tuple[Clock, ...]:
        """The clocks of a case, in the order they started."""
        ...

    async def pause(self, case_id: str, rule_id: str, at: datetime) -> None:
        """A running clock stands still; one that does so already stays as it is."""
        ...

    async def resume(self, case_id: str, limit: Deadline, at: datetime) -> None:
        """A clock that stood still runs again, to another end; the pause is kept."""
        ...

    async def close(self, case_id: str, rule_id: str, state: ClockState, at: datetime) -> None:
        """A clock was met, breached or stopped; a closed one stays as it is."""
        ...


class Findings(Protocol):
    """Verifications."""

    async def record(self, finding: Verification) -> None:
        """Write down a check."""
        ...

    async def verifications(self, case_id: str) -> tuple[Verification, ...]:
        """The checks of a case, in order."""
        ...


class Anomalies(Protocol):
    """Anomalies."""

    async def record(self, anomaly: Anomaly) -> None:
        """Write down an anomaly."""
        ...

    async def get(self, anomaly_id: str) -> Anomaly | None:
        """An anomaly by id."""
        ...

    async def of_case(self, case_id: str) -> tuple[Anomaly, ...]:
        """The anomalies of a case, in order."""
        ...

    async def correct(self, contacts: Collection[str], at: datetime) -> None:
        """Close what says that contact points took nothing: they were replaced."""
        ...

    async def close(self, anomaly_id: str, outcome: str, note: str, at: datetime) -> Anomaly:
        """It was dealt with."""
        ...


class Complaints(Protocol):
    """Complaints about cases."""

    async def register(self, complaint: Complaint) -> None:
        """Write down a complaint."""
        ...

    async def get(self, complaint_id: str) -> Complaint | None:
        """A complaint by id."""
        ...


class Surveys(Protocol):
    """Surveys and recoveries."""

    async def open(self, survey: Survey) -> None:
        """Ask."""
        ...

    async def get(self, survey_id: str) -> Survey | None:
        """A survey by id."""
        ...

    async def answer(self, survey_id: str, answer: Answer, at: datetime) -> Survey:
        """The customer answered; a second answer changes nothing."""
        ...

    async def wanted_by(self, party_id: str) -> bool:
        """Whether a person wants to be asked: not who has said no."""
        ...

    async def asked_nps(self, party_id: str, since: datetime) -> bool:
        """Whether a person was asked for a recommendation since an instant."""
        ...

    async def recover(self, recovery: Recovery) -> None:
        """Owe a recovery."""
        ...


class Operators(Protocol):
    """The operator registry."""

    async def get(self, operator_id: str) -> Operator | None:
        """An operator with certificates and conflicts."""
        ...

    async def limits(self, item: str, on: date) -> tuple[AuthorityLimit, ...]:
        """The limits in force for an item, by level."""
        ...


class HumanTasks(Protocol):
    """The inbox."""

    async def get(self, instance_id: str, key: int) -> HumanTask | None:
        """A task as it stands."""
        ...

    async def deed(self, instance_id: str, request_id: str) -> Deed | None:
        """What was already done under a request id."""
        ...

    async def deeds(self, case_id: str) -> tuple[Deed, ...]:
        """Everything people did in a case, in order: what four-eyes looks at."""
        ...

    async def perform(self, deed: Deed) -> HumanTask:
        """Do it: write the deed, change the task along TASK_STEPS, write one audit row."""
        ...


class Notices(Protocol):
    """Notices to staff."""

    async def tell(self, notice: StaffNotice) -> None:
        """Tell those above, and write one audit row."""
        ...


class Messages(Protocol):
    """The message broker."""

    async def publish(self, publication: Publication) -> PublicationResult:
        """Publish once per (name, key, id); MessageIdReused when the content differs."""
        ...

    async def pending(self, publication: Publication) -> tuple[MessageDelivery, ...]:
        """Deliveries of a message not yet consumed."""
        ...


class Signals(Protocol):
    """The signal broker."""

    async def broadcast(self, broadcast: Broadcast) -> BroadcastResult:
        """Broadcast once per (name, id)."""
        ...

    async def for_instance(self, instance_id: str) -> tuple[SignalDelivery, ...]:
        """What an instance is still to hear."""
        ...
