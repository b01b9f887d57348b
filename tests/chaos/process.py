"""A process of the product in a run.

It is the product's own, but for instants at which it may kill itself, and a seeded bug if one is
named.
"""

from __future__ import annotations

from tests.chaos import instants, mutants


def main(process: str, mutant: str = "") -> None:
    """Run a process of the product."""
    if mutant:
        mutants.commit(mutant, process)
    instants.arm(process)
    if process == "api":
        from api.__main__ import main as serve
    else:
        from workers.__main__ import main as serve
    serve()
