"""``verification.payee``: the account at the bank, in the name of the person entitled."""

from dataclasses import dataclass

from activities.errors import Fault, Refused
from activities.guardians import guardians_of
from activities.ports import Books
from activities.step import Done, Failed, Job, Outside, Systems
from activities.verification.names import compare_names
from workflows.contracts.verification import NameMatch, PayeeFacts, PayeeRequest, PayeeResult
from workflows.domain.findings import Verification
from workflows.domain.party import BankAccount
from workflows.domain.payment import AccountCheck, AccountReport
from workflows.domain.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeePlan:
    """The account, and the name it must be in."""

    account: BankAccount
    entitled: bool
    name: str


async def _prepare(job: Job, request: PayeeRequest, books: Books) -> PayeePlan:
    policy = await books.policies.get(request.policy_no)
    account = await books.parties.account(request.payee_account_id)
    if policy is None or account is None:
        raise Fault("PAYEE", "The account is not on the books.", {"payeeReason": "UNKNOWN"})
    entitled = await entitled_to(job, policy, request.obligation_id, books)
    whose = account.party_id if account.party_id in entitled else entitled[0]
    party = await books.parties.get(whose)
    if party is None:
        raise Refused("UNKNOWN_PARTY", "Who is entitled is not on the books.")
    return PayeePlan(account=account, entitled=account.party_id in entitled, name=party.name)


async def entitled_to(
    job: Job, policy: Policy, obligation_id: str | None, books: Books
) -> tuple[str, ...]:
    """Find to whom may be paid: who is owed it, and the guardian of a minor (民法典 art. 35)."""
    owed = None if obligation_id is None else await books.obligations.get(obligation_id)
    holders = policy.holders("PH", job.today)
    if owed is None and not holders:
        raise Refused("NO_HOLDER", "The policy has no policyholder today.")
    first = holders[0].party_id if owed is None else owed.party_id
    return (first, *await guardians_of(job, policy, first, books))


async def _ask(plan: PayeePlan, systems: Systems) -> AccountReport:
    account = plan.account
    return await systems.payments.check_account(
        AccountCheck(bank=account.bank, account_no=account.account_no, holder_name=plan.name)
    )


async def _conclude(
    job: Job, plan: PayeePlan, report: AccountReport, books: Books
) -> Done[PayeeResult] | Failed:
    account = plan.account
    match = _match(plan, report)
    reason = _failure(plan, report, match)
    await books.parties.record_match(account.id, match, job.at)
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=account.id,
            type="ACCOUNT",
            provider="bank",
            result=reason or match,
            at=job.at,
            evidence={"reference": report.reference, "match": match},
        )
    )
    payee = PayeeFacts(
        account_id=account.id,
        holder_match=match,
        entitled=plan.entitled,
        bank=account.bank,
        masked=account.masked,
    )
    detail = {"account": account.id, "match": match, "entitled": plan.entitled}
    if reason is None:
        return Done(result=PayeeResult(payee=payee), detail=detail)
    fault = Fault(
        "PAYEE",
        f"The account cannot be paid to ({reason}).",
        {"payee": payee.model_dump(by_alias=True), "payeeReason": reason},
    )
    return Failed(fault=fault, detail={**detail, "reason": reason})


def _match(plan: PayeePlan, report: AccountReport) -> NameMatch:
    """Both must agree: the name on our books, and the name at the bank."""
    ours = compare_names(plan.account.holder_name, plan.name)
    if ours == "EXACT" and report.match == "EXACT":
        return "EXACT"
    return "NONE" if "NONE" in {ours, report.match} else "MANUAL"


def _failure(plan: PayeePlan, report: AccountReport, match: NameMatch) -> str | None:
    reasons = {
        "NOT_ENTITLED": not plan.entitled,
        "ACCOUNT_CLOSED": not report.open,
        "NAME_MISMATCH": match == "NONE",
    }
    return next((reason for reason, found in reasons.items() if found), None)


PAYEE = Outside(prepare=_prepare, call=_ask, conclude=_conclude, systems=("bank",))
