"""Model to program: check, link, resolve."""

from workflows.bpmn.compiler.calls import CALL_CODES
from workflows.bpmn.compiler.compilation import (
    BUNDLE_CODES,
    Compiled,
    compile_drawings,
)
from workflows.bpmn.compiler.data import DATA_CODES
from workflows.bpmn.compiler.linking import LINK_CODES
from workflows.bpmn.compiler.rules import FILE_RULES, RULES, Rule

__all__ = [
    "BUNDLE_CODES", "CALL_CODES", "DATA_CODES", "FILE_RULES", "LINK_CODES", "RULES",
    "Compiled", "Rule", "compile_drawings",
]  # fmt: skip
