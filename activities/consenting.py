"""Who must consent to a change, and whose word on this very change is a consent that holds."""

from collections.abc import Iterator, Sequence
from datetime import date

from activities.errors import Refused
from activities.step import Job
from workflows.contracts.verification import CustomerRequest
from workflows.domain.consent import Consent, ConsentRole
from workflows.domain.policy import Policy


def nobody_known(
    policy: Policy, asked: CustomerRequest, roles: Sequence[ConsentRole], on: date
) -> ConsentRole | None:
    """Find a role that must consent and that the book names nobody in; None: there is none."""
    return next((role for role in roles if not _persons(policy, asked, role, on)), None)


def wanted(
    policy: Policy, asked: CustomerRequest, roles: Sequence[ConsentRole], on: date
) -> Iterator[tuple[str, ConsentRole]]:
    """Find the persons who must consent, each once, in the order of the roles.

    Raises ``Refused`` (``NO_ROLE``) where a role has nobody: silence is no consent.
    """
    seen: set[str] = set()
    for role in roles:
        persons = _persons(policy, asked, role, on)
        if not persons:
            raise Refused("NO_ROLE", f"Nobody is {role} of the policy: nobody could consent.")
        for party in persons:
            if party not in seen:
                seen.add(party)
                yield party, role


def _persons(
    policy: Policy, asked: CustomerRequest, role: ConsentRole, on: date
) -> tuple[str, ...]:
    match role:
        case "NEW_PH":
            return () if asked.new_holder_party_id is None else (asked.new_holder_party_id,)
        case "ACCOUNT_HOLDER":
            return () if asked.payment is None else (asked.payment.holder_party_id,)
        case "PARENT":
            return tuple(each.party_id for each in policy.parents(on))
        case "PH" | "INSURED" | "GUARDIAN" | "PLEDGEE":
            return tuple(each.party_id for each in policy.holders(role, on))


def holds(given: Sequence[Consent], party: str, payload_hash: str, job: Job) -> bool:
    """Whether a person's latest word on this very change is a consent that still holds."""
    own = [each for each in given if (each.party_id, each.payload_hash) == (party, payload_hash)]
    return bool(own) and own[-1].state(payload_hash, job.at) == "VALID"
