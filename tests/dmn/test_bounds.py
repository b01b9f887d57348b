"""Hostile and huge models end, within a second and a hundred megabytes, and always alike."""

from decimal import Decimal
from resource import RUSAGE_SELF, getrusage
from time import process_time

import pytest

from tests.dmn.drawing import (
    NOW,
    asked,
    codes,
    decision,
    definitions,
    input_data,
    knowledge,
    literal,
    table,
)
from workflows.dmn import DecisionLibrary, compile_decisions
from workflows.dmn.check import check_decisions
from workflows.feel import Environment, FeelLimitError
from workflows.feel.wire import encode

SECOND = 1.0
MEGABYTES = 100


def bounded(run):
    """Run something; give its answer, its processor time and by how many MB it raised the peak."""
    before = getrusage(RUSAGE_SELF).ru_maxrss
    begin = process_time()
    answer = run()
    taken = process_time() - begin
    return answer, taken, (getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024


def limited(library: DecisionLibrary, name: str = "d", **inputs):
    """Ask a decision; one that would take too much says so."""
    try:
        return asked(library, name, **inputs).value
    except FeelLimitError as limit:
        return str(limit)


def chain(length: int) -> list[str]:
    first = decision("d0", literal("1"))
    return [
        first,
        *(
            decision(f"d{at}", literal(f"d{at - 1} + 1"), requires=[f"decision d{at - 1}"])
            for at in range(1, length)
        ),
    ]


def lattice(levels: int) -> list[str]:
    """Every decision requires both of the level before: 2 ** levels paths lead down."""
    drawn = [decision("a0", literal("1")), decision("b0", literal("1"))]
    for at in range(1, levels):
        below = [f"decision a{at - 1}", f"decision b{at - 1}"]
        for side in "ab":
            text = f"a{at - 1} + b{at - 1}"
            drawn.append(decision(f"{side}{at}", literal(text), requires=below))
    return drawn


def calls(levels: int) -> list[str]:
    """Every function calls the one below it twice."""
    drawn = [knowledge("f0", "n", literal("n"))]
    for at in range(1, levels):
        text = f"f{at - 1}(n) + f{at - 1}(n)"
        drawn.append(knowledge(f"f{at}", "n", literal(text), requires=[f"knowledge f{at - 1}"]))
    last = f"f{levels - 1}"
    return [*drawn, decision("d", literal(f"{last}(1)"), requires=[f"knowledge {last}"])]


def circle(length: int) -> list[str]:
    return [
        decision(f"d{at}", literal("1"), requires=[f"decision d{(at + 1) % length}"])
        for at in range(length)
    ]


def nested_types(levels: int) -> list[str]:
    drawn = ["<itemDefinition name='t0'><typeRef>number</typeRef></itemDefinition>"]
    for at in range(1, levels):
        parts = "".join(
            f"<itemComponent name='{side}'><typeRef>t{at - 1}</typeRef></itemComponent>"
            for side in "ab"
        )
        drawn.append(f"<itemDefinition name='t{at}'>{parts}</itemDefinition>")
    return [*drawn, decision("d", literal("n"), type_ref=f"t{levels - 1}")]


DOUBLING = "for a in 1..100, b in 1..100, c in 1..100 return a"
LOOPS = (
    "<for iteratorVariable='a'><in>{0}</in><return><for iteratorVariable='b'><in>{0}</in><return>"
    "{1}</return></for></return></for>"
).format(literal("[1..1000]"), literal("a * b"))

HOSTILE = {
    "a chain of a thousand decisions": (chain(1000), "d999", Decimal(1000)),
    "a lattice of 2 ** 60 paths": (lattice(60), "a59", Decimal(2**59)),
    "functions that call twice, 40 deep": (calls(40), "d", "limit"),
    "a circle of 500 decisions": (circle(500), "d0", Decimal(1)),
    "types that double, 60 deep": (nested_types(60), "d", None),
    "a million iterations": ([decision("d", literal(DOUBLING))], "d", "limit"),
    "boxed loops of a million": ([decision("d", LOOPS)], "d", "limit"),
    "a list beyond bounds": ([decision("d", literal("for i in 1..20000 return i"))], "d", "limit"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_model_ends_in_time(what):
    elements, name, expected = HOSTILE[what]
    drawn = definitions(*elements)

    def run():
        library = compile_decisions({"f.dmn": drawn})
        check_decisions(library)
        return limited(library, name)

    answer, taken, megabytes = bounded(run)

    assert taken < SECOND
    assert megabytes < MEGABYTES
    if expected == "limit":
        assert "more than" in str(answer) or "at most" in str(answer)
    else:
        assert answer == expected


@pytest.mark.slow
def test_table_of_ten_thousand_rules_answers_in_time():
    rules = [[f"[{at * 10}..{at * 10 + 10})", f'"L{at}"'] for at in range(10_000)]
    drawn = table(["n :: number"], [""], rules).replace(' id="table"', "")
    library = compile_decisions({"f.dmn": definitions(decision("d", drawn))})
    assert library.diagnostics == ()

    answer, taken, megabytes = bounded(lambda: limited(library, n=Decimal(99_995)))
    findings, checked, _ = bounded(lambda: check_decisions(library))

    assert answer == "L9999"
    assert taken < SECOND / 10
    assert megabytes < MEGABYTES
    assert checked < 2 * SECOND
    assert [one.code for one in findings] == ["table-gap"]


def test_same_inputs_give_the_same_bytes():
    drawn = definitions(
        input_data("n", "number"),
        decision("stamp", literal("string(now()) + uuid() + string(random number())")),
        decision(
            "d",
            table(["n"], ["a", "b"], [["> 0", "stamp", "n"], ["> 1", "stamp", "1 / 0"]], "COLLECT"),
            requires=["input n", "decision stamp"],
        ),
    )

    def ask():
        library = compile_decisions({"f.dmn": drawn})
        outcome = library.decisions["d"].evaluate(
            {"n": Decimal(2)}, Environment(now=NOW, seed="case-1")
        )
        return repr((encode(outcome.value), outcome.fired, outcome.diagnostics)).encode()

    assert ask() == ask()


def test_findings_come_in_the_same_order():
    rules = [[f"> {at}", f"< {at}", str(at)] for at in range(12)]
    drawn = definitions(decision("d", table(["n :: number", "m :: number"], [""], rules)))

    first, second = (check_decisions(compile_decisions({"f.dmn": drawn})) for _ in range(2))

    assert first == second
    assert codes(compile_decisions({"f.dmn": drawn})) == []
