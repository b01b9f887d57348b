"""Sub-processes of every kind, and the undoing of what was done in them."""

from __future__ import annotations

from tests.builders.events import cancel, compensation, undone_by
from tests.builders.process import FlowBuilder, ProcessBuilder, a_flow, a_process, message
from tests.standard.scenario import START, Scenario


def _embedded() -> ProcessBuilder:
    inner = a_flow().start("in").service("work").end("ie")
    return a_process("p").start("s").sub_process("sub", inner).end("e")


def _with_handler(*, interrupting: bool) -> ProcessBuilder:
    handler = a_flow().start("caught", message("m", '="1"'), interrupting=interrupting)
    inner = a_flow().start("in").service("work").end("ie")
    inner.event_sub_process("h", handler.task("handle").end("he"))
    return a_process("p").start("s").sub_process("sub", inner).end("e")


def _transaction() -> ProcessBuilder:
    inner = a_flow().start("in").parallel("f").script("a", "=1").service("ask").end("no", cancel())
    undone_by(inner, "a", "undo")
    inner = inner.at("f").service("slow").end("ie")
    model = a_process("p").start("s").node("transaction", "deal", inside=inner.content()).end("e")
    return model.boundary("deal", "left", cancel()).end("le")


def _ad_hoc(condition: str, **given: object) -> ProcessBuilder:
    inner = a_flow()
    for name in ("a", "b"):
        inner.cursor = None
        inner.service(name)
    inside = f"{inner.content()}<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    model = a_process("p").start("s")
    return model.node("adHocSubProcess", "any", given, inside=inside).end("e")


def _undoing(flow: FlowBuilder, *names: str) -> FlowBuilder:
    """Draw scripts one behind the other, each with a handler."""
    for name in names:
        flow.script(name, "=1")
        undone_by(flow, name, f"undo_{name}")
    return flow


def _two_undone(*, wait: bool | None = None) -> ProcessBuilder:
    model = a_process("p").start("s")
    _undoing(model, "a", "b")
    return model.throw("back", compensation(wait=wait)).end("e")


def _remembering() -> ProcessBuilder:
    """A handler that copies what its activity's own variable was."""
    inner = a_flow().start("in").script("a", "=mine", "kept")
    mapping = (
        '<zeebe:ioMapping><zeebe:input source="=mine" target="was" />'
        '<zeebe:output source="=was" target="remembered" /></zeebe:ioMapping>'
    )
    undone_by(inner, "a", "undo", mapping=mapping)
    inner.end("ie")
    model = a_process("p").start("s").sub_process("sub", inner, inputs={"mine": "=n"})
    return model.script("later", "=n + 1", "n").throw("back", compensation()).end("e")


def _inner_handler() -> ProcessBuilder:
    inner = a_flow().start("in")
    _undoing(inner, "a", "b").end("ie")
    handler = a_flow().start("asked", compensation()).throw("only_a", compensation("a")).end("he")
    inner.event_sub_process("h", handler)
    model = a_process("p").start("s").sub_process("sub", inner)
    return model.throw("back", compensation()).end("e")


SCENARIOS = (
    Scenario(
        element="embedded sub-process",
        clause="13.3.4",
        rule="it begins at its start event and completes when no token is left in it",
        models=(_embedded(),),
        steps=(START, {"complete": "work"}),
        done="s in work ie sub e",
    ),
    Scenario(
        element="event sub-process, interrupting",
        clause="13.5.4, 10.3.5",
        rule="its parent ends what runs in it; it completes when the event sub-process does",
        models=(_with_handler(interrupting=True),),
        steps=(START, {"publish": "m", "key": "1"}),
        done="s in caught handle he h sub e",
        never="ie",
    ),
    Scenario(
        element="event sub-process, non-interrupting",
        clause="13.5.4, 10.3.5",
        rule="it runs beside its parent, which waits for it before it completes",
        models=(_with_handler(interrupting=False),),
        steps=(START, {"publish": "m", "key": "1"}, {"complete": "work"}),
        done="s in caught handle he h work ie sub e",
    ),
    Scenario(
        element="transaction",
        clause="10.3.5, 13.5.5",
        rule="cancelled, it ends what runs, undoes what has completed and leaves by its boundary",
        models=(_transaction(),),
        steps=(START, {"complete": "ask"}, {"complete": "undo"}),
        done="s in f a ask undo left le",
        never="e ie",
    ),
    Scenario(
        element="transaction",
        clause="10.3.5, 13.3.4",
        rule="not cancelled, it completes like any sub-process",
        models=(
            a_process("p")
            .start("s")
            .node("transaction", "deal", inside=a_flow().start("in").end("ie").content())
            .end("e"),
        ),
        done="s in ie deal e",
    ),
    Scenario(
        element="ad-hoc sub-process, parallel",
        clause="13.3.5",
        rule="its activities run at the same time; true, its condition cancels what remains",
        models=(_ad_hoc("=enough = true"),),
        steps=(START, {"complete": "b", "variables": {"enough": True}}),
        done="s b any e",
    ),
    Scenario(
        element="ad-hoc sub-process, parallel",
        clause="13.3.5, 10.3.5",
        rule="where what remains is not cancelled, it is awaited",
        models=(_ad_hoc("=enough = true", cancelRemainingInstances=False),),
        steps=(START, {"complete": "b", "variables": {"enough": True}}, {"complete": "a"}),
        done="s b a any e",
    ),
    Scenario(
        element="ad-hoc sub-process, sequential",
        clause="13.3.5, 10.3.5",
        rule="one activity at a time",
        models=(_ad_hoc("=false", ordering="Sequential"),),
        done="s",
        states=("active",),
        never="b",
        waiting=("a job",),
    ),
    Scenario(
        element="compensation marker",
        clause="10.7.1, 13.5.5",
        rule="an activity for compensation stands outside the flow and runs by compensation alone",
        models=(_undoing(a_process("p").start("s"), "a").end("e"),),  # type: ignore[arg-type]
        done="s a e",
        never="undo_a",
    ),
    Scenario(
        element="compensation event sub-process",
        clause="10.7.1, 13.5.5",
        rule="it undoes its sub-process in its own way, and what it leaves stays done",
        models=(_inner_handler(),),
        steps=(START, {"complete": "undo_a"}),
        done="s in a b ie sub asked undo_a only_a he h back e",
        never="undo_b",
    ),
    Scenario(
        element="compensation, order",
        clause="13.5.5, 10.7.2",
        rule="what was done one after the other is undone in the reverse order",
        models=(_two_undone(),),
        steps=(START, {"complete": "undo_b"}, {"complete": "undo_a"}),
        done="s a b undo_b undo_a back e",
    ),
    Scenario(
        element="compensation, snapshot",
        clause="13.5.5, 10.7.1",
        rule="a handler reads the data as they were when the sub-process around had completed",
        models=(_remembering(),),
        steps=({"start": "p", "variables": {"n": 1}}, {"complete": "undo"}),
        done="s in a ie sub later undo back e",
        variables={"n": 2, "remembered": 1},
    ),
    Scenario(
        element="compensation, waitForCompletion false",
        clause="10.5.5, 13.5.5",
        rule="the throw goes on at once, and the scope still waits for the handlers",
        models=(_two_undone(wait=False),),
        steps=(START, {"complete": "undo_b"}),
        done="s a b back e undo_b",
        states=("active",),
        waiting=("undo_a job",),
    ),
)
