"""``baoquan hold``: placed by one, lifted by two, shown to those entitled."""

from tests.api.cli.conftest import Baoquan, read

LEGAL, PRIVACY = ("--as", "legal-1"), ("--as", "privacy-1")


def test_a_hold_is_placed_listed_shown_lifted_by_two(baoquan: Baoquan):
    given = ("hold", "place", "POLICY", "P-S3", "--basis", "COURT", "--reference", "沪01民初1号")
    hold = read(baoquan(*given, "--reason", "a court asks", "--json", *LEGAL))["holdId"]
    listed = baoquan("hold", "list", "--target", "P-S3", *PRIVACY).output
    alone = baoquan("hold", "lift", hold, "--reason", "final", *LEGAL)
    lifted = baoquan("hold", "lift", hold, "--reason", "final", *PRIVACY)
    shown = baoquan("hold", "show", hold, "--as", "auditor-1").output

    assert hold in listed
    assert alone.exit_code == 1
    assert lifted.output == f"{hold} is lifted by legal-1 and privacy-1.\n"
    assert shown.startswith(f"{hold}: POLICY P-S3, COURT (沪01民初1号).\nPlaced by legal-1")
    assert hold not in baoquan("hold", "list", *LEGAL).output


def test_who_is_not_entitled_is_told_who_is(baoquan: Baoquan):
    refused = baoquan("hold", "list", "--as", "lead-1")

    assert refused.exit_code == 1
    assert "legal and privacy" in refused.output
