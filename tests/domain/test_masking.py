"""Of what may be personal only how it looks is shown."""

from datetime import date
from decimal import Decimal

import pytest

from workflows.domain.masking import masked, masked_all
from workflows.feel.values import Value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (Decimal("56801.45"), "56801.45"),
        (Decimal(3), 3),
        (Decimal(13800001111), "<number>"),
        ("张三", "<text, 2>"),
        ("ZHANG", "<text, 5>"),
        (date(1980, 1, 1), "<date>"),
        ([Decimal(1), "x"], [1, "<text, 1>"]),
    ],
)
def test_a_value_is_shown_or_how_it_looks(value, shown) -> None:
    assert masked(value, "holder") == shown


def test_words_of_the_product_are_shown_under_their_names_alone() -> None:
    assert masked_all({"status": "APPROVED", "note": "APPROVED"}) == {
        "status": "APPROVED",
        "note": "<text, 8>",
    }
    assert masked("Zhang San", "status") == "<text, 9>"


def test_contexts_are_shown_to_a_depth_and_names_that_may_be_peoples_are_not() -> None:
    deep: dict[str, Value] = {"a": {"b": {"c": {"d": {"e": {"f": "x"}}}}}}

    assert masked_all(deep) == {"a": {"b": {"c": {"d": {"e": "<context>"}}}}}
    assert masked_all({"张三": Decimal(1)}) == {"<name, 2>": 1}
