"""Gaps and overlaps: by name, and against brute force over the evaluator itself."""

import re
from datetime import date
from decimal import Decimal
from itertools import product
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dmn.drawing import NOW, decision, definitions, table
from workflows.dmn import compile_decisions
from workflows.dmn.check import check_decisions
from workflows.dmn.check.dimension import dimensions_of
from workflows.dmn.check.sweep import Effort, sweep
from workflows.dmn.logic import Table
from workflows.dmn.rule_bits import indexes
from workflows.feel import Environment, Value, compile_expression


def checked(drawn, *more):
    """Check a decision made of a table; give its findings."""
    library = compile_decisions({"f.dmn": definitions(decision("d", drawn), *more)})
    assert library.diagnostics == ()
    return check_decisions(library)


def found(drawn, code, *more):
    return [one.message for one in checked(drawn, *more) if one.code == code]


# --- gaps ------------------------------------------------------------------------------------


def test_gap_between_two_ranges_is_told_with_an_example():
    drawn = table(["age :: number"], [""], [["< 18", "1"], ["> 18", "2"]])

    (message,) = found(drawn, "table-gap")

    assert "no rule matches age = 18:" in message


def test_table_that_covers_everything_has_no_gap():
    drawn = table(["age :: number"], [""], [["< 18", "1"], [">= 18", "2"]])

    assert checked(drawn) == ()


def test_gap_of_two_inputs_names_both():
    rules = [["true", "< 10", "1"], ["true", ">= 10", "2"], ["false", "< 10", "3"]]
    drawn = table(["vip :: boolean", "n :: number"], [""], rules)

    (message,) = found(drawn, "table-gap")

    assert "no rule matches vip = false, n = 10:" in message


@pytest.mark.parametrize(
    ("written", "first", "second", "gap"),
    [
        ("d :: date", '< date("2026-01-01")', '> date("2026-01-01")', "d = 2026-01-01"),
        ("d :: date", '<= @"2026-01-01"', '>= @"2026-01-03"', "d = 2026-01-02"),
        ("t :: time", '< @"12:00:00"', '> @"12:00:00"', "t = 12:00:00"),
        ("m :: date and time", '< @"2026-01-01T00:00:00Z"', '> @"2026-01-01T00:00:00Z"', "m = 2"),
        ("p :: years and months duration", '< @"P1Y"', '> @"P1Y"', "p = P1Y"),
        ("p :: days and time duration", '< @"P1D"', '> @"P1D"', "p = P1D"),
        ("n :: number", "[0..1)", "not([0..1])", "n = 1"),
        ("s :: string", '"a"', 'not("a", "b")', 's = "b"'),
        ("b :: boolean", "true", "true", "b = false"),
        ("n :: number", "? between 0 and 1", "not(? in [0..2])", "n = 1.5"),
    ],
)
def test_gaps_of_every_ordered_type_are_told(written, first, second, gap):
    drawn = table([written], [""], [[first, "1"], [second, "2"]], "ANY")

    (message,) = found(drawn, "table-gap")

    assert f"no rule matches {gap}" in message


def test_adjacent_days_leave_no_gap():
    rules = [['<= date("2026-01-31")', "1"], ['>= date("2026-02-01")', "2"]]

    assert checked(table(["d :: date"], [""], rules)) == ()


def test_neighbouring_numbers_leave_one():
    drawn = table(["n :: number"], [""], [["<= 5", "1"], [">= 6", "2"]])

    (message,) = found(drawn, "table-gap")

    assert "n = 5.5:" in message


def test_texts_beyond_the_input_values_are_no_gap():
    rules = [['"a"', "1"], ['"b"', "2"]]

    assert checked(table(['s :: string = "a","b"'], [""], rules)) == ()
    assert found(table(["s :: string"], [""], rules), "table-gap")


def test_values_of_the_type_are_input_values():
    kind = (
        '<itemDefinition name=\'tKind\'><typeRef>string</typeRef><allowedValues><text>"a","b"'
        "</text></allowedValues></itemDefinition>"
    )
    drawn = table(["s :: tKind"], [""], [['"a"', "1"], ['"b"', "2"]])

    assert checked(drawn, kind) == ()


