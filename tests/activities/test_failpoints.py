import os
import signal

import pytest

from activities.failpoints import NAMES, failpoints, parse_failpoints, passing


def test_no_failpoints_let_everything_pass():
    assert failpoints("", allowed=False) is passing


def test_failpoints_are_refused_in_production():
    with pytest.raises(ValueError, match="refused in the production profile"):
        failpoints("pay.sent=1", allowed=False)


@pytest.mark.parametrize("text", ["pay.snet=1", "pay.sent=2", "pay.sent=x"])
def test_what_cannot_be_read_is_refused(text: str):
    with pytest.raises(ValueError, match=r"[Ee]xpected|could not convert"):
        failpoints(text, allowed=True)


def test_a_probability_is_one_unless_given():
    assert parse_failpoints("pay.sent, letter.sent=0.25") == {"pay.sent": 1, "letter.sent": 0.25}


def test_an_armed_instant_kills_the_process(monkeypatch: pytest.MonkeyPatch):
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr("activities.failpoints.os.kill", lambda *call: killed.append(call))
    at = failpoints("pay.sent=1", allowed=True)

    at("pay.recorded")
    at("pay.sent")

    assert killed == [(os.getpid(), signal.SIGKILL)]


def test_every_name_says_whose_instant_it_is():
    assert all(name.count(".") == 1 for name in NAMES)
