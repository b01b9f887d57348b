"""Surveys, their answers, and the recoveries they owe."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.rows import to_noun, to_row
from infra.db.tables import cases
from workflows.domain.feedback import Recovery, Survey

_surveys = cases.surveys


class SurveyTable:
    """The surveys of cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, survey: Survey) -> None:
        """Ask."""
        await self._connection.execute(insert(_surveys), to_row(survey))

    async def get(self, survey_id: str) -> Survey | None:
        """A survey by id."""
        query = select(_surveys).where(_surveys.c.id == survey_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Survey, row)

    async def answer(self, survey_id: str, csat: int, comment: str, at: datetime) -> Survey:
        """The customer answered; a second answer changes nothing."""
        await self._connection.execute(
            update(_surveys)
            .where(_surveys.c.id == survey_id, _surveys.c.answered_at.is_(None))
            .values(csat=csat, comment=comment, answered_at=at)
        )
        answered = await self.get(survey_id)
        if answered is None:
            raise LookupError(f"Expected a survey {survey_id}, but there is none")
        return answered

    async def recover(self, recovery: Recovery) -> None:
        """Owe a recovery."""
        await self._connection.execute(insert(cases.recoveries), to_row(recovery))
