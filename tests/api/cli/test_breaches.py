"""``baoquan breach`` and ``baoquan survey``: registered, dealt with, closed; opted out and in."""

from tests.api.cli.conftest import Baoquan, read

AUDITOR = ("--as", "auditor-1")


def test_a_breach_is_reported_mended_told_and_closed(baoquan: Baoquan):
    report = ("breach", "report", "LOSS", "--description", "a letter", "--data", "NAME", *AUDITOR)
    breach_id = read(baoquan(*report, "--json"))["breachId"]

    early = baoquan("breach", "step", breach_id, "CLOSED", "--reason", "over", *AUDITOR)
    for step in ("MEASURE", "AUTHORITY_TOLD", "SUBJECTS_TOLD", "CLOSED"):
        baoquan("breach", "step", breach_id, step, "--reason", "done", *AUDITOR)
    shown = baoquan("breach", "show", breach_id, *AUDITOR).output
    listed = read(baoquan("breach", "list", "--closed", "--json", *AUDITOR))["breaches"]

    assert early.exit_code == 1
    assert "SUBJECTS_TOLD" in shown
    assert listed[-1]["closedAt"] is not None


def test_a_person_opts_out_of_surveys_and_in_again(baoquan: Baoquan):
    out = baoquan("survey", "opt-out", "PT-S3", "--as", "clerk-1").output
    back = read(baoquan("survey", "opt-in", "PT-S3", "--json", "--as", "clerk-1"))

    assert "PT-S3 is sent no surveys." in out
    assert (back["wanted"], back["recordedBy"]) == (True, "clerk-1")
