from decimal import Decimal
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from tests.activities.office import Office, moment


async def asked(office: Office) -> Any:
    answer = await office.do("feedback.survey", applicantPartyId="PT-1", policyNo="P-1")
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
