"""The claims system over HTTP: told once per claim number, away by its own word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from infra.systems.claims_desk.app import ClaimsDesk, Condition, create_claims_desk
from infra.systems.claims_http import HttpClaims
from workflows.domain.claim_notice import ClaimNotice
from workflows.domain.money import money
from workflows.domain.systems import SystemUnavailable

KEY = "t"
NOTICE = ClaimNotice(
    claim_no="CL-1",
    case_id="BQ-1",
    policy_no="P-S13",
    event="DEATH",
    event_on=date(2026, 7, 20),
    noticed_at=datetime(2026, 7, 22, 2, tzinfo=UTC),
    proofs=("CLAIMANT_ID",),
    missing=("DEATH_CERTIFICATE",),
    payable=money("290400.00"),
    investigate=True,
)


def line(desk: ClaimsDesk, bearer: str = KEY) -> HttpClaims:
    return HttpClaims(
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=create_claims_desk(desk)),
            base_url="http://claims",
            headers={"Authorization": f"Bearer {bearer}"},
        )
    )


async def test_the_same_notice_again_is_the_same_claim(tmp_path: Path) -> None:
    desk = ClaimsDesk(folder=tmp_path, token=KEY)

    first = await line(desk).notify(NOTICE)
    again = await line(ClaimsDesk(folder=tmp_path, token=KEY)).notify(NOTICE)

    assert first == again
    assert [(one.case_id, one.payable_minor) for one in desk.notices()] == [("BQ-1", 29_040_000)]


async def test_another_notice_under_the_same_number_is_refused(tmp_path: Path) -> None:
    desk = ClaimsDesk(folder=tmp_path, token=KEY)
    await line(desk).notify(NOTICE)

    with pytest.raises(SystemUnavailable, match="422"):
        await line(desk).notify(replace(NOTICE, policy_no="P-S14"))

    assert len(desk.notices()) == 1


async def test_away_or_closed_to_the_caller_registers_nothing(tmp_path: Path) -> None:
    desk = ClaimsDesk(folder=tmp_path, token=KEY, condition=Condition(away=True))

    with pytest.raises(SystemUnavailable, match="503"):
        await line(desk).notify(NOTICE)
    with pytest.raises(SystemUnavailable, match="401"):
        await line(desk, bearer="x").notify(NOTICE)

    assert desk.notices() == []
