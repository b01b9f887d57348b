"""How a bug is put into the interpreter on purpose.

A bug counts how often it made a difference, so that one which was never active is not taken for
one that was caught.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Act = Callable[[], None]
"""Called by a bug whenever it makes a difference."""
Made = Callable[[Any, Act], Any]
"""The right function and the counter to the wrong one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A bug: the function it stands in, and what takes its place."""

    tells: str
    place: str
    """Module of the interpreter, and name in it."""
    made: Made

    @property
    def module(self) -> Any:
        return importlib.import_module(
            f"workflows.bpmn.interpreter.{self.place.rpartition('.')[0]}"
        )

    @property
    def name(self) -> str:
        return self.place.rpartition(".")[2]


MUTANTS: dict[str, Mutant] = {}
"""By name."""


def seeded(name: str, place: str, tells: str) -> Callable[[Made], Made]:
    """Say where a bug stands that a function makes, and what it does wrong."""

    def known(made: Made) -> Made:
        MUTANTS[name] = Mutant(tells=tells, place=place, made=made)
        return made

    return known


class Activity:
    """How often a bug made a difference."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@contextmanager
def planted(mutant: Mutant) -> Iterator[Activity]:
    """The interpreter with a bug, wherever the function has been imported."""
    activity = Activity()
    right = getattr(mutant.module, mutant.name)
    wrong = mutant.made(right, activity)
    places = [
        module
        for name, module in sys.modules.items()
        if name.startswith("workflows.bpmn.interpreter") and vars(module).get(mutant.name) is right
    ]
    for module in places:
        setattr(module, mutant.name, wrong)
    try:
        yield activity
    finally:
        for module in places:
            setattr(module, mutant.name, right)


def says(answer: bool) -> Made:
    """A question that always has the same answer."""

    def made(right: Any, act: Act) -> Any:
        def asked(*given: Any) -> bool:
            if right(*given) is not answer:
                act()
            return answer

        return asked

    return made


def forgets(what: str) -> Made:
    """A snapshot without what stands in it by some name."""

    def made(right: Any, act: Act) -> Any:
        def dump_more(instance: Any) -> Any:
            told = right(instance)
            if told.pop(what, None) is not None:
                act()
            return told

        return dump_more

    return made
