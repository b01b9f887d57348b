"""Logs: one line an event, whoever wrote it; nothing secret, personal, or steering in it."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from pydantic import BaseModel, SecretStr

from infra.settings import Settings
from infra.telemetry.logs import configure_logs
from infra.telemetry.redaction import LONGEST, MASK, safe_text, safe_value
from tests.infra.telemetry.recording import Recording

Lines = Callable[[], list[dict[str, object]]]


class Person(BaseModel):
    name: str
    age: int


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logs(Settings(profile="test", log_format="json", _env_file=None), stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "name", ["api.app", "uvicorn.error", "temporalio.worker", "sqlalchemy.pool"]
)
def test_everybody_writes_the_same_lines(lines, name):
    logging.getLogger(name).warning("%s of %d", "one", 2)

    (line,) = lines()
    assert (line["event"], line["logger"], line["level"]) == ("one of 2", name, "warning")
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_says_request_case_and_trace(lines):
    recorder = Recording().recorder()
    with (
        structlog.contextvars.bound_contextvars(request_id="r1", case_id="BQ-1"),
        recorder.current(recorder.begin("request")) as span,
    ):
        logging.getLogger("api").info("told")

    (line,) = lines()
    assert (line["request_id"], line["case_id"]) == ("r1", "BQ-1")
    assert line["trace_id"] == f"{span.context.trace_id:032x}"


@pytest.mark.parametrize(
    "text",
    [
        'one\r\n{"event": "forged"}',
        "\x1b[2J\x1b[31mred\u202eover\u2066",
        '"},{"a":"b',
        "${jndi:ldap://evil/a}",
        "%s %d %(name)s",
        "\u2028new line",
    ],
)
def test_what_a_text_holds_cannot_leave_its_line(stream, lines, text):
    logging.getLogger("api").warning(text)
    logging.getLogger("api").warning("heard %s", text)

    assert len(lines()) == 2
    assert len(stream.getvalue().splitlines()) == 2
    assert not any(ord(sign) < 32 or sign in "\u202e\u2066\x7f" for sign in stream.getvalue()
                   if sign != "\n")  # fmt: skip


def test_half_a_character_does_not_stop_the_log(stream, lines, monkeypatch):
    root = logging.getLogger()
    ours = [one for one in root.handlers if type(one).__module__ != "_pytest.logging"]
    monkeypatch.setattr(root, "handlers", ours)  # pytest cannot hand it from process to process

    logging.getLogger("api").warning("\ud800 lone")

    assert len(lines()) == 1
    assert stream.getvalue().isascii()


def test_a_megabyte_is_cut(lines):
    logging.getLogger("api").warning("x" * 1_000_000)

    assert len(str(lines()[0]["event"])) <= LONGEST + 1


def test_what_is_not_a_plain_value_is_told_by_its_type(stream):
    person = Person(name="张三", age=40)

    logging.getLogger("api").warning("%s %s %s", person, b"\xe5\xbc\xa0", SecretStr("s3cret"))
    logging.getLogger("api").warning(person)
    logging.getLogger("api").warning("%(applicant)s", {"applicant": person})

    assert "张三" not in stream.getvalue()
    assert "s3cret" not in stream.getvalue()
    assert "<Person> <bytes> [redacted]" in stream.getvalue()


def test_a_mapping_is_told_without_what_its_names_forbid(stream):
    logging.getLogger("api").warning("%s", [{"variables": {"a": "张三"}, "Password": "x9", "n": 1}])

    assert "张三" not in stream.getvalue()
    assert "x9" not in stream.getvalue()
    assert "'n': 1" in stream.getvalue()


def test_an_exception_is_told_by_type_and_place(stream, lines):
    def broken() -> None:
        raise ValueError("policy of 张三")

    try:
        try:
            broken()
        except ValueError as error:
            raise KeyError("6222020200112233445") from error
    except KeyError as error:
        logging.getLogger("api").exception("failed: %s", error)  # noqa: TRY401 - on purpose

    (line,) = lines()
    assert (line["event"], line["error"]) == ("failed: KeyError", "KeyError < ValueError")
    assert "test_logs:" in str(line["at"])
    assert "张三" not in stream.getvalue()
    assert "6222020200112233445" not in stream.getvalue()


def test_the_systems_own_words_are_kept():
    assert safe_value(ConnectionRefusedError(111, "Connection refused", "/home/zhang")) == (
        "ConnectionRefusedError: Connection refused"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def-ghi",
        "token=abc.def-ghi",
        "api_key: abc.def-ghi",
        "postgresql://baoquan:abc.def-ghi@db/baoquan",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhYmMuZGVmLWdoaSJ9.abc.def-ghi",
        "mail to abc.def-ghi@insurer.example",
    ],
)
def test_what_looks_secret_is_masked_wherever_it_stands(text):
    assert "abc.def-ghi" not in safe_text(text)
    assert MASK in safe_text(text)


def test_numbers_of_people_are_masked_and_ids_of_ours_are_not():
    assert safe_text("of 11010519491231002X and 6222020200112233445") == f"of {MASK} and {MASK}"
    assert safe_text("case BQ-1F0C9A7E35B2D4860A91") == "case BQ-1F0C9A7E35B2D4860A91"
    assert safe_text("trace 0af7651916cd43dd8448eb211c80319c") == (
        "trace 0af7651916cd43dd8448eb211c80319c"
    )


def test_readable_lines_are_lines_too():
    stream = io.StringIO()
    root = logging.getLogger()
    before = list(root.handlers)
    configure_logs(Settings(profile="dev", _env_file=None), stream)
    logging.getLogger("api").warning("one\ntwo \x1b[31m")
    root.handlers[:] = before

    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()
