"""``verification.risk_facts``: what the risk tables decide on, gathered from the books."""

from datetime import date, datetime

from activities.dialling import number_before, to_call
from activities.errors import Refused
from activities.guardians import guardians_of
from activities.ports import Books
from activities.step import Done, Job, Local
from activities.verification.entitled import is_entitled
from activities.verification.names import compare_names
from activities.verification.policy import debts_at
from workflows.contracts.risk import NEVER, NEVER_TOLD, RiskFacts, RiskFactsRequest, RiskFactsResult
from workflows.contracts.verification import CustomerRequest, NameMatch
from workflows.domain.benefits import owner
from workflows.domain.designation import CLOSE_RELATIVES
from workflows.domain.findings import Verification
from workflows.domain.jurisdiction import PROXY_TOLD_FROM
from workflows.domain.party import BankAccount, Party, RiskHistory, age_on
from workflows.domain.policy import Policy

_RATIO = 4


async def _risk_facts(job: Job, request: RiskFactsRequest, books: Books) -> Done[RiskFactsResult]:
    policy = await books.policies.get(request.policy_no)
    party = await books.parties.get(request.applicant_party_id)
    if policy is None or party is None:
        raise Refused("UNKNOWN", "The policy or the applicant is not on the books.")
    account_id = request.request.payee_account_id
    account = await books.parties.account(account_id) if account_id else None
    arrived = request.notice_arrived_at.astimezone(job.zone)
    called = await to_call(request.item, party.id, policy, arrived.date(), books)
    facts = RiskFacts.model_validate(
        {
            **_asked(request, arrived),
            **_of_applicant(policy, party, request, arrived.date()),
            **await _of_payee(job, policy, request, account, books),
            **_of_policy(policy, arrived.date()),
            **_of_history(await _history(job, request, books), arrived),
            **_of_payer(policy, request.request, arrived.date()),
            "proxy_told_from": (await books.packs.of_case(job.case_id)).figure_or(
                PROXY_TOLD_FROM, NEVER_TOLD
            ),
            "loan_ratio": await _loan_ratio(policy, arrived.date(), books),
            "call_back_party_id": called,
            "call_back_on": await number_before(called, arrived, books),
        }
    )
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=party.id,
            type="SCREEN",
            provider="baoquan",
            result="HIT" if facts.screening_hit else "CLEAR",
            at=job.at,
        )
    )
    return Done(
        result=RiskFactsResult(risk_facts=facts),
        detail={"policyNo": policy.policy_no, "payeeNameMatch": facts.payee_name_match},
    )


async def _history(job: Job, request: RiskFactsRequest, books: Books) -> RiskHistory:
    """The phone that a change would bring counts as the person's already."""
    proposal = await books.contact_changes.proposal(job.case_id)
    return await books.parties.risk_history(
        request.policy_no,
        request.applicant_party_id,
        case_id=job.case_id,
        at=job.at,
        new_phone=None if proposal is None else proposal.wanted.get("PHONE"),
    )


def _asked(request: RiskFactsRequest, arrived: datetime) -> dict[str, object]:
    asked, identity = request.request, request.request.identity
    return {
        "item": request.item,
        "channel": request.channel,
        "money_out": request.quote.net > 0,
        "applicant_role": request.applicant_role,
        "is_proxy": identity.is_proxy,
        "proxy_is_agent": identity.proxy_is_agent,
        "ial": identity.ial,
        "face_score": identity.face_score,
        "liveness_ok": identity.liveness_ok,
        "net_payout": request.quote.net,
        "loss_ratio": request.quote.loss_ratio,
        "device_age_days": NEVER if asked.device_age_days is None else asked.device_age_days,
        "geo_mismatch": asked.geo_mismatch,
        "hour": arrived.hour,
        "complaint_agent_pattern": asked.complaint_agent_pattern,
        "overpay_refund": False,
        "new_party_unrelated": brings_strangers(asked),
    }


