import pytest

from tests.feel.built_ins import CAMUNDA, STANDARD
from tests.feel.clauses import CLAUSES, NAMES, NAMES_SCOPE, UNARY
from tests.feel.evaluating import matched, told
from workflows.feel import FeelSyntaxError
from workflows.feel.library import LIBRARY
from workflows.feel.library.results import RESULTS

CASES = [
    pytest.param(text, value, id=f"{clause}: {text}")
    for clause, cases in CLAUSES.items()
    for text, value in cases
]
CALLS = [pytest.param(text, value, id=text) for text, value in (*STANDARD, *CAMUNDA)]


def answered(text: str, **variables) -> str:
    try:
        return told(text, **variables)
    except FeelSyntaxError:
        return "syntax"


@pytest.mark.parametrize(("text", "value"), CASES)
def test_the_clause_is_kept(text, value):
    assert answered(text) == value


@pytest.mark.parametrize(("text", "value"), NAMES)
def test_names_are_resolved_against_the_scope(text, value):
    assert answered(text, **NAMES_SCOPE) == value


@pytest.mark.parametrize(("tests", "tested", "answer"), UNARY)
def test_unary_tests_answer(tests, tested, answer):
    assert matched(tests, tested, limit=7) is answer


@pytest.mark.parametrize(("text", "value"), CALLS)
def test_the_built_in_answers(text, value):
    assert answered(text, toolCall={"userId": 7}) == value


def test_every_built_in_has_its_example():
    shown = " ".join(text for text, _ in (*STANDARD, *CAMUNDA))

    assert [name for name in LIBRARY if f"{name}(" not in shown] == []


def test_every_built_in_tells_what_it_gives():
    assert RESULTS.keys() == LIBRARY.keys()
