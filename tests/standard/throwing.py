"""Events that are thrown, and those that only make sense together with who throws them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.builders.events import (
    cancel,
    compensation,
    escalation,
    several,
    shared,
    signal,
    undone_by,
)
from tests.builders.process import (
    Definition,
    FlowBuilder,
    ProcessBuilder,
    a_flow,
    a_process,
    error,
    link,
    message,
    terminate,
)
from tests.standard.scenario import START, Scenario

PUBLISHED = {"correlationKey": '="1"'}
SENT = message("m", publish=PUBLISHED)
"""A message as it is thrown."""


def hearer(event: Definition, *, every: bool = False) -> ProcessBuilder:
    """Another process, which waits for what the first one throws."""
    model = a_process("q").start("qs").catch("heard", event).end("qe")
    if every:
        model.nodes[1].attributes["parallelMultiple"] = "true"
    return model


def _thrown() -> Iterator[Scenario]:
    """Throw to another process, in the middle and at the end."""
    caught = message("m", '="1"')
    both = several(SENT, signal("s"))
    kinds = (
        ("message", SENT, hearer(caught), "10.5.5"),
        ("signal", signal("s"), hearer(signal("s")), "10.5.5"),
        ("multiple", both, hearer(several(caught, signal("s")), every=True), "10.5.5"),
        ("eventDefinitionRef", shared("Shared", signal("s")), hearer(signal("s")), "10.5.1"),
    )
    for name, event, partner, clause in kinds:
        yield Scenario(
            element=name,
            position="Th",
            clause=f"13.5.2, {clause}",
            rule="reached, the event is thrown to whoever can catch it, and the token goes on",
            models=(partner, a_process("p").start("s").throw("up", event).end("e")),
            steps=({"start": "q"}, START),
            done="qs s up e heard qe",
            any_order=True,
            states=("completed", "completed"),
        )
        yield Scenario(
            element=name,
            position="En",
            clause=f"13.5.6, {clause}",
            rule="the event is thrown when the token arrives, and the token is consumed",
            models=(partner, a_process("p").start("s").end("up", event)),
            steps=({"start": "q"}, START),
            done="qs s up heard qe",
            any_order=True,
            states=("completed", "completed"),
        )


def _around(inner: FlowBuilder) -> ProcessBuilder:
    return a_process("p").start("s").sub_process("sub", inner).end("e")


def _escalating(inner: FlowBuilder) -> ProcessBuilder:
    model = _around(inner).boundary("sub", "caught", escalation("X"), interrupting=False)
    return model.end("told")


def _compensating(*, at_end: bool) -> ProcessBuilder:
    model = a_process("p").start("s").script("a", "=1")
    undone_by(model, "a", "undo")
    return (
        model.end("back", compensation())
        if at_end
        else model.throw("back", compensation()).end("e")
    )


def _transaction() -> ProcessBuilder:
    inner = a_flow().start("in").script("a", "=1")
    undone_by(inner, "a", "undo")
    inner = inner.end("stop", cancel())
    model = a_process("p").start("s").node("transaction", "deal", inside=inner.content()).end("e")
    return model.boundary("deal", "left", cancel()).end("le")


def _undone_inside() -> ProcessBuilder:
    inner = a_flow().start("in").task("a").end("ie")
    inner.event_sub_process("h", a_flow().start("asked", compensation()).task("undo").end("he"))
    return _around(inner).at("sub").throw("back", compensation()).end("over")


def _linked(model: ProcessBuilder) -> ProcessBuilder:
    """Draw the target of the links; no flow leads to it."""
    model.cursor = None
    return model.catch("from", link("L")).end("e")


NONE = (
    Scenario(
        element="none",
        position="St",
        clause="10.5.2, 13.5.1",
        rule="a start event without a trigger begins the process when it is started",
        models=(a_process("p").start("s").end("e"),),
        done="s e",
    ),
    Scenario(
        element="none",
        position="Th",
        clause="10.5.4, 13.5.2",
        rule="an intermediate event without a trigger marks a state and lets the token pass",
        models=(a_process("p").start("s").throw("reached").end("e"),),
        done="s reached e",
    ),
    Scenario(
        element="none",
        position="En",
        clause="13.5.6",
        rule="an end event consumes its token; the process ends when no token is left",
        models=(a_process("p").start("s").end("e").at("s").service("work").end("e2"),),
        done="s e",
        states=("active",),
        waiting=("work job",),
    ),
)

INNER = (
    Scenario(
        element="error",
        position="En",
        clause="13.5.6, 10.5.5",
        rule="an error ends what runs around it and is caught by the innermost catcher",
        models=(
            _around(
                a_flow().start("in").parallel("f").end("up", error("E")).at("f").service("w").end()
            )
            .boundary("sub", "caught", error("E"))
            .end("be"),
        ),
        done="s in f caught be",
        never="e",
    ),
    Scenario(
        element="escalation",
        position="Th",
        clause="13.5.2, 10.5.5",
        rule="an escalation is told to the scopes around; the token goes on where none interrupts",
        models=(_escalating(a_flow().start("in").throw("up", escalation("X")).end("ie")),),
        done="s in up ie sub caught e told",
        any_order=True,
    ),
    Scenario(
        element="escalation",
        position="En",
        clause="13.5.6, 10.5.5",
        rule="an escalation end event tells it and consumes the token",
        models=(_escalating(a_flow().start("in").end("up", escalation("X"))),),
        done="s in up sub caught e told",
        any_order=True,
    ),
    Scenario(
        element="link",
        position="Ca",
        clause="10.5.5",
        rule="the token comes out of the one link that is the target",
        models=(_linked(a_process("p").start("s").throw("to", link("L"))),),
        done="s to from e",
    ),
    Scenario(
        element="link",
        position="Th",
        clause="10.5.5",
        rule="several sources lead to one target; each token passes by itself",
        models=(
            _linked(
                a_process("p")
                .start("s")
                .parallel("f")
                .throw("to", link("L"))
                .at("f")
                .throw("to2", link("L"))
            ),
        ),
        done="s f to to2 from e from e",
        any_order=True,
    ),
    Scenario(
        element="compensation",
        position="ES",
        clause="13.5.4, 13.5.5, 10.7.1",
        rule="a completed sub-process is compensated by its event sub-process for it",
        models=(_undone_inside(),),
        done="s in a ie sub e asked undo he h back over",
        any_order=True,
    ),
    Scenario(
        element="compensation",
        position="Bi",
        clause="13.5.5, 10.7.1",
        rule="the handler is bound when the activity completes, and starts by compensation alone",
        models=(_compensating(at_end=False),),
        steps=(START, {"complete": "undo"}),
        done="s a undo back e",
    ),
    Scenario(
        element="compensation",
        position="Th",
        clause="13.5.5, 10.7.2",
        rule="the throw completes when what has completed in its scope is compensated",
        models=(_compensating(at_end=False),),
        done="s a",
        states=("active",),
        never="e",
        waiting=("undo job",),
    ),
    Scenario(
        element="compensation",
        position="En",
        clause="13.5.6, 10.7.2",
        rule="compensation is performed before the end event's token is consumed",
        models=(_compensating(at_end=True),),
        steps=(START, {"complete": "undo"}),
        done="s a undo back",
    ),
    Scenario(
        element="cancel",
        position="En",
        clause="13.5.6, 10.3.5",
        rule="a cancel end event cancels its transaction; what has completed is compensated",
        models=(_transaction(),),
        done="s in a",
        states=("active",),
        never="left e",
        waiting=("undo job",),
    ),
    Scenario(
        element="cancel",
        position="Bi",
        clause="13.5.3, 10.3.5",
        rule="the token leaves by the cancel boundary once the transaction is compensated",
        models=(_transaction(),),
        steps=(START, {"complete": "undo"}),
        done="s in a undo left le",
        never="e",
    ),
    Scenario(
        element="terminate",
        position="En",
        clause="13.5.6",
        rule="every other token of the process ends, and nothing is compensated",
        models=(
            a_process("p")
            .start("s")
            .parallel("f")
            .service("w")
            .end("e")
            .at("f")
            .end("stop", terminate()),
        ),
        done="s f stop",
        never="e",
    ),
)


SCENARIOS = (*NONE, *_thrown(), *INNER)
