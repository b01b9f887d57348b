"""The one entry of the compiler: a node to the closure that evaluates it.

Each construct's module registers itself here; a closure takes the names in sight and gives a value.
A closure never raises FeelFault: what is wrong becomes null and a warning where it happens.
"""

from functools import singledispatch

from workflows.feel.errors import FeelFault
from workflows.feel.scope import Closure
from workflows.feel.syntax import Node


@singledispatch
def compile_node(node: Node) -> Closure:
    """Make the closure of a node."""
    raise TypeError(f"Expected a node of the syntax tree, but got {type(node).__name__}.")


FAULTS = (FeelFault, ArithmeticError, ValueError)
"""What an operation may raise on values it cannot take."""


def explain(fault: Exception) -> str:
    """Say what was wrong, in words for the author of the expression."""
    return "The number is out of range." if isinstance(fault, ArithmeticError) else str(fault)
