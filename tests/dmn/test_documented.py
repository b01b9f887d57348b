"""docs/dmn.md tells every element, code and limit there is, and names tests that exist."""

import re
from pathlib import Path

import pytest

from workflows.dmn.check.sweep import MAX_TOTAL, MAX_WORK
from workflows.dmn.check.tables import MAX_DIMENSIONS
from workflows.dmn.codes import CODES
from workflows.dmn.evaluation import MAX_DEPTH, MAX_FINDINGS, MAX_LOGIC
from workflows.dmn.hit_policy import AGGREGATIONS, POLICIES
from workflows.dmn.reader import _DRG_READERS
from workflows.dmn.vocabulary import EXPRESSIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "dmn.md").read_text(encoding="utf-8")
SUPPORTED = TEXT.partition("## What is executed")[2].partition("\n## ")[0]
TESTS = {
    name
    for path in Path(__file__).parent.glob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("name", sorted({*EXPRESSIONS, *POLICIES, *AGGREGATIONS, *_DRG_READERS}))
def test_everything_executed_has_its_row(name):
    assert f"`{name}`" in SUPPORTED


def test_every_row_names_tests_that_exist():
    rows = [line for line in SUPPORTED.splitlines() if line.startswith("| ")][1:]
    named = [set(re.findall(r"`(test_\w+)`", row)) for row in rows]

    assert len(rows) > 15
    assert all(named)
    assert set().union(*named) <= TESTS


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_told_with_its_clause(code):
    one = CODES[code]

    assert f"| `{code}` | {one.summary} | {one.clause or 'ours'} |" in TEXT


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("MAX_LOGIC", MAX_LOGIC),
        ("MAX_DEPTH", MAX_DEPTH),
        ("MAX_FINDINGS", MAX_FINDINGS),
        ("MAX_WORK", MAX_WORK),
        ("MAX_TOTAL", MAX_TOTAL),
        ("MAX_DIMENSIONS", MAX_DIMENSIONS),
    ],
)
def test_every_limit_is_the_one_told(name, limit):
    assert f"`{name}` = {limit:,}" in TEXT


def test_every_code_in_use_is_in_the_table():
    used = {
        code
        for path in (ROOT / "workflows" / "dmn").rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(
            r'(?:fault|add|report|finding|tell)\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8")
        )
    }

    assert len(used) > 30
    assert used <= CODES.keys()
