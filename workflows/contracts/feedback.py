"""Feedback 反馈: ask, record, recover."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from workflows.contracts.activity import ActivityContract, Request, Result


class SurveyRequest(Request):
    """Ask the applicant how it went."""

    applicant_party_id: str
    policy_no: str


class Survey(Result):
    """The survey, as the answer will name it."""

    id: str
    sent_at: datetime


class SurveyResult(Result):
    """The survey sent."""

    survey: Survey


class AnswerRequest(Request):
    """What the customer answered."""

    survey_id: str
    csat: int = Field(ge=1, le=5)
    comment: str | None = Field(default=None, max_length=2000)


class AnswerResult(Result):
    """Whether the answer calls for a recovery task."""

    recovery_needed: bool


class RecoveryRequest(Request):
    """Make good a poor experience."""

    survey_id: str


class Recovery(Result):
    """The recovery task and when it is due."""

    id: str
    due_at: datetime


class RecoveryResult(Result):
    """The recovery task opened."""

    recovery: Recovery


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="feedback.survey",
            runs="remote",
            request=SurveyRequest,
            result=SurveyResult,
            timeout_seconds=60,
        ),
        ActivityContract(
            type="feedback.record", runs="local", request=AnswerRequest, result=AnswerResult
        ),
        ActivityContract(
            type="feedback.recovery",
            runs="local",
            request=RecoveryRequest,
            result=RecoveryResult,
        ),
    )
}
