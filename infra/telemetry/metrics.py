"""Every figure the product gives, by one table; docs/metrics.md is checked against it.

Labels are words of the product (routes, statuses, codes, process ids, activity types). Ids of
cases, people and requests are never labels, and no label takes more than so many values.
"""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from infra.telemetry import words
from workflows.contracts.journal import JournalBatch, JournalEntry
from workflows.domain.standstill import SYSTEMS
from workflows.domain.stuck import KINDS

Kind = Literal["counter", "gauge", "histogram"]
Where = Literal["api", "workers", "database"]

MOST_VALUES: Final = 200
MOST_AT_HAND: Final = 2_000
"""Values of one label; what comes later counts as ``other``."""
OTHER: Final = "other"
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One metric."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    where: Where
    """Who gives it; ``database``: the API, out of the database, whichever process did the work."""
    help: str


def _figure(
    name: str,
    kind: Kind,
    where: Where,
    help_: str,
    *labels: str,
) -> Figure:
    return Figure(name=f"baoquan_{name}", kind=kind, labels=labels, where=where, help=help_)


FIGURES: Final[tuple[Figure, ...]] = (
    _figure("http_request_seconds", "histogram", "api", "Time to answer a request.",
            "method", "route", "status"),
    _figure("cases_accepted_total", "counter", "api", "Cases accepted at the door.", "process"),
    _figure("cases_started_total", "counter", "workers", "Cases whose workflow began.", "process"),
    _figure("cases_finished_total", "counter", "workers", "Cases that ended, by how.",
            "process", "outcome"),
    _figure("incidents_opened_total", "counter", "workers", "Elements that got stuck, by why.",
            "code"),
    _figure("activity_seconds", "histogram", "workers", "Time of one attempt of an activity.",
            "type", "outcome"),
    _figure("journal_entries_total", "counter", "workers", "Journal entries committed.", "kind"),
    _figure("journal_batches_total", "counter", "workers",
            "Journal batches committed: riding with work, or flushed at rest.", "carrier"),
    _figure("outgoing_request_seconds", "histogram", "workers",
            "Time of a request to another system.", "method", "route", "status"),
    _figure("payment_attempts_total", "counter", "workers",
            "Orders handed to the bank, by what became of them.", "outcome"),
    _figure("cases", "gauge", "database", "Cases, by process and status.", "process", "status"),
    _figure("open_incidents", "gauge", "database", "Open incidents, by code.", "code"),
    _figure("ignored_incidents", "gauge", "database",
            "Open incidents that somebody ignores, by code; the other figures leave them out.",
            "code"),
    _figure("oldest_incident_seconds", "gauge", "database", "Age of the oldest open incident."),
    _figure("circuits_opened_total", "counter", "workers",
            "Systems that failed so often that they stand still by themselves.", "target"),
    _figure("standstills", "gauge", "database",
            "1: operations let it stand still; by kind (process, activity, system) and target.",
            "kind", "target"),
    _figure("clocks_overdue", "gauge", "database",
            "Clocks of law that run and have run out, by rule.", "rule"),
    _figure("open_waits", "gauge", "database",
            "What cases wait for: timers, messages, signals, jobs, called processes, human tasks.",
            "kind"),
    _figure("oldest_wait_seconds", "gauge", "database", "Age of the oldest wait, by kind.", "kind"),
    _figure("oldest_unstarted_seconds", "gauge", "database",
            "Age of the oldest accepted case that the relay has yet to start."),
    _figure("undelivered_messages", "gauge", "database",
            "Correlated messages that the relay has yet to deliver."),
    _figure("oldest_undelivered_seconds", "gauge", "database",
            "Age of the oldest message that the relay has yet to deliver."),
    _figure("undelivered_signals", "gauge", "database",
            "Signals that instances listened for and have yet to hear."),
    _figure("oldest_undelivered_signal_seconds", "gauge", "database",
            "Age of the oldest signal that an instance has yet to hear."),
    _figure("worker_silence_seconds", "gauge", "database",
            "Time since a worker of a task queue showed that it lives: more than 20 is none.",
            "queue"),
    _figure("database_up", "gauge", "database",
            "1: the figures of the database are of now; 0: it did not answer."),
)  # fmt: skip

AWAITED: Final = (
    *(("circuits_opened_total", system) for system in SYSTEMS),
    *(("incidents_opened_total", code) for code in KINDS),
)
"""Counters that alarms look at: shown before anything is counted, or a rate misses the first."""

