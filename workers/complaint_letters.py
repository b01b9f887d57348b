"""Letters of complaints: what was decided, extended or reviewed reaches the customer, once.

The letter is that of cases (``follow_up.letter``), under a key made of its own id: what was sent is
found again, and a mailbox that refuses it is got round as for any other letter.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from temporalio.exceptions import ApplicationError

from activities.envelope import write_values
from activities.once import Once
from activities.registry import STEPS
from activities.step import Equipment
from infra.db.casework.complaint_letters import ComplaintLetter
from infra.db.unit_of_work import Database
from workers.rounds import repeat
from workflows.contracts.activity import TaskCall
from workflows.contracts.catalogue import CONTRACTS

PERIOD: Final = timedelta(seconds=5)
AT_A_TIME: Final = 50
_LETTER: Final = "follow_up.letter"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLetters:
    """One task of a worker process; several side by side send nothing twice."""

    database: Database
    equipment: Equipment

    async def run(self) -> None:
        """Send until cancelled; a round that fails is followed by the next."""
        await repeat("complaint letters", self.round, PERIOD)

    async def round(self) -> None:
        """Send what is owed; what is wrong with one letter holds up no other."""
        async with self.database.reading() as room:
            owed = await room.complaint_letters.owed(AT_A_TIME)
        for letter in owed:
            try:
                await self._send(letter)
            except ApplicationError as error:
                logger.warning("letter %s: %s", letter.id, error.type)

    async def _send(self, letter: ComplaintLetter) -> None:
        now = self.equipment.now()
        async with self.database.work() as books:
            case = await books.cases.get(letter.case_id)
        if case is None:
            return
        facts = {
            "template": letter.template,
            "policyNo": case.policy_no,
            "applicantPartyId": case.applicant_party_id,
            "facts": dict(letter.facts),
        }
        call = TaskCall(
            case_id=case.id,
            instance_id=case.id,
            process_id="complaints",
            type=_LETTER,
            element=letter.template,
            name=letter.template,
            key=0,
            effect_key=f"{letter.complaint_id}/{letter.template}/{letter.id}",
            variables=write_values(facts),
            at=now,
        )
        await Once(self.equipment, CONTRACTS[_LETTER], STEPS[_LETTER]).run(call)
        async with self.database.work() as books:
            await books.complaint_letters.sent(letter.id, now)
