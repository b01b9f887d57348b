"""``baoquan case|task|incident|message|deploy`` against a running deployment."""

import httpx
import pytest

from api.problems import Problem
from tests.api.cli.conftest import read
from tests.api.door import NOW, Door
from tests.builders.process import a_process
from workflows.domain.notice import StaffNotice

MODEL = a_process("review").start("s").task("t").flow().end("e").xml()
BROKEN = a_process("p").start("s").task("t").flow().node("complexGateway", "g").end("e").xml()


def test_cases_are_listed(baoquan, case_id):
    result = baoquan("case", "list", "--as", "ops-1")

    assert result.exit_code == 0, result.output
    assert case_id in result.output
    assert "SUBMITTED" in result.output


def test_a_list_for_programs_is_json(baoquan, case_id):
    page = read(baoquan("case", "list", "--as", "ops-1", "--policy", "P-S3", "--json"))

    assert case_id in {case["caseId"] for case in page["cases"]}


def test_a_case_is_shown_with_what_it_waits_for(baoquan, case_id):
    result = baoquan("case", "show", case_id, "--as", "ops-1")

    assert f"{case_id}  SUBMITTED  contract_termination v1" in result.output
    assert f"task {case_id}~5: Waits for L3 at 审批." in result.output
    assert "timer: Waits for its time at due, due 2026-10-19 15:59:59Z." in result.output
    assert f"incident {case_id}~7: Stuck at 报价: job-failed: " in result.output


def test_a_stuck_case_says_what_can_be_done_and_how_the_rest_stands(baoquan, case_id):
    shown = baoquan("case", "show", case_id, "--as", "ops-1").output

    assert "TERMINATE on policy P-S3, accepted 2026-10-12 02:30:00Z" in shown
    assert "It waits for:" in shown
    assert "    The work of an element failed more often than its retries allow." in shown
    assert "    can: retry - Try the element again as it is." in shown
    assert "Since 2026-10-12 02:30:00Z." in shown


def test_with_every_worker_down_a_case_says_so_first(baoquan, case_id, cases):
    cases.polled = False

    lines = baoquan("case", "show", case_id, "--as", "ops-1").output.splitlines()

    assert lines[lines.index("It waits for:") + 1].startswith("  no-worker: Nobody works")


def test_an_ended_case_says_how_it_ended(baoquan, case_id, server):
    async def end() -> None:
        door = Door(server.app, httpx.AsyncClient(), server.hand)
        finished = {"kind": "caseFinished", "data": {"outcome": "completed"}}
        await door.journal(case_id, {"kind": "caseStarted"}, finished)

    server.do(end())

    assert (
        "ended 2026-10-12 02:30:00Z: completed"
        in baoquan("case", "show", case_id, "--as", "ops-1").output
    )


def test_notices_are_read_by_those_above(baoquan, case_id, server):
    async def tell() -> None:
        async with server.app.state.deployment.database.work() as books:
            await books.notices.tell(
                StaffNotice(
                    id=f"NT-{case_id}", code="QUALIFICATION_EXPIRED", case_id=case_id,
                    instance_id=case_id, key=5, about="clerk-1", unit="SH-01", above_level=1,
                    at=NOW,
                )
            )  # fmt: skip

    server.do(tell())

    told = baoquan("notices", "--as", "lead-1").output
    assert "QUALIFICATION_EXPIRED" in told
    assert f"{case_id}~5" in told
    assert baoquan("notices", "--as", "ops-1").exit_code == 1
    assert case_id not in baoquan("notices", "--as", "auditor-1").output


def test_a_server_does_not_steer_the_terminal(baoquan, case_id):
    shown = baoquan("case", "show", case_id, "--as", "ops-1").output
    listed = baoquan("incident", "list", "--as", "ops-1").output

    assert "\x1b[2J" not in shown + listed
    assert "\\x1b[2Jno answer [red]" in shown
    assert "[red]" in listed


def test_the_whole_trail_is_shown(baoquan, case_id):
    result = baoquan("case", "trail", case_id, "--as", "auditor-1")

    assert "taskOpened" in result.output
    assert "incidentOpened" in result.output


