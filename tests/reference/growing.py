"""Random models out of a stream of small choices, where 0 is always the simplest.

The stream is Hypothesis's, which then shrinks towards zeros, or that of a seeded generator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.reference.blocks import (
    EMPTY,
    VARIABLES,
    Arm,
    Block,
    Boundary,
    Case,
    Catch,
    Choice,
    Content,
    Each,
    Fork,
    Freely,
    Gather,
    Handler,
    Mapped,
    Model,
    Part,
    Race,
    Repeat,
    Rounds,
    Seq,
    Step,
    Stop,
    Sub,
    Sum,
    Task,
    Test,
    Throw,
    Thrown,
    Trigger,
)
from tests.reference.shaping import shaped

Draw = Callable[[int], int]
"""``draw(n)`` is one of 0 … n - 1."""

CODES = ("E1", "E2")
_PARTS = ("timer", "message", "signal", "condition")
_CAUGHT = (*_PARTS, "multiple")
_HEARD = ("timer", "message", "error", "signal", "escalation", "condition", "multiple")
_ENDS = (
    "none", "error", "terminate", "escalation", "compensation", "cancel", "multiple", "signal",
)  # fmt: skip
_SUBS = ("embedded", "embedded", "called", "transaction")
_THROWS = ("escalation", "compensation", "multiple", "signal", "message")
_THROWN = ("escalation", "compensation", "signal", "message", "error")
_CODED = ("error", "escalation")
_HOW = ("named", "offered", "steered", "named", "plain")
_BEHAVIORS = ("All", "All", "None", "One", "Complex")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a model may become."""

    depth: int = 3
    blocks: int = 3
    """In one sequence."""
    elements: int = 60


SMALL = Size(depth=2, blocks=2, elements=24)
LARGE = Size(depth=4, blocks=4)


def grown(draw: Draw, size: Size = SMALL) -> Model:
    """Draw a model and make it well-formed."""
    return shaped(Growth(draw, size).model())


