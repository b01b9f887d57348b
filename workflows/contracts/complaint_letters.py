"""What letters about complaints may say."""

from datetime import date

from workflows.contracts.activity import Request
from workflows.domain.complaint import ComplaintOutcome


class ComplaintReviewedFacts(Request):
    """The last word of ours: outcome, facts, basis."""

    complaint_id: str
    outcome: ComplaintOutcome
    facts: str
    basis: str


class ComplaintDecidedFacts(ComplaintReviewedFacts):
    """A decision, and until when a review of it may be asked for."""

    review_until: date


class ComplaintExtendedFacts(Request):
    """It takes longer: until when, and why."""

    complaint_id: str
    due_on: date
    reason: str
