"""Chance of a run's processes: each its own, also when they are forked from one that has it."""

from __future__ import annotations

import os
import random
from typing import Final

CHANCE: Final = random.Random()  # noqa: S311 - chance of a test, not a secret

os.register_at_fork(after_in_child=CHANCE.seed)
