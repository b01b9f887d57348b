"""Surveys, their answers, the recoveries they owe; and who does not want to be asked."""

from datetime import datetime
from typing import Final

from sqlalchemy import Integer, case, exists, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, feedback
from workflows.domain.audit import Change
from workflows.domain.feedback import Answer, Recovery, Survey, SurveyChoice

_surveys, _choices = cases.surveys, feedback.survey_choices
STREAM: Final = "subjects"
"""The chain of what persons chose, beside who read what of them."""


class SurveyTable:
    """The surveys of cases."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def open(self, survey: Survey) -> None:
        """Ask."""
        await self._connection.execute(insert(_surveys), to_row(survey))

    async def get(self, survey_id: str) -> Survey | None:
        """A survey by id."""
        query = select(_surveys).where(_surveys.c.id == survey_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Survey, row)

    async def answer(self, survey_id: str, answer: Answer, at: datetime) -> Survey:
        """The customer answered; a second answer changes nothing.

        A recommendation counts where it was asked for.
        """
        await self._connection.execute(
            update(_surveys)
            .where(_surveys.c.id == survey_id, _surveys.c.answered_at.is_(None))
            .values(
                csat=answer.csat,
                effort=answer.effort,
                nps=case((_surveys.c.asks_nps, literal(answer.nps, Integer))),
                comment=answer.comment,
                answered_at=at,
            )
        )
        answered = await self.get(survey_id)
        if answered is None:
            raise LookupError(f"Expected a survey {survey_id}, but there is none")
        return answered

    async def recover(self, recovery: Recovery) -> None:
        """Owe a recovery."""
        await self._connection.execute(insert(cases.recoveries), to_row(recovery))

    async def asked_nps(self, party_id: str, since: datetime) -> bool:
        """Whether a person was asked for a recommendation since an instant."""
        asked = exists().where(
            _surveys.c.party_id == party_id, _surveys.c.asks_nps, _surveys.c.sent_at > since
        )
        return bool((await self._connection.execute(select(asked))).scalar())

    async def choice(self, party_id: str) -> SurveyChoice | None:
        """What a person said of being asked; None: nothing."""
        query = select(_choices).where(_choices.c.party_id == party_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(SurveyChoice, row)

    async def wanted_by(self, party_id: str) -> bool:
        """Whether a person wants to be asked: not who has said no."""
        said = await self.choice(party_id)
        return said is None or said.wanted

    async def choose(self, choice: SurveyChoice) -> None:
        """Write down what a person says now; what was said before stands in the audit trail."""
        of_person = _choices.c.party_id == choice.party_id
        known = update(_choices).where(of_person).values(to_row(choice))
        if not (await self._connection.execute(known)).rowcount:
            await self._connection.execute(insert(_choices), to_row(choice))
        await self._audit.append(
            Change(
                stream=STREAM,
                action="survey.opt-in" if choice.wanted else "survey.opt-out",
                actor=choice.recorded_by,
                at=choice.chosen_at,
                object_type="subject",
                object_id=choice.party_id,
                detail={"channel": choice.channel},
            )
        )
