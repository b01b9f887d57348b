"""``baoquan operator``: authority lent and taken back, absences, certificates, limits."""

from tests.api.cli.conftest import Baoquan, Server, read

UNTIL = ("--until", "2026-10-19T00:00:00+08:00")
WHY = ("--reason", "on leave")
LEAD, CHECKER, ADMIN, OTHER = (
    ("--as", who) for who in ("lead-1", "checker-1", "admin-1", "admin-2")
)


def test_authority_is_lent_shown_taken_back(baoquan: Baoquan):
    most = ("--item", "TERMINATE", "--item", "PARTIAL", "--maximum", "100000.00")
    lent = read(baoquan("operator", "delegate", "checker-1", *most, *UNTIL, *WHY, "--json", *LEAD))
    shown = baoquan("operator", "show", "checker-1", *CHECKER).output
    back = baoquan("operator", "take-back", lent["delegationId"], *WHY, *LEAD)
    twice = baoquan("operator", "take-back", lent["delegationId"], *WHY, *LEAD)

    assert (lent["items"], lent["maximum"]) == (["TERMINATE", "PARTIAL"], "100000.00")
    assert lent["delegationId"] in shown
    assert "lead-1" in shown
    assert back.output == f"{lent['delegationId']} is taken back from checker-1.\n"
    assert twice.exit_code == 1
    assert "taken back already" in twice.output


def test_somebody_is_away_with_a_substitute_until_the_return(baoquan: Baoquan):
    told = read(
        baoquan(
            "operator", "absent", "checker-1", "--substitute", "checker-2", *UNTIL, *WHY,
            "--json", *CHECKER,
        )
    )  # fmt: skip
    away = baoquan("operator", "show", "checker-1", *LEAD).output
    back = baoquan("operator", "back", told["absenceId"], "--reason", "well again", *CHECKER)
    here = baoquan("operator", "show", "checker-1", *LEAD).output

    assert away.startswith("checker-1: L2 of SH-01, ACTIVE, away.\n")
    assert "checker-2" in away
    assert back.output == "checker-1 is back.\n"
    assert here.startswith("checker-1: L2 of SH-01, ACTIVE.\n")


def test_a_certificate_is_entered_by_two_admins_revoked_by_one(baoquan: Baoquan, server: Server):
    given = (
        "operator", "certify", "clerk-1", "--type", "REINSTATEMENT", "--valid-from",
        "2026-10-01T00:00:00+08:00", "--valid-to", "2028-10-01T00:00:00+08:00",
    )  # fmt: skip
    alone = baoquan(*given, "--reason", "passed", *ADMIN)
    again = baoquan(*given, "--reason", "passed", *ADMIN)
    entered = read(baoquan(*given, "--reason", "seen", "--json", *OTHER))
    revoked = baoquan(
        "operator", "decertify", entered["certificateId"], "--reason", "struck off", *ADMIN
    )

    assert (alone.exit_code, again.exit_code) == (1, 1)
    assert "Another person" in alone.output
    assert entered["isValid"] is True
    assert revoked.output == f"{entered['certificateId']} of clerk-1 is revoked.\n"
    query = "SELECT actor FROM audit WHERE action = 'operator.decertify' AND object_id = ?"
    assert server.hand.scalar(query, entered["certificateId"]) == "admin-1"


def test_a_limit_is_set_by_two_admins(baoquan: Baoquan):
    given = (
        "operator", "limit", "POLICY_LOAN", "--level", "3", "--maximum", "90000.00", "--from",
        "2026-10-12", "--reason", "losses",
    )  # fmt: skip
    alone = baoquan(*given, *ADMIN)
    agreed = baoquan(*given, *OTHER)
    listed = read(baoquan("operator", "limits", "POLICY_LOAN", "--json", *LEAD))["limits"]

    assert alone.exit_code == 1
    assert agreed.output == "L3 for POLICY_LOAN: 90000.00.\n"
    (mine,) = [one for one in listed if one["level"] == 3]
    assert (mine["maximum"], mine["version"], mine["effectiveFrom"]) == (
        "90000.00", 2, "2026-10-12",
    )  # fmt: skip