def brings_strangers(asked: CustomerRequest) -> bool:
    """Whether a new beneficiary or policyholder is no relative by record (R15)."""
    unrelated = any(each.relation not in CLOSE_RELATIVES for each in asked.beneficiaries)
    holder = asked.new_holder_party_id is not None
    return unrelated or (holder and asked.new_holder_relation not in CLOSE_RELATIVES)


def _of_applicant(
    policy: Policy, party: Party, request: RiskFactsRequest, on: date
) -> dict[str, object]:
    return {
        "applicant_entitled": is_entitled(
            policy, request.item, party.id, request.applicant_role, on
        ),
        "applicant_age": 0 if party.born_on is None else age_on(party.born_on, on),
        "screening_hit": party.aml_listed,
        "vulnerable": party.vulnerable,
    }


async def _of_payee(
    job: Job,
    policy: Policy,
    request: RiskFactsRequest,
    account: BankAccount | None,
    books: Books,
) -> dict[str, object]:
    entitled = await _entitled(job, policy, request, books)
    whose = None if account is None else account.party_id
    party = await books.parties.get(whose if whose in entitled and whose else entitled[0])
    match: NameMatch = "NONE"
    if account is not None and account.match != "NONE" and party is not None:
        match = _recorded(compare_names(account.holder_name, party.name))
    return {"payee_name_match": match, "payee_is_entitled": whose in entitled}


async def _entitled(
    job: Job, policy: Policy, request: RiskFactsRequest, books: Books
) -> tuple[str, ...]:
    """Whom the money is for: who asks; a benefit is for whom the contract names."""
    benefit = request.request.benefit
    whose = None if benefit is None else owner(policy, benefit.kind, job.today)
    if whose is None:
        return (request.applicant_party_id,)
    return (whose, *await guardians_of(job, policy, whose, books))


def _of_policy(policy: Policy, on: date) -> dict[str, object]:
    return {
        "policy_flags": policy.flags,
        "policy_age_days": (on - policy.issued_on).days,
        "legal_hold": "FROZEN" in policy.flags,
    }


def _of_payer(policy: Policy, asked: CustomerRequest, on: date) -> dict[str, object]:
    """A third party's account for premiums is allowed (解释三 art. 7), and told to AML."""
    payer = None if asked.payment is None else asked.payment.holder_party_id
    own = {role.party_id for role in policy.holders("PH", on)}
    return {} if payer is None or payer in own else {"unrelated_payer": True}


def _of_history(history: RiskHistory, arrived: datetime) -> dict[str, object]:
    on = arrived.date()
    return {
        "days_since_contact_change": _days_since_instant(history.last_contact_change, arrived),
        "days_since_payee_change": _days_since_instant(history.last_account_change, arrived),
        "days_since_ph_change": _days_since(history.last_holder_change, on),
        "days_since_beneficiary_change": _days_since(history.last_beneficiary_change, on),
        "days_since_reissue": _days_since(history.last_reissue, on),
        "agent_surrenders_30d": history.agent_surrenders_30d,
        "same_holder_money_out_30d": history.holder_money_out_30d,
        "same_holder_amount_out_30d": history.holder_amount_out_30d.decimal,
        "phone_shared_with": history.phone_shared_with,
        "phone_is_agents": history.phone_is_agents,
        "insured_critical": history.insured_critical,
        "unrelated_payer": history.unrelated_payer,
    }


async def _loan_ratio(policy: Policy, on: date, books: Books) -> object:
    value = await books.policies.cash_value(policy.policy_no, on)
    debts = debts_at(policy, on)
    if value is None or not value.is_positive:
        return 1 if debts.is_positive else 0
    return round(debts.decimal / value.decimal, _RATIO)


def _days_since_instant(changed: datetime | None, arrived: datetime) -> int:
    return _days_since(
        None if changed is None else changed.astimezone(arrived.tzinfo).date(), arrived.date()
    )


def _days_since(changed: date | None, on: date) -> int:
    return NEVER if changed is None else max((on - changed).days, 0)


def _recorded(match: str) -> NameMatch:
    return "EXACT" if match == "EXACT" else "MANUAL" if match == "MANUAL" else "NONE"


RISK_FACTS = Local(run=_risk_facts)