def test_null_is_no_gap_until_a_test_speaks_of_it():
    silent = table(["n :: number"], [""], [["< 1", "1"], [">= 1", "2"]])
    speaking = table(["n :: number"], [""], [["< 1", "1"], [">= 1", "2"], ["null", "3"]])
    lacking = table(["n :: number"], [""], [["not(null)", "1"]])

    assert checked(silent) == checked(speaking) == ()
    assert "n = null" in found(lacking, "table-gap")[0]


def test_default_output_leaves_no_gap():
    assert checked(table(["n :: number"], ["a = 1,2 | 2"], [["< 1", "1"]])) == ()


def test_collecting_from_no_rule_is_no_gap():
    assert checked(table(["n :: number"], [""], [["< 1", "1"]], "COLLECT")) == ()


def test_columns_of_one_expression_are_one_input():
    rules = [["< 10", "< 5", "1"], ["< 10", ">= 5", "2"], [">= 10", "-", "3"]]

    assert checked(table(["n :: number", "n :: number"], [""], rules)) == ()


def test_gap_at_a_computed_input_is_told_with_reserve():
    drawn = table(["count(items) :: number"], [""], [[">= 0", "1"]])

    (message,) = found(drawn, "table-gap")

    assert "count(items) = -1, if that can come" in message


def test_many_gaps_are_counted():
    rules = [
        ["1", *("-" if at == number else "true" for at in range(5)), "1"] for number in range(5)
    ]

    findings = checked(
        table(["n :: number", *(f"b{at} :: boolean" for at in range(5))], [""], rules, "FIRST")
    )

    gaps = [one for one in findings if one.code == "table-gap"]
    assert [one.severity for one in gaps] == ["warning"] * 3 + ["info"]
    assert "more gaps" in gaps[-1].message


# --- overlaps --------------------------------------------------------------------------------


def test_overlap_in_a_unique_table_is_an_error():
    drawn = table(["n :: number"], [""], [["<= 5", "1"], [">= 5", "1"]])

    (finding,) = checked(drawn)

    assert (finding.code, finding.severity, finding.element) == ("table-overlap", "error", "r2")
    assert finding.clause == "DMN 1.5 §8.2.10"
    assert "rules 1 and 2 both match n = 5;" in finding.message


def test_overlap_of_inputs_that_hang_together_is_a_warning():
    rules = [["> 0", "-", "1"], ["-", "< 0", "2"], ["<= 0", ">= 0", "3"]]

    severities = {one.severity for one in checked(table(["n", "n * 2"], [""], rules))}

    assert severities == {"warning"}


def test_overlap_at_a_required_decision_is_a_warning():
    band = decision("band", table(["n"], [""], [["-", '"a"']]))
    drawn = table(["band :: string"], [""], [['"a"', "1"], ["-", "2"]])
    library = compile_decisions(
        {"f.dmn": definitions(band, decision("d", drawn, requires=["decision band"]))}
    )

    assert [(one.code, one.severity) for one in check_decisions(library)] == [
        ("table-overlap", "warning")
    ]


def test_any_table_may_overlap_with_equal_outputs():
    equal = table(["n :: number"], [""], [["<= 5", '"x"'], [">= 5", '"x"']], "ANY")
    differing = table(["n :: number"], [""], [["<= 5", '"x"'], [">= 5", '"y"']], "ANY")

    assert checked(equal) == ()
    assert [(one.code, one.severity) for one in checked(differing)] == [
        ("table-outputs-differ", "error")
    ]


@pytest.mark.parametrize("policy", ["FIRST", "RULE ORDER", "COLLECT"])
def test_other_policies_may_overlap(policy):
    drawn = table(["n :: number"], [""], [["<= 5", "1"], ["-", "2"]], policy)

    assert checked(drawn) == ()


# --- rules in vain ---------------------------------------------------------------------------