def test_the_trail_for_programs_is_json(baoquan, case_id):
    page = read(baoquan("case", "trail", case_id, "--as", "auditor-1", "--json"))

    assert [entry["seq"] for entry in page["entries"]] == [1, 2, 3]


def test_a_case_is_cancelled_with_its_reason(baoquan, case_id, cases):
    result = baoquan("case", "cancel", case_id, "--reason", "by mistake", "--as", "ops-1")

    assert result.output == f"{case_id} is cancelled.\n"
    ((_, order),) = cases.acts
    assert order.reason == "by mistake"


def test_tasks_are_listed_for_who_may_see_them(baoquan, case_id):
    mine = read(baoquan("task", "list", "--as", "lead-1", "--json"))
    theirs = read(baoquan("task", "list", "--as", "clerk-1", "--json"))

    assert f"{case_id}~5" in {task["taskId"] for task in mine["tasks"]}
    assert theirs["tasks"] == []


def test_a_task_is_shown_with_what_to_decide_on(baoquan, case_id):
    task = read(baoquan("task", "show", f"{case_id}~5", "--as", "lead-1"))

    assert task["shown"] == {"amount": 56801.45}


@pytest.mark.parametrize(
    ("arguments", "act", "sentence"),
    [
        (("claim",), "claim", "is yours"),
        (("unclaim",), "unclaim", "is anybody's again"),
        (("delegate", "lead-2", "--comment", "away"), "delegate", "is now lead-2's"),
    ],
)
def test_a_task_changes_hands(baoquan, case_id, cases, arguments, act, sentence):
    name, *rest = arguments
    result = baoquan("task", name, f"{case_id}~5", *rest, "--as", "lead-1")

    assert result.exit_code == 0, result.output
    assert sentence in result.output
    ((instance, sent),) = cases.acts
    assert (instance, sent.act, sent.actor) == (case_id, act, "lead-1")


def test_a_decision_is_bound_to_the_content_as_it_stands(baoquan, case_id, cases):
    result = baoquan(
        "task", "complete", f"{case_id}~5", "approve", "--comment", "资料齐全",
        "--set", "amount=12.5", "--set", "note=plain text", "--as", "lead-1",
    )  # fmt: skip

    assert result.output == f"{case_id}~5: approve.\n"
    ((_, act),) = cases.acts
    assert (act.outcome, act.comment, act.content_hash) == ("approve", "资料齐全", "a" * 64)
    assert act.variables == {
        "amount": {"t": "number", "v": "12.5"},
        "note": {"t": "string", "v": "plain text"},
    }


def test_a_decision_may_be_bound_to_what_was_looked_at(baoquan, case_id, cases):
    baoquan("task", "complete", f"{case_id}~5", "reject", "--hash", "b" * 64, "--as", "lead-1")

    ((_, act),) = cases.acts
    assert act.content_hash == "b" * 64


def test_an_act_for_programs_is_json(baoquan, case_id):
    acted = read(baoquan("task", "claim", f"{case_id}~5", "--as", "lead-1", "--json"))

    assert acted["act"] == "claim"


def test_incidents_are_listed_shown_resolved(baoquan, case_id, cases):
    listed = read(baoquan("incident", "list", "--as", "ops-1", "--json"))
    shown = read(baoquan("incident", "show", f"{case_id}~7", "--as", "ops-1", "--json"))
    told = baoquan("incident", "show", f"{case_id}~7", "--as", "ops-1").output
    causes = read(baoquan("incident", "causes", "--as", "ops-1", "--json"))
    resolved = baoquan(
        "incident", "retry", f"{case_id}~7", "--reason", "mended", "--set", "payee=AC-2",
        "--retries", "2", "--as", "ops-1",
    )  # fmt: skip

    assert f"{case_id}~7" in {found["incidentId"] for found in listed["incidents"]}
    assert shown["code"] == "job-failed"
    assert "can: retry - Try the element again as it is." in told
    assert "job-failed" in {group["code"] for group in causes["groups"]}
    assert resolved.output == f"{case_id}~7 was tried again.\n"
    ((_, order),) = cases.acts
    assert (order.incident, order.retries, order.reason) == (7, 2, "mended")


