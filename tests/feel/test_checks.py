import pytest

from tests.feel.built_ins import CAMUNDA, STANDARD
from tests.feel.clauses import CLAUSES
from tests.feel.evaluating import an_environment
from workflows.feel import FeelSyntaxError, check, compile_expression, compile_unary_tests
from workflows.feel.library import LIBRARY
from workflows.feel.values import type_name

WRONG = [
    ("lenght(name)", "unknown-function", 0, "There is no function 'lenght'"),
    (
        "1 + string lenght(name)",
        "syntax",
        11,
        "Expected the end of the expression, but found 'lenght'; did you mean 'string length'?",
    ),
    (
        "substring(name)",
        "call",
        0,
        "There is no substring with 1 argument; it takes (string, start position, length?).",
    ),
    (
        "substring(string: name, from: 1)",
        "call",
        0,
        "There is no substring (string, from); it takes (string, start position, length?).",
    ),
    (
        'floor("1")',
        "call",
        0,
        "There is no floor(string); it takes (n, scale?).",
    ),
    ('1 + "a"', "type", 2, "There is no number + string."),
    ('(a + "x") * (1 - "y")', "type", 15, "There is no number - string."),
    ('@"2026-01-01" + 1', "type", 14, "There is no date + number."),
    ('-"a"', "type", 0, "A string cannot be negated."),
    ('1 < "a"', "type", 2, "There is no number < string."),
    ('count(x) = "1"', "type", 9, "There is no number = string."),
    ('count(x) between 1 and "9"', "type", 9, "There is no number <= string."),
    ('count(x) in (< "9")', "type", 13, "There is no number < string."),
    ('"a".length', "type", 3, "A string has no property 'length'."),
    ("today().years", "type", 7, "A date has no property 'years'."),
    ('@"2026-02-30"', "type", 0, "There is no date 2026-02-30."),
    ("x instance of strin", "type", 2, "There is no type 'strin'."),
    ("x instance of list<strin>", "type", 2, "There is no type 'strin'."),
    ("for i in 1..today() return i", "type", 9, "There is no way from a number to a date."),
    ("[true..1]", "type", 1, "A boolean has no order and bounds no range."),
    ("? > 1", "type", 0, "'?' is the value under test; there is none here."),
    ("if a then 1 else foo(b)", "unknown-function", 17, "There is no function 'foo'."),
    ('{n: 1, m: n + "a"}', "type", 12, "There is no number + string."),
]

DOUBTFUL = [
    ('if "a" then 1 else 2', "The condition is a string, neither true nor false."),
    ("1 and true", "An operand of 'and' is a number, neither true nor false."),
    ("some x in xs satisfies x + 1", None),
    ("some x in xs satisfies 1", "What is to be satisfied is a number, neither true nor false."),
    ('xs["a"]', "A filter by a string selects nothing."),
]

FINE = [
    "quote.net > limit and not(policy.legalHold)",
    'xs[sign = "+"].amount',
    "xs[length(item)]",
    "{f: function(x) f(x - 1), r: f(1)}.r",
    "function(f) f(1)",
    "get or else(nothing, 1)",
    "count(5)",
    'contains(["a"], "a")',
    'if x = null then "none" else x',
    "sum(xs) / count(xs)",
    "for x in xs return {a: x.a, b: a + 1}.b",
    'date and time(today(), @"10:00:00Z") - now()',
    "some `a b` in xs satisfies `a b` > 1",
]


def findings(text, names=None):
    return check(compile_expression(text).tree, names).findings


@pytest.mark.parametrize(("text", "code", "position", "message"), WRONG)
def test_what_is_sure_to_be_null_is_an_error(text, code, position, message):
    if code == "syntax":
        with pytest.raises(FeelSyntaxError) as raised:
            compile_expression(text)
        assert (raised.value.message, raised.value.position) == (message, position)
        return
    found = findings(text)

    assert [(each.code, each.position, each.severity) for each in found] == [
        (code, position, "error")
    ]
    assert found[0].message.startswith(message.removesuffix("."))


@pytest.mark.parametrize(("text", "message"), DOUBTFUL)
def test_what_can_hardly_be_meant_is_a_warning(text, message):
    found = findings(text)

    assert [(each.severity, each.message) for each in found] == (
        [] if message is None else [("warning", message)]
    )


@pytest.mark.parametrize("text", FINE)
def test_what_only_the_inputs_can_tell_is_fine(text):
    assert findings(text) == ()


def test_a_near_name_is_suggested():
    messages = [findings(f"{name}(x)")[0].message for name in ("substringg", "lenght", "zzz")]

    assert messages == [
        "There is no function 'substringg'; did you mean 'substring'?",
        "There is no function 'lenght'; did you mean 'string length'?",
        "There is no function 'zzz'.",
    ]


def test_with_all_names_known_an_unknown_one_is_an_error():
    (found,) = findings("amuont > 1 and xs[price > 2] != null", {"amount", "xs"})

    assert (found.code, found.position) == ("unknown-name", 0)
    assert found.message == "There is no variable 'amuont'; did you mean 'amount'?"


def test_a_function_among_the_names_may_be_called():
    assert findings("rate(1)", {"rate"}) == ()


def test_unary_tests_see_the_value_under_test():
    tests = compile_unary_tests('? > 1, < "a"')

    assert check(tests.tree).findings == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1 + 2", "number"),
        ('"a" + "b"', "string"),
        ("a + b", None),
        ("a > b", "boolean"),
        ("if a then 1 else 2", "number"),
        ("if a then 1 else b", None),
        ('@"2026-01-01" - @"2025-01-01"', "days and time duration"),
        ("today().year", "number"),
        ("xs[item > 1]", "list"),
        ("xs[1]", None),
        ("null", "null"),
    ],
)
def test_the_type_is_told_where_it_is_sure(text, kind):
    assert check(compile_expression(text).tree).kind == kind


EVALUATED = [text for cases in CLAUSES.values() for text, value in cases if value != "syntax"]
CALLED = [text for text, value in (*STANDARD, *CAMUNDA) if value != "syntax"]


@pytest.mark.parametrize("text", [*EVALUATED, *CALLED])
def test_the_checks_never_contradict_the_evaluation(text):
    expression = compile_expression(text)
    checked = check(expression.tree)
    environment = an_environment()

    value = expression.evaluate({}, environment)

    assert checked.kind in (None, type_name(value)) or value is None
    if not environment.warnings:
        assert [each for each in checked.findings if each.severity == "error"] == []


def test_every_built_in_may_be_named_without_a_finding():
    assert [name for name in LIBRARY if findings(f"{{f: `{name}`}}")] == []
