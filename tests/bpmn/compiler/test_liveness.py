"""What can never happen is told, each with its element; what can is not."""

from pathlib import Path

import pytest

from tests.builders.events import cancel, condition, escalation, signal, standard_loop
from tests.builders.process import a_flow, a_process, error, link, message, terminate, timer
from workflows.bpmn.deployment import compile_bundle

PROCESSES = Path(__file__).parents[3] / "workflows" / "processes"
TOLD = {"node-unreachable", "join-deadlock", "catcher-unreachable", "loop-endless"}


def told(*models):
    """What is told of models: rule and element."""
    found = compile_bundle({f"{one.identity}.bpmn": one.xml() for one in models}).diagnostics
    assert all(one.clause for one in found)
    assert [one for one in found if one.severity == "error"] == []
    return [(one.code, one.element) for one in found if one.code in TOLD]


def choice(kind="exclusive"):
    """A split with two paths, ``a`` and ``b``, of which ``a`` leads to a parallel join."""
    model = getattr(a_process("p").start("s"), kind)("g")
    model = model.flow("=x" if kind != "parallel" else None).task("a").parallel("j").end("e")
    model = model.at("g").flow(default=True) if kind != "parallel" else model.at("g")
    return model.task("b")


# --- joins -------------------------------------------------------------------------------------


def nested():
    """Both branches of a choice fork; what one of them brings is not all."""
    model = choice("exclusive").parallel("f").task("b1").connect("j")
    return model.at("f").task("b2").connect("j")


def round_again():
    """The join waits for what comes from behind itself."""
    return (
        a_process("p")
        .start("s")
        .parallel("j")
        .service("w")
        .exclusive("g")
        .flow("=x")
        .connect("j")
        .at("g")
        .flow(default=True)
        .end("e")
    )


def after_a_race():
    model = a_process("p").start("s").event_based("g").catch("a", message("m", "=1"))
    model = model.parallel("j").end("e").at("g").catch("b", timer(duration="PT1H"))
    return model.connect("j")


def by_a_boundary():
    """An activity completes, or is left by its boundary event: never both."""
    model = a_process("p").start("s").service("w").parallel("j").end("e")
    return model.boundary("w", "late", timer(duration="PT1H")).connect("j")


def between_starts():
    model = a_process("p").start("s").parallel("j").end("e")
    return model.start("other", message("m")).connect("j")


def too_few():
    return a_process("p").start("s").node("task", "j", {"startQuantity": 2}).end("e")


def of_links():
    """One throw of two is taken; the catch brings one token only."""
    model = a_process("p").start("s").exclusive("g").flow("=x").throw("l1", link("L"))
    model = model.at("g").flow(default=True).throw("l2", link("L"))
    model.cursor = None
    return model.catch("l", link("L")).node("task", "j", {"startQuantity": 2}).end("e")


UNSOUND_JOINS = [
    lambda: choice().connect("j"), nested, round_again, after_a_race, by_a_boundary,
    between_starts, too_few, of_links,
]  # fmt: skip


@pytest.mark.parametrize("model", UNSOUND_JOINS)
def test_a_join_that_can_never_go_on_is_told(model):
    assert ("join-deadlock", "j") in told(model())


def merged_branches():
    """A choice inside a branch of a fork is merged before the join."""
    model = a_process("p").start("s").parallel("f").exclusive("g").flow("=x").task("a")
    model = model.exclusive("m").parallel("j").end("e").at("g").flow(default=True).task("b")
    return model.connect("m").at("f").task("c").connect("j")


def two_tokens_choose():
    """Two tokens choose, perhaps one each way."""
    model = a_process("p").start("s").parallel("f").task("t").exclusive("g").flow("=x").task("a")
    model = model.parallel("j").end("e").at("g").flow(default=True).task("b").connect("j")
    return model.at("f").connect("t")


def beside_the_activity():
    model = a_process("p").start("s").service("w").parallel("j").end("e")
    return model.boundary("w", "also", message("m", "=1"), interrupting=False).connect("j")


def both_starts():
    inner = a_flow().start("s1").parallel("j").end("ie").start("s2").connect("j")
    return a_process("p").start("s").sub_process("sub", inner).end("e")


def enough():
    model = a_process("p").start("s").parallel("f").node("task", "j", {"startQuantity": 2})
    return model.end("e").at("f").connect("j")


def out_of_many():
    model = a_process("p").start("s").node("task", "t", {"completionQuantity": 2})
    return model.node("task", "j", {"startQuantity": 2}).end("e")


def inclusive():
    return choice("inclusive").connect("j")


SOUND = [
    lambda: choice("parallel").connect("j"), merged_branches, two_tokens_choose,
    beside_the_activity, both_starts, enough, out_of_many, inclusive,
]  # fmt: skip


@pytest.mark.parametrize("model", SOUND)
def test_a_join_that_may_go_on_is_not_told(model):
    assert told(model()) == []


# --- elements ----------------------------------------------------------------------------------


def test_what_stands_behind_a_dead_join_is_dead_too():
    found = told(choice().connect("j"))

    assert found == [("join-deadlock", "j"), ("node-unreachable", "e")]


