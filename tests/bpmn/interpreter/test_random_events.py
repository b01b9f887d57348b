"""Random models with compensation, cancellation, escalation, conditions, loops and complex joins.

The same promises as for the other random models: every step goes over a snapshot in one of two
runs, both tell the same, and whatever began has ended.
"""

import pytest

from tests.bpmn.interpreter.test_random_models import Block, Driver, Generator, histories
from tests.builders.events import (
    cancel,
    compensation,
    condition,
    escalation,
    several,
    signal,
    standard_loop,
    undone_by,
)
from tests.builders.process import FlowBuilder, a_flow, message, multi_instance
from tests.playing import Playing, compiled

SEEDS = 96


class EventGenerator(Generator):
    """Draws the blocks of the other generator, and those of the newer elements."""

    def block(self, flow: FlowBuilder, depth: int) -> None:
        newer: list[Block] = [
            self.undoable,
            self.broadcast,
            self.repeated,
            self.watched,
            self.several_of,
        ]
        if depth > 0:
            newer += [self.escalating, self.transaction, self.gathered, self.ad_hoc, self.undoing]
        if self.random.random() < 0.6:
            self.random.choice(newer)(flow, depth - 1)
        else:
            super().block(flow, depth)

    def undoable(self, flow: FlowBuilder, _: int) -> None:
        task = self.name("t")
        flow.service(task)
        undone_by(flow, task, self.name("undo"))
        if self.random.random() < 0.4:
            flow.throw(self.name("back"), compensation(wait=self.random.random() < 0.7))

    def undoing(self, flow: FlowBuilder, depth: int) -> None:
        """A sub-process that is undone by its own event sub-process, or from inside."""
        inner = self.inside(depth)
        if self.random.random() < 0.6:
            undo = a_flow().start(self.name("us"), compensation()).service(self.name("t"))
            undo = undo.throw(self.name("ub"), compensation()).end(self.name("e"))
            inner.event_sub_process(self.name("esp"), undo)
        loop = multi_instance(cardinality="2") if self.random.random() < 0.4 else ""
        flow.sub_process(self.name("sub"), inner, loop=loop)
        flow.throw(self.name("back"), compensation())

    def broadcast(self, flow: FlowBuilder, _: int) -> None:
        flow.throw(self.name("up"), several(signal("S"), escalation("X")))

    def repeated(self, flow: FlowBuilder, _: int) -> None:
        flow.service(self.name("t"), loop=standard_loop("=loopCounter < 3", most=2))

    def watched(self, flow: FlowBuilder, _: int) -> None:
        host, merge = self.name("t"), self.name("x")
        flow.service(host).connect(merge)
        flow.exclusive(merge)
        soft = self.random.random() < 0.5
        edge = flow.boundary(host, self.name("b"), condition("=n > 4"), interrupting=not soft)
        edge.end(self.name("e")) if soft else edge.connect(merge)
        flow.at(merge)

    def several_of(self, flow: FlowBuilder, _: int) -> None:
        catch, word = self.name("c"), self.name("m")
        flow.catch(catch, several(message(word, "=1"), signal("S")))
        if self.random.random() < 0.5:
            flow.nodes[-1].attributes["parallelMultiple"] = "true"

    def escalating(self, flow: FlowBuilder, depth: int) -> None:
        inner, host, merge = self.inside(depth), self.name("sub"), self.name("x")
        if self.random.random() < 0.5:
            soft = a_flow().start(self.name("s"), escalation("X"), interrupting=False)
            inner.event_sub_process(self.name("esp"), soft.service(self.name("t")).end("h" + host))
        flow.sub_process(host, inner).connect(merge)
        flow.exclusive(merge)
        flow.boundary(host, self.name("b"), escalation("X")).connect(merge)
        flow.at(merge)

    def transaction(self, flow: FlowBuilder, depth: int) -> None:
        inner, host, merge = a_flow().start(self.name("s")), self.name("deal"), self.name("x")
        self.sequence(inner, depth)
        choice = self.name("g")
        inner.exclusive(choice).flow("=n > 4").end(self.name("stop"), cancel())
        inner.at(choice).flow(default=True).end(self.name("e"))
        flow.roots.update(inner.roots)
        flow.node("transaction", host, inside=inner.content()).connect(merge)
        flow.exclusive(merge)
        flow.boundary(host, self.name("b"), cancel()).connect(merge)
        flow.at(merge)

    def gathered(self, flow: FlowBuilder, depth: int) -> None:
        split, join = self.name("g"), self.name("j")
        text = "<bpmn:activationCondition>=activationCount &gt;= 2</bpmn:activationCondition>"
        flow.parallel(split)
        for number in range(3):
            flow.at(split)
            self.sequence(flow, depth - 1)
            flow.connect(join) if number else flow.node("complexGateway", join, inside=text)
        flow.at(join).flow("=waitingForStart")

    def ad_hoc(self, flow: FlowBuilder, _: int) -> None:
        inner = a_flow()
        for _ in range(3):
            inner.cursor = None
            inner.service(self.name("t"))
        text = "<bpmn:completionCondition>=n &gt; 4</bpmn:completionCondition>"
        given = {"ordering": self.random.choice(["Parallel", "Sequential"])}
        if self.random.random() < 0.5:
            text = ""
        flow.node("adHocSubProcess", self.name("adhoc"), given, inside=inner.content() + text)


