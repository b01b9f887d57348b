"""What takes two people: where money could move again, or a person's decision is passed over."""

from typing import Final

from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.repair import Forecast

HARMLESS: Final = frozenset(("execution.quote", "execution.query_payment"))
MOVES_MONEY: Final = frozenset(
    type_ for type_ in CONTRACTS if type_.startswith("execution.") and type_ not in HARMLESS
)
PASSES_OVER: Final = "closeHumanTask"


def wants_two(told: Forecast) -> bool:
    """Tell whether an order takes a second person, by what would come of it."""
    return any(effect.type in MOVES_MONEY or effect.type == PASSES_OVER for effect in told.effects)
