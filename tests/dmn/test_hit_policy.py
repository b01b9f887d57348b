"""What a table answers under each hit policy."""

from decimal import Decimal

import pytest

from tests.dmn.drawing import asked, codes, compiled, decision, input_data, table

GRADES = [[">= 10", '"low"'], [">= 20", '"high"'], [">= 30", '"low"']]


def graded(hit_policy, amount, *, output='= "high","low"', rules=GRADES, aggregation=None):
    drawn = table(["amount"], [output], rules, hit_policy, aggregation)
    library = compiled(
        input_data("amount", "number"), decision("grade", drawn, requires=["input amount"])
    )
    return asked(library, "grade", amount=Decimal(amount))


def fired(outcome):
    return [rule.number for rule in outcome.fired[0].rules]


def test_unique_answers_the_only_matching_rule():
    outcome = graded("UNIQUE", 15)

    assert outcome.value == "low"
    assert fired(outcome) == [1]


def test_unique_refuses_several_matching_rules():
    outcome = graded("UNIQUE", 25)

    assert outcome.value is None
    assert codes(outcome) == ["decision-several-rules"]
    assert "rules 1, 2" in outcome.diagnostics[0].message


def test_any_answers_equal_outputs():
    outcome = graded("ANY", 35, rules=[[">= 10", '"a"'], [">= 20", '"a"']], output="")

    assert outcome.value == "a"
    assert fired(outcome) == [1, 2]


def test_any_refuses_different_outputs():
    outcome = graded("ANY", 25)

    assert outcome.value is None
    assert codes(outcome) == ["decision-outputs-differ"]


def test_any_tells_true_from_one():
    outcome = graded("ANY", 25, rules=[[">= 10", "true"], [">= 20", "1"]], output="")

    assert codes(outcome) == ["decision-outputs-differ"]


def test_first_answers_the_first_matching_rule():
    outcome = graded("FIRST", 25)

    assert outcome.value == "low"
    assert fired(outcome) == [1]


def test_first_leaves_later_outputs_unasked():
    outcome = graded("FIRST", 25, rules=[[">= 10", '"a"'], [">= 20", "1 / 0"]], output="")

    assert outcome.value == "a"
    assert outcome.diagnostics == ()


def test_priority_answers_the_output_listed_first():
    outcome = graded("PRIORITY", 35)

    assert outcome.value == "high"
    assert fired(outcome) == [2]


def test_rule_order_answers_every_output_as_drawn():
    outcome = graded("RULE ORDER", 35)

    assert outcome.value == ["low", "high", "low"]


def test_output_order_answers_by_priority():
    outcome = graded("OUTPUT ORDER", 35)

    assert outcome.value == ["high", "low", "low"]
    assert fired(outcome) == [2, 1, 3]


def test_collect_answers_a_list():
    outcome = graded("COLLECT", 25)

    assert outcome.value == ["low", "high"]


def test_collect_from_no_rule_is_an_empty_list():
    outcome = graded("COLLECT", 1)

    assert outcome.value == []


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("SUM", 60), ("MIN", 10), ("MAX", 30), ("COUNT", 3)]
)
def test_collect_aggregates_numbers(aggregation, expected):
    rules = [[">= 10", "20"], [">= 20", "10"], [">= 30", "30"]]

    outcome = graded("COLLECT", 35, rules=rules, output="", aggregation=aggregation)

    assert outcome.value == expected


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", None), ("MAX", None), ("COUNT", 0)])
def test_collect_aggregates_nothing(aggregation, expected):
    outcome = graded("COLLECT", 1, output="", aggregation=aggregation)

    assert outcome.value == expected


def test_sum_of_texts_is_refused():
    outcome = graded("COLLECT", 25, aggregation="SUM")

    assert outcome.value is None
    assert codes(outcome) == ["decision-not-aggregable"]


def test_maximum_of_dates_is_the_latest():
    rules = [[">= 10", 'date("2026-01-01")'], [">= 20", 'date("2026-03-01")']]

    outcome = graded("COLLECT", 25, rules=rules, output="", aggregation="MAX")

    assert str(outcome.value) == "2026-03-01"


def test_several_outputs_make_a_context():
    drawn = table(["x"], ["a", "b"], [["1", "10", "20"]])
    library = compiled(decision("d", drawn))

    outcome = asked(library, "d", x=Decimal(1))

    assert outcome.value == {"a": Decimal(10), "b": Decimal(20)}


def test_priority_of_several_outputs_goes_by_the_first_clause_first():
    rules = [["-", '"b"', '"x"'], ["-", '"a"', '"y"'], ["-", '"a"', '"x"']]
    drawn = table(["x"], ['p = "a","b"', 'q = "x","y"'], rules, "OUTPUT ORDER")
    library = compiled(decision("d", drawn))

    outcome = asked(library, "d", x=Decimal(1))

    assert outcome.value == [{"p": "a", "q": "x"}, {"p": "a", "q": "y"}, {"p": "b", "q": "x"}]


def test_default_output_answers_when_no_rule_matches():
    outcome = graded("UNIQUE", 1, output='= "high","low" | "low"')

    assert outcome.value == "low"
    assert fired(outcome) == []


def test_no_match_without_default_is_null():
    outcome = graded("UNIQUE", 1)

    assert outcome.value is None
    assert not outcome.failed


def test_output_not_among_output_values_is_refused():
    outcome = graded("UNIQUE", 15, rules=[[">= 10", '"odd"']])

    assert outcome.value is None
    assert codes(outcome) == ["decision-output-not-allowed"]
    assert "rule 1" in outcome.diagnostics[0].message


def test_sum_out_of_range_is_refused():
    rules = [[">= 10", "9.9e6144"], [">= 20", "9.9e6144"]]

    outcome = graded("COLLECT", 25, rules=rules, output="", aggregation="SUM")

    assert codes(outcome) == ["decision-not-aggregable"]


def test_minimum_of_mixed_types_is_refused():
    rules = [[">= 10", "1"], [">= 20", '"a"']]

    outcome = graded("COLLECT", 25, rules=rules, output="", aggregation="MIN")

    assert codes(outcome) == ["decision-not-aggregable"]


def test_priority_may_come_from_the_values_of_the_type():
    allowed = '<allowedValues><text>"high","low"</text></allowedValues>'
    grade = f"<itemDefinition name='tGrade'><typeRef>string</typeRef>{allowed}</itemDefinition>"
    drawn = table(["amount"], [""], GRADES, "PRIORITY").replace(
        "<output>", "<output typeRef='tGrade'>"
    )

    outcome = asked(compiled(grade, decision("d", drawn)), "d", amount=Decimal(35))

    assert outcome.value == "high"


def test_output_without_a_place_in_the_order_comes_last():
    rules = [["-", "null"], ["-", '"low"']]

    outcome = graded("OUTPUT ORDER", 1, rules=rules)

    assert outcome.value == ["low", None]
