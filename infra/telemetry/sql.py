"""Spans of SQL: every statement under a traced request or activity, by its shape.

What a span has is the statement's text with its placeholders: parameters are never looked at, and
a literal that somebody wrote into a statement is replaced.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Final

from opentelemetry.trace import SpanKind
from sqlalchemy import Engine, event

from infra.telemetry import words
from infra.telemetry.recorder import OpenSpan, Recorder, current

_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_NUMBER: Final = re.compile(r"(?<![\w$:?.\"])\d+(?:\.\d+)?")
_SPACE: Final = re.compile(r"\s+")
_TABLE: Final = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+\"?([A-Za-z_]\w*)", re.IGNORECASE)
_SLOT: Final = "baoquan_span"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a statement is, without any of its values."""

    operation: str
    table: str
    text: str

    @property
    def name(self) -> str:
        """Return the span's name."""
        return f"{self.operation} {self.table}".rstrip()


@lru_cache(maxsize=2_000)
def shape_of(statement: str) -> Shape:
    """Read a statement's shape."""
    bare = _SPACE.sub(" ", _NUMBER.sub("?", _TEXT.sub("?", statement))).strip()
    table = _TABLE.search(bare)
    operation = bare.partition(" ")[0].upper()
    return Shape(
        operation=words.code_of(operation, "SQL"), table=table[1] if table else "", text=bare
    )


def watch_statements(engine: Engine, recorder: Recorder) -> None:
    """Write a span for every statement and every commit that has a traced span above it."""
    watch = _Statements(recorder, engine.dialect.name)
    event.listen(engine, "before_cursor_execute", watch.before)
    event.listen(engine, "after_cursor_execute", watch.after)
    event.listen(engine, "handle_error", watch.failed)
    # There is no event after a commit, and the commit is where a database takes its time.
    dialect: Any = engine.dialect
    dialect.do_commit = watch.committing(dialect.do_commit)


class _Statements:
    def __init__(self, recorder: Recorder, system: str) -> None:
        self._recorder = recorder
        self._system = system

    def before(self, *given: Any) -> None:  # noqa: ANN401 - SQLAlchemy's six arguments
        _, _, statement, _, execution, _ = given
        above = current()
        if above is None or not above.trace_flags.sampled or execution is None:
            return
        setattr(execution, _SLOT, self._begun(shape_of(statement)))

    def after(self, *given: Any) -> None:  # noqa: ANN401 - SQLAlchemy's six arguments
        span = getattr(given[4], _SLOT, None)
        if span is not None:
            self._recorder.end(span)

    def failed(self, failure: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own context
        span = getattr(failure.execution_context, _SLOT, None)
        if span is not None:
            span.fail(type(failure.original_exception).__name__)
            self._recorder.end(span)

    def committing(self, commit: Callable[[Any], None]) -> Callable[[Any], None]:
        """Put a span around the dialect's commit."""

        @wraps(commit)
        def committed(connection: Any) -> None:  # noqa: ANN401 - the driver's own
            above = current()
            if above is None or not above.trace_flags.sampled:
                commit(connection)
                return
            span = self._begun(_COMMIT)
            try:
                commit(connection)
            except Exception as error:
                span.fail(type(error).__name__)
                raise
            finally:
                self._recorder.end(span)

        return committed

    def _begun(self, shape: Shape) -> OpenSpan:
        span = self._recorder.begin(
            shape.name,
            kind=SpanKind.CLIENT,
            parent=current(),
            attributes={
                words.DATABASE: self._system,
                words.OPERATION: shape.operation,
                words.STATEMENT: shape.text,
            },
        )
        if shape.table:
            span.attributes[words.TABLE] = shape.table
        return span


_COMMIT: Final = Shape(operation="COMMIT", table="", text="COMMIT")
