"""What a request meets at the door: the same one again, or one that cannot run beside it."""

from collections.abc import Sequence

from pydantic import ValidationError

from api.problems import Problem
from api.schemas.cases import CaseStart
from workflows.contracts.payload import payload
from workflows.contracts.verification import CustomerRequest
from workflows.domain.case import Case, fingerprint
from workflows.domain.in_flight import rule_of
from workflows.domain.items import CATALOGUE

_CLAIM = "CLAIM_HANDOFF"


def fingerprint_of(start: CaseStart) -> str | None:
    """Tell the same request again, whatever channel, key and papers it came by."""
    if not CATALOGUE[start.item].told_at_the_door:
        return None
    try:
        asked = CustomerRequest.model_validate(start.request)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise Problem(422, "request", f"request.{where}: {fault['msg']}.") from None
    return fingerprint(
        start.policy_no,
        start.item,
        {"applicant": start.applicant.party_id, **payload(start.item, asked)},
    )


def repeated(running: Sequence[Case], asked: Case) -> Case | None:
    """Return the case in progress that a request repeats."""
    if asked.fingerprint is None:
        return None
    same = (case for case in running if case.fingerprint == asked.fingerprint)
    return next((case for case in same if case.id != asked.id), None)


def refuse_beside(running: Sequence[Case], asked: Case) -> None:
    """Raise Problem 409 where the exclusion table lets no such case start now."""
    if not CATALOGUE[asked.item].told_at_the_door:
        return
    for case in running:
        if case.item == _CLAIM:
            continue  # what a claim stops depends on its event: the case itself finds out
        if case.id != asked.id and rule_of(case.item, asked.item) == "REJECT":
            raise Problem(
                409,
                "case-in-flight",
                f"Case {case.id} on the same policy is in progress; this item cannot start now.",
            )
