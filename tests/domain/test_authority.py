"""Certificates count while they are valid; an operator sees own level, lower ones, and desks."""

from datetime import UTC, datetime

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
