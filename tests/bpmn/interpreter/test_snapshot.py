"""A snapshot loses nothing and is canonical; its size follows what is alive."""

import json
from datetime import date
from decimal import Decimal

import pytest

from tests.builders.process import a_process, multi_instance
from tests.playing import START, compiled, play
from workflows.bpmn.interpreter import dump, load, new_state, step
from workflows.bpmn.interpreter.occurrences import Started
from workflows.bpmn.interpreter.packing import pack, unpack
from workflows.feel import DateTime, DaysTime, Range, Time, YearsMonths

VALUES = [
    None,
    True,
    "text",
    "",
    Decimal("1.50"),
    Decimal("-0"),
    Decimal("1E+30"),
    Decimal("0.1234567890123456789012345678901234"),
    date(2026, 1, 2),
    Time(3_600_000_000_000),
    DateTime(date(2026, 1, 2), 5, "Asia/Shanghai"),
    DateTime(date(2026, 1, 2), 5, 3600),
    YearsMonths(14),
    DaysTime(1),
    Range(Decimal(1), None, True, False),
    [Decimal(1), [None], {"a": "b"}],
    {"b": Decimal(1), "a": {"x": [True]}},
    {"#n": "not a number", "#c": None},
    {},
    [],
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_every_value_survives(value):
    packed = json.loads(json.dumps(pack(value)))

    assert unpack(packed) == value
    assert repr(unpack(packed)) == repr(value)


def test_the_order_of_variables_is_kept():
    program = compiled(a_process().start().service("t").end())
    state = new_state()
    step(program, state, Started(at=START, variables={"z": None, "a": None}))

    again = load(dump(state))

    assert again.root is not None
    assert list(again.root.locals or {}) == ["z", "a"]


def test_a_finished_instance_leaves_almost_nothing():
    run = play(a_process().start().service("t").end(), x="y" * 1_000).complete("t")

    assert len(dump(run.state)) < 60


def test_the_state_does_not_grow_with_history():
    model = (
        a_process().start().exclusive("m").service("t").exclusive("b").flow("=true").connect("m")
        .at("b").flow(default=True).end()
    )  # fmt: skip
    run = play(model)
    sizes = []
    for _ in range(60):
        run.complete("t")
        sizes.append(len(dump(run.state)))

    assert max(sizes) - min(sizes[5:]) <= 12, "only counters get longer digits"


def test_a_live_token_takes_at_most_150_bytes():
    model = a_process().start().service("t", loop=multi_instance("=items")).end()
    few, many = play(model, items=[None] * 10), play(model, items=[None] * 1_010)

    growth = len(dump(many.state)) - len(dump(few.state))

    assert growth / 1_000 <= 150


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="format"):
        load('{"v": 99}')


def test_a_snapshot_written_before_there_were_signals_and_conditions_is_read():
    told = (
        '{"v":1,"k":9,"e":2,"q":0,"i":[[1,0,0,2],[3,2,1,2,{"w":[4,5]}]],'
        '"w":[[4,"m",3,2,"m","1"],[5,"t",3,3,"PT1H","2026-01-01T01:00:00+00:00",null,0]]}'
    )

    state = load(told)

    assert [(one.kind, one.key, one.part) for one in state.waits.values()] == [
        ("message", "1", 0),
        ("timer", "", 0),
    ]
    assert state.waits[5].anchor == state.waits[5].due
    assert dump(state) == told