def test_the_glass_is_broken_by_two_reviewed_by_a_third(baoquan: Baoquan):
    given = (
        "operator", "break-glass", "clerk-2", "--item", "TERMINATE", "--level", "4", "--hours",
        "2", "--reason", "the branch is out of reach",
    )  # fmt: skip
    alone = baoquan(*given, *LEAD)
    grant = read(baoquan(*given, "--json", "--as", "branch-1"))
    shown = baoquan("operator", "show", "clerk-2", *ADMIN).output
    waiting = baoquan("operator", "emergencies", *ADMIN).output
    told = baoquan("notices", "--as", "auditor-1").output
    why = ("--finding", "JUSTIFIED", "--reason", "one case, rightly decided")
    done = baoquan("operator", "review", grant["grantId"], *why, "--as", "auditor-1")

    assert alone.exit_code == 1
    for page in (shown, waiting):
        assert grant["grantId"] in page
    assert "EMERGENCY_GRANTED" in told
    assert done.output == f"{grant['grantId']} is reviewed: JUSTIFIED.\n"
    assert grant["grantId"] not in baoquan("operator", "emergencies", *ADMIN).output


def test_a_command_says_what_was_refused(baoquan: Baoquan):
    lent = ("operator", "delegate", "checker-1", "--item", "TERMINATE", *WHY, *LEAD)
    beyond = baoquan(*lent, *UNTIL, "--maximum", "200000.01")
    past = baoquan(*lent, "--until", "2026-10-01T00:00:00+08:00")
    endless = baoquan(*lent)

    assert (beyond.exit_code, past.exit_code, endless.exit_code) == (1, 1, 2)
    assert "Nobody lends more than the own limit." in beyond.output
    assert "It begins now or later" in past.output


def test_somebody_is_entered_by_two_admins_and_leaves_by_two(baoquan: Baoquan):
    given = (
        "operator", "enter", "checker-7", "--unit", "SH-01", "--level", "2", "--role",
        "supervisor", "--interest", "P-S3", "--reason", "joins the team",
    )  # fmt: skip
    alone = baoquan(*given, *ADMIN)
    entered = baoquan(*given, *OTHER)
    listed = baoquan("operator", "list", "--unit", "SH-01", "--role", "supervisor", *LEAD).output
    mine = read(baoquan("task", "list", "--json", "--as", "checker-7"))
    moved = ("operator", "change", "checker-7", "--level", "3", "--reason", "leads from now on")
    baoquan(*moved, *ADMIN)
    raised = baoquan(*moved, *OTHER)
    declared = baoquan(
        "operator", "declare", "checker-7", "--interest", "P-S1", "--reason", "my aunt's",
        "--as", "checker-7",
    )  # fmt: skip
    stopped = baoquan("operator", "suspend", "checker-7", "--reason", "looked into", *ADMIN)
    barred = baoquan("task", "list", "--as", "checker-7")
    baoquan("operator", "resume", "checker-7", "--reason", "cleared", *ADMIN)
    resumed = baoquan("operator", "resume", "checker-7", "--reason", "cleared", *OTHER)
    baoquan("operator", "leave", "checker-7", "--reason", "retires", *ADMIN)
    left = baoquan("operator", "leave", "checker-7", "--reason", "retires", *OTHER)
    shown = baoquan("operator", "show", "checker-7", *ADMIN).output

    assert alone.exit_code == 1
    assert entered.output == "checker-7 is entered: L2 of SH-01.\n"
    assert "checker-7" in listed
    assert mine["tasks"] == []
    assert raised.output == "checker-7 is L3 of SH-01 now.\n"
    assert declared.output == "checker-7 never acts on P-S1, P-S3.\n"
    assert stopped.output == "checker-7 is SUSPENDED.\n"
    assert barred.exit_code == 1
    assert resumed.output == "checker-7 is ACTIVE.\n"
    assert left.output == "checker-7 is LEFT.\n"
    assert "my aunt's" in shown


def test_an_entry_that_may_not_be_is_refused_with_what_is_kept_apart(baoquan: Baoquan):
    refused = baoquan(
        "operator", "enter", "both-1", "--unit", "SH-01", "--level", "0", "--role", "ops",
        "--role", "admin", "--reason", "saves a person", *ADMIN,
    )  # fmt: skip

    assert refused.exit_code == 1
    assert "Nobody is admin and ops at once." in refused.output
