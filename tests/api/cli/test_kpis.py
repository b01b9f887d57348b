"""``baoquan kpi``, ``complaint``, ``recovery``, ``improvement``: shown, decided, done."""

import csv

from tests.api.cli.conftest import Baoquan, read

LEAD = ("--as", "lead-1")


def test_figures_are_a_table_values_for_a_sheet_or_json(baoquan: Baoquan, case_id: str):
    assert case_id

    table = baoquan("kpi", "--by", "unit", *LEAD).output
    rows = list(csv.DictReader(baoquan("kpi", "--csv", *LEAD).output.splitlines()))
    document = read(baoquan("kpi", "--json", *LEAD))

    assert "no cases" in table
    assert "Age of the backlog" in table
    assert [row["kpi"] for row in rows] == [one["kpi"] for one in document["definitions"]]
    [backlog] = [row for row in rows if row["kpi"] == "BACKLOG_AGE"]
    assert (backlog["group"], backlog["value"]) == ("all", "0.00")
    assert {row["value"] for row in rows if row["kpi"] == "CSAT"} == {""}


def test_a_figure_is_defined_and_followed_down_to_its_cases(baoquan: Baoquan, case_id: str):
    defined = read(baoquan("kpi", "--define", "--json", *LEAD))["definitions"]
    cases = read(baoquan("kpi", "--cases", "BACKLOG_AGE", "--json", *LEAD))["cases"]
    wrong = baoquan("kpi", "--cases", "NOBODY", *LEAD)

    assert all(one["numerator"] and one["source"] for one in defined)
    assert case_id in {one["caseId"] for one in cases}
    assert wrong.exit_code == 1


def test_a_complaint_becomes_an_item_that_is_dropped(baoquan: Baoquan, case_id: str):
    register = ("complaint", "register", case_id, "--cause", "DELAY", "--as", "clerk-1")
    complaint_id = read(baoquan(*register, "--json"))["complaintId"]
    found = read(baoquan("improvement", "reasons", "--json", *LEAD))["defects"]
    [reason] = [one for one in found if one["source"] == "complaint"]
    opened = read(
        baoquan(
            "improvement", "open", "--source", reason["source"], "--reason-code", reason["reason"],
            "--process", reason["processId"], "--version", str(reason["version"]),
            "--problem", "nobody told when it would be done", "--json", *LEAD,
        )
    )  # fmt: skip
    item = opened["improvementId"]

    shown = baoquan("improvement", "show", item, *LEAD).output
    closed = baoquan("improvement", "close", item, "--reason", "one case only", *LEAD).output
    decided = baoquan(
        "complaint",
        "decide",
        complaint_id,
        "--outcome",
        "UPHELD",
        "--facts",
        "it lay for a week",
        "--basis",
        "4号令 art. 20",
        "--reason",
        "too slow",
        *LEAD,
    ).output

    assert "before" in shown
    assert closed == f"{item} is DROPPED.\n"
    assert decided == f"{complaint_id} is decided: UPHELD.\n"
    assert read(baoquan("improvement", "list", "--json", *LEAD))["improvements"] == []
    assert read(baoquan("complaint", "list", "--json", *LEAD))["complaints"] == []
