"""Traces as plain pages: a list, and one trace as a waterfall. No script, nothing fetched.

Every text is escaped; bars are drawn as SVG, whose sizes are attributes and need no inline style.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from infra.telemetry import words
from infra.telemetry.store import TraceSummary
from infra.telemetry.tree import Line

STYLE: Final = """
body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem;color:#1a1a2e;background:#fff}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.15rem .6rem;white-space:nowrap;border-bottom:1px solid #e4e4ec}
td.wide{white-space:normal;color:#555;font-size:12px}
td.number{text-align:right;font-variant-numeric:tabular-nums}
td.failed{color:#b00020;font-weight:600}
svg{display:block}
.element{fill:#3b6ea5}.server{fill:#3f8f5f}.client{fill:#b5792a}.failed{fill:#b00020}
.open{fill:#9aa5c4}.axis{fill:#f1f1f6}
"""

POLICY: Final = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "style-src 'sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode() + "'"
)
"""The page's Content-Security-Policy: this one style sheet, and nothing else at all."""

_WIDTH: Final = 420
_INDENT: Final = "&#8199;"


def list_page(traces: Sequence[TraceSummary]) -> str:
    """Return the page that lists traces, the newest first."""
    rows = "".join(
        f"<tr><td>{_moment(trace.start_ns)}</td>"
        f'<td><a href="/dev/traces/{escape(trace.trace_id)}">{escape(trace.name)}</a></td>'
        f'<td class="number">{_duration(trace.end_ns - trace.start_ns)}</td>'
        f'<td class="number">{trace.spans}</td>'
        f'<td class="number{" failed" if trace.errors else ""}">{trace.errors}</td>'
        f"<td>{escape(trace.case_id or '')}</td></tr>"
        for trace in traces
    )
    heads = ("began", "what", "took", "spans", "failed", "case")
    return _page("Traces", f"<table>{_heads(heads)}{rows}</table>" if rows else "<p>None yet.</p>")


def trace_page(trace_id: str, lines: Sequence[Line]) -> str:
    """Return the page of one trace: every span, indented, with its bar."""
    whole = max((line.offset_ns + (line.duration_ns or 0) for line in lines), default=0) or 1
    rows = "".join(_row(line, whole) for line in lines)
    heads = ("what", "took", f"0 … {_duration(whole)}", "")
    body = f'<p><a href="/dev/traces">all traces</a></p><table>{_heads(heads)}{rows}</table>'
    return _page(f"Trace {trace_id}", body)


def _row(line: Line, whole: int) -> str:
    span = line.span
    took = "open" if line.duration_ns is None else _duration(line.duration_ns)
    return (
        f"<tr><td>{_INDENT * line.depth}{escape(span.name)}</td>"
        f'<td class="number{" failed" if span.is_error else ""}">{took}</td>'
        f"<td>{_bar(line, whole)}</td>"
        f'<td class="wide">{escape(_facts(span.attributes, span.events))}</td></tr>'
    )


def _bar(line: Line, whole: int) -> str:
    begin = line.offset_ns * _WIDTH / whole
    width = max((line.duration_ns or 0) * _WIDTH / whole, 1.5)
    return (
        f'<svg width="{_WIDTH}" height="12" role="img"><rect class="axis" width="{_WIDTH}" '
        f'height="12"/><rect class="{_class(line)}" x="{begin:.1f}" width="{width:.1f}" '
        'height="12"/></svg>'
    )


def _class(line: Line) -> str:
    if line.span.is_error:
        return "failed"
    if line.duration_ns is None:
        return "open"
    return line.span.kind if line.span.kind in ("server", "client") else "element"


_SHOWN: Final = (
    *(words.ELEMENT, words.ELEMENT_TYPE, words.RESULT, words.CODE, words.ATTEMPT, words.STATUS),
    *(words.STATEMENT, words.UPDATE, words.CASE),
)


def _facts(attributes: dict[str, Any], events: Sequence[dict[str, Any]]) -> str:
    facts = [str(attributes[name]) for name in _SHOWN if name in attributes]
    facts += [f"{event['name']} {event.get(words.CODE, '')}".strip() for event in events]
    return " · ".join(facts)


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )


def _heads(names: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>"


def _moment(ns: int) -> str:
    return datetime.fromtimestamp(ns / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _duration(ns: float) -> str:
    """Return a length of time as people say it."""
    for unit, size in (("d", 86_400e9), ("h", 3_600e9), ("min", 60e9), ("s", 1e9), ("ms", 1e6)):
        if ns >= size:
            return f"{ns / size:.2f} {unit}"
    return f"{ns / 1e3:.0f} µs"
