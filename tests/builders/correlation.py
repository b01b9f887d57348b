"""Plain BPMN correlation in XML: properties, a key, what a process compares it with."""

from collections.abc import Mapping


def correlated(paths: Mapping[str, Mapping[str, str]], key: str = "K") -> str:
    """Properties with the path of each message (property to message id to path), and their key."""
    properties = "".join(
        f'<bpmn:correlationProperty id="{name}">'
        + "".join(
            f'<bpmn:correlationPropertyRetrievalExpression messageRef="{message}">'
            f"<bpmn:messagePath>{path}</bpmn:messagePath>"
            "</bpmn:correlationPropertyRetrievalExpression>"
            for message, path in by_message.items()
        )
        + "</bpmn:correlationProperty>"
        for name, by_message in paths.items()
    )
    refs = "".join(
        f"<bpmn:correlationPropertyRef>{name}</bpmn:correlationPropertyRef>" for name in paths
    )
    held = f'<bpmn:correlationKey id="{key}">{refs}</bpmn:correlationKey>'
    return f'{properties}<bpmn:collaboration id="C_{key}">{held}</bpmn:collaboration>'


def compared(paths: Mapping[str, str], key: str = "K") -> str:
    """A correlation subscription: property to data path."""
    bindings = "".join(
        f'<bpmn:correlationPropertyBinding correlationPropertyRef="{name}">'
        f"<bpmn:dataPath>{path}</bpmn:dataPath></bpmn:correlationPropertyBinding>"
        for name, path in paths.items()
    )
    return (
        f'<bpmn:correlationSubscription id="S_{key}" correlationKeyRef="{key}">{bindings}'
        "</bpmn:correlationSubscription>"
    )