class Growth:
    """One model being drawn."""

    def __init__(self, draw: Draw, size: Size) -> None:
        self.draw = draw
        self.size = size
        self.left = size.elements

    def model(self) -> Model:
        values = tuple((name, self.draw(6)) for name in VARIABLES)
        return Model(content=self.content(self.size.depth), variables=values)

    def content(self, depth: int) -> Content:
        handlers = 0 if self.draw(3) < 2 else 1 + self.draw(2)
        main = self.seq(depth)
        if depth <= 0:
            handlers = 0
        return Content(main=main, handlers=tuple(self.handler(depth - 1) for _ in range(handlers)))

    def handler(self, depth: int) -> Handler:
        return Handler(trigger=self.trigger(), content=Content(main=self.seq(depth)))

    def trigger(self) -> Trigger:
        kind = self.one_of(_HEARD)
        interrupting = self.draw(2) == 0
        rounds = 1 + (self.draw(3) if kind == "timer" else 0)
        return Trigger(
            kind=kind,  # type: ignore[arg-type]
            interrupting=interrupting,
            rounds=rounds,
            **self.heard(kind),
        )

    def heard(self, kind: str) -> Mapping[str, Any]:
        """Draw what a condition tests, or what a multiple event hears."""
        match kind:
            case "condition":
                return {"test": self.test()}
            case "multiple":
                parts = tuple(self.part() for _ in range(2 + self.draw(2)))
                return {"parts": parts, "every": self.draw(2) == 1}
            case "error" | "escalation":
                return {"code": self.code()}
            case _:
                return {}

    def part(self) -> Part:
        kind = self.one_of(_CODED if self.draw(3) == 2 else _PARTS)
        return Part(kind=kind, **self.heard(kind))  # type: ignore[arg-type]

    def code(self) -> str | None:
        return None if self.draw(2) else self.one_of(CODES)

    def seq(self, depth: int) -> Block:
        blocks = [self.block(depth) for _ in range(self.draw(self.size.blocks + 1))]
        if self.draw(8) == 7:
            blocks.append(self.stop())
        return Seq(blocks=tuple(blocks)) if blocks else EMPTY

    def stop(self) -> Stop:
        kind = self.one_of(_ENDS)
        return Stop(kind=kind, code=self.one_of(CODES), parts=self.thrown(kind))  # type: ignore[arg-type]

    def thrown(self, kind: str) -> tuple[Thrown, ...]:
        """Draw what a multiple event throws."""
        if kind != "multiple":
            return ()
        return tuple(
            Thrown(kind=self.one_of(_THROWN), code=self.one_of(CODES))  # type: ignore[arg-type]
            for _ in range(2 + self.draw(2))
        )

    def block(self, depth: int) -> Block:
        self.left -= 1
        if depth <= 0 or self.left <= 0:
            return self.leaf(depth)
        choice = self.draw(len(_LEAVES) + len(_NESTED))
        if choice < len(_LEAVES):
            return self.leaf(depth, choice)
        return _NESTED[choice - len(_LEAVES)](self, depth - 1)

    def leaf(self, depth: int, choice: int | None = None) -> Block:
        which = self.draw(len(_LEAVES)) if choice is None else choice
        return _LEAVES[which](self, depth)

    # --- leaves

    def task(self, depth: int) -> Task:
        kind = ("service", "user", "receive", "child")[self.draw(4)]
        inputs = self.inputs()
        return Task(
            kind=kind,  # type: ignore[arg-type]
            writes=self.variable(),
            inputs=inputs,
            outputs=self.outputs(),
            each=self.each() if self.draw(5) == 4 else None,
            boundaries=self.boundaries(depth),
            undo=self.undo(inputs),
        )

    def throw(self, depth: int) -> Block:
        """Draw a throw; every other has somebody right there to catch it, or something to undo."""
        kind = self.one_of(_THROWS)
        thrown = Throw(kind=kind, code=self.one_of(CODES), parts=self.thrown(kind))  # type: ignore[arg-type]
        if self.draw(2) == 0:
            return thrown
        if thrown.kind == "compensation":
            done = (Task(undo=Task(writes=self.variable())) for _ in range(2))
            return Seq(blocks=(*done, thrown))
        trigger = replace(self.trigger(), kind="escalation", rounds=1)
        path = EMPTY if depth <= 0 else self.seq(depth - 1)
        if self.draw(2):
            handler = Handler(trigger=trigger, content=Content(main=path))
            return Sub(content=Content(main=thrown, handlers=(handler,)))
        return Sub(content=Content(main=thrown), boundaries=(Boundary(trigger=trigger, path=path),))

    def step(self, _: int) -> Step:
        kind = ("script", "manual", "task", "throw")[self.draw(4)]
        value = self.sum() if kind == "script" else None
        return Step(kind=kind, value=value)  # type: ignore[arg-type]

    def catch(self, _: int) -> Catch:
        kind = self.one_of(_CAUGHT)
        return Catch(kind=kind, **self.heard(kind))  # type: ignore[arg-type]

    # --- what has parts

    def sub(self, depth: int) -> Sub:
        kind = self.one_of(_SUBS)
        boundaries = self.boundaries(depth)
        content = self.content(depth)
        if kind == "transaction":
            way_out = Boundary(trigger=Trigger(kind="cancel"), path=self.seq(depth - 1))
            boundaries = (*boundaries, way_out)
            content = self.cancelled(content)
        inputs = self.inputs()
        return Sub(
            kind=kind,  # type: ignore[arg-type]
            content=content,
            inputs=inputs,
            outputs=self.outputs(),
            each=self.each() if self.draw(4) == 3 else None,
            boundaries=boundaries,
            undo=self.undo(inputs),
        )

    def cancelled(self, content: Content) -> Content:
        """Let two of three transactions come to a cancel end event."""
        if self.draw(3) == 0:
            return content
        return replace(content, main=Seq(blocks=(content.main, Stop(kind="cancel"))))

    def undo(self, known: Mapped) -> Task | None:
        """Draw what undoes an activity; it reads what was local to it, where there is something."""
        if self.draw(4) < 3:
            return None
        source = self.one_of([name for name, _ in known] or VARIABLES)
        read = (self.variable(), Sum(source, self.draw(3)))
        return Task(writes=self.variable(), inputs=(read,))

    def freely(self, depth: int) -> Sub:
        """Draw an ad-hoc sub-process."""
        chains = tuple(self.chain(depth) for _ in range(1 + self.draw(3)))
        some = tuple(number for number in range(len(chains)) if self.draw(4) < 3)
        freely = Freely(
            chains=chains,
            how=self.one_of(_HOW),  # type: ignore[arg-type]
            begins=some or (0,),
            sequential=self.draw(2) == 1,
            until=self.test() if self.draw(2) else None,
            cancels=self.draw(2) == 0,
            collects=self.draw(3) == 2,
        )
        handlers = (self.handler(depth - 1),) if depth > 0 and self.draw(4) == 3 else ()
        return Sub(
            kind="adhoc",
            content=Content(main=freely, handlers=handlers),
            inputs=self.inputs(),
            outputs=self.outputs(),
            each=self.each() if self.draw(8) == 7 else None,
            boundaries=self.boundaries(depth),
        )

    def chain(self, depth: int) -> Seq:
        inner: list[Block] = [self.task(0), *(self.task(0) for _ in range(self.draw(2)))]
        if depth > 0 and self.left > 0 and self.draw(4) == 3:
            inner.append(self.sub(depth - 1))
        return Seq(blocks=tuple(inner))

    def fork(self, depth: int) -> Fork:
        return Fork(branches=tuple(self.seq(depth) for _ in range(2 + self.draw(2))))

    def gather(self, depth: int) -> Block:
        """Draw a complex gateway with what leads to it, in a scope of its own."""
        branches = tuple(self.seq(depth) for _ in range(2 + self.draw(2)))
        gather = Gather(branches=branches, need=1 + self.draw(len(branches)))
        return Sub(content=Content(main=Seq(blocks=(gather, self.seq(depth)))))

    def choice(self, depth: int) -> Choice:
        return self.choose("exclusive", depth)

    def inclusive(self, depth: int) -> Choice:
        return self.choose("inclusive", depth)

    def choose(self, kind: str, depth: int) -> Choice:
        count = 1 + self.draw(2) + (kind == "inclusive")
        cases = tuple(Case(test=self.test(), path=self.seq(depth)) for _ in range(count))
        default = None if self.draw(5) == 4 else self.seq(depth)
        return Choice(kind=kind, cases=cases, default=default)  # type: ignore[arg-type]

    def race(self, depth: int) -> Race:
        arms = tuple(
            Arm(catch=self.catch(depth), path=self.seq(depth)) for _ in range(2 + self.draw(2))
        )
        return Race(arms=arms)

    def repeat(self, depth: int) -> Repeat:
        return Repeat(body=self.seq(depth), again=self.test())

    # --- what hangs on an activity

    def boundaries(self, depth: int) -> tuple[Boundary, ...]:
        count = 0 if self.draw(3) < 2 else 1 + self.draw(2)
        return tuple(
            Boundary(trigger=self.trigger(), path=self.seq(depth - 1)) for _ in range(count)
        )

    def each(self) -> Each | Rounds:
        if self.draw(2):
            test = self.test() if self.draw(3) else None
            return Rounds(test=test, before=self.draw(2) == 1, most=1 + self.draw(4))
        size = (2, 3, 1, 0, 4)[self.draw(5)]
        until = 1 + self.draw(size) if size and self.draw(3) == 2 else 0
        return Each(
            size=size,
            sequential=self.draw(2) == 1,
            until=until,
            collects=self.draw(2) == 0,
            behavior=self.one_of(_BEHAVIORS),  # type: ignore[arg-type]
            at=1 + self.draw(3),
            code=self.one_of(CODES),
        )

    def inputs(self) -> Mapped:
        return tuple({self.variable(): self.sum() for _ in range(_few(self.draw))}.items())

    def outputs(self) -> tuple[Sum, ...]:
        return tuple(self.sum() for _ in range(_few(self.draw)))

    def variable(self) -> str:
        return self.one_of(VARIABLES)

    def one_of(self, values: Sequence[str]) -> str:
        return values[self.draw(len(values))]

    def sum(self) -> Sum:
        return Sum(self.variable(), self.draw(3))

    def test(self) -> Test:
        return Test(self.variable(), 2 + self.draw(2))


def _few(draw: Draw) -> int:
    return max(0, draw(6) - 3)


_LEAVES: tuple[Callable[[Growth, int], Block], ...] = (
    Growth.task, Growth.task, Growth.step, Growth.catch, Growth.throw,
)  # fmt: skip
_NESTED: tuple[Callable[[Growth, int], Block], ...] = (
    Growth.sub, Growth.sub, Growth.fork, Growth.fork, Growth.choice, Growth.inclusive,
    Growth.race, Growth.repeat, Growth.gather, Growth.freely,
)  # fmt: skip
