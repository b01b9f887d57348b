"""Which element of DMN may hold which: what stands elsewhere would be read by nobody.

The union of DMN 1.1 to 1.5; every element may also have a description and extension elements.
Elements of other namespaces are an editor's own and are left alone.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

EXPRESSIONS: Final = frozenset(
    {"literalExpression", "decisionTable", "context", "invocation", "functionDefinition"}
    | {"list", "relation", "conditional", "filter", "for", "some", "every"}
)
_ANYWHERE: Final = frozenset({"description", "extensionElements"})
_TEXT: Final = frozenset({"text"})
_LITERAL: Final = frozenset({"text", "importedValues"})
_ITEM: Final = frozenset(
    {"typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem"}
)
_FUNCTION: Final = EXPRESSIONS | {"formalParameter"}

CHILDREN: Final[dict[str, frozenset[str]]] = {
    "definitions": frozenset(
        {"import", "itemDefinition", "decision", "businessKnowledgeModel", "decisionService"}
        | {"inputData", "knowledgeSource", "textAnnotation", "association", "group"}
        | {"elementCollection", "performanceIndicator", "organizationUnit"}
    ),
    "import": frozenset(),
    "elementCollection": frozenset({"drgElement"}),
    "itemDefinition": _ITEM,
    "itemComponent": _ITEM,
    "functionItem": frozenset({"parameters"}),
    "parameters": frozenset({"typeRef"}),
    "allowedValues": _TEXT,
    "typeConstraint": _TEXT,
    "decision": EXPRESSIONS
    | {"question", "allowedAnswers", "variable", "informationRequirement", "knowledgeRequirement"}
    | {"authorityRequirement", "supportedObjective", "impactedPerformanceIndicator"}
    | {"decisionMaker", "decisionOwner", "usingProcess", "usingTask"},
    "businessKnowledgeModel": frozenset(
        {"encapsulatedLogic", "variable", "knowledgeRequirement", "authorityRequirement"}
    ),
    "decisionService": frozenset(
        {"variable", "outputDecision", "encapsulatedDecision", "inputDecision", "inputData"}
    ),
    "inputData": frozenset({"variable"}),
    "knowledgeSource": frozenset({"authorityRequirement", "type", "owner"}),
    "informationRequirement": frozenset({"requiredDecision", "requiredInput"}),
    "knowledgeRequirement": frozenset({"requiredKnowledge"}),
    "authorityRequirement": frozenset({"requiredDecision", "requiredInput", "requiredAuthority"}),
    "variable": frozenset({"typeRef"}),
    "literalExpression": _LITERAL,
    "inputExpression": _LITERAL,
    "outputEntry": _LITERAL,
    "defaultOutputEntry": _LITERAL,
    "inputEntry": _TEXT,
    "inputValues": _TEXT,
    "outputValues": _TEXT,
    "annotationEntry": _TEXT,
    "decisionTable": frozenset({"input", "output", "annotation", "rule"}),
    "input": frozenset({"inputExpression", "inputValues"}),
    "output": frozenset({"outputValues", "defaultOutputEntry"}),
    "annotation": frozenset(),
    "rule": frozenset({"inputEntry", "outputEntry", "annotationEntry"}),
    "context": frozenset({"contextEntry"}),
    "contextEntry": EXPRESSIONS | {"variable"},
    "invocation": EXPRESSIONS | {"binding"},
    "binding": EXPRESSIONS | {"parameter"},
    "functionDefinition": _FUNCTION,
    "encapsulatedLogic": _FUNCTION,
    "list": EXPRESSIONS,
    "relation": frozenset({"column", "row"}),
    "row": EXPRESSIONS,
    "conditional": frozenset({"if", "then", "else"}),
    "filter": frozenset({"in", "match"}),
    "for": frozenset({"in", "return"}),
    "some": frozenset({"in", "satisfies"}),
    "every": frozenset({"in", "satisfies"}),
    **dict.fromkeys(("if", "then", "else", "in", "match", "return", "satisfies"), EXPRESSIONS),
}
"""By element; one that is not listed holds text alone, or nothing that is executed."""


def strangers(root: etree._Element, namespace: str) -> Iterator[etree._Element]:
    """Find the elements of DMN that stand where none such may; nothing below one is looked at."""
    prefix = f"{{{namespace}}}"
    stack = [root]
    while stack:
        element = stack.pop()
        allowed = CHILDREN.get(str(element.tag).removeprefix(prefix))
        if allowed is None:
            continue
        for child in element.iterchildren(f"{prefix}*"):
            name = str(child.tag).removeprefix(prefix)
            if name in allowed:
                stack.append(child)
            elif name not in _ANYWHERE:
                yield child
