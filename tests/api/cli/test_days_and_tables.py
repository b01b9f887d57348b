"""``baoquan calendar``, ``case list --late``, ``backtest``: looked up, filtered, tried."""

from decimal import Decimal
from pathlib import Path

from tests.api.cli.conftest import Baoquan, Server, read
from tests.api.door import now
from tests.dmn.drawing import decision, definitions, literal
from workflows.feel import Value

LEAD = ("--as", "lead-1")


def test_a_calendar_says_how_far_it_is_known(baoquan: Baoquan):
    shown = baoquan("calendar", "show", "CN", "--year", "2026", *LEAD).output
    told = read(baoquan("calendar", "show", "CN", "--year", "2026", "--json", *LEAD))
    wrong = baoquan("calendar", "show", "XX", *LEAD)

    assert told["coveredUntil"] in shown
    assert (told["year"], told["jurisdiction"]) == (2026, "CN")
    assert "2026-10-01" in {one["day"] for one in told["days"]}
    assert wrong.exit_code == 1


def test_data_stores_are_looked_into(baoquan: Baoquan, server: Server):
    async def leave() -> None:
        async with server.app.state.deployment.database.work() as books:
            held: dict[str, Value] = {"P-1": Decimal(7)}
            await books.data_stores.keep("Rates", held, case_id="BQ-1", at=now())

    server.do(leave())

    told = read(baoquan("store", "list", "Rates", "--json", "--as", "ops-1"))
    shown = baoquan("store", "list", "--as", "ops-1").output

    assert [(one["key"], one["value"]) for one in told["entries"]] == [("P-1", 7)]
    assert "Rates" in shown


def test_a_case_that_is_in_time_is_not_listed_as_late(baoquan: Baoquan, case_id: str):
    everything = read(baoquan("case", "list", "--json", *LEAD))["cases"]
    late = read(baoquan("case", "list", "--late", "--json", *LEAD))["cases"]

    assert case_id in {one["caseId"] for one in everything}
    assert case_id not in {one["caseId"] for one in late}


def test_a_candidate_that_no_case_has_asked_changes_nothing(baoquan: Baoquan, tmp_path: Path):
    candidate = tmp_path / "risk.dmn"
    candidate.write_bytes(definitions(decision("unheard_of", literal('"LOW"'))))

    said = baoquan("backtest", str(candidate), *LEAD).output
    told = read(baoquan("backtest", str(candidate), "--json", *LEAD))

    assert said == "unheard_of: 0 decisions in 0 cases, 0 the same, 0 otherwise\n"
    assert (told["asked"], told["changes"]) == (0, [])
