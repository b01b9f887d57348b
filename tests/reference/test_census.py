"""What the sweep plays: every production, every catcher and every kind of answer, often."""

import pytest

from tests.reference.census import census

MODELS, OFTEN = 3_500, 8

BEGINS = (
    *(f"task {kind}" for kind in ("service", "user", "receive", "child")),
    *(f"step {kind}" for kind in ("script", "manual", "task", "throw")),
    *("catch message", "catch timer", "race", "fork", "gather", "repeat"),
    *("choice exclusive", "choice inclusive", "sub embedded", "sub called", "sub transaction"),
    *("stop none", "stop error", "stop terminate"),
    *("stop escalation", "stop compensation", "stop cancel"),
    *("throw escalation", "throw compensation", "catch signal"),
    *("throw multiple", "throw message", "throw signal", "stop multiple", "stop signal"),
    *("catch condition", "catch multiple", "sub adhoc", "freely"),
)
CATCHERS = [
    (where, kind, how)
    for where in ("boundary", "event sub-process")
    for kind in ("message", "timer", "error", "signal", "escalation", "condition", "multiple")
    for how in ("interrupting", "not interrupting")
    if (kind, how) != ("error", "not interrupting")
]
UNDONE = [
    ("boundary", "cancel", "interrupting"),
    *(("undo", f"sub {kind}") for kind in ("embedded", "called", "transaction")),
    *(("undo", f"task {kind}") for kind in ("service", "user", "receive", "child")),
]
DEEDS = [
    *(("deed", work, how) for work in ("job", "userTask") for how in ("complete", "fail", "throw")),
    *(("deed", kind, "trigger") for kind in ("message", "timer", "signal")),
    *(("deed", work, "escalate") for work in ("job", "userTask", "child")),
    ("deed", "incident", "resolve"),
    ("deed", "offer", "choose"),
    *(
        ("deed", said, how)
        for said in ("publishing", "broadcasting")
        for how in ("complete", "fail")
    ),
]
AMONG_SEVERAL = [
    *(("caught", kind, "multiple") for kind in ("error", "escalation")),
    *(
        ("among", "throw multiple", kind)
        for kind in ("escalation", "compensation", "message", "signal")
    ),
    *(
        ("among", "stop multiple", kind)
        for kind in ("error", "escalation", "compensation", "message", "signal")
    ),
]
MANY = [
    ("many", "task service", "parallel"),
    ("many", "task service", "sequential"),
    ("many", "sub embedded", "parallel"),
    ("many", "sub embedded", "sequential"),
    ("many", "until"),
    *(("many", "behavior", name) for name in ("None", "One", "Complex")),
    *(("freely", what) for what in ("sequential", "until", "waits", "collects")),
    *(("freely", how) for how in ("named", "offered", "plain", "steered")),
    *(
        ("rounds", kind, how)
        for kind in ("task service", "sub embedded")
        for how in ("before", "after")
    ),
]


@pytest.mark.slow
def test_every_production_is_played_often():
    counted = census(range(MODELS))

    expected = [
        *(("begins", kind) for kind in BEGINS),
        *CATCHERS,
        *UNDONE,
        *DEEDS,
        *AMONG_SEVERAL,
        *MANY,
    ]
    assert {one: counted[one] for one in expected if counted[one] < OFTEN} == {}
