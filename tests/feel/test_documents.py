"""docs/feel.md says what is so."""

import re
from pathlib import Path

import pytest

from tests.feel.evaluating import told
from tests.feel.hostile import CORPUS
from workflows.bpmn.compiler import LINK_CODES
from workflows.feel import FeelLimitError, days, environment, lexer
from workflows.feel.checked_calls import signatures
from workflows.feel.library import LIBRARY, patterns
from workflows.feel.library.results import RESULTS
from workflows.feel.parser import precedence

PAGE = (Path(__file__).parents[2] / "docs" / "feel.md").read_text(encoding="utf-8")
CODE = re.compile(r"``(.+?)``|`(.+?)`")


def section(title):
    return re.split(r"^## ", PAGE.partition(f"\n## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[
        0
    ]


def rows(title):
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in lines]


def code(cell):
    found = CODE.search(cell)
    return (found[1] or found[2]) if found else None


EXAMPLES = [(code(row[1]), code(row[2])) for row in rows("The language") if code(row[1])]
DIFFERENCES = [
    (code(row[0]), row[1]) for row in rows("Where we differ") if len(row) == 4 and code(row[0])
]


@pytest.mark.parametrize(("text", "value"), EXAMPLES)
def test_the_example_is_answered_as_the_page_says(text, value):
    assert told(text) == value


@pytest.mark.parametrize(("text", "here"), DIFFERENCES)
def test_the_difference_is_as_the_page_says(text, here):
    if here == "an error":
        with pytest.raises(FeelLimitError):
            told(text)
    else:
        assert told(text) == code(here)


def test_the_page_holds_examples_and_differences():
    assert len(EXAMPLES) > 20
    assert len(DIFFERENCES) >= 5


def test_every_built_in_stands_in_the_table_with_its_parameters_and_result():
    documented = {}
    for row in rows("Built-in functions"):
        name = code(row[0])
        if name is not None:
            parameters = re.sub(r"^`.+?`( ᶜ)? ", "", row[0])
            documented[name] = (parameters, row[1])

    assert documented == {
        name: (signatures(function), RESULTS[name]) for name, function in LIBRARY.items()
    }


def test_the_limits_are_those_of_the_page():
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", section("Limits"))]

    for limit in (
        lexer.MAX_SOURCE,
        precedence.MAX_DEPTH,
        precedence.MAX_CHAIN,
        environment.MAX_STEPS,
        environment.MAX_ITEMS,
        environment.MAX_TEXT,
        environment.MAX_NESTING,
        environment.MAX_DEPTH,
        environment.NUMBERS.prec,
        environment.NUMBERS.Emax,
        days.MAX_YEAR,
        patterns.MAX_PATTERN,
        patterns.MAX_INPUT,
        environment.MAX_WARNINGS,
    ):
        assert limit in numbers, limit
    assert len(CORPUS) >= 170


def test_the_codes_are_those_of_a_deployment():
    codes = {code(row[0]) for row in rows("Checked at deploy")} - {None}

    assert codes == {rule for rule in LINK_CODES if rule.startswith("feel-")}