BY_NAME: Final[Mapping[str, Figure]] = {figure.name: figure for figure in FIGURES}


Parent = TypeVar("Parent", Counter, Histogram)


class Bounded:
    """Keeps the number of a label's values bounded, whatever comes."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most = most
        self._known: defaultdict[str, set[str]] = defaultdict(set)

    def label(self, name: str, value: str) -> str:
        """Return the value, or ``other`` when there are too many of its name."""
        known = self._known[name]
        if value in known:
            return value
        if len(known) >= self._most:
            return OTHER
        known.add(value)
        return value


class Labelled(Generic[Parent]):
    """Figures of one kind by name and labels, kept at hand: a look-up costs more than counting."""

    def __init__(self, bounded: Bounded) -> None:
        self.parents: dict[str, Parent] = {}
        self._bounded = bounded
        self._at_hand: dict[tuple[str, ...], Parent] = {}

    def of(self, name: str, labels: tuple[str, ...]) -> Parent:
        """Return a figure with its labels, of which there are never too many."""
        known = self._at_hand.get((name, *labels))
        if known is not None:
            return known
        found = self.parents[name].labels(*self._kept(name, labels))
        if len(self._at_hand) < MOST_AT_HAND:
            self._at_hand[name, *labels] = found
        return found

    def _kept(self, name: str, labels: tuple[str, ...]) -> list[str]:
        names = BY_NAME[name].labels
        return [
            self._bounded.label(f"{name}/{label}", words.plain(value, 80))
            for label, value in zip(names, labels, strict=True)
        ]


class Metrics:
    """The figures that one process counts itself."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._bounded = Bounded()
        self._counters: Labelled[Counter] = Labelled(self._bounded)
        self._histograms: Labelled[Histogram] = Labelled(self._bounded)
        for figure in FIGURES:
            given = (figure.name, figure.help, figure.labels)
            if figure.kind == "counter":
                self._counters.parents[figure.name] = Counter(*given, registry=self.registry)
            elif figure.kind == "histogram":
                self._histograms.parents[figure.name] = Histogram(
                    *given, registry=self.registry, buckets=SECONDS
                )

        for name, label in AWAITED:
            self._counters.of(f"baoquan_{name}", (label,))

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._observe("http_request_seconds", seconds, (method, route, str(status)))

    def sent(self, method: str, route: str, status: str, seconds: float) -> None:
        """Another system answered, or did not."""
        self._observe("outgoing_request_seconds", seconds, (method, route, status))

    def accepted(self, process_id: str) -> None:
        """A case was accepted."""
        self._count("cases_accepted_total", (process_id,))

    def paid(self, outcome: str) -> None:
        """An order was handed to the bank."""
        self._count("payment_attempts_total", (outcome,))

    def circuit_opened(self, system: str) -> None:
        """A system stands still by itself."""
        self._count("circuits_opened_total", (system,))

    def activity(self, kind: str, outcome: str, seconds: float) -> None:
        """An attempt of an activity ended."""
        self._observe("activity_seconds", seconds, (kind, outcome))

    def journal(self, batch: JournalBatch, entries: Iterable[JournalEntry], carrier: str) -> None:
        """Journal entries were committed."""
        self._count("journal_batches_total", (carrier,))
        process_id = "unknown"
        entries = tuple(entries)
        for kind, times in Tally(entry.kind for entry in entries).items():
            self._count("journal_entries_total", (kind,), times)
        for entry in entries:
            if entry.kind == "incidentOpened":
                self._count(
                    "incidents_opened_total", (words.code_of(entry.data.get("code"), OTHER),)
                )
            if batch.instance_id != batch.case_id:
                continue
            if entry.data.get("type") == "process" and entry.element:
                process_id = entry.element
            if entry.kind == "caseStarted":
                self._count("cases_started_total", (str(entry.data.get("processId")),))
            if entry.kind == "caseFinished":
                outcome = str(entry.data.get("outcome"))
                self._count("cases_finished_total", (process_id, outcome))

    def _count(self, name: str, labels: tuple[str, ...], times: int = 1) -> None:
        self._counters.of(f"baoquan_{name}", labels).inc(times)

    def _observe(self, name: str, value: float, labels: tuple[str, ...]) -> None:
        self._histograms.of(f"baoquan_{name}", labels).observe(value)
