"""FEEL by the line: a batch of JSON lines, each answered by one."""

from collections.abc import Iterable, Iterator, Mapping

from api.cli.batch import read_case
from api.cli.feel_showing import error_as_json
from api.cli.feel_values import evaluate, fresh_environment
from workflows.feel import FeelError, Value
from workflows.feel.wire import decode, encode, from_plain


def answer_batch(lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
    """Answer each line; a line at fault answers an error and stops nothing."""
    return (_answer_line(line) for line in lines if line.strip())


def _answer_line(line: bytes) -> dict[str, object]:
    name: object = None
    try:
        case = read_case(line)
        name = case.get("id")
        return {"id": name, "value": encode(_answer(case))}
    except (ValueError, TypeError, RecursionError, FeelError) as error:
        return {"id": name, **error_as_json(error)}


def _answer(case: Mapping[str, object]) -> Value:
    mode, text = case.get("mode") or "expression", case.get("expression")
    variables = case.get("variables") or {}
    if mode not in ("expression", "unary"):
        raise ValueError("Expected the mode 'expression' or 'unary'.")
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise TypeError("Expected the text 'expression' and the object 'variables'.")
    scope = {str(name): _taken(value) for name, value in variables.items()}
    tested = _taken(case.get("input"))
    return evaluate(text, scope, fresh_environment(), unary=mode == "unary", tested=tested)


def _taken(value: object) -> Value:
    """Take an encoded value; one without a tag as plain JSON."""
    tagged = isinstance(value, dict) and isinstance(value.get("t"), str)
    return decode(value) if tagged else from_plain(value)
