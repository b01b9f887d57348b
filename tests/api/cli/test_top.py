"""``baoquan top`` and ``export``: where everything stands, and what happened."""

import pytest

from api.cli import top
from tests.api.cli.conftest import read

pytestmark = pytest.mark.usefixtures("case_id")
AS_OPS = ("--as", "ops-1")


def test_where_everything_stands_is_on_one_page(baoquan):
    shown = baoquan("top", *AS_OPS).output

    assert "incidents" in shown
    for title in ("Cases", "At elements", "Throughput", "Queues"):
        assert title in shown
    assert "\x1b[2J" not in shown


def test_programs_read_the_same(baoquan):
    told = read(baoquan("top", "--json", *AS_OPS))

    assert told["openIncidents"] >= 1
    assert {one["element"] for one in told["elements"]} >= {"quote", "due"}
    assert [one["hours"] for one in told["throughput"]] == [1, 24]


def test_it_looks_again_until_it_is_stopped(baoquan, monkeypatch):
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("api.cli.top.time.sleep", pause)
    result = baoquan("top", "--watch", "0.1", "--json", *AS_OPS)

    assert result.exit_code == 0
    assert pauses == [0.5, 0.5, 0.5], "nobody is asked more often"
    assert result.output.count('"openIncidents"') == 3


@pytest.mark.parametrize(
    ("seconds", "told"), [(5, "5s"), (-1, "0s"), (65, "1m"), (3_700, "1h 1m"), (90_000, "1d 1h")]
)
def test_a_span_is_told_as_people_say_it(seconds, told):
    assert top._span(seconds) == told


@pytest.mark.parametrize("form", ["xes", "csv"])
def test_an_export_is_a_file(baoquan, tmp_path, form):
    target = tmp_path / f"journal.{form}"

    result = baoquan("export", form, "--output", str(target), *AS_OPS)

    assert result.exit_code == 0, result.output
    assert f"{target.stat().st_size} bytes" in result.output.replace("\n", "")


def test_what_cannot_be_exported_leaves_no_file(baoquan, tmp_path):
    target = tmp_path / "journal.xes"

    refused = baoquan("export", "xes", "-o", str(target), "--since", "yesterday", *AS_OPS)
    nowhere = baoquan("export", "xes", "-o", str(tmp_path / "no" / "where.xes"), *AS_OPS)

    assert refused.exit_code == 1
    assert nowhere.exit_code == 2
    assert list(tmp_path.iterdir()) == []
