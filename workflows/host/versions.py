"""Every change to the host that a recorded history could notice: why, and when it may go.

A change that alters the commands of a run already recorded stands behind
``workflow.patched(<id>)`` with its id here; it may go when no execution older than the release
that brought it is retained. The recorded histories under ``tests/replay`` are the check.
"""

from collections.abc import Mapping
from types import MappingProxyType

PATCHES: Mapping[str, str] = MappingProxyType(
    {
        "children-end-first": "What follows from a cancelled call waits for its end; after 0.3.",
        "fewer-in-flight": "40 jobs of a case are under way at once, 500 before; after 0.3.",
        "jobs-in-turn": "Only so many jobs of a case are under way at once; after 0.2.",
        "replay-asks": "A run that was reset asks by whose order; after 0.3.",
        "replay-asks-first": "The same of one reset to its very beginning; after 0.3.",
        "work-goes-over": "A run too long leaves work that is to begin to the next; after 0.3.",
        "fleeting-waits": "Waits opened and closed in one turn are left out; after 0.2.",
    }
)
"""Patch id to reason and the release after which it may be deprecated."""
