"""A change of a drawing that must change nothing: what passes by reads and writes a data store.

The stores answer at once, as far as can be seen: what happens until they have all answered is one
turn, as it is without them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.builders.data import data_store, moves, specification, takes
from tests.reference.blocks import Model
from tests.reference.drawing import drawn
from tests.reference.engine import NOW, compiled
from tests.reference.lockstep import Duel
from tests.reference.relations import HIDDEN, Pair, Twin, spaced
from workflows.bpmn.interpreter import Trace
from workflows.bpmn.interpreter.occurrences import Occurrence, TaskCompleted
from workflows.bpmn.program import Program

ROOT, REFERENCE = data_store("Store", "book")


class _Held(Counter[Any]):
    """Counts that are not forgotten while stores are being asked."""

    is_held = False

    def clear(self) -> None:
        if not self.is_held:
            super().clear()


class Storing(Twin):
    """The drawing with stores; answers for them before anybody looks."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.counts = (_Held(), _Held())
        self.completed, self.born = self.counts
        self.asked = 0

    def happen(self, occurrence: Occurrence) -> None:
        super().happen(occurrence)
        self._hold(True)
        while (key := self._asking()) is not None:
            self.asked += 1
            super().happen(TaskCompleted(at=NOW, key=key, variables={"stores": {"book": None}}))
            del self.turns[-2]
        self._hold(False)

    def _hold(self, is_held: bool) -> None:
        for one in self.counts:
            one.is_held = is_held

    def _name(self, one: Trace) -> str:
        return HIDDEN if one.kind == "dataStoreAccess" else super()._name(one)

    def _asking(self) -> int | None:
        nodes = self.program.nodes
        jobs = (key for key, one in self.state.instances.items() if one.work)
        return next(
            (
                key
                for key in jobs
                if nodes[self.state.instances[key].node].kind == "dataStoreAccess"
            ),
            None,
        )


def stored(model: Model) -> bytes:
    """Before every block something passes that reads a data store, and writes to it."""
    head, *processes = drawn(spaced(model)).decode().split("<bpmn:process ")
    drawing = f"{head}{ROOT}"
    for number, process in enumerate(processes):
        opened, inside = process.split(">", 1)
        own = REFERENCE.replace("Store_ref", f"Store_{number}")
        drawing += f"<bpmn:process {opened}>{own}{_with_access(inside, f'Store_{number}')}"
    return drawing.encode()


def _with_access(inside: str, store: str) -> str:
    head, *tasks = inside.split(f'<bpmn:task id="{HIDDEN}')
    for task in tasks:
        number, rest = task.split('"', 1)
        opened, rest = rest.split(">", 1)
        name = f"{HIDDEN}{number}"
        read, held = f"{name}_i", f"{name}_p"
        access = f'<bpmn:property id="{held}"/>{specification([read])}{takes(store, read)}'
        access += moves("Output", [held], store, by="1")
        head += f'<bpmn:task id="{name}"{opened}>{access}{rest}'
    return head


def is_about_time(model: Model) -> bool:
    """Tell whether it has conditions, which are tested whenever something is asked of outside."""
    return b"<bpmn:conditionalEventDefinition" in drawn(model)


class Kept(Pair):
    """The original against the drawing with stores."""

    twin: Storing

    def __init__(self, model: Model) -> None:
        Duel.__init__(self, model, compiled(drawn(model)))
        self.twin = Storing(compiled(stored(model)))
