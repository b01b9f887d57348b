"""Replay one history with this code, and say in the model's terms where it does something else.

Temporal tells a difference by the number of an event; here it is told by the element of the model.
What the code asks for is watched beside the replay and held against what is recorded: the first
act that has no counterpart is the difference.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from workers.rehearsal.acts import Act, acts_of
from workers.rehearsal.watching import Seen, Watching
from workers.sandbox import sandboxed
from workflows.contracts.case import CaseInput
from workflows.host.case_workflow import ServicingCase
from workflows.host.programs import PROGRAMS

Verdict = Literal["same", "different", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one history."""

    source: str
    """The case, or the file."""
    run_id: str = ""
    process: str = ""
    events: int = 0
    verdict: Verdict = "same"
    why: str = ""
    element: str = ""
    recorded: Act | None = None
    """The first thing recorded that is not done any more."""
    now: Act | None = None
    """The first thing done now that is not recorded."""
    after: Act | None = None
    """The last thing before it that is the same."""

    def lines(self) -> Iterator[str]:
        """Tell it to a person."""
        head = f"{self.source}{f', {self.process}' if self.process else ''}, {self.events} events"
        if self.verdict == "same":
            yield f"{head}: the same."
            return
        place = f" at element {self.element}" if self.element else ""
        yield f"{head}: {self.verdict}{place}."
        told = (("recorded", self.recorded), ("now", self.now), ("after", self.after))
        yield from (f"  {word}: {act.sentence()}" for word, act in told if act)
        yield f"  {self.why}"


async def rehearse(history: WorkflowHistory, converter: DataConverter) -> Outcome:
    """Replay one history with this code."""
    given = await _input(history, converter)
    outcome = Outcome(
        source=history.workflow_id,
        run_id=history.run_id,
        process=f"{given.process_id} v{given.version}",
        events=len(history.events),
    )
    try:
        await asyncio.to_thread(PROGRAMS.bundle, given.program_hash)
    except Exception as error:  # noqa: BLE001 - whatever keeps it from being had
        return replace(outcome, verdict="broken", why=f"No program: {type(error).__name__}.")
    seen = Seen()
    replayer = Replayer(
        workflows=[ServicingCase],
        workflow_runner=Watching(sandboxed(), seen),
        data_converter=converter,
        build_id="rehearsal",  # otherwise the SDK reads and hashes all code that is loaded
        debug_mode=True,  # whether it fits is the question, not how fast this machine is
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    if result.replay_failure is None:
        return outcome
    why = _why(str(result.replay_failure), seen)
    found = _difference(history, await acts_of(history, converter), seen, why)
    differs = found.recorded is not None or found.now is not None
    return replace(
        found,
        run_id=outcome.run_id,
        process=outcome.process,
        events=outcome.events,
        verdict="different" if differs else "broken",
    )


def _why(message: str, seen: Seen) -> str:
    if seen.raised:  # its text may quote a person
        return f"The code raises {seen.raised}."
    told = re.search(_TOLD, message)
    return told[1] if told else "The replay failed."


async def _input(history: WorkflowHistory, converter: DataConverter) -> CaseInput:
    started = history.events[0].workflow_execution_started_event_attributes
    given: list[CaseInput] = await converter.decode(started.input.payloads, [CaseInput])
    return given[0]


_NUMBERED: Final = re.compile(r"id: (\d+)")
_TOLD: Final = re.compile(r"message: \"(?:\[\w+\] )?(.*?)\"")


def _difference(history: WorkflowHistory, acts: Sequence[Act], seen: Seen, why: str) -> Outcome:
    """Find the first act on either side that the other does not have."""
    named = re.search(_NUMBERED, why)
    limit = max(_turn_end(history, seen.reached), int(named[1]) if named else 0)
    due = [act for act in acts if act.event_id <= limit]
    done = Counter(act.key for act in seen.acts)
    known = Counter(act.key for act in acts)
    now, same = _first_without(seen.acts, known)
    recorded, _ = _first_without(due, done)
    if recorded is not None and not recorded.element:
        places = {act.label: act.element for act in seen.acts if act.label}
        recorded = replace(recorded, element=places.get(recorded.label, ""))
    return Outcome(
        source=history.workflow_id,
        verdict="different",
        why=why,
        element=next((act.element for act in (now, recorded) if act and act.element), ""),
        recorded=recorded,
        now=now,
        after=same,
    )


def _first_without(
    acts: Sequence[Act], others: Counter[tuple[str, str, str]]
) -> tuple[Act | None, Act | None]:
    """Return the first act that has no counterpart, and the last one before it."""
    left, before = Counter(others), None
    for act in acts:
        if not left[act.key]:
            return act, before
        left[act.key] -= 1
        before = act
    return None, before


def _turn_end(history: WorkflowHistory, reached: int) -> int:
    """Return the last event of the workflow task after the events that were shown."""
    started = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
    later = [e.event_id for e in history.events if e.event_type == started and e.event_id > reached]
    return later[0] if later else history.events[-1].event_id
