"""The figures: bounded labels, no ids, and every one of them documented."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.telemetry.metrics import FIGURES, MOST_VALUES, Metrics
from workflows.contracts.journal import JournalBatch, JournalEntry

DOCS = Path(__file__).parents[3] / "docs" / "metrics.md"
CASE = "BQ-1F0C9A7E35B2D4860A91"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def journal(*entries: JournalEntry, instance_id: str = CASE) -> JournalBatch:
    return JournalBatch(instance_id=instance_id, case_id=CASE, run_id="run", entries=entries)


def entry(seq, kind, element=None, **data):
    at = datetime(2026, 10, 12, tzinfo=UTC)
    return JournalEntry(seq=seq, at=at, kind=kind, element=element, data=data)


def test_the_table_in_the_documentation_is_the_table_in_the_code():
    row = re.compile(r"^\| `(baoquan_\w+)` \| (\w+) \| (.*?) \| (\w+) \| (.+?) \|$", re.MULTILINE)
    documented = {
        (name, kind, tuple(re.findall(r"`(\w+)`", labels)), where, text)
        for name, kind, labels, where, text in row.findall(DOCS.read_text())
    }

    assert documented == {(one.name, one.kind, one.labels, one.where, one.help) for one in FIGURES}


def test_cases_are_counted_by_process_and_outcome(metrics):
    batch = journal(
        entry(1, "caseStarted", processId="termination"),
        entry(2, "elementCompleted", "termination", type="process"),
        entry(3, "caseFinished", outcome="completed"),
    )

    metrics.journal(batch, batch.entries, "flush")

    text = metrics.text().decode()
    assert 'baoquan_cases_started_total{process="termination"} 1.0' in text
    assert 'baoquan_cases_finished_total{outcome="completed",process="termination"} 1.0' in text
    assert 'baoquan_journal_batches_total{carrier="flush"} 1.0' in text


def test_called_processes_are_no_cases(metrics):
    batch = journal(entry(1, "caseStarted", processId="intake"), instance_id=f"{CASE}/a/2")

    metrics.journal(batch, batch.entries, "ride")

    assert 'process="intake"' not in metrics.text().decode()


def test_a_label_takes_only_so_many_values(metrics):
    for number in range(3 * MOST_VALUES):
        metrics.accepted(f"process_{number}")

    text = metrics.text().decode()
    counted = re.findall(r'^baoquan_cases_accepted_total\{process="(\w+)"\}', text, re.MULTILINE)
    assert len(counted) == MOST_VALUES + 1
    assert f'process="other"}} {2 * MOST_VALUES}.0' in text


def test_a_label_cannot_break_its_line(metrics):
    metrics.accepted('a"} 1\nevil_metric{b="')

    assert not re.search(r"^evil_metric", metrics.text().decode(), re.MULTILINE)


def test_no_figure_is_told_apart_by_an_id():
    labels = {label for figure in FIGURES for label in figure.labels}

    assert labels == {"method", "route", "status", "process", "outcome", "code", "type", "kind",
                      "carrier", "queue", "rule", "target"}  # fmt: skip
