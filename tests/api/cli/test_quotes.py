"""``baoquan item quote``: what a case would find, without one."""

from api.cli.quotes import print_quote
from api.prospect_examples import PROSPECTS
from tests.api.cli.conftest import Baoquan, read


def test_a_quote_is_told_rule_by_rule_and_line_by_line(capsys):
    example = PROSPECTS["ProspectSeen"]
    rule = {"rule": "CONTRACT", "kept": False, "reasons": ["CONTRACT_ENDED"], "legalBasis": None}
    print_quote({**example, "possible": False, "rules": [*example["rules"], rule]})
    told = capsys.readouterr().out

    for line in (
        "TERMINATE on P-S3 by PH PT-S3: not possible.",
        "not binding; worked out for 2026-10-12",
        "rule      dt_p7_basis: kept (保险法 art. 47)",
        "rule      CONTRACT: CONTRACT_ENDED",
        "in flight BQ-1F0C9A7E35B2D4860A91 POLICYHOLDER_CHANGE: QUEUE",
        "papers    APP: APPLICANT_ID (COPY, held)",
        "consent   INSURED PT-S4-I",
        "limit     K-SUR due 2026-11-11, from the notice",
        "authority L2, L3 at low risk",
        "=       86400.00  (premiums paid 108000.00)",
        "not known yet: risk",
    ):
        assert line in told, line


def test_a_quote_is_asked_for_and_read(baoquan: Baoquan):
    found = read(baoquan("item", "quote", "TERMINATE", "P-S3", "--json", "--as", "clerk-1"))
    shown = baoquan("item", "quote", "TERMINATE", "P-S3", "--as", "clerk-1")
    past = baoquan("item", "quote", "TERMINATE", "P-S3", "--date", "2020-01-01", "--as", "clerk-1")
    nobody = baoquan("item", "quote", "TERMINATE", "P-NO", "--as", "clerk-1")

    assert (found["item"], found["binding"]) == ("TERMINATE", False)
    assert shown.output.startswith("TERMINATE on P-S3 by PH PT-S3: possible.\n  not binding;")
    assert (past.exit_code, nobody.exit_code) == (1, 1)
    assert "today" in past.output