def test_rule_after_all_its_inputs_are_taken_is_never_reached():
    rules = [["< 5", "1"], [">= 5", "2"], ["7", "3"]]

    (message,) = found(table(["n :: number"], [""], rules, "FIRST"), "table-rule-unreached")

    assert "rule 3 is never reached" in message


def test_last_rule_for_the_rest_is_reached():
    rules = [['"a"', "true", "1"], ['"b"', "-", "2"], ["-", "-", "3"]]

    assert checked(table(["s :: string", "b :: boolean"], [""], rules, "FIRST")) == ()


def test_test_that_nothing_passes_is_told():
    rules = [["[5..1]", "1"], ["-", "2"]]

    (message,) = found(table(["n :: number"], [""], rules, "FIRST"), "table-rule-never")

    assert "rule 1 never matches: nothing passes its test of n" in message


# --- beyond decision -------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["> m", 'contains(?, "b")', "count(?) = 0", "> today()"])
def test_cell_beyond_decision_is_named(cell):
    drawn = table(["n"], [""], [[cell, "1"], ["-", "2"]])

    findings = [one for one in checked(drawn) if one.code == "table-not-analysed"]

    assert [one.severity for one in findings] == ["info"]
    assert "not analysable: what rule 1 asks of n" in findings[0].message


def test_cell_beyond_decision_hides_no_sure_gap():
    drawn = table(["n :: number", "s"], [""], [["< 5", 'contains(?, "b")', "1"]])

    assert "n = 5" in found(drawn, "table-gap")[0]


# --- bounds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("inputs", [2, 10])
def test_hostile_table_is_given_up_in_time(inputs):
    rules = [
        [
            *(
                f"[{(rule * 7 + at * 3) % 50}..{(rule * 11 + at) % 60 + 50}]"
                for at in range(inputs)
            ),
            "1",
        ]
        for rule in range(120)
    ]
    drawn = table([f"n{at} :: number" for at in range(inputs)], [""], rules)
    library = compile_decisions({"f.dmn": definitions(decision("d", drawn))})

    begin = process_time()
    findings = check_decisions(library)

    assert process_time() - begin < 1.5
    assert "table-overlap" in codes_of(findings)


def codes_of(findings):
    return {one.code for one in findings}


def test_hostile_tables_together_are_given_up_in_time():
    rules = [
        [*(f"[{(at * 7 + x * 3) % 50}..{(at * 11 + x) % 60 + 50}]" for x in range(8)), "1"]
        for at in range(40)
    ]
    drawn = table([f"n{x} :: number" for x in range(8)], [""], rules, "FIRST")
    drawn = re.sub(r' id="table"| id=.(in|r)\d+.', "", drawn)
    library = compile_decisions(
        {"f.dmn": definitions(*(decision(f"d{at}", drawn) for at in range(12)))}
    )
    assert library.diagnostics == ()

    begin = process_time()
    check_decisions(library)

    assert process_time() - begin < 4


# --- against brute force ---------------------------------------------------------------------

NUMBERS = st.integers(-2, 3).map(str)
PIECES = {
    "number": st.one_of(
        NUMBERS,
        st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), NUMBERS),
        st.builds(
            "{}{}..{}{}".format, st.sampled_from("[(]"), NUMBERS, NUMBERS, st.sampled_from("])[")
        ),
        st.builds("? between {} and {}".format, NUMBERS, NUMBERS),
    ),
    "string": st.sampled_from(['"a"', '"b"', '>= "b"', '< "a"', '["a", "c"]', '? = "c"', "null"]),
    "boolean": st.sampled_from(["true", "false", "? = true", "null"]),
    "date": st.builds(
        '{} date("2026-01-0{}")'.format,
        st.sampled_from(["", "<", "<=", ">", ">="]),
        st.integers(1, 4),
    ),
}
VALUES: dict[str, list[Value]] = {
    "number": [Decimal(number) / 2 for number in range(-7, 9)],
    "string": ["", "A", "a", "ab", "b", "bb", "c", "d", None],
    "boolean": [True, False, None],
    "date": [date(2025, 12, 31), *(date(2026, 1, day) for day in range(1, 7))],
}


