"""``verification.bureau``: the identity bureau asked; while it is away the model waits, by name."""

from dataclasses import dataclass

from activities.errors import Fault, Refused
from activities.ports import Books
from activities.step import Done, Job, Outside, Systems
from workflows.contracts.asked import BureauAnswer
from workflows.contracts.contact import BureauFinding, BureauRequest, BureauResult
from workflows.domain.findings import Verification
from workflows.domain.party import Party
from workflows.domain.systems import SystemUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whom to ask about, and when."""

    party: Party
    job: Job


async def _prepare(job: Job, request: BureauRequest, books: Books) -> Question:
    party = await books.parties.get(request.applicant_party_id)
    if party is None:
        raise Refused("UNKNOWN_PARTY", "The applicant is not on the books.")
    return Question(party=party, job=job)


async def _ask(question: Question, systems: Systems) -> BureauAnswer:
    party = question.party
    try:
        return await systems.identity.verify(
            name=party.name, id_type=party.id_type, id_no=party.id_no, on=question.job.today
        )
    except SystemUnavailable:
        # An outage may last a night: the case waits in the open, and asks again by itself.
        raise Fault("BUREAU_AWAY", "The identity bureau does not answer.") from None


async def _conclude(
    job: Job, question: Question, answer: BureauAnswer, books: Books
) -> Done[BureauResult]:
    await books.findings.record(
        Verification(
            id=job.id("VF"),
            case_id=job.case_id,
            subject=question.party.id,
            type="ID",
            provider="identity-bureau",
            result=answer,
            at=job.at,
        )
    )
    return Done(
        result=BureauResult(bureau=BureauFinding(answer=answer, asked_at=job.at)),
        detail={"party": question.party.id, "answer": answer},
    )


BUREAU = Outside(prepare=_prepare, call=_ask, conclude=_conclude, systems=("identity",))
