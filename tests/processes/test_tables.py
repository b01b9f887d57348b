"""The decision tables, on the rows that domain experts know by heart."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.domain.test_scenarios import VECTORS
from tests.processes.termination import compilation
from workflows.feel import Environment, Value, compile_expression
from workflows.feel.wire import from_plain

NOW = datetime.fromisoformat("2026-10-12T09:00:00+08:00")


def decide(table: str, **inputs: Any) -> Any:
    environment = Environment(NOW)
    given: dict[str, Value] = {}
    for name, value in inputs.items():
        if isinstance(value, datetime):
            moment = f'date and time("{value.isoformat()}")'
            given[name] = _feel(moment, environment)
        else:
            given[name] = value if isinstance(value, date) else from_plain(value)
    outcome = compilation().decisions.decisions[table].evaluate(given, environment)
    assert not outcome.failed, outcome.diagnostics
    return outcome.value


def _feel(text: str, environment: Environment) -> Value:
    return compile_expression(text).evaluate({}, environment)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


POLICY: dict[str, Any] = {
    "item": "TERMINATE",
    "holdReleased": False,
    "newSumAssured": None,
    "state": "IN_FORCE",
    "claimEventOn": None,
    "claimMade": False,
    "endsOnClaim": True,
    "flags": [],
    "lenderConsent": False,
    "noticeArrivedAt": moment("2026-10-12T09:00:00"),
    "coolingOffEndsAt": moment("2020-05-20T23:59:59"),
    "sumAssured": 500000,
    "minSumAssured": 100000,
    "debts": 0,
    "lapsedWithin2Years": True,
}


@pytest.mark.parametrize(
    ("arrived", "ends", "basis"),
    [
        ("2026-09-30T23:59:59", "2026-09-30T23:59:59", "COOLING_OFF"),
        ("2026-10-01T00:00:01", "2026-09-30T23:59:59", "SURRENDER"),
        ("2026-10-08T17:00:00", "2026-10-08T23:59:59", "COOLING_OFF"),
        ("2026-10-08T17:00:00", "2026-10-01T23:59:59", "SURRENDER"),
    ],
)
def test_the_basis_of_the_four_rows_of_s2(arrived: str, ends: str, basis: str):
    facts = {**POLICY, "noticeArrivedAt": moment(arrived), "coolingOffEndsAt": moment(ends)}

    assert decide("dt_p7_basis", **facts)["basis"] == basis


@pytest.mark.parametrize(
    ("changed", "basis", "reason"),
    [
        ({"state": "TERMINATED"}, "REFUSE", "CONTRACT_ENDED"),
        ({"claimEventOn": date(2026, 10, 11)}, "CLAIM_WINS", "EVENT_BEFORE_NOTICE"),
        ({"claimEventOn": date(2026, 10, 12)}, "HOLD", "EVENT_ON_DAY_OF_NOTICE"),
        ({"claimEventOn": date(2026, 10, 13)}, "SURRENDER", "SURRENDER"),
        ({"flags": ["PLEDGED"]}, "HOLD", "PLEDGED_WITHOUT_CONSENT"),
        ({"flags": ["PLEDGED"], "lenderConsent": True}, "SURRENDER", "SURRENDER"),
        ({"flags": ["PLEDGED"], "holdReleased": True}, "SURRENDER", "SURRENDER"),
        ({"state": "LAPSED"}, "SURRENDER", "SURRENDER_AFTER_LAPSE"),
        ({"item": "PARTIAL", "newSumAssured": 350000}, "PARTIAL", "PARTIAL_SURRENDER"),
        ({"item": "PARTIAL", "newSumAssured": 350000, "debts": 1}, "REFUSE", "DEBTS_OUTSTANDING"),
        ({"item": "PARTIAL", "newSumAssured": 99999}, "REFUSE", "SUM_ASSURED_NOT_POSSIBLE"),
        ({"item": "PARTIAL", "newSumAssured": None}, "REFUSE", "SUM_ASSURED_NOT_POSSIBLE"),
        ({"coolingOffEndsAt": None}, "SURRENDER", "SURRENDER"),
        ({"item": "EX_GRATIA_SURRENDER"}, "EX_GRATIA", "EX_GRATIA"),
        ({"item": "EX_GRATIA_SURRENDER", "state": "TERMINATED"}, "REFUSE", "CONTRACT_ENDED"),
    ],
)
def test_the_basis_follows_the_contract(changed: dict[str, Any], basis: str, reason: str):
    decided = decide("dt_p7_basis", **{**POLICY, **changed})

    assert (decided["basis"], decided["reason"]) == (basis, reason)


def test_a_claim_made_ends_the_cooling_off_period_where_the_contract_says_so():
    inside = {**POLICY, "coolingOffEndsAt": moment("2026-10-12T23:59:59"), "claimMade": True}

    assert decide("dt_p7_basis", **inside)["basis"] == "SURRENDER"
    assert decide("dt_p7_basis", **{**inside, "endsOnClaim": False})["basis"] == "COOLING_OFF"


def test_a_partial_surrender_is_never_turned_into_a_full_one_in_the_cooling_off_period():
    inside = {**POLICY, "coolingOffEndsAt": moment("2026-10-12T23:59:59"), "item": "PARTIAL"}

    assert decide("dt_p7_basis", **inside)["basis"] == "REFUSE"


# --- documents --------------------------------------------------------------------------------


def _documents(**inputs: Any) -> set[str]:
    return {one["type"] for one in decide("dt_doc", **inputs) if one["mandatory"]}


def test_documents_follow_channel_amount_and_proxy():
    plain = {"item": "TERMINATE", "channel": "APP", "isProxy": False, "amount": 56801.45}

    assert _documents(**plain) == {"APPLICATION_FORM", "APPLICANT_ID"}
    assert _documents(**{**plain, "channel": "MAIL"}) - _documents(**plain) == {"IDENTITY_WITNESS"}
    assert _documents(**{**plain, "isProxy": True}) - _documents(**plain) == {
        "PROXY_AUTHORITY",
        "PROXY_ID",
    }


# --- hard stops -------------------------------------------------------------------------------

CLEAN: dict[str, Any] = {
    "item": "TERMINATE",
    "moneyOut": True,
    "screeningHit": False,
    "legalHold": False,
    "payeeIsEntitled": True,
    "payeeNameMatch": "EXACT",
    "proxyIsAgent": False,
    "livenessOk": True,
    "faceScore": 0.97,
    "policyFlags": ["LOAN"],
    "applicantEntitled": True,
    "clearedStops": [],
}


@pytest.mark.parametrize(
    ("changed", "stop", "rule"),
    [
        ({}, "NONE", ""),
        ({"screeningHit": True, "legalHold": True}, "FREEZE", "H1"),
        ({"screeningHit": True, "legalHold": True, "clearedStops": ["H1"]}, "HOLD", "H2"),
        ({"payeeIsEntitled": False}, "BLOCK_PAYEE", "H3"),
        ({"payeeNameMatch": "NONE"}, "BLOCK_PAYEE", "H3"),
        ({"payeeNameMatch": "MANUAL"}, "HOLD", "H3"),
        ({"payeeNameMatch": "MANUAL", "clearedStops": ["H3"]}, "NONE", ""),
        ({"payeeNameMatch": "NONE", "clearedStops": ["H3"]}, "BLOCK_PAYEE", "H3"),
        ({"proxyIsAgent": True}, "BLOCK", "H4"),
        ({"livenessOk": False}, "MANUAL_IDENTITY", "H5"),
        ({"faceScore": 0.79}, "MANUAL_IDENTITY", "H5"),
        ({"faceScore": 0.80}, "NONE", ""),
        ({"faceScore": None, "livenessOk": None}, "NONE", ""),
        ({"faceScore": 0.61, "clearedStops": ["H5"]}, "NONE", ""),
        ({"policyFlags": ["FROZEN"]}, "BLOCK", "H6"),
        ({"policyFlags": ["LOST"]}, "BLOCK", "H6"),
        ({"applicantEntitled": False}, "BLOCK", "H7"),
    ],
)
def test_hard_stops(changed: dict[str, Any], stop: str, rule: str):
    decided = decide("dt_1_hard_stops", **{**CLEAN, **changed})

    assert (decided["stop"], decided["rule"]) == (stop, rule)


# --- score and class --------------------------------------------------------------------------

NEVER = 36500
QUIET: dict[str, Any] = {
    "item": "TERMINATE", "moneyOut": True, "netPayout": 40000, "policyAgeDays": 2200,
    "proxyToldFrom": 1000,
    "policyFlags": [], "lossRatio": 0.1, "daysSinceContactChange": NEVER,
    "daysSincePayeeChange": NEVER, "daysSincePHChange": NEVER, "deviceAgeDays": 400,
    "geoMismatch": False, "hour": 10, "applicantAge": 45, "agentSurrenders30d": 0,
    "sameHolderMoneyOut30d": 0, "phoneSharedWith": 0, "phoneIsAgents": False,
    "insuredCritical": False, "daysSinceBeneficiaryChange": NEVER, "newPartyUnrelated": False,
    "isProxy": False, "complaintAgentPattern": False, "unrelatedPayer": False,
    "overpayRefund": False, "loanRatio": 0, "daysSinceReissue": NEVER,
}  # fmt: skip
S9 = {
    "netPayout": 57000, "applicantAge": 72, "daysSinceContactChange": 3, "daysSincePayeeChange": 0,
    "deviceAgeDays": 0, "geoMismatch": True, "hour": 2,
}  # fmt: skip


def test_the_impersonated_surrender_of_s9_scores_85_and_is_critical():
    signals = decide("dt_2_signals", **{**QUIET, **S9})

    assert str(signals["score"]) == VECTORS.get("S9.score", "85")
    assert signals["rules"] == ["R01", "R02", "R04", "R05", "R06", "R07"]
    assert decide("dt_3_class", score=85)["riskClass"] == "CRITICAL"


def test_a_quiet_request_fires_nothing_and_unknown_facts_fire_nothing_either():
    for facts in (QUIET, {"item": "TERMINATE", "policyFlags": []}):
        signals = decide("dt_2_signals", **facts)

        assert signals["score"] == 0
        assert signals["rules"] == []


@pytest.mark.parametrize(
    ("changed", "rules", "score"),
    [
        ({"daysSinceContactChange": 3}, ["R01"], 30),
        ({"daysSincePayeeChange": 0}, ["R02"], 20),
        ({"deviceAgeDays": 0}, ["R04"], 10),
        ({"geoMismatch": True}, ["R05"], 10),
        ({"hour": 2}, ["R06"], 5),
        ({"applicantAge": 72, "netPayout": 57000}, ["R07"], 10),
        ({"item": "CLAIM_HANDOFF", "daysSinceBeneficiaryChange": 20}, ["R14"], 30),
        ({"daysSincePHChange": 90}, ["R03"], 25),
        ({"netPayout": 200000}, ["R08"], 15),
        ({"netPayout": 1000000}, ["R08"], 25),
        ({"policyAgeDays": 365, "lossRatio": 0.3}, ["R09"], 20),
        ({"item": "PARTIAL", "policyAgeDays": 365, "lossRatio": 0.3}, [], 0),
        ({"agentSurrenders30d": 3}, ["R10"], 20),
        ({"sameHolderMoneyOut30d": 3}, ["R11"], 15),
        ({"phoneSharedWith": 3}, ["R12"], 25),
        ({"phoneSharedWith": 3, "phoneIsAgents": True}, ["R12"], 40),
        ({"isProxy": True, "netPayout": 1000}, [], 0),
        ({"isProxy": True, "netPayout": 1001}, ["R16"], 15),
        ({"complaintAgentPattern": True}, ["R17"], 20),
        ({"overpayRefund": True}, ["R18"], 25),
        ({"loanRatio": 0.7, "policyAgeDays": 120}, ["R19"], 20),
        ({"daysSinceReissue": 30}, ["R20"], 15),
        ({"applicantAge": 90}, [], 0),
        ({"moneyOut": False, "daysSinceContactChange": 1}, [], 0),
    ],
)
def test_signals(changed: dict[str, Any], rules: list[str], score: int):
    signals = decide("dt_2_signals", **{**QUIET, **changed})

    assert (signals["rules"], signals["score"]) == (rules, score)


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (0, "LOW"), (19, "LOW"), (20, "MEDIUM"), (49, "MEDIUM"),
        (50, "HIGH"), (79, "HIGH"), (80, "CRITICAL"), (300, "CRITICAL"),
    ],
)  # fmt: skip
def test_classes(score: int, name: str):
    assert decide("dt_3_class", score=score)["riskClass"] == name


OLDER = ["SLOW_SCRIPT", "LOSS_STATEMENT_READ_ALOUD", "TRUSTED_CONTACT_OFFER"]


@pytest.mark.parametrize(
    ("age", "vulnerable", "measures"),
    [
        (59, False, []),
        (60, False, OLDER),
        (72, True, [*OLDER, "ACCESSIBLE_CHANNEL"]),
        (30, True, ["ACCESSIBLE_CHANNEL"]),
        (30, None, []),
    ],
)
def test_who_is_looked_after_and_how(age: int, vulnerable: bool | None, measures: list[str]):
    assert decide("dt_4_measures", applicantAge=age, vulnerable=vulnerable) == measures


def test_neither_age_nor_a_disability_scores_a_point():
    signals = decide("dt_2_signals", **{**QUIET, "applicantAge": 95, "vulnerable": True})

    assert signals["score"] == 0


# --- authority --------------------------------------------------------------------------------


def _level(amount: float, basis: str = "SURRENDER", risk: str = "LOW", **more: Any) -> Any:
    return decide(
        "dt_level",
        **{
            "item": "TERMINATE",
            "basis": basis,
            "amount": amount,
            "annualPremium": 12000,
            "riskClass": risk,
            "policyFlags": ["CASE_OPEN"],
            "isProxy": False,
            **more,
        },
    )


@pytest.mark.parametrize(
    ("amount", "level", "approvers"),
    [
        (50000, "L2", []), (50000.01, "L3", ["L3"]), (56801.45, "L3", ["L3"]),
        (128000, "L3", ["L3"]), (200000, "L3", ["L3"]), (200000.01, "L4", ["L4"]),
        (500000, "L4", ["L4"]), (500000.01, "L5", ["L5", "L5"]), (2000000, "L5", ["L5", "L5"]),
        (2000000.01, "L6", ["L6"]),
    ],
)  # fmt: skip
def test_levels_by_amount(amount: float, level: str, approvers: list[str]):
    authority = _level(amount)

    assert (authority["level"], authority["approverLevels"]) == (level, approvers)
    assert authority["checkerLevel"] == "L2"
    assert not authority["straightThrough"]


def test_straight_through_is_for_cooling_off_within_one_premium_and_low_risk_only():
    assert _level(11990, "COOLING_OFF")["straightThrough"]
    assert _level(12000, "COOLING_OFF")["straightThrough"]
    assert not _level(12000.01, "COOLING_OFF")["straightThrough"]
    assert not _level(11990, "SURRENDER")["straightThrough"]
    assert not _level(11990, "COOLING_OFF", "MEDIUM")["straightThrough"]
    assert not _level(11990, "COOLING_OFF", isProxy=True)["straightThrough"]
    assert not _level(11990, "COOLING_OFF", policyFlags=["PLEDGED"])["straightThrough"]


@pytest.mark.parametrize(
    ("item", "amount", "risk", "level", "straight"),
    [
        ("POLICY_LOAN", 10000, "LOW", "L0", True),
        ("POLICY_LOAN", 10000.01, "LOW", "L2", False),
        ("POLICY_LOAN", 10000, "MEDIUM", "L2", False),
        ("POLICY_LOAN", 50000.01, "LOW", "L3", False),
        ("LOAN_REPAYMENT", 500000, "LOW", "L0", True),
        ("LOAN_REPAYMENT", 500, "HIGH", "L2", False),
    ],
)
def test_levels_of_loans(item: str, amount: float, risk: str, level: str, straight: bool):
    authority = _level(amount, "LOAN", risk, item=item)

    assert (authority["level"], authority["straightThrough"]) == (level, straight)


@pytest.mark.parametrize(
    ("amount", "risk", "level", "approvers"),
    [
        (1, "LOW", "L5", ["L5", "L5"]),
        (60000, "MEDIUM", "L5", ["L5", "L5"]),
        (200000, "LOW", "L5", ["L5", "L5"]),
        (200000.01, "LOW", "L6", ["L5", "L6"]),
        (200000.01, "MEDIUM", "L6", ["L5", "L6"]),
        (60000, "HIGH", "L6", ["L5", "L6"]),
    ],
)
def test_ex_gratia_takes_two_of_head_office_whatever_the_amount(
    amount: float, risk: str, level: str, approvers: list[str]
):
    authority = _level(amount, "EX_GRATIA", risk, item="EX_GRATIA_SURRENDER")

    assert (authority["level"], authority["approverLevels"]) == (level, approvers)
    assert authority["straightThrough"] is False


def test_high_risk_asks_for_one_level_up_and_a_pause():
    medium, high, critical = (_level(40000, risk=risk) for risk in ("MEDIUM", "HIGH", "CRITICAL"))

    assert (medium["level"], medium["pauseHours"]) == ("L2", 0)
    assert (high["level"], high["pauseHours"]) == ("L3", 24)
    assert critical["level"] == "L2"


@pytest.mark.parametrize(
    ("arrived", "basis"),
    [("2026-09-30T23:59:59.999999", "COOLING_OFF"), ("2026-10-01T00:00:00", "SURRENDER")],
)
def test_the_last_day_of_cooling_off_counts_to_its_last_moment(arrived: str, basis: str):
    ends = moment("2026-09-30T23:59:59")

    decided = decide(
        "dt_p7_basis", **POLICY | {"noticeArrivedAt": moment(arrived), "coolingOffEndsAt": ends}
    )

    assert decided["basis"] == basis


# --- populations ------------------------------------------------------------------------------


def _line(kind: str, count: int, mean: str = "0", sigma: str = "0", channel: str = "") -> Any:
    return {
        "kind": kind, "grouping": "AGENT", "key": "AG-1", "count": count,
        "mean": Decimal(mean), "sigma": Decimal(sigma), "channel": channel,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (_line("SURRENDERS", 5, "2", "1"), None),
        (_line("SURRENDERS", 6, "2", "1"), "SURRENDER_SURGE"),
        (_line("SURRENDERS", 4), None),
        (_line("SURRENDERS", 5), "SURRENDER_SURGE"),
        (_line("COMPLAINANTS", 19, channel="COUNTER"), None),
        (_line("COMPLAINANTS", 20, channel="COUNTER"), "MAJOR_COMPLAINT"),
        (_line("COMPLAINANTS", 40, channel="PHONE"), None),
        (_line("ACCOUNT_HOLDERS", 2), None),
        (_line("ACCOUNT_HOLDERS", 3), "SHARED_ACCOUNT"),
        (_line("DEVICE_HOLDERS", 4), None),
        (_line("DEVICE_HOLDERS", 5), "SHARED_DEVICE"),
    ],
)
def test_what_a_group_has_to_do_to_be_looked_into(line: Any, rule: str | None):
    findings = decide("dt_5_population", lines=[line])

    assert [each["verdict"]["rule"] for each in findings] == ([] if rule is None else [rule])
    assert all(each["line"]["key"] == "AG-1" for each in findings)


CHILD: dict[str, Any] = {
    "item": "POLICYHOLDER_CHANGE", "insuredIsApplicant": False, "insuredCapacity": "NONE",
    "deathCover": True, "pledged": False, "parentsAsked": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ({}, ["GUARDIAN", "NEW_PH", "PARENT"]),
        ({"parentsAsked": False}, ["GUARDIAN", "NEW_PH"]),
        ({"parentsAsked": None}, ["GUARDIAN", "NEW_PH"]),
        ({"item": "SA_INCREASE"}, ["PARENT"]),
        ({"item": "SA_INCREASE", "parentsAsked": False}, []),
        ({"item": "BENEFICIARY_CHANGE"}, ["GUARDIAN"]),
    ],
)
def test_a_childs_cover_held_by_no_parent_needs_the_parents(
    given: dict[str, Any], roles: list[str]
):
    assert sorted(map(str, decide("dt_consent", **CHILD | given))) == roles


def test_a_holder_whom_no_known_parent_could_agree_to_is_refused():
    facts = {
        "eventHappened": False, "state": "IN_FORCE", "applicantEntitled": True,
        "newHolderKnown": True, "newHolderSame": False, "newHolderIsAgent": False,
        "newHolderCapacity": "FULL", "debts": 0, "debtsAssumed": False, "debitAccountOwn": True,
    }  # fmt: skip

    refused = decide("dt_p3_admissible", **facts, parentsUnknown=True)
    admitted = decide("dt_p3_admissible", **facts, parentsUnknown=False)

    assert (refused["verdict"], refused["reason"]) == ("REJECT", "PARENTS_UNKNOWN")
    assert admitted["verdict"] == "ADMIT"
