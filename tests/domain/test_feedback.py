"""Surveys: who is asked, at which hours, and what an answer owes."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from infra.packs import installed
from workflows.domain.feedback import (
    Survey,
    may_be_asked,
    needs_recovery,
    quiet_until,
    recommends,
)
from workflows.domain.findings import Anomaly
from workflows.domain.jurisdiction import Law

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def law(pack: str) -> Law:
    return Law(pack=installed().get(pack), on=date(2026, 10, 12))


@pytest.mark.parametrize(
    ("pack", "at", "until"),
    [
        ("cn-life-2026.3", "2026-10-12T20:59:59", None),
        ("cn-life-2026.3", "2026-10-12T21:00:00", "2026-10-13T08:00"),
        ("cn-life-2026.3", "2026-12-31T23:59:59", "2027-01-01T08:00"),
        ("cn-life-2026.3", "2026-10-13T00:00:00", "2026-10-13T08:00"),
        ("cn-life-2026.3", "2026-10-13T07:59:59", "2026-10-13T08:00"),
        ("cn-life-2026.3", "2026-10-13T08:00:00", None),
        ("hk-life-2026.3", "2026-10-12T20:30:00", "2026-10-13T09:00"),
        ("cn-life-2026.2", "2026-10-13T03:00:00", None),
    ],
)
def test_quiet_hours_end_in_the_morning_that_the_pack_says(pack, at, until) -> None:
    assert quiet_until(moment(at), law(pack)) == (None if until is None else moment(until))


@pytest.mark.parametrize(
    ("csat", "nps", "needed"),
    [(2, None, True), (3, None, False), (5, 6, True), (5, 7, False), (2, 10, True)],
)
def test_bad_satisfaction_or_a_detractor_owes_a_recovery(csat, nps, needed) -> None:
    answered = Survey(
        id="SV-1", case_id="BQ-1", party_id="PT-1", type="CSAT",
        sent_at=moment("2026-10-12T10:00"), csat=csat, nps=nps,
    )  # fmt: skip

    assert needs_recovery(answered) is needed


def test_nine_and_ten_promote_six_and_less_detract() -> None:
    assert [recommends(nps) for nps in range(11)] == [-1] * 7 + [0] * 2 + [1] * 2


@pytest.mark.parametrize(
    ("reason", "outcome", "asked"),
    [
        ("COMPLAINT", None, False),
        ("APPLICANT_DIED", None, False),
        ("FACE_MISMATCH", "FRAUD", False),
        ("R17", "REPORTED", False),
        ("R17", "RELEASED", True),
        ("DOCUMENTS_MISSING", "SUPPLEMENTED", True),
    ],
)
def test_nobody_is_asked_after_a_complaint_a_death_or_a_fraud(reason, outcome, asked) -> None:
    found = Anomaly(
        id="AN-1", case_id="BQ-1", class_="DATA", reason=reason, route="ops",
        opened_at=moment("2026-10-12T10:00"), due_on=None, outcome=outcome,
    )  # fmt: skip

    assert may_be_asked([found]) is asked
