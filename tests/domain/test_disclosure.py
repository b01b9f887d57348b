"""What is personal keeps its looks and no more."""

import pytest

from workflows.domain.disclosure import DISCLOSURES, Field, concealed, disclosed


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("NAME", "张三丰", "张**"),
        ("PHONE", "13910000008", "139****0008"),
        ("PHONE", "12345", "****"),
        ("ID_NO", "360426199101010071", "****0071"),
        ("ACCOUNT", "6222020200112233", "****2233"),
        ("EMAIL", "customer@mail.example", "c***@mail.example"),
        ("BORN_ON", "1954-03-02", "1954-**-**"),
        ("ADDRESS", "示例路1号", "<text, 5>"),
    ],
)
def test_what_is_left_of_a_value(field: Field, value: str, seen: str):
    assert concealed(field, value) == seen


def test_no_purpose_shows_nothing_and_no_purpose_of_people_shows_an_account():
    assert disclosed(None, frozenset({"auditor"})) == frozenset()
    people = [one for one in DISCLOSURES.values() if one.roles & {"back_office", "supervisor"}]
    assert not any({"ACCOUNT", "ID_NO"} & one.fields for one in people)
    assert all(one.needs_case for one in people)
