"""Boxed expressions."""

from decimal import Decimal

import pytest

from tests.dmn.drawing import (
    asked,
    codes,
    compiled,
    decision,
    definitions,
    formal,
    knowledge,
    literal,
    table,
)
from workflows.dmn import compile_decisions
from workflows.feel import FeelLimitError


def value(logic, **inputs):
    outcome = asked(compiled(decision("d", logic)), "d", **inputs)
    assert outcome.diagnostics == ()
    return outcome.value


def entry(name, logic, type_ref=None):
    typed = f" typeRef='{type_ref}'" if type_ref else ""
    variable = f"<variable name='{name}'{typed}/>" if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def context(*entries):
    return f"<context>{''.join(entries)}</context>"


def test_context_entries_see_those_above():
    logic = context(entry("a b", literal("1")), entry("c", literal("a b + 1")))

    assert value(logic) == {"a b": 1, "c": 2}


def test_context_result_is_its_value():
    logic = context(entry("a", literal("1")), entry(None, literal("a + 1")))

    assert value(logic) == 2


def test_context_entry_of_wrong_type_is_null_with_a_finding():
    logic = context(entry("a", literal('"x"'), "number"))

    outcome = asked(compiled(decision("d", logic)), "d")

    assert outcome.value == {"a": None}
    assert codes(outcome) == ["decision-type"]
    assert 'entry "a"' in outcome.diagnostics[0].message


def test_boxed_function_closes_over_its_context():
    function = (
        f"<functionDefinition>{formal('x: number')}{literal('x * rate')}</functionDefinition>"
    )
    logic = context(
        entry("rate", literal("3")), entry("f", function), entry(None, literal("f(2) + f(x: 1)"))
    )

    assert value(logic) == 9


def test_list_holds_its_items():
    assert value(f"<list>{literal('1')}{literal('x')}</list>", x="a") == [1, "a"]


def test_relation_makes_a_context_of_each_row():
    rows = "".join(f"<row>{literal(one)}{literal('x')}</row>" for one in ("1", "2"))

    found = value(f"<relation><column name='n'/><column name='m'/>{rows}</relation>", x=True)

    assert found == [{"n": 1, "m": True}, {"n": 2, "m": True}]


def test_relation_row_of_wrong_length_is_a_fault():
    drawn = f"<relation><column name='n'/><row>{literal('1')}{literal('2')}</row></relation>"

    library = compile_decisions({"f": definitions(decision("d", drawn))})

    assert codes(library) == ["row-arity"]


def test_invocation_binds_arguments_by_name():
    bound = f"<binding><parameter name='b'/>{literal('2')}</binding>"
    bound += f"<binding><parameter name='a'/>{literal('x')}</binding>"
    library = compiled(
        knowledge("f", "a: number, b: number", literal("a - b")),
        decision("d", f"<invocation>{literal('f')}{bound}</invocation>", requires=["knowledge f"]),
    )

    assert asked(library, "d", x=Decimal(9)).value == 7


def test_invocation_with_an_unknown_parameter_is_null():
    bound = f"<binding><parameter name='z'/>{literal('2')}</binding>"
    library = compiled(
        knowledge("f", "a", literal("a")),
        decision("d", f"<invocation>{literal('f')}{bound}</invocation>", requires=["knowledge f"]),
    )

    outcome = asked(library, "d")

    assert outcome.value is None
    assert codes(outcome) == ["decision-argument-unknown"]


def test_invocation_of_no_function_is_null():
    library = compiled(decision("d", f"<invocation>{literal('1')}</invocation>"))

    assert codes(asked(library, "d")) == ["decision-not-a-function"]


def conditional(condition):
    return (
        f"<conditional><if>{literal(condition)}</if><then>{literal('1')}</then>"
        f"<else>{literal('2')}</else></conditional>"
    )


@pytest.mark.parametrize(("condition", "expected"), [("true", 1), ("false", 2), ("null", 2)])
def test_conditional_chooses(condition, expected):
    assert value(conditional(condition)) == expected


def test_conditional_refuses_what_is_not_boolean():
    outcome = asked(compiled(decision("d", conditional('"x"'))), "d")

    assert outcome.value is None
    assert codes(outcome) == ["decision-not-boolean"]


def filtered(collection, match):
    return f"<filter><in>{literal(collection)}</in><match>{literal(match)}</match></filter>"


def test_filter_keeps_matching_items():
    assert value(filtered("[1,2,3]", "item > 1")) == [2, 3]


def test_filter_sees_entries_of_contexts():
    assert value(filtered("[{n: 1}, {n: 2}]", "n > 1")) == [{"n": 2}]


def test_filter_refuses_what_is_not_boolean():
    outcome = asked(compiled(decision("d", filtered("[1]", '"x"'))), "d")

    assert outcome.value is None
    assert codes(outcome) == ["decision-not-boolean"]


def iterated(form, body, collection, text):
    return (
        f"<{form} iteratorVariable='n'><in>{literal(collection)}</in>"
        f"<{body}>{literal(text)}</{body}></{form}>"
    )


def test_for_maps_items():
    assert value(iterated("for", "return", "[1,2]", "n * 2")) == [2, 4]


def test_for_iterates_a_range():
    assert value(iterated("for", "return", "[1..3]", "n")) == [1, 2, 3]


def test_for_sees_what_it_has_made_so_far():
    assert value(iterated("for", "return", "[1,2,3]", "n + count(partial)")) == [1, 3, 5]


@pytest.mark.parametrize(("form", "expected"), [("some", True), ("every", False)])
def test_quantifiers_ask_each_item(form, expected):
    assert value(iterated(form, "satisfies", "[1,2]", "n > 1")) is expected


def test_table_may_stand_inside_a_context():
    logic = context(entry("x", literal("2")), entry("t", table(["x"], [""], [["2", '"two"']])))

    assert value(logic) == {"x": 2, "t": "two"}


@pytest.mark.parametrize(
    "drawn", [filtered("null", "true"), iterated("for", "return", "null", "n")]
)
def test_null_instead_of_a_list_is_null(drawn):
    assert asked(compiled(decision("d", drawn)), "d").value is None


def test_single_value_is_a_list_of_one():
    assert value(iterated("for", "return", "7", "n")) == [7]


def test_range_that_excludes_its_ends_iterates_between():
    assert value(iterated("for", "return", "(1..4)", "n")) == [2, 3]


def test_range_of_texts_is_not_iterable():
    outcome = asked(compiled(decision("d", iterated("for", "return", '["a".."c"]', "n"))), "d")

    assert outcome.value is None
    assert "decision-not-iterable" in codes(outcome)


def test_endless_range_is_a_limit():
    library = compiled(decision("d", iterated("for", "return", "[1..1000000]", "n")))

    with pytest.raises(FeelLimitError):
        asked(library, "d")


def test_work_of_nested_loops_is_bounded():
    inner = iterated("for", "return", "[1..9000]", "n")
    outer = (
        f"<for iteratorVariable='m'><in>{literal('[1..9000]')}</in><return>{inner}</return></for>"
    )

    with pytest.raises(FeelLimitError):
        asked(compiled(decision("d", outer)), "d")