def test_a_message_is_published(baoquan):
    result = baoquan(
        "message", "customer.withdrawn", "K-1", "--set", "n=1", "--ttl", "PT2H",
        "--as", "back-office",
    )  # fmt: skip

    assert result.output.endswith(": buffered.\n")


def test_files_are_deployed_together(baoquan, tmp_path):
    path = tmp_path / "review.bpmn"
    path.write_bytes(MODEL)

    result = baoquan("deploy", str(path), "--as", "ops-1")
    again = read(baoquan("deploy", str(path), "--as", "ops-1", "--json"))

    assert result.exit_code == 0, result.output
    assert "review" in result.output
    assert [(made["process"], made["version"]) for made in again["definitions"]] == [("review", 1)]


def test_a_drawing_at_fault_is_told_element_by_element(baoquan, tmp_path):
    path = tmp_path / "broken.bpmn"
    path.write_bytes(BROKEN)

    result = baoquan("deploy", str(path), "--as", "ops-1")

    assert result.exit_code == 1
    assert "422 The content is not acceptable: The model may not be deployed." in result.stderr
    assert "broken.bpmn:6 g A complex gateway needs an activationCondition." in result.stderr


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\xe9"])
def test_a_file_that_is_no_text_is_a_usage_error(baoquan, tmp_path, content):
    path = tmp_path / "binary.bpmn"
    path.write_bytes(content)

    assert baoquan("deploy", str(path), "--as", "ops-1").exit_code == 2


def test_two_files_of_one_name_are_a_usage_error(baoquan, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.bpmn").write_bytes(MODEL)

    result = baoquan(
        "deploy", str(tmp_path / "one/a.bpmn"), str(tmp_path / "two/a.bpmn"), "--as", "ops-1"
    )

    assert result.exit_code == 2


def test_a_file_that_is_not_there_is_a_usage_error(baoquan, tmp_path):
    assert baoquan("deploy", str(tmp_path / "none.bpmn"), "--as", "ops-1").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("case", "show", "BQ-NOBODY"),
        ("case", "show", "../tasks"),
        ("case", "show", "a/../../healthz"),
        ("case", "show", "%2e%2e"),
        ("case", "show", "?limit=1"),
        ("case", "trail", "BQ-NOBODY"),
        ("case", "cancel", "BQ-NOBODY", "--reason", "by mistake"),
        ("incident", "show", "BQ-NOBODY~1"),
        ("incident", "resolve", "BQ-NOBODY~1", "--reason", "mended"),
        ("task", "show", "BQ-NOBODY~1"),
    ],
)
def test_what_is_not_there_ends_the_command_with_a_sentence(baoquan, arguments):
    result = baoquan(*arguments, "--as", "ops-1")

    assert result.exit_code == 1
    assert result.stderr[:3] in ("404", "422")
    assert "Traceback" not in result.output


def test_a_refusal_of_the_case_is_told(baoquan, case_id, cases):
    cases.refusal = Problem(403, "four-eyes", "You made what is to be approved.")

    result = baoquan("task", "claim", f"{case_id}~5", "--as", "lead-1")

    assert result.exit_code == 1
    assert result.stderr == "403 Not allowed: You made what is to be approved.\n"


def test_a_field_at_fault_is_named(baoquan):
    result = baoquan("message", "two words", "K", "--as", "back-office")

    assert result.exit_code == 1
    assert "body.name: string_pattern_mismatch" in result.stderr


def test_a_role_that_may_not_is_told(baoquan):
    result = baoquan("incident", "list", "--as", "back-office")

    assert result.exit_code == 1
    assert result.stderr.startswith("403 Not allowed")


@pytest.mark.parametrize("pair", ["novalue", ""])
def test_a_variable_without_a_value_is_a_usage_error(baoquan, pair):
    result = baoquan("message", "n", "K", "--set", pair, "--as", "back-office")

    assert result.exit_code == 2


@pytest.mark.parametrize(
    "arguments", [("case", "nonsense"), ("task", "claim"), ("case", "cancel", "BQ")]
)
def test_nonsense_is_a_usage_error(baoquan, arguments):
    assert baoquan(*arguments).exit_code == 2
