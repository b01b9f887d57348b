"""Which rules of a table match."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dmn.drawing import NOW, asked, codes, compiled, decision, definitions, table
from workflows.dmn import compile_decisions
from workflows.feel import Environment, Value, compile_unary_tests


def answer(rules, **inputs):
    drawn = table(list(inputs), [""], rules, "COLLECT")
    outcome = asked(compiled(decision("d", drawn)), "d", **inputs)
    assert outcome.diagnostics == ()
    return outcome.value


def test_text_literal_matches_itself():
    assert answer([['"a"', "1"], ['"b"', "2"], ['"c", "a"', "3"]], x="a") == [1, 3]


def test_number_literal_matches_an_equal_number_written_differently():
    assert answer([["1.0", "1"], ["-2", "2"], [".5,1", "3"]], x=Decimal(1)) == [1, 3]


def test_dash_matches_anything():
    assert answer([["-", "1"], ["", "2"]], x=None) == [1, 2]


def test_literals_match_an_item_of_no_list():
    assert answer([['"a"', "1"]], x=["b"]) == []


def test_negated_literals_match_others():
    assert answer([['not("a", "b")', "1"], ['not("c")', "2"]], x="a") == [2]


def test_ranges_match_within():
    rules = [["[1..5]", "1"], ["]5..9]", "2"], ["< 3, > 8", "3"], ["<= 5", "4"]]

    assert answer(rules, x=Decimal(5)) == [1, 4]


def test_test_may_name_another_input():
    assert answer([["> y", "-", "1"], ["<= y", "-", "2"]], x=Decimal(2), y=Decimal(1)) == [1]


def test_question_mark_is_the_input():
    assert answer([['contains(?, "b")', "1"]], x="abc") == [1]


def test_every_column_must_pass():
    rules = [["true", '"a"', "1"], ["true", "-", "2"], ["false", "-", "3"]]

    assert answer(rules, x=True, y="b") == [2]


def test_table_without_inputs_fires_its_rules():
    library = compiled(decision("d", table([], [""], [["1"]])))

    assert asked(library, "d").value == 1


def test_empty_output_entry_is_null():
    library = compiled(decision("d", table(["x"], ["a", "b"], [["-", "", "2"]])))

    assert asked(library, "d", x=None).value == {"a": None, "b": 2}


@pytest.mark.parametrize("count", [100, 1000])
def test_large_table_finds_its_rule(count):
    rules = [[f'"k{number}"', f"< {number + 1}", str(number)] for number in range(count)]

    assert answer(rules, x=f"k{count - 1}", y=Decimal(count - 1)) == [count - 1]


def test_output_warning_names_rule_column_expression():
    library = compiled(decision("d", table(["x"], ["rate"], [["-", "1 / 0"]])))

    outcome = asked(library, "d", x=None)

    assert outcome.value is None
    assert outcome.failed
    assert codes(outcome) == ["feel-null"]
    finding = outcome.diagnostics[0]
    assert 'decision "d", rule 1, output "rate"' in finding.message
    assert "1 / 0" in finding.message


def test_warning_names_column_with_the_types_of_the_inputs():
    library = compiled(decision("d", table(["x"], ["rate"], [["-", "x / factor"]])))

    (finding,) = asked(library, "d", x=Decimal(2), factor="secret").diagnostics

    assert "In: x / factor (column 3)." in finding.message
    assert "Inputs: factor: string, x: number." in finding.message
    assert "secret" not in finding.message
    assert (finding.element, finding.column) == ("r1", 3)


def test_warning_in_a_test_names_its_input_too():
    library = compiled(decision("d", table(["x"], [""], [["? > y + 1", "1"]])))

    findings = asked(library, "d", x=Decimal(1), y="a").diagnostics

    assert 'rule 1, input "x"' in findings[0].message
    assert "?: number" in findings[0].message
    assert "y: string" in findings[0].message


def test_one_of_several_outputs_that_is_null_for_a_fault_fails_the_decision():
    rules = [["-", '"a"', "1 / x"]]
    library = compiled(decision("d", table(["x"], ["a", "b"], rules)))

    outcome = asked(library, "d", x=Decimal(0))

    assert outcome.value == {"a": "a", "b": None}
    assert outcome.failed
    assert codes(outcome) == ["feel-null", "decision-output-null"]


def test_null_that_is_written_is_no_fault():
    library = compiled(decision("d", table(["x"], ["a", "b"], [["-", '"a"', "null"]])))

    assert not asked(library, "d", x=None).failed


def test_input_not_among_input_values_is_refused():
    drawn = table(["x"], [""], [["-", "1"]]).replace(
        "</inputExpression>", '</inputExpression><inputValues><text>"a","b"</text></inputValues>'
    )
    library = compiled(decision("d", drawn))

    outcome = asked(library, "d", x="c")

    assert codes(outcome) == ["decision-input-not-allowed"]
    assert outcome.value is None


def test_fired_rules_bear_ids_with_annotations():
    drawn = table(["x"], [""], [["1", "1"], ["2", "2"]]).replace(
        "</rule>", "<annotationEntry><text>why</text></annotationEntry></rule>"
    )
    library = compiled(decision("d", drawn))

    (fired,) = asked(library, "d", x=Decimal(2)).fired

    assert (fired.decision, fired.table) == ("d", "table")
    assert [(rule.number, rule.id, rule.annotations) for rule in fired.rules] == [
        (2, "r2", ("why",))
    ]


def test_faulty_cell_is_told_when_it_is_asked():
    library = compile_decisions(
        {"f": definitions(decision("d", table(["x"], [""], [["> >", "1"], ["-", "2"]])))}
    )

    outcome = asked(library, "d", x=None)

    assert outcome.value == 2
    assert outcome.failed
    assert codes(outcome) == ["feel-syntax"]


def test_input_of_another_type_than_drawn_is_told():
    drawn = table(["x"], [""], [["> 1", "1"]]).replace(
        "<inputExpression>", "<inputExpression typeRef='number'>"
    )

    outcome = asked(compiled(decision("d", drawn)), "d", x="7")

    assert outcome.value is None
    assert outcome.failed
    assert codes(outcome) == ["decision-input-type"]


LITERALS = st.sampled_from(['"a"', '"b"', '""', "0", "1", "1.50", "-2", ".5", "100"])
NUMBERS = st.sampled_from(["-2", "0", "1", "1.5", "7"])
PIECES = st.one_of(
    LITERALS,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), NUMBERS),
    st.builds(
        "{}{}..{}{}".format,
        st.sampled_from("[(]"),
        NUMBERS,
        NUMBERS,
        st.sampled_from("])["),
    ),
)
CELLS = st.one_of(st.just("-"), st.lists(PIECES, min_size=1, max_size=3).map(", ".join))
VALUES: st.SearchStrategy[Value] = st.sampled_from(
    [None, True, "a", "", "z", *map(Decimal, ("-2", "0", "1", "1.5", "3", "7.0")), ["a"], [], {}]
)


@given(st.lists(CELLS, max_size=6), VALUES)
def test_index_of_literals_answers_as_feel_does(cells, given_value):
    environment = Environment(now=NOW)
    expected = [
        number
        for number, cell in enumerate(cells)
        if cell == "-" or compile_unary_tests(cell).matches(given_value, {}, environment) is True
    ]

    found = answer([[cell, str(number)] for number, cell in enumerate(cells)], x=given_value)

    assert found == expected
