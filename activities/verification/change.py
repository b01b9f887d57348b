"""``verification.change``: a change of roles as the decision tables see it, without any name."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

from activities.errors import Refused
from activities.guardians import parents_asked
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.entitled import is_entitled
from activities.verification.policy import debts_at, lender_consents
from activities.verification.risk import brings_strangers
from workflows.contracts.consent import ChangeFacts, ChangeKind, ChangeRequest, ChangeResult
from workflows.contracts.payload import designations, payload_hash
from workflows.contracts.verification import CustomerRequest
from workflows.domain.consent import Consent, ConsentRole, expiry
from workflows.domain.designation import CLOSE_RELATIVES, Designation, named_twice, totals
from workflows.domain.party import Party, age_on, capacity_on
from workflows.domain.policy import Policy, RoleKind

_Consenting = Literal["INSURED", "GUARDIAN", "PLEDGEE", "PH"]
_HIGH_AGE = 70
_CONSENTING: tuple[_Consenting, ...] = get_args(_Consenting)


async def _change(job: Job, request: ChangeRequest, books: Books) -> Done[ChangeResult]:
    policy = await books.policies.get(request.policy_no)
    if policy is None:
        raise Refused("UNKNOWN_POLICY", "The policy is not on the books.")
    insured = await _one(policy, "INSURED", job.today, books)
    holder = await _one(policy, "PH", job.today, books)
    asked = request.request
    named = designations(asked)
    arrived = request.notice_arrived_at.astimezone(job.zone).date()
    facts = ChangeFacts.model_validate(
        {
            "payload_hash": payload_hash(policy.policy_no, request.item, asked),
            "kind": _kind(job, request, insured),
            **_of_policy(policy, arrived, job.today),
            "employer_paid": holder.kind == "ORGANISATION",
            "applicant_entitled": is_entitled(
                policy, request.item, request.applicant_party_id, request.applicant_role, job.today
            ),
            "insured_is_applicant": insured.id == request.applicant_party_id,
            "insured_is_holder": insured.id == holder.id,
            "insured_age": _age(insured, job.today),
            "insured_capacity": capacity_on(insured, job.today),
            "other_party_id": _other(request, insured, holder),
            "event_happened": insured.deceased_on is not None
            or policy.claim_event_on is not None
            or "CLAIM_OPEN" in policy.flags,
            "orders": [_seen(each) for each in totals(named)],
            "named_twice": named_twice(named),
            "all_identified": all([await _is_known(each, books) for each in named]),
            "outside_family": any([await _is_outside(each, books) for each in named]),
            "unrelated": brings_strangers(asked),
            **await _of_new_holder(policy, insured, asked, job.today, books),
            "intent_on": asked.intent_on or arrived,
            "notice_on": arrived,
        }
    )
    consented = await record_shown(job, request, policy, facts.payload_hash, books)
    return Done(
        result=ChangeResult(change=facts),
        detail={
            "policyNo": policy.policy_no,
            "payloadHash": facts.payload_hash,
            "intentOn": facts.intent_on,
            "noticeOn": facts.notice_on,
            "consents": consented,
        },
    )


def _age(party: Party, on: date) -> int:
    return 0 if party.born_on is None else age_on(party.born_on, on)


def _other(request: ChangeRequest, insured: Party, holder: Party) -> str | None:
    """Policyholder and insured are told, and the new holder; a removed beneficiary is not."""
    told = (request.request.new_holder_party_id, insured.id, holder.id)
    return next((each for each in told if each and each != request.applicant_party_id), None)


async def _one(policy: Policy, kind: RoleKind, on: date, books: Books) -> Party:
    held = policy.holders(kind, on)
    party = await books.parties.get(held[0].party_id) if held else None
    if party is None:
        raise Refused("NO_ROLE", f"Nobody is {kind} of the policy today.")
    return party


def _kind(job: Job, request: ChangeRequest, insured: Party) -> ChangeKind:
    if brings_strangers(request.request) or _age(insured, job.today) >= _HIGH_AGE:
        return "SENSITIVE"
    return "SELF_RELATIVES" if insured.id == request.applicant_party_id else "RELATIVES"


def _of_policy(policy: Policy, arrived: date, today: date) -> dict[str, object]:
    return {
        "state": policy.state,
        "pledged": not lender_consents(policy, arrived),
        "death_cover": any(cover.status == "ACTIVE" for cover in policy.coverages),
        "has_guardian": bool(policy.holders("GUARDIAN", today)),
        "agent_id": policy.agent_id,
        "annual_premium": policy.annual_premium.decimal,
        "flags": policy.flags,
        "version": policy.version,
        "debts": debts_at(policy, arrived).decimal,
    }


def _seen(total: object) -> dict[str, object]:
    names = ("order", "stated", "unstated", "total")
    return {name: getattr(total, name) for name in names}


async def _is_known(each: Designation, books: Books) -> bool:
    party = await books.parties.get(each.party_id)
    return party is not None and not party.is_erased


async def _is_outside(each: Designation, books: Books) -> bool:
    """A company is nobody's relative, whatever the request says."""
    party = await books.parties.get(each.party_id)
    organisation = party is not None and party.kind == "ORGANISATION"
    return organisation or each.relation not in CLOSE_RELATIVES


