"""``verification.item``: an item of the catalogue on this policy today."""

from activities.errors import Refused
from activities.itemising import asked_change, generic_of, wanted_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.change import record_shown
from activities.verification.entitled import is_entitled
from activities.verification.loan import insured_facts
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.item import ItemFacts, ItemResult
from workflows.contracts.payload import payload_hash
from workflows.domain.consent import ConsentRole
from workflows.domain.item_effects import Wanted, paid_up_sum, problem
from workflows.domain.items import CATALOGUE, ends_request
from workflows.domain.policy import Policy
from workflows.domain.servicing_item import Generic

_GUARDED = frozenset({"LIMITED", "NONE"})


async def _item(job: Job, request: ChangeRequest, books: Books) -> Done[ItemResult]:
    policy = await books.policies.get(request.policy_no)
    case = await books.cases.get(job.case_id)
    if policy is None or case is None:
        raise Refused("UNKNOWN_POLICY", "The policy or the case is not on the books.")
    generic = generic_of(request.item)
    insured = await insured_facts(policy, request.applicant_party_id, job.today, books)
    wanted = await wanted_of(job, policy, request.item, request.request, books)
    facts = ItemFacts.model_validate({
        **_of_entry(request.item, generic),
        **_of_policy(policy),
        "payload_hash": payload_hash(policy.policy_no, request.item, request.request),
        "applicant_entitled": is_entitled(
            policy, request.item, request.applicant_party_id, request.applicant_role, job.today
        ),
        **insured,
        "problem": ends_request(request.item, policy.state)
        or await _missing(request, generic, books)
        or problem(policy, wanted),
        "consents": _consents(generic, insured),
        "documents": [
            each.as_required for each in generic.documents if case.channel in each.channels
        ],
        "value": _value(policy, wanted),
    })  # fmt: skip
    consented = await record_shown(job, request, policy, facts.payload_hash, books)
    return Done(
        result=ItemResult(change=facts),
        detail={
            "policyNo": policy.policy_no,
            "policyVersion": policy.version,
            "item": f"{facts.item}@{facts.item_version}",
            "payloadHash": facts.payload_hash,
            "problem": facts.problem,
            "consents": consented,
        },
    )


def _of_entry(item: str, generic: Generic) -> dict[str, object]:
    entry = CATALOGUE[item]
    return {
        "item": item,
        "item_version": entry.version,
        "legal_basis": entry.basis,
        "basis": f"ITEM_{generic.authority}",
        "ial": generic.ial,
    }


def _of_policy(policy: Policy) -> dict[str, object]:
    return {
        "state": policy.state,
        "flags": policy.flags,
        "annual_premium": policy.annual_premium.decimal,
        "agent_id": policy.agent_id,
        "other_party_id": None,
        "version": policy.version,
    }


def _consents(generic: Generic, insured: dict[str, object]) -> tuple[ConsentRole, ...]:
    """Whose consent it takes: the guardian's in place of an insured without full capacity."""
    guarded = insured["insured_capacity"] in _GUARDED
    roles: list[ConsentRole] = []
    for each in generic.consents:
        if each.when == "DEATH_COVER" and not insured["death_cover"]:
            continue
        if each.role == "INSURED" and guarded:
            roles.append("GUARDIAN")
        elif each.role != "INSURED" or not insured["insured_is_applicant"]:
            roles.append(each.role)
    return tuple(roles)


async def _missing(request: ChangeRequest, generic: Generic, books: Books) -> str:
    """What the item needs named, and whether what is named is on the books."""
    asked = asked_change(request.request)
    match generic.needs:
        case "NOTHING":
            return ""
        case "VALUE":
            return "" if asked.value else "VALUE_MISSING"
        case "PARTY":
            party = await books.parties.get(asked.party_id or "")
            return "UNKNOWN_PARTY" if party is None or party.is_erased else ""
        case "ACCOUNT":
            account = await books.parties.account(asked.account_id or "")
            own = account is not None and account.party_id == request.applicant_party_id
            return "" if own else "ACCOUNT_NOT_OWN"


def _value(policy: Policy, wanted: Wanted) -> str:
    if wanted.generic.effect == "PAID_UP":
        return str(paid_up_sum(policy, wanted))
    return wanted.value


ITEM = Local(run=_item)
