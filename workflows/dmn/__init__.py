"""DMN: read, compile, decide."""

from workflows.dmn.compiler import compile_decisions as compile_decisions
from workflows.dmn.library import DecisionLibrary as DecisionLibrary
from workflows.dmn.library import DecisionProgram as DecisionProgram
from workflows.dmn.outcome import DecisionOutcome as DecisionOutcome
from workflows.dmn.outcome import FiredRule as FiredRule
from workflows.dmn.outcome import FiredTable as FiredTable
