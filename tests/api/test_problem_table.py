"""The table of problems in the documentation is complete: every code of the code, no other."""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "http.md"
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([0-9, ]+) \|", re.MULTILINE)


def documented() -> dict[str, set[int]]:
    return {
        code: {int(status) for status in statuses.split(",")}
        for code, statuses in _ROW.findall(PAGE.read_text())
    }


def raised() -> dict[str, set[int]]:
    """Every ``Problem(status, code, …)``, refused replay, and refusal of a case by its status."""
    found = defaultdict(set)
    for path in (*(ROOT / "api").rglob("*.py"), *(ROOT / "infra").glob("*.py")):
        for call in (*_calls(path, "Problem"), *_calls(path, "NoReplay")):
            match call.args:
                case [ast.Constant(int(status)), ast.Constant(str(code)), *_]:
                    found[code].add(status)
    for code in _refusal_codes():
        found[code.lower().replace("_", "-")].add(_STATUS.get(code, 409))
    found["not-found"].add(404)
    found["method-not-allowed"].add(405)
    return dict(found)


def _refusal_codes() -> set[str]:
    codes = set(_STATUS)
    for path in (ROOT / "workflows" / "host").rglob("*.py"):
        for call in _calls(path, "refusal"):
            match call.args:
                case [ast.Constant(str(code)), *_]:
                    codes.add(code)
    return codes


def _calls(path: Path, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def _statuses() -> dict[str, int]:
    tree = ast.parse((ROOT / "api" / "case_client.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "_REFUSALS":
            assert node.value is not None
            found: dict[str, int] = ast.literal_eval(node.value)
            return found
    raise AssertionError("the refusals have gone elsewhere")


_STATUS = _statuses()


def test_every_code_is_documented_with_its_statuses():
    assert documented() == raised()


def test_the_rows_stand_in_order():
    codes = [code for code, _ in _ROW.findall(PAGE.read_text())]

    assert codes == sorted(codes)
