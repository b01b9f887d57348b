"""The working day as data: sixty cases, every model, every class of anomaly."""

from infra.db.sample_book.content import Content
from infra.db.sample_book.working_day import working_day
from infra.local.day.cases import SCENARIOS
from infra.local.day.scenario import MODELS

CLASSES = {
    "DATA", "DOC", "IDENTITY", "CONSENT", "ELIGIBILITY", "RISK", "MONEY", "SYSTEM", "CONFLICT",
    "LEGAL_HOLD", "SLA", "CUSTOMER",
}  # fmt: skip


def test_the_day_has_sixty_cases_over_all_ten_models_each_told_in_one_line() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS) == 60
    assert {scenario.model for scenario in SCENARIOS} == set(MODELS)
    assert [one.name for one in SCENARIOS if "\n" in one.story or len(one.story) > 84] == []


def test_something_of_every_class_goes_wrong_in_the_day() -> None:
    found = {each.partition(" ")[0] for one in SCENARIOS for each in one.expected.anomalies}

    assert found == CLASSES


def test_a_case_waits_only_for_cases_of_the_day() -> None:
    names = {scenario.name for scenario in SCENARIOS}
    places = [one.after for one in SCENARIOS] + [
        place for one in SCENARIOS for place in one.holds.values()
    ]

    assert {place[0] for place in places if place} <= names


def test_every_policy_of_the_day_is_put_on_the_book_once() -> None:
    content = Content()

    working_day(content)

    ours = [policy.policy_no for policy in content.policies]
    asked = {one.policy_no for one in SCENARIOS if one.policy_no.startswith("P-W")}
    assert sorted(ours) == sorted({*ours})
    assert asked == {*ours}
