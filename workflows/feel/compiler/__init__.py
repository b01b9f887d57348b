"""Syntax tree to closures ``f(scope)``, compiled once and run anywhere."""

from workflows.feel.compiler import calls, loops, matching, operators, paths, terms
from workflows.feel.compiler.dispatch import compile_node as compile_node

CONSTRUCTS = (terms, operators, paths, loops, calls, matching)
"""The modules that register how each construct is compiled."""
