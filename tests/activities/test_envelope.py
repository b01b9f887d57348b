import contextlib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.envelope import (
    feel_value,
    python_value,
    read_request,
    read_values,
    write_values,
)
from activities.errors import Refused
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.verification import PolicyRequest
from workflows.feel.temporal import DateTime

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        Decimal("56801.45"),
        "text",
        date(2026, 10, 12),
        datetime(2026, 10, 12, 10, tzinfo=SHANGHAI),
        [Decimal(1), {"a": "b"}],
    ],
)
def test_a_value_comes_back_as_it_went(value: object):
    assert python_value(feel_value(value)) == value


def test_a_time_bears_its_offset_instead_of_its_region():
    moment = datetime(2026, 10, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert str(feel_value(moment)) == "2026-10-12T10:00:00+08:00"


def test_a_time_without_an_offset_is_nobody_s_time():
    with pytest.raises(ValueError, match="offset"):
        feel_value(datetime(2026, 10, 12, 10))  # noqa: DTZ001 - the point of the test


def test_whole_numbers_and_tuples_become_numbers_and_lists():
    assert feel_value((1, 2)) == [Decimal(1), Decimal(2)]


def test_a_null_is_left_out_at_any_depth():
    wire = write_values({"a": None, "b": {"c": None, "d": 1}})

    assert read_values(wire) == {"b": {"d": Decimal(1)}}


def test_what_feel_does_not_have_is_not_guessed():
    with pytest.raises(TypeError, match="bytes"):
        feel_value(b"x")


def test_a_utc_time_is_a_feel_time():
    assert isinstance(feel_value(datetime(2026, 1, 1, tzinfo=UTC)), DateTime)


TAGS = st.sampled_from(
    ["number", "string", "boolean", "list", "context", "date", "date and time", "duration", "null"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        | st.fixed_dictionaries({"t": TAGS, "v": inner})
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", sorted(CONTRACTS))
@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_whatever_the_variables_hold_it_is_a_request_or_refused(kind: str, data: st.DataObject):
    request = CONTRACTS[kind].request
    names = [field.alias or name for name, field in request.model_fields.items()]
    variables = {name: data.draw(JSON, name) for name in names}

    with contextlib.suppress(Refused):
        read_request(request, variables)


@pytest.mark.parametrize(
    "hostile",
    [
        {"t": "list", "v": [{"t": "number", "v": "1"}] * 50_000},
        {"t": "string", "v": "x" * 1_000_000},
        {"t": "number", "v": "NaN"},
        {"t": "number", "v": "1e99999999"},
    ],
    ids=["huge list", "huge text", "NaN", "huge number"],
)
def test_a_hostile_variable_is_refused_in_few_words(hostile: dict[str, Any]):
    variables = {"policyNo": hostile, "noticeArrivedAt": hostile}

    with pytest.raises(Refused) as caught:
        read_request(PolicyRequest, variables)

    assert len(caught.value.message) < 300


def test_nesting_without_end_is_refused():
    deep: dict[str, Any] = {"t": "string", "v": "x"}
    for _ in range(10_000):
        deep = {"t": "list", "v": [deep]}

    with pytest.raises(Refused):
        read_request(PolicyRequest, {"policyNo": deep})
