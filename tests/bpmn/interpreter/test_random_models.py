"""Random block-structured models, random answers: invariants hold after every step.

Each run is played twice, once going on from a snapshot after every step and once from the live
state; both trails must be equal (reliability.md, 3.6 and the invariants of 4).
"""

import random
from collections.abc import Callable
from itertools import count

import pytest

from tests.builders.process import (
    FlowBuilder,
    a_flow,
    a_process,
    error,
    message,
    multi_instance,
    timer,
)
from tests.playing import Playing, compiled
from workflows.bpmn.interpreter import OccurrenceRefused
from workflows.bpmn.interpreter.lifecycle import PHASES
from workflows.bpmn.program import Program

SEEDS = 80

Block = Callable[[FlowBuilder, int], None]


class Generator:
    """Draws a random model out of blocks that are sound by construction."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a test draws, repeatably
        self.numbers = count(1)

    def name(self, stem: str) -> str:
        return f"{stem}{next(self.numbers)}"

    def model(self) -> bytes:
        flow = a_process("process").start(self.name("s"))
        self.sequence(flow, 3)
        return flow.end(self.name("e")).xml()

    def sequence(self, flow: FlowBuilder, depth: int) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.block(flow, depth)

    def block(self, flow: FlowBuilder, depth: int) -> None:
        blocks: list[Block] = [self.service, self.script, self.user, self.event_race]
        if depth > 0:
            blocks += [self.choice, self.fork, self.any_of, self.scope]
            blocks += [self.loop, self.guarded, self.each]
        self.random.choice(blocks)(flow, depth - 1)

    def service(self, flow: FlowBuilder, _: int) -> None:
        flow.service(self.name("t"))

    def script(self, flow: FlowBuilder, _: int) -> None:
        flow.script(self.name("c"), "=if n = null then 1 else n + 1", "n")

    def user(self, flow: FlowBuilder, _: int) -> None:
        flow.user(self.name("u"), outputs={"n": "=loopCounter"})

    def event_race(self, flow: FlowBuilder, _: int) -> None:
        race, merge, word = self.name("g"), self.name("x"), self.name("m")
        flow.event_based(race).catch(word, message(word, "=1")).connect(merge)
        flow.at(race).catch(self.name("w"), timer(duration="PT1H")).connect(merge)
        flow.exclusive(merge)

    def branches(self, flow: FlowBuilder, depth: int, kind: str, condition: str | None) -> None:
        split, join = self.name("g"), self.name("j")
        getattr(flow, kind)(split)
        for number in range(self.random.randint(2, 3)):
            told = condition.format(number=number) if condition else None
            flow.at(split).flow(told)
            if self.random.random() < 0.8:
                self.sequence(flow, depth)
            else:
                flow.task(self.name("p"))
            flow.connect(join)
        if condition:
            flow.at(split).flow(default=True).connect(join)
        getattr(flow, kind)(join)

    def choice(self, flow: FlowBuilder, depth: int) -> None:
        self.branches(flow, depth, "exclusive", "=modulo(seed, 3) = {number}")

    def fork(self, flow: FlowBuilder, depth: int) -> None:
        self.branches(flow, depth, "parallel", None)

    def any_of(self, flow: FlowBuilder, depth: int) -> None:
        self.branches(flow, depth, "inclusive", "=modulo(seed, {number} + 2) < 2")

    def inside(self, depth: int) -> FlowBuilder:
        flow = a_flow().start(self.name("s"))
        self.sequence(flow, depth)
        return flow.end(self.name("e"))

    def scope(self, flow: FlowBuilder, depth: int) -> None:
        inner = self.inside(depth)
        if self.random.random() < 0.5:
            word, handler = self.name("m"), self.name("h")
            soft = self.random.random() < 0.5
            started = a_flow().start(word, message(word, "=1"), interrupting=not soft)
            inner.event_sub_process(handler, started.service(self.name("t")).end(self.name("e")))
        flow.sub_process(self.name("sub"), inner)

    def guarded(self, flow: FlowBuilder, depth: int) -> None:
        """A sub-process with boundary events that lead past it."""
        host, merge = self.name("sub"), self.name("x")
        flow.sub_process(host, self.inside(depth)).connect(merge)
        flow.exclusive(merge)
        flow.boundary(host, self.name("b"), error("E")).connect(merge)
        soft = self.random.random() < 0.5
        edge = flow.boundary(host, self.name("b"), timer(duration="PT1H"), interrupting=not soft)
        edge.end(self.name("e")) if soft else edge.connect(merge)
        flow.at(merge)

    def loop(self, flow: FlowBuilder, depth: int) -> None:
        again, back = self.name("x"), self.name("x")
        flow.exclusive(again)
        self.sequence(flow, depth)
        flow.service(self.name("t")).exclusive(back)
        flow.flow("=count(rounds) < 3 and again").connect(again)
        flow.at(back).flow(default=True)

    def each(self, flow: FlowBuilder, depth: int) -> None:
        sequential = self.random.random() < 0.5
        loop = multi_instance(
            "=items", element="item", output="out", output_element="=r", sequential=sequential
        )
        flow.sub_process(self.name("sub"), self.inside(depth - 1), loop=loop)


class Driver:
    """Answers a run at random; two drivers of one seed answer alike."""

    def __init__(self, program: Program, seed: int, *, snapshots: bool) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a test draws, repeatably
        self.run = Playing(program)
        if not snapshots:
            self.run.snapshot = lambda: self.run  # type: ignore[method-assign]
        self.run.start(seed=seed, items=[1, 2, 3], rounds=[1, 2, 3], again=False)

    def drive(self, steps: int = 60) -> Playing:
        for _ in range(steps):
            if self.run.outcome:
                break
            self.act()
            check(self.run)
        if not self.run.outcome:
            self.run.cancel()
        return self.run

    def act(self) -> None:
        run = self.run
        stuck = [one for one in run.incidents if one.code == "unhandled-error"]
        waits = run.waits()
        if stuck and (not waits or self.random.random() < 0.3):
            self.mend(run.program.nodes[stuck[0].node].id)
            return
        if not waits or (len(run.incidents) > len(stuck) and self.random.random() < 0.5):
            run.resolve(run.program.nodes[run.incidents[-1].node].id)
            return
        one = self.random.choice(waits)
        if one.waits_for == "timer":
            run.fire(one.element)
        elif one.waits_for == "message":
            run.message(one.name, r=self.random.randint(0, 9))
        else:
            self.work(one.element)

    def mend(self, element: str) -> None:
        """What an operator does with an error nobody catches: try anew, or give up."""
        try:
            self.run.modify(terminate=(element,), activate=(element,))
        except OccurrenceRefused:
            self.run.cancel()

    def work(self, element: str) -> None:
        match self.random.random():
            case chance if chance < 0.1:
                self.run.fail(element)
            case chance if chance < 0.2:
                self.run.throw(element, "E")
            case chance if chance < 0.25:
                self.run.fail(element, retries=1)
            case _:
                self.run.complete(element, r=self.random.randint(0, 9), n=1)


def check(run: Playing) -> None:
    """The invariants of a run at rest."""
    state = run.state
    assert not state.agenda
    alive = state.instances
    assert state.busy == sum(bool(one.work) for one in alive.values())
    for wait in state.waits.values():
        assert alive[wait.owner].phase == "activated"
        assert wait.id in (alive[wait.owner].waits or ())
    for incident in state.incidents.values():
        assert alive[incident.item[1]].incident == incident.id
    for one in alive.values():
        assert one.phase in ("activating", "activated", "completing")
        assert one.parent is None or alive[one.parent.key].children is not None
        assert set(one.waits or ()) <= set(state.waits)
        waits = one.work or one.waits or one.children or one.taken or one.incident
        assert waits, f"{run.element(one)} waits for nothing"
    if not state.outcome:
        assert run.waits() or state.incidents, "V15: progress, or a named wait"


def histories(run: Playing) -> None:
    """Whatever began has ended, once."""
    open_ = {}
    for one in run.trail:
        if one.event in PHASES:
            open_[one.key] = one.event
    assert set(open_.values()) <= {"completed", "terminated"}


@pytest.mark.parametrize("block", range(8))
def test_random_models_hold_the_invariants(block):
    for seed in range(block * SEEDS // 8, (block + 1) * SEEDS // 8):
        program = compiled(Generator(seed).model())

        through_snapshots = Driver(program, seed, snapshots=True).drive()
        live = Driver(program, seed, snapshots=False).drive()

        assert through_snapshots.trail == live.trail
        assert through_snapshots.commands == live.commands
        through_snapshots.assert_over(through_snapshots.outcome)
        histories(through_snapshots)
