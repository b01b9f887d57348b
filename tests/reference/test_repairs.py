"""Random orders of operations on random models: what was foreseen is what happens, and holds.

No second interpreter knows of repairs, but three things must be so whatever is ordered: the preview
is what then happens, to the byte; a refused order changes nothing; and the books of a host that
knows only the commands still agree with the state, to the very end.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from tests.reference.drawing import drawn
from tests.reference.engine import NOW, Engine, compiled
from tests.reference.sweeping import MEDIUM, Sample, sample
from workflows.bpmn.interpreter import OccurrenceRefused, dump, foresee
from workflows.bpmn.interpreter.foresight import standing
from workflows.bpmn.interpreter.instructions import (
    ActivateElement,
    AddInstance,
    CompensateActivity,
    Instruction,
    MoveInstance,
    SetScopeVariables,
    TerminateElement,
    TerminateInstance,
)
from workflows.bpmn.interpreter.occurrences import (
    ActivitiesChosen,
    Cancelled,
    ChildCompleted,
    ErrorRaised,
    IncidentResolved,
    IncidentSkipped,
    MessageArrived,
    Modified,
    Occurrence,
    SignalArrived,
    TaskCompleted,
    TaskFailed,
    TimerFired,
)
from workflows.bpmn.interpreter.state import NOTHING, Instance

MODELS = 50
MOST_TURNS = 60
EVERY = (
    IncidentResolved, IncidentSkipped, ErrorRaised, Modified, Cancelled, ActivateElement,
    TerminateInstance, TerminateElement, MoveInstance, AddInstance, SetScopeVariables,
    CompensateActivity,
)  # fmt: skip
"""What operations may order of one case: each is foreseen and carried out."""
INSIDE = "inside one of many instances"
TRIES = 6
"""At an order that makes sense."""
Values = Mapping[str, Decimal]


class Life:
    """One run, now and then repaired."""

    def __init__(self, sample: Sample) -> None:
        self.engine = Engine(compiled(drawn(sample.model)))
        self.chance = random.Random(sample.seed)  # noqa: S311 - repeatable
        self.elements = list(self.engine.program.ids)
        self.carried_out: Counter[str] = Counter()
        self.items: set[int] = set()
        self.engine.start(dict(sample.model.variables))

    def live(self) -> None:
        for turn in range(MOST_TURNS):
            if self.engine.state.is_final:
                return
            if turn % 3 != 1 or not any(self.repair(self.order()) for _ in range(TRIES)):
                self.go_on()
        if not self.engine.state.is_final:
            assert self.repair(Cancelled(at=NOW, reason="enough"))
        assert self.engine.state.outcome
        assert not self.engine.state.instances

    # --- repairs

    def repair(self, order: Occurrence) -> bool:
        """Look at what would come of an order, then give it."""
        engine = self.engine
        before, self.items = dump(engine.state), self.inside_items()
        try:
            foreseen = foresee(engine.program, engine.state, [order])
        except OccurrenceRefused:
            self.is_refused(order, before)
            return False
        assert dump(engine.state) == before, "a preview changes the state"
        engine.happen(order)
        assert dump(engine.state) == foreseen.state, "something else happened than was foreseen"
        assert tuple(engine.commands) == foreseen.commands, "something else is begun or withdrawn"
        assert standing(engine.program, engine.state) == foreseen.after, "it stands elsewhere"
        self.carried_out[type(order).__name__] += 1
        if isinstance(order, Modified):
            self.carried_out.update(type(one).__name__ for one in order.instructions)
            self.carried_out.update(
                INSIDE for one in order.instructions if self.items & {*keys(one)}
            )
        return True

    def is_refused(self, order: Occurrence, before: str) -> None:
        try:
            self.engine.happen(order)
        except OccurrenceRefused:
            assert dump(self.engine.state) == before, "a refused order changes the state"
        else:
            raise AssertionError("refused in the preview, and carried out all the same")

    def order(self) -> Occurrence:
        incidents = list(self.engine.state.incidents)
        if incidents and self.chance.random() < 0.5:
            incident = self.chance.choice(incidents)
            answers: list[Occurrence] = [
                IncidentResolved(at=NOW, incident=incident, variables=self.values(), retries=2),
                IncidentSkipped(at=NOW, incident=incident, variables=self.values()),
                ErrorRaised(at=NOW, incident=incident, code=self.chance.choice(("e1", "e2"))),
            ]
            return self.chance.choice(answers)
        wanted = [self.instruction() for _ in range(self.chance.choice((1, 1, 2)))]
        return Modified(at=NOW, instructions=tuple(wanted))

    def instruction(self) -> Instruction:
        key = self.chance.choice(list(self.engine.state.instances))
        element = self.chance.choice(self.elements)
        made: list[Instruction] = [
            ActivateElement(element=element, variables=self.values()),
            ActivateElement(element=element),
            ActivateElement(element=element, scope=key),
            TerminateInstance(key=key),
            TerminateElement(element=self.live_element(key)),
            MoveInstance(key=key, element=element),
            AddInstance(key=self.chance.choice(self.bodies() or [key]), item=Decimal(3)),
            SetScopeVariables(key=key, variables={"a": Decimal(1)}),
            CompensateActivity(element=self.chance.choice(self.undoable() or [element])),
            CompensateActivity(),
        ]
        return self.chance.choice(made)

    def live_element(self, key: int) -> str:
        return self.engine.program.nodes[self.engine.state.instances[key].node].id

    def bodies(self) -> list[int]:
        """Keys of what has many instances."""
        return [key for key, one in self.engine.state.instances.items() if one.loop is not None]

    def inside_items(self) -> set[int]:
        """Keys of what is one of many instances, or lies in one."""
        found: set[int] = set()
        for key, one in self.engine.state.instances.items():
            at: Instance | None = one
            while at is not None and at.index == NOTHING:
                at = at.parent
            if at is not None:
                found.add(key)
        return found

    def undoable(self) -> list[str]:
        return list(standing(self.engine.program, self.engine.state).compensations)

    def values(self) -> Values:
        return {"b": Decimal(self.chance.randint(0, 5))}

    # --- going on

    def go_on(self) -> None:
        possible = list(self.possible())
        if possible:
            self.engine.happen(self.chance.choice(possible))

    def possible(self) -> Iterator[Occurrence]:
        state = self.engine.state
        for key, one in state.instances.items():
            if one.work:
                made = ChildCompleted if one.work == "child" else TaskCompleted
                yield made(at=NOW, key=key, variables=self.values())
                if one.work == "job":
                    yield TaskFailed(at=NOW, key=key, message="broken")
        for number, wait in state.waits.items():
            if wait.kind == "timer":
                yield TimerFired(at=NOW + timedelta(0), wait=number)
            elif wait.kind == "message":
                yield MessageArrived(at=NOW, wait=number, message_id="m")
            elif wait.kind == "signal":
                yield SignalArrived(at=NOW, signal=wait.name)
            elif wait.kind == "offer":
                first = wait.name.split(", ")[0]
                yield ActivitiesChosen(at=NOW, wait=number, activities=((first, {}),))
        for number in state.incidents:
            yield IncidentResolved(at=NOW, incident=number)


def keys(one: Instruction) -> Iterator[int]:
    """Of the live instances that an instruction names."""
    for name in ("key", "scope"):
        if (key := getattr(one, name, 0)) > 0:
            yield key


def test_what_was_foreseen_of_an_order_is_what_happens() -> None:
    carried_out: Counter[str] = Counter()
    for seed in range(MODELS):
        life = Life(sample(seed, MEDIUM))
        try:
            life.live()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        carried_out += life.carried_out

    assert carried_out.total() > 6 * MODELS, "hardly any order made sense"
    assert {INSIDE, *(one.__name__ for one in EVERY)} <= carried_out.keys(), carried_out
