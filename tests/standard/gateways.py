"""Gateways, and flows that split and meet without one."""

from __future__ import annotations

from tests.builders.process import ProcessBuilder, a_process, message, timer
from tests.standard.scenario import START, Scenario

ONE = {"start": "p", "variables": {"n": 1}}


def _split(kind: str, *, default: bool = True) -> ProcessBuilder:
    """Three ways out of a gateway: over 0, over 1, and the default."""
    model = a_process("p").start("s").node(kind, "g")
    model = model.flow("=n > 0").task("a").end("ae").at("g").flow("=n > 1").task("b").end("be")
    return model.at("g").flow(default=default).task("d").end("de") if default else model


def _fork_join(join: str) -> ProcessBuilder:
    model = a_process("p").start("s").parallel("f").service("a").node(join, "j").end("e")
    return model.at("f").service("b").connect("j")


def _choosing_join() -> ProcessBuilder:
    model = a_process("p").start("s").inclusive("g")
    model = model.flow("=n > 0").service("a").inclusive("j").end("e")
    model = model.at("g").flow("=n > 1").service("b").connect("j")
    return model.at("g").flow(default=True).service("c").connect("j")


def _race(**given: object) -> ProcessBuilder:
    model = a_process("p")
    model = model if given else model.start("s")
    model = model.node("eventBasedGateway", "g", given)
    model = model.catch("a", message("a", '="1"')).end("ae")
    return model.at("g").catch("b", message("b", '="1"')).end("be")


def _complex() -> ProcessBuilder:
    condition = "<bpmn:activationCondition>=activationCount &gt;= 2</bpmn:activationCondition>"
    model = a_process("p").start("s").parallel("f").service("a")
    model = model.node("complexGateway", "g", inside=condition)
    model = model.at("f").service("b").connect("g").at("f").service("c").connect("g")
    model = model.at("g").flow("=waitingForStart").end("started")
    return model.at("g").flow("=not(waitingForStart)").end("reset")


def _out_of_a_task() -> ProcessBuilder:
    model = a_process("p").start("s").task("t").flow("=n > 0").end("a")
    return model.at("t").flow("=n > 1").end("b").at("t").flow(default=True).end("d")


