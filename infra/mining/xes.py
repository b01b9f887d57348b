"""XES, IEEE 1849-2016: one log, written as it is read."""

from collections.abc import AsyncIterator
from typing import Final
from xml.sax.saxutils import quoteattr

from infra.mining.events import Event, Trace

MEDIA_TYPE: Final = "application/xml"
_EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
_NEVER: Final = "1970-01-01T00:00:00.000+00:00"
_HEAD: Final = "".join((
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<log xmlns="http://www.xes-standard.org/" xes.version="1849-2016" xes.features="">\n',
    *(
        f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'
        for name, prefix, uri in _EXTENSIONS
    ),
    '  <global scope="trace">\n    <string key="concept:name" value="unknown"/>\n  </global>\n',
    '  <global scope="event">\n    <string key="concept:name" value="unknown"/>\n',
    f'    <date key="time:timestamp" value="{_NEVER}"/>\n',
    '    <string key="lifecycle:transition" value="complete"/>\n',
    '    <string key="org:resource" value="system"/>\n  </global>\n',
    '  <classifier name="Activity" keys="concept:name"/>\n',
    '  <classifier name="Activity and lifecycle" keys="concept:name lifecycle:transition"/>\n',
    '  <string key="lifecycle:model" value="standard"/>\n',
))  # fmt: skip
_TAIL: Final = "</log>\n"


async def written(traces: AsyncIterator[Trace]) -> AsyncIterator[bytes]:
    """Give the log, trace by trace."""
    yield _HEAD.encode()
    async for trace in traces:
        yield _trace(trace).encode()
    yield _TAIL.encode()


def _trace(trace: Trace) -> str:
    about = (
        ("concept:name", trace.case_id),
        ("baoquan:process", trace.process_id),
        ("baoquan:item", trace.item),
        ("baoquan:status", trace.status),
    )
    told = "".join(f"    {_string(key, value)}\n" for key, value in about)
    version = f'    <int key="baoquan:version" value="{trace.version}"/>\n'
    events = "".join(map(_event, trace.events))
    return f"  <trace>\n{told}{version}{events}  </trace>\n"


def _event(event: Event) -> str:
    at = event.at.isoformat(timespec="milliseconds")
    return (
        "    <event>\n"
        f"      {_string('concept:name', event.activity)}\n"
        f"      {_string('concept:instance', event.instance)}\n"
        f'      <date key="time:timestamp" value="{at}"/>\n'
        f"      {_string('lifecycle:transition', event.transition)}\n"
        f"      {_string('org:resource', event.resource)}\n"
        f"      {_string('baoquan:element', event.element)}\n"
        "    </event>\n"
    )


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(_plain(value))}/>'


def _plain(text: str) -> str:
    """XML knows no control characters; a name on two lines is one on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
