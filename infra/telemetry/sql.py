"""Spans of SQL: every statement under a traced request or activity, by its shape.

What a span has is the statement's text with its placeholders: parameters are never looked at, and
a literal that somebody wrote into a statement is replaced.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Final

from opentelemetry.trace import SpanContext
from sqlalchemy import Engine, event

from infra.telemetry import words
from infra.telemetry.recorder import Recorder, current

_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_NUMBER: Final = re.compile(r"(?<![\w$:?.\"])\d+(?:\.\d+)?")
_SPACE: Final = re.compile(r"\s+")
_TABLE: Final = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+\"?([A-Za-z_]\w*)", re.IGNORECASE)
_SLOT: Final = "baoquan_span"
_SHAPES: Final = 2_000
"""Statements that are known by their shape at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a statement is, without any of its values."""

    operation: str
    table: str
    text: str

    @property
    def name(self) -> str:
        """Return the span's name."""
        return f"{self.operation} {self.table}" if self.table else self.operation


@lru_cache(maxsize=_SHAPES)
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


@dataclass(slots=True)
class _Running:
    """A statement under way: little is made of it before it has ended, for there are many."""

    shape: Shape
    above: SpanContext
    start: int


class _Statements:
    def __init__(self, recorder: Recorder, system: str) -> None:
        self._recorder = recorder
        self._system = system
        self._attributes: dict[Shape, dict[str, words.Value]] = {}

    def before(self, *given: Any) -> None:  # noqa: ANN401 - SQLAlchemy's six arguments
        _, _, statement, _, execution, _ = given
        above = current()
        if above is None or not above.trace_flags.sampled or execution is None:
            return
        setattr(execution, _SLOT, _Running(shape_of(statement), above, time.time_ns()))

    def after(self, *given: Any) -> None:  # noqa: ANN401 - SQLAlchemy's six arguments
        self._told(getattr(given[4], _SLOT, None))

    def failed(self, failure: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own context
        running = getattr(failure.execution_context, _SLOT, None)
        self._told(running, type(failure.original_exception).__name__)

    def committing(self, commit: Callable[[Any], None]) -> Callable[[Any], None]:
        """Put a span around the dialect's commit."""

        @wraps(commit)
        def committed(connection: Any) -> None:  # noqa: ANN401 - the driver's own
            above = current()
            if above is None or not above.trace_flags.sampled:
                commit(connection)
                return
            running = _Running(_COMMIT, above, time.time_ns())
            try:
                commit(connection)
            except Exception as error:
                self._told(running, type(error).__name__)
                raise
            self._told(running)

        return committed

    def _told(self, running: _Running | None, error: str | None = None) -> None:
        if running is None:
            return
        known = self._known(running.shape)
        self._recorder.tell(
            running.shape.name,
            parent=running.above,
            start=running.start,
            attributes=known if error is None else {**known, words.ERROR: error},
            is_error=error is not None,
        )

    def _known(self, shape: Shape) -> dict[str, words.Value]:
        """Return the attributes of every statement of a shape: made once, never changed."""
        known = self._attributes.get(shape)
        if known is None:
            if len(self._attributes) >= _SHAPES:
                self._attributes.clear()
            known = self._attributes[shape] = {
                words.DATABASE: self._system,
                words.OPERATION: shape.operation,
                words.STATEMENT: shape.text,
                **({words.TABLE: shape.table} if shape.table else {}),
            }
        return known


_COMMIT: Final = Shape(operation="COMMIT", table="", text="COMMIT")
