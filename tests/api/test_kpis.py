"""Key figures over HTTP: of days as the deployment counts them, down to the cases."""

import pytest

from tests.api.door import Door, is_problem
from tests.api.states import a_recovery


async def test_figures_come_with_their_definitions_and_say_where_nothing_was_counted(door: Door):
    await a_recovery(door)  # a survey was answered with 1

    found = (await door.get("/v1/kpis", role="supervisor")).json()

    told = {one["kpi"]: one for one in found["figures"]}
    assert (found["since"], found["until"]) == ("2026-10-01", "2026-10-12")
    assert (told["CSAT"]["value"], told["CSAT"]["denominator"]) == ("1.00", 1)
    assert told["BOUNCE_RATE"]["value"] is None
    assert [one["kpi"] for one in found["definitions"]] == list(told)


async def test_a_figure_is_followed_down_to_its_cases(door: Door):
    for _ in range(3):
        await a_recovery(door)
    ask = {"by": "unit", "group": "SH-01", "limit": 2}

    first = (await door.get("/v1/kpis/CSAT/cases", role="auditor", params=ask)).json()
    rest = (
        await door.get(
            "/v1/kpis/CSAT/cases", role="auditor", params={**ask, "cursor": first["next"]}
        )
    ).json()
    nobody = await door.get(
        "/v1/kpis/CSAT/cases", role="auditor", params={"by": "unit", "group": "HQ"}
    )

    ids = [one["caseId"] for one in first["cases"] + rest["cases"]]
    assert len(ids) == 3
    assert ids == sorted(ids)
    assert nobody.json()["cases"] == []


@pytest.mark.parametrize(
    "days",
    [
        {"since": "2026-10-12", "until": "2026-10-11"},
        {"since": "2024-01-01", "until": "2026-10-11"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01", "until": "0001-01-02"},
    ],
)
async def test_a_period_is_one_day_to_a_year(door: Door, days):
    assert is_problem(await door.get("/v1/kpis", role="ops", params=days), 422, "period")
