"""The table of rules a drawing must keep to be deployed; one small function each."""

from workflows.bpmn.compiler.rules import (
    activities,
    compensation,
    correlation,
    data,
    events,
    extensions,
    gateways,
    listeners,
    liveness,
    multiple,
    not_yet,
    positions,
    references,
    soundness,
    starts,
    structure,
    vendors,
)
from workflows.bpmn.compiler.rules.rule import Rule, apply_rules

FILE_RULES: tuple[Rule, ...] = references.FILE_RULES
RULES: tuple[Rule, ...] = (
    *references.RULES,
    *structure.RULES,
    *positions.RULES,
    *events.RULES,
    *starts.RULES,
    *multiple.RULES,
    *compensation.RULES,
    *gateways.RULES,
    *activities.RULES,
    *listeners.RULES,
    *data.RULES,
    *correlation.RULES,
    *extensions.RULES,
    *not_yet.RULES,
    *vendors.RULES,
    *soundness.RULES,
    *liveness.RULES,
)

__all__ = ["FILE_RULES", "RULES", "Rule", "apply_rules"]
