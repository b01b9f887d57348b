"""Structured logs: one pipeline for every line, whoever wrote it, JSON or readable.

The product logs with the standard library; so do uvicorn, Temporal's SDK and SQLAlchemy. All of it
goes through the processors below: request, case and trace are added from the context, what may not
be said is taken out, exceptions are told by type and place and never by their text.
"""

import logging
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from infra.settings import Settings
from infra.telemetry.recorder import current
from infra.telemetry.redaction import MOST, safe_text, safe_value

FRAMES: Final = 12
_OURS: Final = frozenset({"activities", "api", "infra", "workers", "workflows"})
_KEPT: Final = frozenset({"_record", "_from_structlog", "exc_info", "stack_info", "stack"})
_QUIETER: Final = {
    "temporalio.activity": logging.ERROR,  # failed attempts are told in the journal
    "uvicorn.access": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiosqlite": logging.INFO,
}


class SafeArguments(logging.Filter):
    """Looks at what is about to be put into a message, while it still has a type."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace arguments that may not be said; every record passes."""
        if isinstance(record.args, tuple):
            record.args = tuple(_argument(one) for one in record.args)
        elif record.args:
            record.args = {name: _argument(one, name) for name, one in record.args.items()}
        if not isinstance(record.msg, str):
            record.msg = str(safe_value(record.msg))
        return True


def _argument(value: object, name: str = "") -> Any:  # noqa: ANN401 - plain values of any kind
    safe = safe_value(value, name)
    return safe if isinstance(safe, str | int | float) or safe is None else str(safe)


def configure_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Let every logger of this process write through the pipeline, to one stream."""
    is_json = settings.log_format == "json" or (
        settings.log_format == "auto" and settings.profile == "production"
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(SafeArguments())
    handler.setFormatter(_formatter(is_json=is_json))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    for name, level in _QUIETER.items():
        logging.getLogger(name).setLevel(max(level, root.level))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.captureWarnings(capture=True)


def _formatter(*, is_json: bool) -> logging.Formatter:
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
    ]
    after: list[Processor] = [
        _told_exception,
        _said,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=40),
    ]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after)


def _trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say which trace a line belongs to."""
    here = current()
    if here is not None:
        event["trace_id"] = f"{here.trace_id:032x}"
        event["span_id"] = f"{here.span_id:016x}"
    return event


def _told_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say what was raised and where it went through, not what it said."""
    told = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["error"] = " < ".join(_chain(error))
        event["at"] = " < ".join(_places(error.__traceback__))
    return event


def _chain(error: BaseException) -> list[str]:
    types: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(types) < FRAMES:
        types.append(str(safe_value(cause)))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return types


def _places(trace: TracebackType | None) -> list[str]:
    """Return where it went through, the deepest place first; our own rooms before others'."""
    ours: list[str] = []
    others: list[str] = []
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        place = f"{module}:{trace.tb_lineno} {trace.tb_frame.f_code.co_name}"
        (ours if module.partition(".")[0] in _OURS else others).append(place)
        trace = trace.tb_next
    return (ours or others)[::-1][:FRAMES]


def _said(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out what may not be said."""
    said: MutableMapping[str, Any] = {}
    for name, value in list(event.items())[: 2 * MOST]:
        if name in _KEPT:
            said[name] = value
        elif name == "event":
            said[name] = safe_text(str(value))
        else:
            said[name] = safe_value(value, name)
    said.pop("stack_info", None)
    return said
