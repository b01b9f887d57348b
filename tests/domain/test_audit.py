"""A chain of audit records shows every edit, removal, insertion and exchange."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.domain.audit import GENESIS, AuditRecord, Change, record, verify
from workflows.domain.canonical import canonical_json, content_hash

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)


def a_change(no: int = 1) -> Change:
    return Change(
        stream="C1",
        action="effect",
        actor="system",
        at=NOW + timedelta(seconds=no),
        object_type="policy",
        object_id=f"P{no}",
        detail={"before": "a", "after": "b"},
    )


def a_chain(length: int) -> list[AuditRecord]:
    chain: list[AuditRecord] = []
    for no in range(1, length + 1):
        previous = chain[-1].hash if chain else GENESIS
        chain.append(record(a_change(no), seq=no, previous=previous))
    return chain


def test_an_untouched_chain_is_intact() -> None:
    assert verify("C1", a_chain(5)).intact


def test_an_empty_chain_ends_where_it_begins() -> None:
    assert verify("C1", []).head == GENESIS


@given(st.integers(0, 4), st.sampled_from(["actor", "action", "object_id", "detail", "at"]))
def test_a_changed_record_breaks_the_chain_where_it_stands(place: int, field: str) -> None:
    chain = a_chain(5)
    forged: Any = {"detail": {"before": "x"}, "at": NOW}.get(field, "forged")
    changed: dict[str, Any] = {field: forged}
    change = replace(chain[place].change, **changed)

    chain[place] = replace(chain[place], change=change)

    assert verify("C1", chain).broken_at == place + 1


@given(st.integers(0, 3))
def test_a_removed_record_breaks_the_chain(place: int) -> None:
    chain = a_chain(5)

    del chain[place]

    assert verify("C1", chain).broken_at == place + 1


def test_a_record_of_another_stream_breaks_the_chain() -> None:
    assert verify("C2", a_chain(1)).broken_at == 1


def test_the_same_instant_in_another_zone_has_the_same_hash() -> None:
    beijing = NOW.astimezone(timezone(timedelta(hours=8)))

    assert content_hash({"at": NOW}) == content_hash({"at": beijing})


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        content_hash({"at": datetime(2026, 10, 12)})  # noqa: DTZ001 - what must be refused


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical_json({"b": 1, "a": "保"}) == '{"a":"保","b":1}'


def test_what_is_no_data_is_refused() -> None:
    with pytest.raises(TypeError, match="JSON data"):
        canonical_json({"x": object()})
