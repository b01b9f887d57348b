"""Sets of rules as the bits of a number: bit n stands for the rule of index n."""

from collections.abc import Iterator


def indexes(rules: int) -> Iterator[int]:
    """Give the indexes of some rules, in order; the cost grows with their number alone."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest
