"""Who may know that the AML desk looks at somebody: that desk and auditors, nobody else.

AML Law art. 54: no tipping-off. Everybody else reads of a review, whatever kind of it.
"""

from typing import Any, Final, TypeVar

from pydantic import BaseModel

from api.auth import Caller
from api.permissions import AUDITOR
from infra.db.unit_of_work import ReadingRoom

AML_DESK: Final = "aml-desk"
_NEUTRAL: Final = {AML_DESK: "review", "SCREENING_HIT": "UNDER_REVIEW"}
M = TypeVar("M", bound=BaseModel)


async def may_know(room: ReadingRoom, caller: Caller) -> bool:
    """Tell whether a caller may read what the AML desk works on."""
    if AUDITOR in caller.roles:
        return True
    operator = await room.operators.get(caller.subject)
    return operator is not None and operator.status == "ACTIVE" and AML_DESK in operator.groups


def without_hints(page: M) -> M:
    """Return a page in neutral words."""
    return type(page).model_validate(_neutral(page.model_dump(by_alias=True)))


def _neutral(value: Any) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str():
            for hint, word in _NEUTRAL.items():
                value = value.replace(hint, word)
            return value
        case dict():
            return {name: _neutral(each) for name, each in value.items()}
        case list():
            return [_neutral(each) for each in value]
        case _:
            return value
