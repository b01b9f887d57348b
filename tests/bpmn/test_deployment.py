"""Bundles: read, compiled, identified."""

import re

from tests.builders.process import (
    a_flow,
    a_process,
    error,
    link,
    message,
    multi_instance,
    terminate,
    timer,
)
from tests.dmn.drawing import decision, definitions, table
from workflows.bpmn.deployment import RULE_TABLE, check_bundle, compile_bundle, hash_bundle

DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="urn:d"><decision id="rate" name="rate"><variable name="rate"/>
 <literalExpression><text>1 +</text></literalExpression></decision></definitions>"""


def sound(identity="p"):
    return a_process(identity).start(f"{identity}_s").end(f"{identity}_e").xml()


def test_every_executable_process_of_the_bundle_gets_a_program():
    compilation = compile_bundle({"a.bpmn": sound("a"), "b.bpmn": sound("b")})

    assert sorted(compilation.programs) == ["a", "b"]


def test_a_process_that_is_not_executable_is_skipped_among_others():
    picture = a_process("q", isExecutable=False).node("complexGateway", "x")
    source = a_process("p").start("s").end("e").xml(picture)

    compilation = compile_bundle({"a.bpmn": source})

    assert list(compilation.programs) == ["p"]
    assert compilation.diagnostics == ()


def test_a_process_that_does_not_say_is_not_executable():
    source = a_process("p", isExecutable=None).start("s").end("e").xml()

    assert {one.code for one in compile_bundle({"a.bpmn": source}).diagnostics} == {
        "nothing-executable"
    }


def test_one_error_leaves_the_whole_bundle_without_programs():
    broken = a_process("q").start("qs").node("complexGateway", "x").end("qe").xml()

    assert compile_bundle({"a.bpmn": sound("p"), "b.bpmn": broken}).programs == {}


def test_an_error_in_a_decision_hinders_too():
    compilation = compile_bundle({"a.bpmn": sound(), "d.dmn": DECISION})

    assert not compilation.is_deployable
    assert compilation.programs == {}


def test_overlapping_rules_stop_a_deployment_but_no_load():
    rules = [["<= 5", "1"], [">= 5", "2"]]
    drawn = definitions(decision("d", table(["n :: number"], [""], rules)))
    files = {"a.bpmn": sound(), "d.dmn": drawn}

    loaded, checked = compile_bundle(files), check_bundle(files)

    assert loaded.is_deployable
    assert loaded.programs
    assert [one.code for one in checked.diagnostics] == ["table-overlap"]
    assert not checked.is_deployable
    assert checked.programs == {}


def test_programs_bear_the_hash_of_the_bundle():
    compilation = compile_bundle({"a.bpmn": sound()})

    assert compilation.programs["p"].hash == compilation.hash
    assert len(compilation.hash) == 64


def test_the_hash_does_not_depend_on_the_order_of_files():
    first = {"a": b"1", "b": b"2"}

    assert hash_bundle(first) == hash_bundle(dict(reversed(first.items())))


def test_the_hash_tells_names_from_contents():
    hashes = {hash_bundle(one) for one in ({"a": b"1"}, {"b": b"1"}, {"a": b"2"}, {"a": b""}, {})}

    assert len(hashes) == 5


def test_findings_stand_in_the_order_of_the_files():
    broken = a_process("q").start("s").task("x").task("y")
    drawing = broken.drawn('<bpmn:task id="z"/>').xml()

    places = [
        (one.file, one.line, one.column)
        for one in compile_bundle({"b.bpmn": drawing, "a.bpmn": drawing}).diagnostics
    ]

    assert places == sorted(places)


def test_every_rule_says_what_it_asks():
    assert all(summary.endswith(".") for summary in RULE_TABLE.values())


def test_compiling_twice_gives_the_same_program():
    first, second = (compile_bundle({"a.bpmn": sound()}).programs["p"] for _ in range(2))

    assert first == second


def test_what_is_told_is_bounded_whatever_is_drawn():
    source = a_process("p").start("s").end("x" * 100_000).xml()

    findings = compile_bundle({"a.bpmn": source}).diagnostics

    assert findings
    assert all(len(one.message) < 600 and len(one.element or "") < 600 for one in findings)


def everything():
    """A drawing with all that is executed."""
    loop = multi_instance("=items", element="item", output="rs", output_element="=r")
    drawing = a_process("p").start("s").service("a", inputs={"x": "=1"}, outputs={"y": "=x"})
    drawing.inclusive("i").flow("x").user("u", loop=loop).inclusive("j").at("i")
    drawing.flow(default=True).script("sc", "=1").connect("j").at("j").exclusive("x")
    drawing.flow("z").receive("r", message("m", "=k")).end("e1", terminate()).at("x")
    drawing.flow(default=True).event_based("eb").catch("c1", message("n", "=k")).end("e2")
    drawing.at("eb").catch("c2", timer(duration="PT1H")).throw("lt", link("L"))
    drawing.boundary("a", "b", error("E"), interrupting=True).send("sd", message("o")).end("e3")
    drawing.cursor = None
    drawing.catch("lc", link("L")).call("call", "q", inline=True).end("e4", error("F"))
    handler = a_flow().start("hs", timer(cycle="R/PT1H"), interrupting=False).rule("ru").end("he")
    return drawing.event_sub_process("h", handler).xml(called())


def called():
    inner = a_flow().start("is").manual("im").end("ie")
    return a_process("q").start("qs").parallel("g").sub_process("sub", inner).end("qe")


def test_a_drawing_with_everything_compiles_without_a_finding():
    assert compile_bundle({"a.bpmn": everything()}).diagnostics == ()


def test_a_drawing_with_any_one_line_missing_is_compiled_or_told():
    lines = everything().splitlines(keepends=True)

    for number in range(len(lines)):
        source = b"".join(lines[:number] + lines[number + 1 :])
        compilation = compile_bundle({"a.bpmn": source})

        assert bool(compilation.programs) == compilation.is_deployable


def test_a_drawing_with_any_one_attribute_emptied_is_compiled_or_told():
    source = everything()

    for match in re.finditer(rb'"[^"]+"', source):
        emptied = source[: match.start()] + b'""' + source[match.end() :]
        compilation = compile_bundle({"a.bpmn": emptied})

        assert bool(compilation.programs) == compilation.is_deployable
