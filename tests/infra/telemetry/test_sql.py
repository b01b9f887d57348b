"""Spans of SQL: shapes, never parameters."""

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from infra.telemetry import words
from infra.telemetry.recorder import Recorder
from infra.telemetry.sql import shape_of, watch_statements
from tests.infra.telemetry.recording import Recording


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def recorder(recording: Recording) -> Recorder:
    return recording.recorder()


@pytest.fixture
def engine(recorder: Recorder) -> Engine:
    engine = create_engine("sqlite://", hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parties (name TEXT)"))
    watch_statements(engine, recorder)
    return engine


def test_statements_and_the_commit_stand_under_the_current_span(recording, recorder, engine):
    with recorder.current(recorder.begin("request")) as request, engine.begin() as connection:
        connection.execute(text("INSERT INTO parties VALUES (:name)"), {"name": "张三"})

    assert recording.names() == ["INSERT parties", "COMMIT", "request"]
    insert = recording.named("INSERT parties")
    assert insert.parent == request.context
    assert dict(insert.attributes or {}) == {
        words.DATABASE: "sqlite",
        words.OPERATION: "INSERT",
        words.TABLE: "parties",
        words.STATEMENT: "INSERT INTO parties VALUES (?)",
    }


def test_outside_a_trace_there_is_no_span(recording, engine):
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))

    assert recording.spans == []


def test_a_statement_that_fails_ends_its_span_with_the_kind_of_error(recording, recorder, engine):
    with (
        recorder.current(recorder.begin("request")),
        engine.connect() as connection,
        pytest.raises(OperationalError),
    ):
        connection.execute(text("SELECT * FROM nowhere WHERE name = '张三'"))

    span = recording.named("SELECT nowhere")
    assert not span.status.is_ok
    assert (span.attributes or {})[words.ERROR] == "OperationalError"
    assert "张三" not in span.to_json()


@pytest.mark.parametrize(
    ("statement", "shape"),
    [
        ("SELECT a FROM t WHERE b = '张''三'  AND c = 42", "SELECT a FROM t WHERE b = ? AND c = ?"),
        ("UPDATE t1 SET col2 = $1 WHERE x = :y_3", "UPDATE t1 SET col2 = $1 WHERE x = :y_3"),
        ("DELETE FROM t\n WHERE x = 1.5", "DELETE FROM t WHERE x = ?"),
    ],
)
def test_a_literal_in_a_statement_is_replaced(statement, shape):
    assert shape_of(statement).text == shape


def test_what_begins_with_no_word_has_no_operation():
    assert shape_of("(((").operation == "SQL"
