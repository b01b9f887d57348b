from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError

from infra.db.tables import cases
from tests.activities.office import Office, moment
from workflows.domain.feedback import SurveyChoice

TO_ASK = {"applicantPartyId": "PT-1", "policyNo": "P-1"}


async def asked(office: Office) -> Any:
    answer = await office.do("feedback.survey", **TO_ASK)
    return answer["survey"]


async def test_a_survey_goes_out_by_mail(office: Office):
    survey = await asked(office)

    (mail,) = office.mails()
    body = mail.get_content()
    assert survey["id"] in body
    assert "BQ-1" in body


@pytest.mark.parametrize(("csat", "needed"), [(1, True), (2, True), (3, False), (5, False)])
async def test_a_bad_answer_owes_a_recovery(office: Office, csat: int, needed: bool):
    survey = await asked(office)

    answer = await office.do("feedback.record", surveyId=survey["id"], csat=Decimal(csat))

    assert answer["recoveryNeeded"] is needed


async def test_a_second_answer_changes_nothing(office: Office):
    survey = await asked(office)
    await office.do("feedback.record", surveyId=survey["id"], csat=Decimal(1))

    again = await office.do("feedback.record", surveyId=survey["id"], csat=Decimal(5))

    assert again["recoveryNeeded"] is True


async def test_a_recovery_is_due_the_next_working_day(office: Office):
    survey = await asked(office)

    answer = await office.do("feedback.recovery", surveyId=survey["id"])

    assert answer["recovery"]["dueAt"] == moment("2026-10-13T23:59:59")


async def test_a_score_out_of_range_is_refused(office: Office):
    survey = await asked(office)

    with pytest.raises(ApplicationError) as caught:
        await office.do("feedback.record", surveyId=survey["id"], csat=Decimal(6))

    assert caught.value.type == "refused:INPUT"
    assert "6" not in caught.value.message


async def test_the_survey_of_another_case_is_not_answered(office: Office):
    survey = await asked(office)
    call = office.call(
        "feedback.record", {"surveyId": survey["id"], "csat": Decimal(5)}, case_id="BQ-2"
    )

    with pytest.raises(ApplicationError) as caught:
        await office.run(call)

    assert caught.value.type == "refused:UNKNOWN_SURVEY"


async def test_a_recommendation_is_asked_for_once_in_ninety_days(office: Office):
    first = await asked(office)
    await office.do("feedback.record", surveyId=first["id"], csat=Decimal(5), nps=Decimal(9))

    later = [
        (await office.do("feedback.survey", at=at, **TO_ASK))["survey"]
        for at in ("2027-01-10T09:59", "2027-01-10T10:00")
    ]

    asking = {
        one["id"]
        for one in (first, *later)
        for mail in office.mails()
        if one["id"] in mail.get_content() and "how likely" in mail.get_content()
    }
    assert asking == {first["id"], later[1]["id"]}


async def test_a_recommendation_that_was_not_asked_for_counts_nothing(office: Office):
    await asked(office)
    second = (await office.do("feedback.survey", at="2026-10-13T10:00", **TO_ASK))["survey"]

    answer = await office.do(
        "feedback.record", surveyId=second["id"], csat=Decimal(5), effort=Decimal(6), nps=Decimal(0)
    )

    async with office.database.work() as books:
        known = await books.surveys.get(second["id"])
    assert answer["recoveryNeeded"] is False
    assert known is not None
    assert (known.csat, known.effort, known.nps) == (5, 6, None)


async def test_a_detractor_owes_a_recovery_however_satisfied(office: Office):
    survey = await asked(office)

    answer = await office.do(
        "feedback.record", surveyId=survey["id"], csat=Decimal(5), nps=Decimal(6)
    )

    assert answer["recoveryNeeded"] is True


async def choose(office: Office, *, wanted: bool) -> None:
    async with office.database.work() as books:
        await books.surveys.choose(
            SurveyChoice(
                party_id="PT-1",
                wanted=wanted,
                channel="PHONE",
                chosen_at=moment("2026-10-12T09:00"),
                recorded_by="clerk-1",
            )
        )


async def test_who_opted_out_is_not_asked_until_it_is_taken_back(office: Office):
    await choose(office, wanted=False)
    refused = await asked(office)
    nothing_sent = office.mails() == []
    await choose(office, wanted=True)

    taken_back = (await office.do("feedback.survey", at="2026-10-12T10:01", **TO_ASK))["survey"]

    assert (refused["outcome"], nothing_sent) == ("NOT_WANTED", True)
    assert (taken_back["outcome"], len(office.mails())) == ("ASKED", 1)


async def test_at_night_a_survey_waits_for_the_morning_and_leaves_nothing_behind(office: Office):
    async with office.registry.begin() as connection:
        await connection.execute(update(cases.cases).values(pack="cn-life-2026.3"))

    night = (
        await office.do("feedback.survey", at="2026-10-12T22:30", mayWait=True, **TO_ASK)
    )["survey"]  # fmt: skip
    kept = await office.count(cases.surveys)
    morning = (
        await office.do("feedback.survey", at="2026-10-13T08:00", mayWait=True, **TO_ASK)
    )["survey"]  # fmt: skip

    assert (night["outcome"], night["notBefore"]) == ("LATER", moment("2026-10-13T08:00"))
    assert kept == 0
    assert (morning["outcome"], len(office.mails())) == ("ASKED", 1)


async def test_an_older_model_that_cannot_wait_asks_at_night(office: Office):
    async with office.registry.begin() as connection:
        await connection.execute(update(cases.cases).values(pack="cn-life-2026.3"))

    night = (await office.do("feedback.survey", at="2026-10-12T22:30", **TO_ASK))["survey"]

    assert (night["outcome"], len(office.mails())) == ("ASKED", 1)
