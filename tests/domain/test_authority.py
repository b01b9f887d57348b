"""Certificates count while they are valid; an operator sees own level, lower ones, and desks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from workflows.domain.authority import Certificate, Operator

NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "valid"),
    [
        ("2025-12-31T00:00:00+00:00", False),
        ("2026-10-12T03:59:59+00:00", True),
        ("2026-10-12T04:00:00+00:00", False),
    ],
)
def test_a_certificate_counts_until_it_expires(at: str, valid: bool) -> None:
    certificate = Certificate(
        id="Q1", type="T", valid_from=datetime(2026, 1, 1, tzinfo=UTC), valid_to=NOON
    )

    assert certificate.is_valid(datetime.fromisoformat(at)) is valid


def test_a_revoked_certificate_does_not_count() -> None:
    certificate = Certificate(
        id="Q1",
        type="T",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_to=datetime(2027, 1, 1, tzinfo=UTC),
        revoked_at=NOON,
    )

    assert not certificate.is_valid(NOON)


@pytest.mark.parametrize(
    ("valid_to", "zone", "at", "ends"),
    [
        ("2026-10-12T12:00+08:00", "Asia/Shanghai", "2026-10-12T11:59:59+08:00", None),
        ("2026-10-12T12:00+08:00", "Asia/Shanghai", "2026-10-12T12:00+08:00", "10-20T00:00+08:00"),
        ("2026-10-12T12:00+08:00", "Asia/Shanghai", "2026-10-19T23:59+08:00", "10-20T00:00+08:00"),
        ("2026-10-12T12:00+08:00", "Asia/Shanghai", "2026-10-20T00:00+08:00", None),
        ("2026-10-12T00:00+08:00", "Asia/Shanghai", "2026-10-18T23:59+08:00", "10-19T00:00+08:00"),
        ("2026-10-12T00:00+08:00", "Asia/Shanghai", "2026-10-19T00:00+08:00", None),
        ("2026-10-12T20:00+00:00", "Asia/Shanghai", "2026-10-20T15:59+00:00", "10-21T00:00+08:00"),
        ("2026-10-12T20:00+00:00", "UTC", "2026-10-19T23:59+00:00", "10-20T00:00+00:00"),
        ("2026-10-12T20:00+00:00", "UTC", "2026-10-20T00:00+00:00", None),
        ("2026-10-30T12:00-04:00", "US/Eastern", "2026-11-06T23:59-05:00", "11-07T00:00-05:00"),
    ],
)  # fmt: skip
def test_grace_ends_with_the_seventh_day_of_the_zone_after_the_last_of_validity(
    valid_to: str, zone: str, at: str, ends: str | None
) -> None:
    certificate = Certificate(
        id="Q1",
        type="T",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_to=datetime.fromisoformat(valid_to),
    )

    until = certificate.in_grace_until(datetime.fromisoformat(at), ZoneInfo(zone))

    assert until == (None if ends is None else datetime.fromisoformat(f"2026-{ends}"))


@pytest.mark.parametrize("revoked_at", [datetime(2026, 6, 1, tzinfo=UTC), NOON])
def test_a_revoked_certificate_knows_no_grace(revoked_at: datetime) -> None:
    certificate = Certificate(
        id="Q1",
        type="T",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_to=NOON,
        revoked_at=revoked_at,
    )

    assert certificate.in_grace_until(NOON, UTC) is None


def test_an_operator_sees_the_own_level_and_lower_ones() -> None:
    operator = Operator(
        id="o",
        party_id=None,
        unit="U",
        level=3,
        roles=("supervisor",),
        groups=("legal",),
        status="ACTIVE",
    )

    assert operator.candidate_groups == ("L1", "L2", "L3", "legal")