@st.composite
def tables(draw):
    """Draw the types of some inputs, and rules of cells that fit them."""
    types = draw(st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=3))
    count = draw(st.integers(1, 4))
    return types, [[draw(cells(kind)) for kind in types] for _ in range(count)]


def cells(kind):
    listed = st.lists(PIECES[kind], min_size=1, max_size=2).map(", ".join)
    return st.one_of(st.just("-"), listed, listed.map("not({})".format))


def swept(types, rules):
    """Sweep a table; give what was found and the answer of the evaluator to an input."""
    inputs = [f"x{at} :: {kind}" for at, kind in enumerate(types)]
    numbered = [[*cells, str(number)] for number, cells in enumerate(rules)]
    drawn = table(inputs, [""], numbered, "COLLECT")
    library = compile_decisions({"f.dmn": definitions(decision("d", drawn))})
    assert library.diagnostics == ()
    (step,) = library.graph.steps
    assert step.kind == "decision"
    assert isinstance(step.logic, Table)
    dimensions = dimensions_of(step.logic.columns, len(rules))

    def matching(values):
        given = {f"x{at}": value for at, value in enumerate(values)}
        value = library.decisions["d"].evaluate(given, Environment(now=NOW)).value
        assert isinstance(value, list)
        return [int(number) for number in value if isinstance(number, Decimal)]

    return dimensions, sweep(dimensions, len(rules), Effort()), matching


@given(tables())
@settings(max_examples=50, deadline=None)
def test_sweep_finds_what_brute_force_finds(drawn):
    types, rules = drawn
    dimensions, found, matching = swept(types, rules)
    speaks_of_null = ["null" in " ".join(rule[at] for rule in rules) for at in range(len(types))]
    values = [
        [value for value in VALUES[kind] if value is not None or speaks]
        for kind, speaks in zip(types, speaks_of_null, strict=True)
    ]

    answers = [matching(place) for place in product(*values)]

    pairs = {
        (one, other)
        for rules_here in answers
        for at, one in enumerate(rules_here)
        for other in rules_here[at + 1 :]
    }
    assert found.is_complete
    assert set(found.pairs) == pairs
    assert bool(found.gaps) == ([] in answers)
    in_order = sweep(dimensions, len(rules), Effort(), in_order=True)
    assert set(indexes(in_order.reached)) == {answer[0] for answer in answers if answer}
    for box in found.gaps:
        assert matching(at_box(dimensions, box)) == []
    for (one, other), box in found.pairs.items():
        assert {one, other} <= set(matching(at_box(dimensions, box)))


TOKENS = st.sampled_from(
    [
        "-",
        "?",
        "not(",
        ")",
        "(",
        "[",
        "]",
        "..",
        ",",
        "<",
        ">=",
        "=",
        "!=",
        "in",
        "between",
        "and",
        "or",
        "1",
        "-2",
        '"a"',
        "true",
        "null",
        "x",
        "y.z",
        "now()",
        "count(?)",
        '@"P1D"',
        "{a: 1}",
        'date("2026-01-01")',
        '@"12:00:00Z"',
        "instance of",
        "number",
        "1/0",
        "function(n) n",
        "[1,[2]]",
    ]
)


@given(st.lists(st.lists(TOKENS, max_size=5).map(" ".join), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_cell_breaks_the_check(texts):
    rules = [[text, text, str(at)] for at, text in enumerate(texts)]
    drawn = table(["x", "y.z :: number"], ["a :: number"], rules)
    library = compile_decisions({"f.dmn": definitions(decision("d", drawn))})

    findings = check_decisions(library)

    assert findings == check_decisions(library)


def at_box(dimensions, box):
    return [one.sample(place) for one, place in zip(dimensions, box, strict=True)]


def test_samples_between_neighbours_are_exact():
    cells = [["< 0.1", "1"], ["> 0.1000000000000000000000000000000001", "2"]]

    (message,) = found(table(["n :: number"], [""], cells), "table-gap")

    value = message.partition("n = ")[2].partition(":")[0]
    environment = Environment(now=NOW)
    inside = compile_expression(f"{value} >= 0.1").evaluate({}, environment)
    assert inside is True