def test_an_island_is_told_whole():
    model = a_process("p").start("s").end("e")
    model.cursor = None

    assert told(model.service("x").task("y").connect("x")) == [
        ("node-unreachable", "x"),
        ("node-unreachable", "y"),
    ]


def test_what_compensates_and_what_events_begin_is_no_island():
    handler = a_flow().start("hs", signal("S")).task("h").end("he")
    model = a_process("p").start("s").service("w").end("e").event_sub_process("esp", handler)

    assert told(model.boundary("w", "b", error("E")).task("after").end("be")) == []


# --- catchers ----------------------------------------------------------------------------------


def around(inner, event, **more):
    model = a_process("p").start("s").sub_process("sub", inner).end("e")
    return model.boundary("sub", "edge", event, **more).end("be")


def handled(event, inner=None):
    """A process with an event sub-process, beside work or what is given."""
    handler = a_flow().start("edge", event).end("he")
    model = inner or a_process("p").start("s").task("t").end("e")
    return model.event_sub_process("esp", handler)


QUIET = [
    lambda: around(a_flow().start("i").task("t").end("ie"), error("E")),
    lambda: around(a_flow().start("i").service("t").end("up", escalation("Y")), timer(date="=x")),
    lambda: around(a_flow().start("i").task("t").end("ie"), escalation("X")),
    lambda: around(a_flow().start("i").task("t").end("up", error("F")), error("E")),
    lambda: around(a_flow().start("i").task("t").end("ie"), timer(duration="PT1H")),
    lambda: around(a_flow().start("i").script("t", "=1").end("ie"), condition("=n > 1")),
    lambda: around(a_flow().start("i").receive("t", message("m", "=1")).end("ie"), error("E")),
    lambda: handled(error("E")),
    lambda: handled(timer(duration="PT1H")),
    lambda: handled(error("E"), a_process("p").start("s").end("up", escalation("E"))),
]
NEVER = [model for number, model in enumerate(QUIET) if number != 1]


@pytest.mark.parametrize("model", NEVER)
def test_a_catcher_of_what_never_happens_is_told(model):
    assert told(model()) == [("catcher-unreachable", "edge")]


HEARING = [
    QUIET[1],
    lambda: around(a_flow().start("i").service("t").end("ie"), error("E")),
    lambda: around(a_flow().start("i").user("t").end("ie"), escalation("X")),
    lambda: around(a_flow().start("i").task("t").end("up", error("E")), error("E")),
    lambda: around(a_flow().start("i").task("t").end("up", error("E")), error()),
    lambda: around(a_flow().start("i").task("t").end("up", error("=code")), error("E")),
    lambda: around(a_flow().start("i").throw("t", escalation("X")).end("ie"), escalation("X")),
    lambda: around(a_flow().start("i").rule("t", type="job").end("ie"), error("E")),
    lambda: around(a_flow().start("i").service("t").end("ie"), message("m", "=1")),
    lambda: handled(error("E"), a_process("p").start("s").service("t").end("e")),
    lambda: handled(signal("S"), a_process("p").start("s").user("t").end("e")),
]


@pytest.mark.parametrize("model", HEARING)
def test_a_catcher_of_what_may_happen_is_not_told(model):
    assert told(model()) == []


def test_a_called_process_may_throw_anything():
    model = a_process("p").start("s").call("c", "q").end("e").boundary("c", "edge", error("E"))

    assert told(model.end("be"), a_process("q").start("qs").end("qe", terminate())) == []


def test_a_transaction_that_nothing_cancels_needs_no_way_out():
    inner = a_flow().start("i").service("t").end("ie")
    model = a_process("p").start("s").node("transaction", "deal", inside=inner.content()).end("e")

    assert told(model.boundary("deal", "edge", cancel()).end("be")) == [
        ("catcher-unreachable", "edge")
    ]


# --- loops -------------------------------------------------------------------------------------


def test_a_loop_for_ever_without_a_wait_state_is_told():
    drawn = a_process("p").start("s").script("x", "=1", loop=standard_loop("=true")).end("e")

    assert told(drawn) == [("loop-endless", "x")]


@pytest.mark.parametrize(
    "loop", [standard_loop("=n < 3"), standard_loop("=true", most=3), standard_loop(most=3)]
)
def test_a_loop_that_may_end_is_not_told(loop):
    assert told(a_process("p").start("s").script("x", "=1", loop=loop).end("e")) == []


def test_a_loop_for_ever_with_a_wait_state_is_legal():
    assert told(a_process("p").start("s").service("x", loop=standard_loop("=true")).end("e")) == []


# --- what is there -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(PROCESSES.rglob("*.bpmn")), ids=lambda path: path.stem)
def test_nothing_of_the_built_in_models_is_told_to_be_dead(path):
    found = compile_bundle({path.name: path.read_bytes()}).diagnostics

    assert [one for one in found if one.code in TOLD] == []


# --- size --------------------------------------------------------------------------------------


def test_a_large_model_is_decided():
    model = a_process("p").start("s").parallel("f").parallel("j").end("e")
    for branch in range(30):
        model.at("f")
        for number in range(33):
            model.task(f"t{branch}_{number}")
        model.connect("j")
    model.at("f").exclusive("g").flow("=x").connect("j").at("g").flow(default=True).connect("j")

    assert told(model) == [("join-deadlock", "j"), ("node-unreachable", "e")]
