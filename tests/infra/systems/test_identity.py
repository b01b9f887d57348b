from datetime import date

import pytest

from infra.systems.identity import PaperIdentity

TODAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("name", "id_type", "id_no", "answer"),
    [
        ("张三", "CN_RIC", "360426199101010071", "MATCH"),
        ("张三", "CN_RIC", "360426199101010072", "MISMATCH"),
        ("张三", "CN_RIC", "36042619910101007", "MISMATCH"),
        ("", "CN_RIC", "360426199101010071", "MISMATCH"),
        ("John Smith", "PASSPORT", "G1234567", "MATCH"),
        ("John Smith", "PASSPORT", " ", "MISMATCH"),
    ],
)
async def test_papers_prove_what_they_can(name: str, id_type: str, id_no: str, answer: str):
    found = await PaperIdentity().verify(name=name, id_type=id_type, id_no=id_no, on=TODAY)

    assert found == answer


async def test_a_number_of_one_not_yet_born_is_no_number():
    found = await PaperIdentity().verify(
        name="张三", id_type="CN_RIC", id_no="360426199101010071", on=date(1990, 1, 1)
    )

    assert found == "MISMATCH"
