"""Expressions checked at deploy: what is sure to fail is told with its place."""

import pytest

from tests.builders.process import a_process, multi_instance
from workflows.bpmn.deployment import compile_bundle


def findings(source):
    compilation = compile_bundle({"p.bpmn": source})
    return [(one.code, one.severity, one.message) for one in compilation.diagnostics]


def a_choice(condition):
    return (
        a_process("p").start("s").exclusive("g").flow(condition).end("e1").at("g")
        .flow(default=True).end("e2").xml()
    )  # fmt: skip


def a_script(expression):
    return a_process("p").start("s").script("x", expression, "result").end("e").xml()


def test_a_syntax_error_is_shown_with_a_caret():
    (found,) = findings(a_script("=amount + * 2"))

    assert found == (
        "feel-syntax",
        "error",
        "The script is not FEEL: Expected an expression, but found '*' (line 1, column 10)\n"
        "amount + * 2\n"
        "         ^",
    )


def test_an_unknown_function_is_shown_with_its_place_and_a_near_name():
    (found,) = findings(a_script("=substringg(name)"))

    assert found == (
        "feel-unknown-function",
        "error",
        "The script: There is no function 'substringg'; did you mean 'substring'?"
        " (line 1, column 1)\nsubstringg(name)\n^",
    )


@pytest.mark.parametrize(
    ("condition", "kind"),
    [('="approve"', "string"), ("=1 + 1", "number"), ("=[a > 1]", "list"), ("=null", "null")],
)
def test_a_condition_that_can_never_be_true_or_false_is_an_error(condition, kind):
    assert findings(a_choice(condition)) == [
        ("feel-type", "error", f"The condition gives a {kind}; it must give a boolean.")
    ]


@pytest.mark.parametrize(
    "condition", ["=a", "=a > 1", "=not(a)", "=if a then b else c", "=get or else(a, false)"]
)
def test_a_condition_that_may_be_true_or_false_is_fine(condition):
    assert findings(a_choice(condition)) == []


def test_a_doubtful_expression_is_a_warning_and_may_be_deployed():
    compilation = compile_bundle({"p.bpmn": a_script('=if "a" then 1 else 2')})

    assert [one.severity for one in compilation.diagnostics] == ["warning"]
    assert compilation.is_deployable


def test_a_collection_that_is_no_list_is_an_error():
    loop = multi_instance("=5 + 1", element="item")
    source = a_process("p").start("s").service("w", loop=loop).end("e").xml()

    assert [code for code, *_ in findings(source)] == ["feel-type"]
