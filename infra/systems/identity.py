"""Identity by the papers themselves: what an ID number proves without asking any bureau."""

from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from infra.systems.bureau_wire import Answer

RESIDENT_ID = "CN_RIC"
"""Resident identity card 居民身份证: the number bears its birth date and a check digit."""


@dataclass(frozen=True, slots=True)
class PaperIdentity:
    """Checks number and name for what they must be; a bureau would compare them with its files."""

    async def verify(self, *, name: str, id_type: str, id_no: str, on: date) -> Answer:
        """Answer MATCH, or MISMATCH where number or name cannot be right."""
        if not name.strip():
            return "MISMATCH"
        if id_type != RESIDENT_ID:
            return "MATCH" if id_no.strip() else "MISMATCH"
        try:
            number = ric.validate(id_no)
        except ValidationError:
            return "MISMATCH"
        return "MATCH" if ric.get_birth_date(number) <= on else "MISMATCH"
