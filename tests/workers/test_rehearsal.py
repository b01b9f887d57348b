"""A history that this code does not repeat is told by the element where it first differs."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from infra.temporal import data_converter
from tests.replay.recording import FOLDER, bundle
from workers.rehearsal.histories import golden, spread
from workers.rehearsal.replaying import Outcome, rehearse
from workflows.host import dispatch
from workflows.host.programs import PROGRAMS

LOAN = "0.1.0-s4-loan-1.pb.gz"
PARALLEL = "0.1.0-jobs-in-parallel-1.pb.gz"
Change = Callable[[list[HistoryEvent]], None]


@pytest.fixture(autouse=True)
def programs() -> None:
    PROGRAMS.install(bundle)


def recorded(file: str, change: Change | None = None) -> WorkflowHistory:
    history = next(history for name, history in golden(FOLDER) if name == file)
    events = [deepcopy(event) for event in history.events]
    if change is not None:
        change(events)
    return WorkflowHistory(history.workflow_id, events)


async def outcome(file: str, change: Change | None = None) -> Outcome:
    return await rehearse(recorded(file, change), data_converter())


def other_type(events: list[HistoryEvent]) -> None:
    event = next(e for e in events if e.HasField("activity_task_scheduled_event_attributes"))
    event.activity_task_scheduled_event_attributes.activity_type.name = "follow_up.pigeon"


def no_first_step(events: list[HistoryEvent]) -> None:
    events.remove(next(e for e in events if e.HasField("marker_recorded_event_attributes")))


async def test_what_is_recorded_and_repeated_is_the_same() -> None:
    told = await outcome(PARALLEL)

    assert (told.verdict, told.process, told.events) == ("same", "p v1", 25)


@pytest.mark.slow
async def test_another_activity_is_told_by_its_element() -> None:
    told = await outcome(LOAN, other_type)

    assert (told.verdict, told.element) == ("different", "send_offer")
    assert list(told.lines()) == [
        f"{told.source}, policy_loan v1, 217 events: different at element send_offer.",
        "  recorded: activity follow_up.pigeon at send_offer (报出可贷金额 Offer)",
        "  now: activity follow_up.letter at send_offer (报出可贷金额 Offer)",
        "  after: local activity anomaly.record at record_excess (登记超额 Record excess)",
        "  Nondeterminism error: Activity type of scheduled event 'follow_up.pigeon' does not "
        "match activity type of activity command 'follow_up.letter'",
    ]


async def test_a_step_that_is_not_recorded_is_the_difference() -> None:
    told = await outcome(PARALLEL, no_first_step)

    assert (told.verdict, told.element) == ("different", "a")
    assert told.now is not None
    assert told.now.sentence() == "local activity verification.policy at a"


async def test_code_that_raises_is_told_by_its_class_never_by_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Zhang San, 110101199001011234")

    monkeypatch.setattr(dispatch, "_must_wait", broken)

    told = await outcome(PARALLEL)

    assert told.verdict != "same"
    assert told.why == "The code raises ZeroDivisionError."
    assert "Zhang" not in "\n".join(told.lines())


async def test_a_history_whose_program_is_nowhere_is_broken() -> None:
    PROGRAMS.install(lambda _: None)

    told = await outcome(PARALLEL)

    assert (told.verdict, told.why) == ("broken", "No program: ProgramUnavailable.")


def test_a_sample_has_some_of_every_process_the_newest_and_the_oldest() -> None:
    many = [(f"many-{no}", "r") for no in range(9)]
    few = [("few-0", "r")]

    chosen = [case for case, _ in spread([list(many), list(few)], 4)]

    assert chosen == ["many-0", "few-0", "many-8", "many-1"]


def test_golden_histories_are_read_with_their_workflow_ids() -> None:
    names = {name for name, history in golden(FOLDER) if history.workflow_id and history.events}

    assert {LOAN, PARALLEL} <= names
