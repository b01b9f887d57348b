"""Random runs migrated: to their own model nothing changes, to another all that was promised holds.

The other model is the same drawing with every element called otherwise, or with all that is inside
the process drawn into a sub-process of its own: then there is something to be moved everywhere.
"""

from __future__ import annotations

import re

from tests.reference.drawing import drawn
from tests.reference.engine import NOW, compiled
from tests.reference.sweeping import MEDIUM, sample
from tests.reference.test_repairs import MOST_TURNS, Life
from workflows.bpmn.interpreter import State, dump
from workflows.bpmn.interpreter.commands import Command, OpenHumanTask
from workflows.bpmn.interpreter.foresight import standing
from workflows.bpmn.interpreter.migration import (
    MigrationRefused,
    Plan,
    foresee_migration,
    migrate,
    propose,
)
from workflows.bpmn.program import Program

MODELS = 12


class Moving(Life):
    """One run, now and then migrated."""

    def __init__(self, seed: int) -> None:
        one = sample(seed, MEDIUM)
        super().__init__(one)
        self.source = drawn(one.model)
        self.seed, self.moved = seed, 0
        draw = renamed if seed % 2 else wrapped
        self.others = [self.engine.program, compiled(draw(self.source))]

    def live(self) -> None:
        for turn in range(MOST_TURNS):
            if self.engine.state.is_final:
                break
            if turn % 3 == 1:
                self.stay()
                self.move()
            else:
                self.go_on()
        if not self.engine.state.is_final:
            self.engine.cancel()
        assert not self.engine.state.instances

    def stay(self) -> None:
        """Migrated to the very same model nothing happens."""
        program, state = self.engine.program, self.engine.state
        plan = propose(program, program).plan
        done = migrate(program, program, state, plan, NOW)
        assert dump(done.state) == dump(state), "migrated to its own model it changes"
        assert not done.commands
        assert not done.trail

    def move(self) -> None:
        """Migrated to the other model, as was foreseen; and back again, to where it was."""
        old, state = self.engine.program, self.engine.state
        new = next(one for one in self.others if one is not old)
        plan = named(old, new) if self.seed % 2 else propose(old, new).plan
        before, shown = dump(state), places(old, state)
        foreseen = foresee_migration(old, new, state, plan, NOW)
        done = migrate(old, new, state, plan, NOW)
        assert dump(state) == before, "a migration changes the state that it was given"
        assert dump(done.state) == foreseen.state, "something else happened than was foreseen"
        back = migrate(new, old, done.state, done.back, NOW)
        there = places(old, back.state)
        assert there == shown, f"taken back: {set(there) ^ set(shown)}"
        self.take(new, done.state, done.commands)
        self.moved += 1

    def take(self, program: Program, state: State, commands: list[Command]) -> None:
        engine = self.engine
        engine.program, engine.state = program, state
        for command in commands:
            if isinstance(command, OpenHumanTask) and command.again:
                engine.host.work.remove(command.key)
            engine.host.hear(command)
        engine.alive = set(state.instances)
        engine.host.check(state)
        self.elements = list(program.ids)


def places(program: Program, state: State) -> list[str]:
    """Say where tokens are and what they wait for; a scope begun anew has another key."""
    seen = standing(program, state)
    elements = {one.key: one.element for one in seen.tokens if one.kind != "join"}
    tokens = [
        (
            one.element,
            one.key if one.element != "wrap" and one.kind != "join" else 0,
            elements.get(one.scope, ""),
            one.kind,
            one.phase,
            one.count,
        )
        for one in seen.tokens
    ]
    waits = [
        (one.element, one.waits_for, one.name, elements[one.key], one.due) for one in seen.waits
    ]
    stuck = [
        (one.element, one.key if one.element != "wrap" else 0, one.code) for one in seen.incidents
    ]
    return sorted(map(repr, (*tokens, *waits, *stuck, *seen.compensations)))


def renamed(source: bytes) -> bytes:
    """Draw the same with other ids, for all but the process."""
    text = source.decode()
    ids = set(re.findall(r'<bpmn:\w+[^>]*? id="([^"]+)"', text)) - {"process"}
    pattern = re.compile(
        r'(?<=")(' + "|".join(sorted(map(re.escape, ids), key=len, reverse=True)) + r')(?=")'
    )
    return pattern.sub(lambda hit: f"n_{hit[1]}", text).encode()


def wrapped(source: bytes) -> bytes:
    """Draw all that is in the process into a sub-process of its own."""
    opening = '<bpmn:process id="process" isExecutable="true">'
    head, _, rest = source.decode().partition(opening)
    inside, closing, tail = rest.partition("</bpmn:process>")
    whole = (
        '<bpmn:startEvent id="outer_s" />'
        '<bpmn:sequenceFlow id="outer_in" sourceRef="outer_s" targetRef="wrap" />'
        f'<bpmn:subProcess id="wrap">{inside}</bpmn:subProcess>'
        '<bpmn:sequenceFlow id="outer_out" sourceRef="wrap" targetRef="outer_e" />'
        '<bpmn:endEvent id="outer_e" />'
    )
    return f"{head}{opening}{whole}{closing}{tail}".encode()


def named(old: Program, new: Program) -> Plan:
    """Map by the other names; those of a called process stand behind the call's."""

    def other(id_: str) -> str:
        parts = id_.split("/")
        is_new = id_.startswith("n_")
        return "/".join(one.removeprefix("n_") if is_new else f"n_{one}" for one in parts)

    elements = {one.id: other(one.id) for one in old.nodes[1:] if other(one.id) in new.ids}
    flows = {one.id: other(one.id) for one in old.flows if "/" not in one.id}
    return Plan(elements=elements, flows=flows)


def test_migrated_runs_are_where_they_were() -> None:
    moved = 0
    for seed in range(MODELS):
        life = Moving(seed)
        try:
            life.live()
        except (AssertionError, MigrationRefused) as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        moved += life.moved

    assert moved > MODELS
