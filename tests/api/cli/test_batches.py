"""``baoquan batch start|list|show|results|pause|resume|cancel``."""

import pytest

from tests.api.cli.conftest import read
from workflows.contracts.batch import SteerReceipt

WHY = ("--reason", "for a test", "--as", "ops-1")


class Temporal:
    """What the API asks of Temporal for the sake of a batch."""

    def __init__(self):
        self.begun, self.steered = [], []

    async def start_workflow(self, _name, given, **options):
        self.begun.append((options["id"], given))

    def get_workflow_handle(self, _batch_id):
        return self

    async def execute_update(self, _name, order, **_):
        self.steered.append(order)
        states = {"pause": "PAUSED", "resume": "RUNNING", "cancel": "CANCELLED"}
        return SteerReceipt(batch_id="BT", state=states[order.act])


@pytest.fixture
def temporal(cases):
    cases.client, cases.task_queue = Temporal(), "cases"
    return cases.client


def test_a_dry_run_says_which_cases_are_meant_and_begins_nothing(baoquan, temporal, case_id):
    shown = baoquan(
        "batch", "start", "retry", "--case", case_id, "--cause", "job-failed", "--dry-run", *WHY
    ).output

    assert "1 would be meant:" in shown
    assert f"{case_id} incident 7" in shown
    assert temporal.begun == []


def test_a_cause_is_meant_by_the_name_that_incidents_are_grouped_under(baoquan, temporal, case_id):
    groups = read(baoquan("incident", "list", "--by-cause", "--as", "ops-1", "--json"))["groups"]
    (cause,) = [one["cause"] for one in groups if "no answer" in one["message"]]
    start = ("batch", "start", "retry", "--case", case_id, *WHY)

    shown = baoquan(*start, "--cause", cause, "--dry-run").output
    baoquan(*start, "--cause", cause)
    other = baoquan(*start, "--cause", cause, "--element", "due", "--dry-run")
    gone = baoquan(*start, "--cause", "0123456789ab")

    assert f"{case_id} incident 7" in shown
    assert len(temporal.begun) == 1
    assert "of another process or element" in other.output
    assert "No open incident has this cause any more" in gone.output


def test_a_batch_begins_at_its_rate_and_is_listed_shown_and_steered(baoquan, temporal, case_id):
    options = ("--case", case_id, "--element", "quote", "--rate", "5", "--failure-share", "0.1")
    made = read(baoquan("batch", "start", "retry", *options, *WHY, "--json"))
    batch_id = made["batch"]["batchId"]
    listed = read(baoquan("batch", "list", "--as", "ops-1", "--json"))
    shown = baoquan("batch", "show", batch_id, "--as", "ops-1").output
    results = read(baoquan("batch", "results", batch_id, "--as", "ops-1", "--json"))
    looked = baoquan("batch", "pause", batch_id, *WHY, "--dry-run").output
    paused = baoquan("batch", "pause", batch_id, *WHY).output
    baoquan("batch", "resume", batch_id, *WHY)
    baoquan("batch", "cancel", batch_id, *WHY)

    ((begun, given),) = temporal.begun
    assert (begun, given.rate, given.failure_share) == (batch_id, 5.0, 0.1)
    assert made["total"] == 1
    assert batch_id in [one["batchId"] for one in listed["batches"]]
    assert f"{batch_id} retry RUNNING" in shown
    assert results["results"] == []
    assert "would be paused" in looked
    assert "is paused" in paused
    assert [order.act for order in temporal.steered] == ["pause", "resume", "cancel"]


def test_what_is_meant_has_to_be_said(baoquan, temporal):
    result = baoquan("batch", "start", "suspend", *WHY)

    assert result.exit_code == 1
    assert "Say which cases are meant" in result.output
    assert temporal.begun == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("modify", "--move", "a"), "is not ELEMENT:ELEMENT"),
        (("migrate", "--to", "newest"), "is no version"),
        (("throw", "--process", "p"), "Name the code of the error"),
        (("migrate", "--case", "BQ-1"), "Name the process"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_in_a_sentence(
    baoquan, temporal, options, sentence
):
    result = baoquan("batch", "start", *options, *WHY)

    assert result.exit_code != 0
    assert sentence in result.output
    assert temporal.begun == []