async def _of_new_holder(
    policy: Policy, insured: Party, asked: CustomerRequest, on: date, books: Books
) -> dict[str, object]:
    if asked.new_holder_party_id is None:
        return {}
    party = await books.parties.get(asked.new_holder_party_id)
    account_id = asked.debit_account_id
    account = await books.parties.account(account_id) if account_id else None
    value = await books.policies.cash_value(policy.policy_no, on)
    asks_parents = parents_asked(policy, insured, asked.new_holder_party_id, on)
    return {
        "parents_asked": asks_parents,
        "parents_unknown": asks_parents and not policy.parents(on),
        "new_holder_known": party is not None and not party.is_erased,
        "new_holder_capacity": "NONE" if party is None else party.capacity,
        "new_holder_same": _holds(policy, "PH", party, on),
        "new_holder_is_insured": _holds(policy, "INSURED", party, on),
        "new_holder_is_agent": party is not None and await _is_agent(policy, party, on, books),
        "debts_assumed": asked.debts_assumed,
        "debit_account_own": account is None
        or (party is not None and account.party_id == party.id),
        "cash_value": 0 if value is None else value.decimal,
    }


def _holds(policy: Policy, kind: RoleKind, party: Party | None, on: date) -> bool:
    return party is not None and any(role.party_id == party.id for role in policy.holders(kind, on))


async def _is_agent(policy: Policy, party: Party, on: date, books: Books) -> bool:
    if _holds(policy, "AGENT", party, on):
        return True
    agent = None if policy.agent_id is None else await books.operators.get(policy.agent_id)
    return agent is not None and agent.party_id == party.id


async def record_shown(
    job: Job, request: ChangeRequest, policy: Policy, to: str, books: Books
) -> Sequence[str]:
    """Write down the consents that came with the request: they are to exactly what it asks."""
    made = []
    for place, shown in enumerate(request.request.consents):
        role = _role(policy, shown.party_id, request.request, job.today)
        obtained = shown.obtained_at or job.at
        if role is None or obtained > job.at:
            continue
        consent = Consent(
            id=f"{job.id('CO')}-{place}",
            case_id=job.case_id,
            policy_no=request.policy_no,
            item=request.item,
            payload_hash=to,
            party_id=shown.party_id,
            role=role,
            answer="GIVEN",
            form=shown.form,
            evidence_id=shown.evidence_id,
            obtained_at=obtained,
            expires_at=expiry(obtained),
        )
        await books.consents.record(consent)
        made.append(consent.id)
    return made


def _role(policy: Policy, party_id: str, asked: CustomerRequest, on: date) -> ConsentRole | None:
    """In which role somebody consents; None: in none, so it counts for nothing."""
    if party_id == asked.new_holder_party_id:
        return "NEW_PH"
    if asked.payment is not None and party_id == asked.payment.holder_party_id:
        return "ACCOUNT_HOLDER"
    return next(
        (
            kind
            for kind in _CONSENTING
            if any(role.party_id == party_id for role in policy.holders(kind, on))
        ),
        None,
    )


CHANGE = Local(run=_change)
