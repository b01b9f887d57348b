"""Which of the prepared kinds of elements the product executes: only those are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.reference.blocks import (
    EMPTY,
    Block,
    Boundary,
    Content,
    Model,
    Seq,
    Sub,
    Task,
    Throw,
    Trigger,
)
from tests.reference.drawing import drawn
from tests.reference.shaping import shaped
from workflows.bpmn.deployment import compile_bundle


def _heard(kind: str) -> Block:
    return Task(boundaries=(Boundary(trigger=Trigger(kind=kind), path=EMPTY),))  # type: ignore[arg-type]


PREPARED: Final[Mapping[str, Block]] = {
    "signal": _heard("signal"),
    "escalation": Seq(blocks=(_heard("escalation"), Throw())),
    "compensation": Seq(blocks=(Task(undo=Task()), Throw(kind="compensation"))),
    "transaction": Sub(kind="transaction", content=Content(main=Task())),
}
"""By kind: a model that has it."""


def is_executed(block: Block) -> bool:
    """Tell whether the product deploys a model with nothing but this block."""
    source = drawn(shaped(Model(content=Content(main=block))))
    return compile_bundle({"model.bpmn": source}).is_deployable


EXECUTED: Final = tuple(kind for kind, block in PREPARED.items() if is_executed(block))
