"""``verification.item``: an item of the catalogue on this policy today."""

from datetime import date

from activities.errors import Refused
from activities.guardians import parents_asked
from activities.itemising import asked_change, generic_of, wanted_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.change import record_shown
from activities.verification.entitled import is_entitled
from activities.verification.loan import insured_facts
from workflows.contracts.consent import ChangeRequest
from workflows.contracts.item import IncreaseSeen, ItemFacts, ItemResult, MinorCoverSeen
from workflows.contracts.payload import payload_hash
from workflows.domain.consent import ConsentRole
from workflows.domain.item_effects import Wanted, paid_up_sum, problem
from workflows.domain.items import CATALOGUE, ends_request
from workflows.domain.minors import MinorCover
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
    cover = await _of_cover(job, policy, wanted, books)
    facts = ItemFacts.model_validate({
        **_of_entry(request.item, generic),
        **_of_policy(policy),
        "payload_hash": payload_hash(policy.policy_no, request.item, request.request),
        "applicant_entitled": is_entitled(
            policy, request.item, request.applicant_party_id, request.applicant_role, job.today
        ),
        **insured,
        **cover,
        "problem": ends_request(request.item, policy.state)
        or await _missing(request, generic, books)
        or problem(policy, wanted)
        or _nobody_could_agree(policy, cover, job.today),
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


async def _of_cover(job: Job, policy: Policy, wanted: Wanted, books: Books) -> dict[str, object]:
    """What a higher sum costs, and what of a minor's cover the law asks."""
    asked = wanted.increase
    if asked is None:
        return {}
    minor = asked.minor
    insured = await books.parties.get(policy.holders("INSURED", job.today)[0].party_id)
    holder = policy.holders("PH", job.today)[0].party_id
    return {
        "parents_asked": insured is not None and parents_asked(policy, insured, holder, job.today),
        "increase": IncreaseSeen(
            sum_assured=asked.sum_assured.decimal,
            yearly=asked.yearly.decimal,
            due_now=asked.due_now.decimal,
        ),
        "minor": None if minor is None else _shown(minor),
    }


def _nobody_could_agree(policy: Policy, cover: dict[str, object], on: date) -> str:
    asked = bool(cover.get("parents_asked"))
    return "PARENTS_UNKNOWN" if asked and not policy.parents(on) else ""


def _shown(minor: MinorCover) -> MinorCoverSeen:
    return MinorCoverSeen(
        cap=minor.cap.decimal,
        age_below=minor.age_below,
        basis=minor.basis,
        here=minor.here.decimal,
        elsewhere=None if minor.elsewhere is None else minor.elsewhere.decimal,
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
        case "SUM":
            return "" if asked.sum_assured else "SUM_MISSING"
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
    return str(wanted.increase.sum_assured) if wanted.increase else wanted.value


ITEM = Local(run=_item)
