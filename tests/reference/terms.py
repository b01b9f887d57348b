"""The reference: what is left to do of each block, as terms; no graph, no tokens, no joins.

``begin`` makes the residual term of a block and runs on until something waits; ``fire`` gives what
is left after an action; a term that is left unchanged did not hold what the action is about. Three
terms are final: DONE, whose token comes out behind the block, ENDED, whose token has ended, and
CANCELLED. Errors, escalations and the ends of scopes go outward as exceptions of Python, along the
nesting of terms. The terms themselves: ``flows``, ``waits``, ``scopes``, ``activities``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeVar

from tests.reference.blocks import Block
from tests.reference.ears import Ear, Values
from tests.reference.frames import Frame, Place

WaitsFor = Literal[
    "job", "userTask", "child", "message", "timer", "signal", "condition",
    "offer", "publishing", "broadcasting",
]  # fmt: skip


class Chosen(NamedTuple):
    """What is to begin in an ad-hoc sub-process."""

    elements: tuple[str, ...] = ()
    values: Values = MappingProxyType({})
    """Variables of its own, for each of them."""
    is_last: bool = False
    cancels: bool = False
    """Being the last, what is active ends with it."""


class Choosable(NamedTuple):
    """What there is to choose from."""

    elements: tuple[str, ...]
    sequential: bool
    may_end: bool = True


class Deed(NamedTuple):
    """Something done to a run from outside."""

    kind: Literal["complete", "fail", "retry", "throw", "escalate", "trigger", "resolve", "choose"]
    frame: Frame
    """Where it is done: the owner of the work, of the subscription or of the incident."""
    node: str = ""
    """Of a trigger: the catching event."""
    values: Values = MappingProxyType({})
    code: str = ""
    choice: Chosen = Chosen()


class Enabled(NamedTuple):
    """Something that may be done next."""

    kind: WaitsFor | Literal["incident"]
    frame: Frame
    node: str
    """The catching event; for work and incidents the element itself."""
    is_vain: bool = False
    """For an incident: resolving it only opens it again, as nobody catches the error."""
    ear: Ear | None = None
    """Of what is heard."""
    choosable: Choosable | None = None
    """Of what is offered, and of a job that steers."""


class Term:
    """What is left of a block."""

    __slots__ = ()

    def fire(self, deed: Deed, place: Place) -> Term:  # noqa: ARG002 - final terms change no more
        return self

    def parts(self) -> Iterator[Term]:
        """The terms inside."""
        return iter(())

    def enabled(self) -> Iterator[Enabled]:
        for part in self.parts():
            yield from part.enabled()

    def frames(self) -> Iterator[tuple[Frame, str]]:
        """What is alive, with the code of its incident."""
        for part in self.parts():
            yield from part.frames()

    def joins(self) -> Iterator[tuple[str, int]]:
        """How many branches have come out of what waits for others."""
        for part in self.parts():
            yield from part.joins()

    def can_exit(self) -> bool:
        """Tell whether a token inside can still come out behind."""
        return True


class Settled(Term):
    __slots__ = ()


DONE: Final = Settled()
ENDED: Final = Settled()
CANCELLED: Final = Settled()
"""A transaction that has been undone, and is to be left by its cancel boundary event."""


# --- begin -------------------------------------------------------------------------------------

Begin = Callable[[Any, Place], Term]
B = TypeVar("B", bound=Begin)

_BEGIN: Final[dict[type, Begin]] = {}
"""How each kind of block begins; the modules of the terms fill it."""


def begins(*kinds: type) -> Callable[[B], B]:
    """Say that a function begins blocks of some kinds."""

    def known(function: B) -> B:
        _BEGIN.update(dict.fromkeys(kinds, function))
        return function

    return known


def begin(block: Block, place: Place) -> Term:
    """Run a block as far as it goes by itself."""
    return _BEGIN[type(block)](block, place)
