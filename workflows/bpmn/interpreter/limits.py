"""The bounds of a run, all in one place (S36)."""

from typing import Final

ACTIVATIONS_PER_TURN: Final = 1_000
"""Element activations in one turn; then the turn yields and waits for Resumed."""

STEPS_PER_TURN: Final = 50_000
"""Steps of FEEL in one turn; then the turn yields, too. One evaluation more may follow the last."""

ACTIVATIONS_WITHOUT_WAIT: Final = 10_000
"""Element activations that reached no wait state since the last outside occurrence."""

MULTI_INSTANCE_CHUNK: Final = 200
"""Inner instances started by one item of the agenda."""

MULTI_INSTANCE_SIZE: Final = 10_000
"""Inner instances of one multi-instance activity."""

VARIABLES_SIZE: Final = 256 * 1024
"""Characters of one write of variables, about."""

LIVE_INSTANCES: Final = 50_000
"""Element instances alive in one state; multi-instance activities start no more."""

CALL_DEPTH: Final = 20
"""Called processes inside each other."""

VALUE_DEPTH: Final = 64
"""Lists and contexts inside each other, in a stored value."""
