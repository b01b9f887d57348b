"""``baoquan case activate`` and ``baoquan condition``."""

import httpx
import pytest

from tests.api.cli.conftest import read
from tests.api.door import Door


@pytest.fixture
def offering(server, case_id):
    """The case offers two activities."""
    door = Door(server.app, httpx.AsyncClient(), server.hand)
    activities = [{"element": "call", "name": "Call back"}, {"element": "visit", "name": "Visit"}]
    data = {"for": "offer", "activities": activities}
    entry = {"kind": "waitOpened", "element": "more", "name": "Inquiries", "key": 99, "data": data}
    server.do(door.journal(case_id, entry))
    return case_id


def test_what_a_case_offers_is_begun_by_name(baoquan, cases, offering):
    shown = baoquan(
        "case", "activate", offering, "call", "--set", 'language="en"', "--as", "back-office"
    )

    ((instance, order),) = cases.acts
    (chosen,) = order.act.activities
    assert (instance, order.act.wait, order.act.is_last) == (offering, 99, False)
    assert (chosen.element, chosen.variables["language"]["v"]) == ("call", "en")
    assert f"{offering}: begun call." in shown.output


def test_what_nobody_offers_is_refused_before_anything_is_sent(baoquan, cases, offering):
    result = baoquan("case", "activate", offering, "fly", "--as", "back-office")

    assert result.exit_code != 0
    assert cases.acts == []


def test_conditions_are_told(baoquan):
    told = read(baoquan("condition", "--set", "rate=3", "--as", "back-office", "--json"))

    assert told == {"begun": [], "kept": [], "failed": []}
