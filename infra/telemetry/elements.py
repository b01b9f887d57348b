"""Spans of a case and its BPMN elements, out of its journal.

The journal is what the workflow says it did, and it reaches an activity only outside replay: so
spans made of it are made when something happened, and workflow code makes none. The id of an
element's span is derived from trace, instance and element key: its activities and what lies inside
it know it before it ends, and telling the same twice tells the same span.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from opentelemetry.sdk.trace import Event
from opentelemetry.trace import SpanContext

from infra.telemetry import words
from infra.telemetry.recorder import OpenSpan, Recorder, derived
from workflows.contracts.journal import JournalBatch, JournalEntry

REMEMBERED: Final = 4_000
"""Instances whose open elements one worker process keeps in mind; the journal has the others."""

PROCESS_KEY: Final = 1
"""Element key of the process itself: the interpreter counts from it."""

_ENDINGS: Final[Mapping[str, str]] = {
    "elementCompleted": "completed",
    "elementTerminated": "terminated",
}


def element_span(trace: SpanContext, instance_id: str, key: int) -> SpanContext:
    """Return the context of an element instance's span."""
    return derived(trace, instance_id, key)


def instance_span(trace: SpanContext, instance_id: str) -> SpanContext:
    """Return the context of the span of a whole instance: that of its process."""
    return element_span(trace, instance_id, PROCESS_KEY)


def above_instance(root: SpanContext, instance_id: str) -> SpanContext:
    """Return what an instance runs under: its call activity, or what started the case."""
    caller, element, key = (*instance_id.rsplit("/", 2), "", "")[:3]
    number = key.partition("~")[0]
    if element and number.isdecimal():
        return element_span(root, caller, int(number))
    if caller != instance_id:  # a hashed id: too deep to say
        return instance_span(root, words.case_of(instance_id) or caller)
    return root


Open = dict[int, OpenSpan]
"""What is open of an instance, by element key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An ending whose beginning this process has not heard of."""

    instance_id: str
    case_id: str
    root: SpanContext
    entry: JournalEntry


class Elements:
    """Tells of elements as the journal tells of them."""

    def __init__(self, recorder: Recorder, *, clock_offset: float = 0.0) -> None:
        self._recorder = recorder
        self._offset = clock_offset
        self._known: OrderedDict[str, Open] = OrderedDict()

    def tell(
        self, batch: JournalBatch, entries: Iterable[JournalEntry], root: SpanContext
    ) -> list[Missed]:
        """Write the spans of entries of a batch; returns the endings without a known beginning."""
        if not root.trace_flags.sampled:
            return []
        known = self._instance(batch.instance_id)
        missed: list[Missed] = []
        for entry in entries:
            if not self._told(known, batch, root, entry):
                one = Missed(
                    instance_id=batch.instance_id, case_id=batch.case_id, root=root, entry=entry
                )
                missed.append(one)
            if entry.kind == "caseFinished":
                self._known.pop(batch.instance_id, None)
        return missed

    def recall(self, missed: Missed, beginning: JournalEntry) -> None:
        """Write the span of an ending whose beginning was found in the journal."""
        place = (missed.instance_id, missed.case_id, missed.root)
        self._finish(self._begun(place, beginning), missed.entry)

    def _instance(self, instance_id: str) -> Open:
        known = self._known.setdefault(instance_id, {})
        self._known.move_to_end(instance_id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known

    def _told(
        self, known: Open, batch: JournalBatch, root: SpanContext, entry: JournalEntry
    ) -> bool:
        """Tell one entry; False: it ends what has no known beginning."""
        key = key_of(entry)
        match entry.kind:
            case "elementActivated" if entry.data.get("type") == PROCESS:
                if (whole := known.get(PROCESS_KEY)) is not None:
                    whole.name = words.plain(entry.name or whole.name)
                    self._recorder.draft(whole)
            case "caseStarted" | "elementActivated" if key is not None:
                span = self._begun((batch.instance_id, batch.case_id, root), entry)
                known[key] = span
                self._recorder.draft(span)
            case "incidentOpened" if (stuck := known.get(key or 0)) is not None:
                self._stuck(stuck, entry)
            case "elementCompleted" | "elementTerminated" if entry.data.get("type") == PROCESS:
                pass  # the end of the case says how it ended
            case "caseFinished" | "elementCompleted" | "elementTerminated" if key is not None:
                begun = known.pop(key, None)
                if begun is None:
                    return False
                self._finish(begun, entry)
            case _:
                pass
        return True

    def _begun(self, place: tuple[str, str, SpanContext], entry: JournalEntry) -> OpenSpan:
        instance_id, case_id, root = place
        return OpenSpan(
            name=words.plain(entry.name or entry.element or entry.data.get("processId") or "case"),
            context=element_span(root, instance_id, key_of(entry) or PROCESS_KEY),
            parent=_above(place, entry),
            start=self._instant(entry.at),
            attributes={
                words.CASE: case_id,
                words.INSTANCE: instance_id,
                **_facts(entry),
            },
        )

    def _stuck(self, span: OpenSpan, entry: JournalEntry) -> None:
        code = words.code_of(entry.data.get("code"), "incident")
        span.events.append(Event("incident", {words.CODE: code}, timestamp=self._instant(entry.at)))
        self._recorder.draft(span)

    def _finish(self, span: OpenSpan, entry: JournalEntry) -> None:
        outcome = _ENDINGS.get(entry.kind) or str(entry.data.get("outcome", ""))
        span.attributes[words.RESULT] = outcome
        if entry.data.get("errorCode"):
            span.fail(words.code_of(entry.data["errorCode"], "error"))
        self._recorder.end(span, self._instant(entry.at))

    def _instant(self, at: datetime) -> int:
        """Return machine time in nanoseconds; the journal speaks business time."""
        return round((at.timestamp() - self._offset) * 1e6) * 1_000


PROCESS: Final = "process"


def key_of(entry: JournalEntry) -> int | None:
    """Return the element key that an entry is about."""
    match entry.kind:
        case "caseStarted" | "caseFinished":
            return PROCESS_KEY
        case "incidentOpened":
            key = entry.data.get("elementKey")
            return key if isinstance(key, int) else None
        case _:
            return entry.key


def _above(place: tuple[str, str, SpanContext], entry: JournalEntry) -> SpanContext:
    instance_id, _, root = place
    if entry.kind == "caseStarted":
        return above_instance(root, instance_id)
    scope = entry.data.get("scope")
    return element_span(root, instance_id, scope if isinstance(scope, int) else PROCESS_KEY)


def _facts(entry: JournalEntry) -> dict[str, words.Value]:
    data: Mapping[str, Any] = entry.data
    wanted: Iterable[tuple[str, object]] = (
        (words.PROCESS, data.get("processId")),
        (words.VERSION, data.get("version")),
        (words.ELEMENT, entry.element),
        (words.ELEMENT_NAME, entry.name),
        (words.ELEMENT_TYPE, data.get("type")),
        (words.ELEMENT_KEY, entry.key),
    )
    return {name: value for name, value in wanted if isinstance(value, str | int)}
