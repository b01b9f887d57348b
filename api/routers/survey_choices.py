"""Opting out of surveys, and in again: a person says so by any channel, and it is on record."""

from fastapi import APIRouter

from api.answers import Asked
from api.dependencies import Composed
from api.problems import Problem, refusals
from api.schemas.shapes import Identifier
from api.schemas.survey_choices import SurveyChoiceSeen, SurveyChosen
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.feedback import SurveyChoice

router = APIRouter(prefix="/v1/subjects", tags=["subjects"])


@router.post("/{party_id}/survey-choice", responses=refusals(404))
async def choose_surveys(
    party_id: Identifier, body: SurveyChosen, composed: Composed, asked: Asked
) -> SurveyChoiceSeen:
    """Write down whether a person wants to be asked: who does not is sent no survey any more.

    It holds for surveys that are planned already, too. Letters that law or contract ask for go on.
    """
    choice = SurveyChoice(
        party_id=party_id,
        wanted=body.wanted,
        channel=body.channel,
        chosen_at=composed.now(),
        recorded_by=asked.caller.subject,
    )

    async def act(books: UnitOfWork) -> SurveyChoiceSeen:
        if await books.parties.get(party_id) is None:
            raise Problem(404, "unknown-subject", "There is no such person on the books.")
        await books.surveys.choose(choice)
        return SurveyChoiceSeen(
            subject_id=party_id,
            wanted=choice.wanted,
            channel=choice.channel,
            chosen_at=choice.chosen_at,
            recorded_by=choice.recorded_by,
        )

    return await asked.write(SurveyChoiceSeen, act)
