"""Gateways as drawn."""

from dataclasses import dataclass
from typing import Literal

from workflows.bpmn.model.element import Element, Formal

GatewayKind = Literal[
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Element):
    """A gateway; what does not apply to its kind is None or False."""

    kind: GatewayKind
    default: str | None = None
    instantiate: bool = False
    event_gateway_type: str = "Exclusive"
    activation_condition: Formal | None = None
