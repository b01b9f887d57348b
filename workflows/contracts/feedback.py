"""Feedback 反馈: ask, record, recover."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from workflows.contracts.activity import ActivityContract, Request, Result


class SurveyRequest(Request):
    """Ask the applicant how it went."""

    applicant_party_id: str
    policy_no: str
    may_wait: bool = False
    """Whether the model knows what to do where nobody is to be asked, or not now."""


class Survey(Result):
    """The survey, as the answer will name it; nothing was sent but where it was ASKED."""

    id: str
    sent_at: datetime
    outcome: Literal["ASKED", "LATER", "NOT_WANTED"] = "ASKED"
    not_before: datetime | None = None
    """When to try again, where it is LATER."""


class SurveyResult(Result):
    """The survey sent."""

    survey: Survey


class AnswerRequest(Request):
    """What the customer answered."""

    survey_id: str
    csat: int = Field(ge=1, le=5)
    effort: int | None = Field(default=None, ge=1, le=7)
    nps: int | None = Field(default=None, ge=0, le=10)
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


class CallBackHeard(Request):
    """What was answered, point by point; left out what was not asked."""

    identity_verified: bool | None = None
    asked_for: bool | None = None
    knows_terms: bool | None = None
    was_promised: bool | None = None
    handed_over: bool | None = None


class CallBackRequest(Request):
    """Somebody spoke with the customer: before anything is paid or changed, or afterwards."""

    policy_no: str
    by: str
    """Who spoke with them."""
    answers: CallBackHeard | None = None
    afterwards: bool = False
    """The case is completed: who did not ask for it cannot be refused any more, and complains."""


class CallBackResult(Result):
    """The complaint that mis-selling owes an answer to, where it came to light."""

    complaint_id: str | None = None


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
        ActivityContract(
            type="feedback.call_back",
            runs="local",
            request=CallBackRequest,
            result=CallBackResult,
        ),
    )
}
