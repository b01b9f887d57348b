"""A failing model made small: parts left out, blocks replaced by what is in them, actions dropped.

Hypothesis shrinks what it drew itself; this is for the large models of the sweep.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from tests.reference.blocks import BLOCKS, EMPTY, Content, Model, Sub, Task, size_of
from tests.reference.shaping import shaped

READABLE = 8
"""Elements of a model that one can read; a larger one is worth more attempts."""
WAYS, MANY_WAYS = 8, 80
"""Schedules tried with each smaller model, and with each of one that is stuck too large."""
ANY_NUMBER = 10_000
_NUMBERS = (0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 24, 36, 48, 96, 108, 120, 900)
_THROWN = (6, 9, 10, 12, 13, *range(18, 22), *range(27, 33))
"""Actions that throw an error or an escalation, with one, two or three to choose among."""
SHORT = 4
_AT_LEAST = {"arms": 2, "cases": 1, "branches": 1, "chains": 1}
_KEPT = ("variables", "catch", "test", "again", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A model and a schedule with which something fails."""

    model: Model
    schedule: tuple[int, ...]

    @property
    def size(self) -> tuple[int, int, int, int]:
        model = self.model
        return size_of(model), len(repr(model)), len(self.schedule), sum(self.schedule)


def shrunk(failure: Failure, fails: Callable[[Failure], bool], attempts: int = 2_000) -> Failure:
    """Make a failure smaller as long as it still fails; harder if it is too large to read."""
    failure = _shrunk(failure, fails, WAYS, attempts)
    if size_of(failure.model) <= READABLE:
        return failure
    return _shrunk(failure, fails, MANY_WAYS, attempts)


def _shrunk(failure: Failure, fails: Callable[[Failure], bool], ways: int, left: int) -> Failure:
    while True:
        for candidate in _candidates(failure):
            if candidate.size < failure.size:
                left -= 1
                if left < 0:
                    return failure
                found = next(filter(fails, _other_ways(candidate, failure, ways)), None)
                if found is not None:
                    failure = found
                    break
        else:
            return failure


def _other_ways(candidate: Failure, failure: Failure, ways: int) -> Iterator[Failure]:
    """A candidate; with another model the same numbers mean other actions, so try others too."""
    yield candidate
    if candidate.model != failure.model:
        chance = random.Random(size_of(candidate.model))  # noqa: S311 - a test draws, repeatably
        for first in range(1, len(failure.schedule)):  # what is left out chose no longer
            yield replace(candidate, schedule=failure.schedule[first:])
        for turn in range(ways):
            numbers = _NUMBERS if turn < WAYS or turn % 2 else range(ANY_NUMBER)
            schedule = tuple(chance.choice(numbers) for _ in failure.schedule)
            yield replace(candidate, schedule=schedule)
        for thrown in _THROWN if len(failure.schedule) <= SHORT else ():
            for at in range(len(failure.schedule)):
                yield replace(candidate, schedule=(*failure.schedule[:at], thrown))


def _candidates(failure: Failure) -> Iterator[Failure]:
    for schedule in _shorter(failure.schedule):
        yield replace(failure, schedule=schedule)
    for model in smaller(failure.model):
        yield replace(failure, model=shaped(model))


def _shorter(schedule: Sequence[int]) -> Iterator[tuple[int, ...]]:
    whole = tuple(schedule)
    yield whole[: len(whole) // 2]
    for at in range(len(whole)):
        yield whole[:at] + whole[at + 1 :]
    for at, number in enumerate(whole):
        for less in (0, number % 12, number // 2, number - 1):
            if 0 <= less < number:
                yield (*whole[:at], less, *whole[at + 1 :])


def smaller(node: Any) -> Iterator[Any]:
    """Every way to leave out, or simplify, one thing of a tree; the largest first."""
    if isinstance(node, BLOCKS):
        if node != EMPTY:
            yield EMPTY
        yield from _blocks_in(node)
        if isinstance(node, Task) and replace(node, id="") != Task():
            yield Task()
    if isinstance(node, Content):  # a scope takes the place of the one around it, with its handlers
        inner = (node.main, *_blocks_in(node.main))
        yield from (one.content for one in inner if isinstance(one, Sub))
    for field in fields(node):
        if field.name not in _KEPT:
            for value in _smaller_values(field.name, getattr(node, field.name)):
                yield replace(node, **{field.name: value})


def _smaller_values(name: str, value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        if len(value) > _AT_LEAST.get(name, 0):
            yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
        for at, one in enumerate(value):
            if is_dataclass(one) and name not in ("outputs", "inputs"):
                yield from ((*value[:at], less, *value[at + 1 :]) for less in smaller(one))
    elif name in ("each", "default", "undo") and value is not None:
        yield None
        yield from () if name == "undo" else smaller(value)
    elif is_dataclass(value):
        yield from smaller(value)
    elif name in _SIMPLEST and value != _SIMPLEST[name] and value in _SIMPLER[name]:
        yield _SIMPLEST[name]


_SIMPLEST = {
    "kind": "embedded", "interrupting": True, "sequential": False, "until": 0, "rounds": 1,
    "collects": False, "how": "named",
}  # fmt: skip
_SIMPLER: dict[str, tuple[Any, ...]] = {
    "kind": ("called", "transaction"), "interrupting": (False,), "sequential": (True,),
    "until": (1, 2, 3, 4), "rounds": (2, 3), "collects": (True,),
    "how": ("offered", "plain", "steered"),
}  # fmt: skip


def _blocks_in(node: Any) -> Iterator[Any]:
    """The blocks directly inside a block."""
    for field in fields(node):
        value = getattr(node, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BLOCKS) and field.name != "catch":
                yield one
            elif is_dataclass(one) and not isinstance(one, BLOCKS):
                yield from _blocks_in(one)
