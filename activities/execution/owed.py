"""What the insurer owes, and the accounts it moves through: found, checked, posted."""

from activities.errors import Refused
from activities.ports import Books
from activities.step import Job
from workflows.contracts import execution
from workflows.domain.ids import derive
from workflows.domain.ledger import Entry, Journal
from workflows.domain.payment import Obligation, PaymentAttempt

BANK = "1001"


async def find_obligation(books: Books, job: Job, obligation_id: str) -> Obligation:
    """Find an obligation of the case."""
    obligation = await books.obligations.get(obligation_id)
    if obligation is None or obligation.case_id != job.case_id:
        raise Refused("UNKNOWN_OBLIGATION", "The case owes no such obligation.")
    return obligation


async def find_attempt(books: Books, obligation: Obligation, reference: str) -> PaymentAttempt:
    """Find the attempt that bears a reference."""
    for attempt in await books.obligations.attempts(obligation.id):
        if attempt.reference == reference:
            return attempt
    raise Refused("UNKNOWN_PAYMENT", "The obligation has no such payment.")


async def post(
    books: Books, job: Job, obligation: Obligation, journal: tuple[str, str, tuple[Entry, ...]]
) -> str:
    """Post a journal (purpose, text, entries) about an obligation; answers its id."""
    posting = journal_of(job, obligation, journal)
    await books.ledger.post(posting)
    return posting.id


def journal_of(
    job: Job, obligation: Obligation, journal: tuple[str, str, tuple[Entry, ...]]
) -> Journal:
    """Make a journal (purpose, text, entries) about an obligation; not posted yet."""
    purpose, text, entries = journal
    return Journal(
        id=journal_id(obligation.id, purpose),
        value_date=job.today,
        text=text,
        policy_no=obligation.policy_no,
        case_id=job.case_id,
        entries=entries,
    )


def journal_id(obligation_id: str, purpose: str) -> str:
    """Name the journal of a purpose: ``commit``, ``pay:1``, ``return:1``, ``reverse``."""
    return derive("JN", obligation_id, purpose)


def shown(obligation: Obligation) -> execution.Obligation:
    """Show an obligation to the model."""
    state: execution.ObligationState
    match obligation.state:
        case "RESERVED" | "DUE" | "RETURNED":
            state = "DUE"
        case "SENT" | "SETTLED" | "CANCELLED":
            state = obligation.state
    return execution.Obligation(id=obligation.id, amount=obligation.amount.decimal, state=state)
