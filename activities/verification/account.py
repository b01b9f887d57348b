"""``verification.account``: name, document, account and phone compared at the bank 四要素."""

from dataclasses import dataclass

from activities.errors import Fault, Refused
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from workflows.contracts.payment_account import AccountFinding, AccountRequest, AccountResult
from workflows.domain.findings import Verification
from workflows.domain.party import BankAccount, Party
from workflows.domain.payment import ElementsCheck, ElementsReport
from workflows.domain.systems import OutcomeUnknown, SystemUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The account, whose it is, and the phone it should be known by."""

    account: BankAccount
    holder: Party
    phone: str | None


async def _prepare(job: Job, request: AccountRequest, books: Books) -> Question:
    account = await books.parties.account(request.account_id)
    holder = None if account is None else await books.parties.get(account.party_id)
    if account is None or holder is None:
        raise Refused("UNKNOWN_ACCOUNT", "The account or its holder is not on the books.")
    phone = await books.parties.verified_phone(holder.id, job.at)
    return Question(account=account, holder=holder, phone=None if phone is None else phone.value)


async def _ask(question: Question, systems: Systems) -> ElementsReport:
    account, holder = question.account, question.holder
    if question.phone is None:
        return ElementsReport(answer="MISMATCH", differing=("PHONE",), reference="")
    try:
        return await systems.payments.check_elements(
            ElementsCheck(
                account_no=account.account_no,
                holder_name=holder.name,
                id_no=holder.id_no,
                phone=question.phone,
            )
        )
    except (SystemUnavailable, OutcomeUnknown):
        # The answer is not known: nothing is concluded from it, the model asks again by itself.
        raise Fault("BANK_AWAY", "The bank does not answer.") from None


async def _conclude(
    job: Job, question: Question, report: ElementsReport, books: Books
) -> Done[AccountResult]:
    account = question.account
    matches = report.answer == "MATCH"
    await books.parties.record_match(account.id, "EXACT" if matches else "NONE", job.at)
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=account.id,
            type="ACCOUNT",
            provider="bank",
            result=report.answer,
            at=job.at,
            evidence={"reference": report.reference, "differing": report.differing},
        )
    )
    finding = AccountFinding(answer=report.answer, differing=report.differing, asked_at=job.at)
    return Done(
        result=AccountResult(account=finding),
        detail={"account": account.id, "answer": report.answer, "differing": report.differing},
    )


ACCOUNT = Outside(prepare=_prepare, call=_ask, conclude=_conclude, systems=("bank",))
