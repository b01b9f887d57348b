"""The journal as XES and CSV: valid, complete, in order, and nothing personal in it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from infra.mining import table, xes
from infra.mining.events import Event, Pseudonyms, Trace

NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
XES = "{http://www.xes-standard.org/}"
LIFECYCLE = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort",
    "ate_abort", "complete", "autoskip", "manualskip", "unknown",
}  # fmt: skip
"""The transitions of the standard's transactional lifecycle."""


def a_trace(*names: str, case_id: str = "BQ-1") -> Trace:
    events = [
        Event(
            activity=name,
            element=f"e{place}",
            transition="complete" if place % 2 else "start",
            at=NOW + timedelta(seconds=place),
            resource="system",
            instance=f"{case_id}:{place}",
        )
        for place, name in enumerate(names)
    ]
    return Trace(
        case_id=case_id,
        process_id="p",
        version=1,
        item="SURRENDER",
        status="CLOSED",
        events=tuple(events),
    )


async def some(*traces: Trace) -> AsyncIterator[Trace]:
    for trace in traces:
        yield trace


async def as_xes(*traces: Trace) -> etree._Element:
    content = b"".join([chunk async for chunk in xes.written(some(*traces))])
    return etree.fromstring(content)


async def as_rows(*traces: Trace) -> list[list[str]]:
    content = b"".join([chunk async for chunk in table.written(some(*traces))])
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


async def test_a_log_says_its_version_extensions_and_globals():
    log = await as_xes(a_trace("报价"))

    assert log.tag == f"{XES}log"
    assert log.get("xes.version") == "1849-2016"
    assert {one.get("prefix") for one in log.iter(f"{XES}extension")} == {
        "concept", "time", "lifecycle", "org",
    }  # fmt: skip
    assert {one.get("scope") for one in log.iter(f"{XES}global")} == {"trace", "event"}


async def test_children_come_in_the_order_of_the_standard():
    log = await as_xes(a_trace("a"), a_trace("b", case_id="BQ-2"))
    order = ["extension", "global", "classifier", "string", "trace"]

    places = [order.index(str(child.tag).removeprefix(XES)) for child in log]

    assert places == sorted(places)


async def test_every_event_has_name_time_transition_and_resource():
    log = await as_xes(a_trace("报价", "付款"))

    for event in log.iter(f"{XES}event"):
        told = {one.get("key"): one.get("value") for one in event}
        assert {"concept:name", "time:timestamp", "lifecycle:transition", "org:resource"} <= set(
            told
        )
        assert told["lifecycle:transition"] in LIFECYCLE
        assert datetime.fromisoformat(str(told["time:timestamp"])).tzinfo is not None
    assert len(list(log.iter(f"{XES}event"))) == 2


async def test_a_name_is_a_name_whatever_it_holds():
    evil = '"/><event onload="x">\x01&amp;\nnext'

    log = await as_xes(a_trace(evil))
    rows = await as_rows(a_trace(evil, '=HYPERLINK("x")'))

    (event,) = log.iter(f"{XES}event")
    assert event[0].get("value") == '"/><event onload="x"> &amp; next'
    assert rows[1][4] == evil
    assert rows[2][4] == '\'=HYPERLINK("x")'


async def test_a_log_of_nothing_is_a_log():
    assert list((await as_xes()).iter(f"{XES}trace")) == []
    assert await as_rows() == [list(table.COLUMNS)]


@pytest.mark.parametrize("person", ["lead-1", "张三"])
def test_a_person_has_one_pseudonym_that_tells_nothing(person):
    ours, others = Pseudonyms(key=b"a" * 32), Pseudonyms(key=b"b" * 32)

    assert ours.of(person) == ours.of(person)
    assert ours.of(person) != others.of(person)
    assert person not in ours.of(person)
