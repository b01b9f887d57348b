"""Death cover of a minor 未成年人身故保额: how much all insurers together may promise, by age.

What contracts state as sum assured is counted. Premiums paid or the value, and cover for accidents
in the air or in great disasters, may be left out (保监发〔2015〕90号); the book does
not tell them apart from the sum, so nothing is left out.
"""

from dataclasses import dataclass
from typing import Final

from workflows.domain.jurisdiction import Law
from workflows.domain.money import Money, money
from workflows.domain.party import FULL_AGE

_CAPS: Final = ((10, "minor.death.under_10"), (FULL_AGE, "minor.death.under_18"))
"""Below which age which figure of the pack holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorCover:
    """What a minor would be covered for, and the most that may be."""

    cap: Money
    age_below: int
    """The cap is that of children below this age."""
    basis: str
    here: Money
    """With this house, once what is asked for is done."""
    elsewhere: Money | None
    """With other insurers, as the applicant declares it; None: not declared."""

    @property
    def problem(self) -> str:
        """Why it may not be; empty: it may."""
        if self.elsewhere is None:
            return "COVER_ELSEWHERE_NOT_DECLARED"
        return "MINOR_CAP_EXCEEDED" if self.here + self.elsewhere > self.cap else ""


def minor_cover(law: Law, age: int, here: Money, elsewhere: Money | None) -> MinorCover | None:
    """Hold cover against the cap of an age; None: of age, or a law without such a cap."""
    for below, figure_id in _CAPS:
        if age < below:
            figure = law.known(figure_id)
            if figure is None:
                return None
            return MinorCover(
                cap=money(figure.value, here.currency),
                age_below=below,
                basis=figure.basis,
                here=here,
                elsewhere=elsewhere,
            )
    return None