SCENARIOS = (
    Scenario(
        element="exclusive gateway",
        clause="13.4.2",
        rule="conditions in order, the first that is true is taken and the rest not asked",
        models=(_split("exclusiveGateway"),),
        steps=({"start": "p", "variables": {"n": 2}},),
        done="s g a ae",
    ),
    Scenario(
        element="exclusive gateway",
        clause="13.4.2, 10.6.2",
        rule="the default is taken where no condition is true",
        models=(_split("exclusiveGateway"),),
        steps=({"start": "p", "variables": {"n": 0}},),
        done="s g d de",
    ),
    Scenario(
        element="parallel gateway, split",
        clause="13.4.1",
        rule="a token goes out on every flow",
        models=(_fork_join("parallelGateway"),),
        done="s f",
        states=("active",),
        waiting=("a job", "b job"),
    ),
    Scenario(
        element="parallel gateway, join",
        clause="13.4.1",
        rule="it is activated when every incoming flow holds a token, and consumes one of each",
        models=(_fork_join("parallelGateway"),),
        steps=(START, {"complete": "b"}, {"complete": "a"}),
        done="s f b a j e",
    ),
    Scenario(
        element="inclusive gateway, split",
        clause="13.4.3",
        rule="every flow whose condition is true is taken, the default if none is",
        models=(_split("inclusiveGateway"),),
        steps=({"start": "p", "variables": {"n": 2}}, {"start": "p", "variables": {"n": 0}}),
        done="s g a b ae be s g d de",
        any_order=True,
        states=("completed", "completed"),
    ),
    Scenario(
        element="inclusive gateway, join",
        clause="13.4.3",
        rule="it waits for every token that can still reach it, and for no other",
        models=(_choosing_join(),),
        steps=(
            {"start": "p", "variables": {"n": 2}},
            {"complete": "a"},
            {"complete": "b"},
            ONE,
            {"complete": "a"},
        ),
        done="s g a b j e s g a j e",
        states=("completed", "completed"),
    ),
    Scenario(
        element="event-based gateway",
        clause="13.4.4",
        rule="the first event that occurs takes the token; the others are given up",
        models=(_race(),),
        steps=(START, {"publish": "b", "key": "1"}),
        done="s g b be",
        never="ae",
    ),
    Scenario(
        element="event-based gateway",
        clause="13.4.4, 10.6.6",
        rule="a receive task may be among what it waits for",
        models=(
            a_process("p")
            .start("s")
            .event_based("g")
            .receive("r", message("m", '="1"'))
            .end("re")
            .at("g")
            .catch("t", timer(duration="PT1H"))
            .end("te"),
        ),
        steps=(START, {"publish": "m", "key": "1"}, {"advance": "PT2H"}),
        done="s g r re",
        never="te",
    ),
    Scenario(
        element="event-based gateway, instantiate, exclusive",
        clause="10.6.6, 13.2",
        rule="the first of its events begins an instance, which waits for no other",
        models=(_race(instantiate=True),),
        steps=({"publish": "b", "key": "1"},),
        done="b be",
        never="ae",
    ),
    Scenario(
        element="event-based gateway, instantiate, parallel",
        clause="10.6.6, 13.2",
        rule="the first of its events begins an instance, which then waits for all the others",
        models=(_race(instantiate=True, eventGatewayType="Parallel"),),
        steps=({"publish": "b", "key": "1"}, {"publish": "a", "key": "1"}),
        done="b be a ae",
    ),
    Scenario(
        element="complex gateway",
        clause="13.4.5",
        rule="it starts when its activation condition is true of the tokens that have come",
        models=(_complex(),),
        steps=(START, {"complete": "a"}, {"complete": "b"}),
        done="s f a b g started",
        states=("active",),
        never="reset",
        waiting=("c job",),
    ),
    Scenario(
        element="complex gateway",
        clause="13.4.5",
        rule="it resets when each other incoming flow has brought its token",
        models=(_complex(),),
        steps=(START, {"complete": "c"}, {"complete": "b"}, {"complete": "a"}),
        done="s f c b a g g started reset",
        any_order=True,
    ),
    Scenario(
        element="conditional flow of an activity",
        clause="13.3.1",
        rule="out of an activity every flow whose condition is true is taken",
        models=(_out_of_a_task(),),
        steps=({"start": "p", "variables": {"n": 2}},),
        done="s t a b",
    ),
    Scenario(
        element="default flow of an activity",
        clause="13.3.1, 8.4.13",
        rule="out of an activity the default is taken where no condition is true",
        models=(_out_of_a_task(),),
        steps=({"start": "p", "variables": {"n": 0}},),
        done="s t d",
    ),
    Scenario(
        element="uncontrolled split",
        clause="13.3.1",
        rule="several plain flows out of an activity each get a token",
        models=(a_process("p").start("s").task("t").end("a").at("t").end("b"),),
        done="s t a b",
    ),
    Scenario(
        element="implicit merge",
        clause="13.3.1",
        rule="several flows into an activity are not synchronised: each token begins it anew",
        models=(a_process("p").start("s").parallel("f").task("t").end("e").at("f").connect("t"),),
        done="s f t t e e",
    ),
    Scenario(
        element="startQuantity",
        clause="10.3, 13.3.2",
        rule="the activity begins when as many tokens have come as it asks for",
        models=(
            a_process("p")
            .start("s")
            .parallel("f")
            .service("a")
            .node("task", "t", {"startQuantity": 2})
            .end("e")
            .at("f")
            .service("b")
            .connect("t"),
        ),
        steps=(START, {"complete": "a"}, {"complete": "b"}),
        done="s f a b t e",
    ),
    Scenario(
        element="completionQuantity",
        clause="10.3, 13.3.2",
        rule="as many tokens leave the completed activity as it says",
        models=(
            a_process("p").start("s").node("task", "t", {"completionQuantity": 2}).task("u").end(),
        ),
        done="s t u u end end",
    ),
)