class EventDriver(Driver):
    """Also broadcasts, sets variables, escalates, and answers what is thrown."""

    def act(self) -> None:
        run = self.run
        chance = self.random.random()
        asked = [one for one in run.state.instances.values() if one.work in ("signal", "message")]
        if asked:
            run.complete(run.element(asked[0]))
        elif chance < 0.1:
            run.signal("S")
        elif chance < 0.2 or not self.listed():
            run.set(n=self.random.randint(0, 9))
            if not self.listed() and not run.state.incidents and not run.outcome:
                run.cancel()
        else:
            self.answer()

    def listed(self) -> bool:
        return any(one.waits_for not in ("signal", "condition") for one in self.run.waits())

    def answer(self) -> None:
        """Answer work or a wait, as the other driver does; signals and conditions come apart."""
        run = self.run
        waits = [one for one in run.waits() if one.waits_for not in ("signal", "condition")]
        if run.incidents and self.random.random() < 0.5:
            self.mend(run.program.nodes[run.incidents[0].node].id)
            return
        one = self.random.choice(waits)
        if one.waits_for == "timer":
            run.fire(one.element)
        elif one.waits_for == "message":
            run.message(one.name, r=1)
        elif self.random.random() < 0.1:
            run.escalate(one.element, "X")
        else:
            self.work(one.element)

    def drive(self, steps: int = 60) -> Playing:
        for _ in range(steps):
            if self.run.outcome:
                break
            self.act()
            check(self.run)
        if not self.run.outcome:
            self.run.cancel()
        return self.run


def check(run: Playing) -> None:
    """The invariants of a run at rest; a throw may wait for the handlers of its compensation."""
    state = run.state
    assert not state.agenda
    alive = state.instances
    assert state.busy == sum(bool(one.work) for one in alive.values())
    assert set(state.watching) == {one.id for one in state.waits.values() if one.kind[0] == "c"}
    throwers = {one.undoing.thrower for one in alive.values() if one.undoing is not None}
    for wait in state.waits.values():
        assert wait.id in (alive[wait.owner].waits or ())
        assert not wait.is_stirred or alive[wait.owner].incident
    for one in alive.values():
        waits = one.work or one.waits or one.children or one.taken or one.incident or one.gates
        assert waits or one.key in throwers, f"{run.element(one)} waits for nothing"
    if not state.outcome:
        assert run.waits() or state.incidents or state.busy, "V15: progress, or a named wait"


@pytest.mark.parametrize("block", range(8))
def test_random_models_of_events_hold_the_invariants(block):
    for seed in range(block * SEEDS // 8, (block + 1) * SEEDS // 8):
        program = compiled(EventGenerator(seed).model())

        through_snapshots = EventDriver(program, seed, snapshots=True).drive()
        live = EventDriver(program, seed, snapshots=False).drive()

        assert through_snapshots.trail == live.trail
        assert through_snapshots.commands == live.commands
        through_snapshots.assert_over(through_snapshots.outcome)
        histories(through_snapshots)
