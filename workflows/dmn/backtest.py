"""A candidate table is asked again what was asked before: which decisions would fall otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflows.dmn.library import DecisionProgram
from workflows.feel import Environment, FeelLimitError, Value
from workflows.feel.text import literal_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDecision:
    """A decision as it was made."""

    case_id: str
    at: datetime
    inputs: Mapping[str, Value]
    decided: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Decisions that would fall otherwise, in the same way."""

    before: str
    """As it was decided, as FEEL writes it."""
    after: str
    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a candidate would have decided."""

    asked: int
    same: int
    shifts: tuple[Shift, ...]
    """The most frequent first."""
    failed: tuple[str, ...]
    """Cases whose inputs the candidate cannot decide by."""


def backtest(candidate: DecisionProgram, past: Iterable[PastDecision]) -> Backtest:
    """Ask a candidate everything that was asked before, each at its own time."""
    asked, same = 0, 0
    shifts: dict[tuple[str, str], list[str]] = defaultdict(list)
    failed: list[str] = []
    for one in past:
        asked += 1
        after = _decided(candidate, one)
        before = literal_text(one.decided)
        if after is None:
            failed.append(one.case_id)
        elif after == before:
            same += 1
        else:
            shifts[before, after].append(one.case_id)
    found = (Shift(before=b, after=a, case_ids=tuple(ids)) for (b, a), ids in shifts.items())
    ordered = sorted(found, key=lambda each: (-len(each.case_ids), each.before, each.after))
    return Backtest(asked=asked, same=same, shifts=tuple(ordered), failed=tuple(failed))


def _decided(candidate: DecisionProgram, past: PastDecision) -> str | None:
    """What it decides, as text; None: it cannot."""
    try:
        outcome = candidate.evaluate(past.inputs, Environment(now=past.at))
    except FeelLimitError:
        return None
    return None if outcome.failed else literal_text(outcome.value)
