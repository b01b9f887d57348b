"""Conditions that begin cases: tested over what somebody tells, outside any case (S27)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from workflows.domain.start import StartCondition, StartEvent
from workflows.feel import Environment, Expression, FeelLimitError, Value, compile_expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A condition that is true, or that is neither true nor false."""

    process_id: str
    start: StartEvent
    fault: str = ""


def tested(
    starts: Iterable[tuple[str, StartEvent]], variables: Mapping[str, Value], at: datetime
) -> list[Tested]:
    """Test conditions; one case for each process, so the first true one of each counts.

    What is told is new each time: a condition that was true before is tested like any other.
    """
    found: list[Tested] = []
    begun: set[str] = set()
    for process_id, start in starts:
        condition = start.condition
        if condition is None or process_id in begun or not _is_stirred(condition, variables):
            continue
        holds = _holds(condition, variables, at)
        if isinstance(holds, str):
            found.append(Tested(process_id=process_id, start=start, fault=holds))
        elif holds:
            begun.add(process_id)
            found.append(Tested(process_id=process_id, start=start))
    return found


def _is_stirred(condition: StartCondition, variables: Mapping[str, Value]) -> bool:
    """Tell whether something is told that the condition watches."""
    return not condition.watches or any(name in variables for name in condition.watches)


def _holds(condition: StartCondition, variables: Mapping[str, Value], at: datetime) -> bool | str:
    """Test one; a text says why it is neither: "null → not triggered" (S27)."""
    try:
        value = _parsed(condition.text, condition.reads).evaluate(variables, Environment(at))
    except FeelLimitError as error:
        return str(error)
    if value is None or isinstance(value, bool):
        return value is True
    return "The condition is neither true nor false."


@lru_cache(maxsize=1_000)
def _parsed(text: str, names: tuple[str, ...]) -> Expression:
    return compile_expression(text, names)
