"""Decision models drawn in a test, in as few words as the case needs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from workflows.dmn import DecisionLibrary, DecisionOutcome, compile_decisions
from workflows.feel import Environment, Value

DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NOW = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)


def definitions(*elements: str, namespace: str = DMN_13, own: str = "urn:test") -> bytes:
    """One file."""
    body = "\n".join(elements)
    return (
        f'<definitions xmlns="{namespace}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
        f' xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="m" name="m" namespace="{own}">\n'
        f"{body}\n</definitions>"
    ).encode()


def literal(text: str, **attributes: str) -> str:
    """A literal expression."""
    return (
        f"<literalExpression{_written(attributes)}><text>{escape(text)}</text></literalExpression>"
    )


def input_data(name: str, type_ref: str | None = None) -> str:
    """An input, whose id is its name in one word."""
    variable = _variable(name, type_ref)
    return f"<inputData id={quoteattr(_id(name))} name={quoteattr(name)}>{variable}</inputData>"


def decision(
    name: str,
    logic: str,
    *,
    requires: Sequence[str] = (),
    type_ref: str | None = None,
    extra: str = "",
) -> str:
    """A decision; what it requires is written `input x`, `decision x` or `knowledge x`."""
    return (
        f"<decision id={quoteattr(_id(name))} name={quoteattr(name)}>{extra}"
        f"{_variable(name, type_ref)}{''.join(map(requirement, requires))}{logic}</decision>"
    )


def knowledge(name: str, parameters: str, logic: str, *, requires: Sequence[str] = ()) -> str:
    """A business knowledge model; parameters are written `a: number, b`."""
    return (
        f"<businessKnowledgeModel id={quoteattr(_id(name))} name={quoteattr(name)}>"
        f"{_variable(name, None)}<encapsulatedLogic>{formal(parameters)}{logic}"
        f"</encapsulatedLogic>{''.join(map(requirement, requires))}</businessKnowledgeModel>"
    )


def formal(parameters: str) -> str:
    """Formal parameters."""
    drawn = ""
    for parameter in filter(None, parameters.split(",")):
        name, _, type_ref = parameter.partition(":")
        written = {"name": name.strip()} | ({"typeRef": type_ref.strip()} if type_ref else {})
        drawn += f"<formalParameter{_written(written)}/>"
    return drawn


def requirement(written: str) -> str:
    """An arrow of the requirements diagram."""
    kind, _, name = written.partition(" ")
    href = quoteattr(name if "#" in name else f"#{_id(name)}")
    match kind:
        case "input":
            inner = f"<informationRequirement><requiredInput href={href}/></informationRequirement>"
        case "decision":
            inner = (
                f"<informationRequirement><requiredDecision href={href}/></informationRequirement>"
            )
        case _:
            inner = f"<knowledgeRequirement><requiredKnowledge href={href}/></knowledgeRequirement>"
    return inner


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    hit_policy: str = "UNIQUE",
    aggregation: str | None = None,
) -> str:
    """A decision table.

    An input is written `x`, `x :: number` with its type, or `x :: string = "a","b"` with its
    input values too. An output is written `name`, `name :: string`, `name = "a","b"` with its
    output values, or `name = "a","b" | "b"` with a default too; a rule holds its input entries,
    then its outputs.
    """
    attributes = {"id": "table", "hitPolicy": hit_policy}
    if aggregation:
        attributes["aggregation"] = aggregation
    columns = "".join(_input(number, text) for number, text in enumerate(inputs, start=1))
    columns += "".join(map(_output, outputs))
    rows = "".join(
        f"<rule id='r{number}'>{_entries(cells, len(inputs))}</rule>"
        for number, cells in enumerate(rules, start=1)
    )
    return f"<decisionTable{_written(attributes)}>{columns}{rows}</decisionTable>"


def compiled(*elements: str) -> DecisionLibrary:
    """Compile one file that must have no fault."""
    library = compile_decisions({"test.dmn": definitions(*elements)})
    assert library.diagnostics == ()
    return library


def asked(library: DecisionLibrary, name: str, **inputs: Value) -> DecisionOutcome:
    """Ask a decision."""
    program = library.find(name)
    assert program is not None
    return program.evaluate(inputs, Environment(now=NOW))


def codes(library: DecisionLibrary | DecisionOutcome) -> list[str]:
    """Codes of what was found."""
    return [finding.code for finding in library.diagnostics]


def _input(number: int, written: str) -> str:
    text, _, typed = written.partition(" :: ")
    type_ref, _, values = typed.partition("=")
    listed = f"<inputValues><text>{escape(values.strip())}</text></inputValues>" if values else ""
    attributes = {"typeRef": type_ref.strip()} if typed else {}
    return (
        f"<input id='in{number}'><inputExpression{_written(attributes)}><text>{escape(text)}"
        f"</text></inputExpression>{listed}</input>"
    )


def _output(written: str) -> str:
    head, _, default = written.partition("|")
    head, _, values = head.partition("=")
    name, _, type_ref = head.partition("::")
    named = {"name": name.strip()} if name.strip() else {}
    if type_ref:
        named["typeRef"] = type_ref.strip()
    inner = f"<outputValues><text>{escape(values.strip())}</text></outputValues>" if values else ""
    if default:
        inner += f"<defaultOutputEntry><text>{escape(default.strip())}</text></defaultOutputEntry>"
    return f"<output{_written(named)}>{inner}</output>"


def _entries(cells: Sequence[str], inputs: int) -> str:
    names = ["inputEntry"] * inputs + ["outputEntry"] * (len(cells) - inputs)
    return "".join(
        f"<{name}><text>{escape(cell)}</text></{name}>"
        for name, cell in zip(names, cells, strict=True)
    )


def _variable(name: str, type_ref: str | None) -> str:
    written = {"name": name} | ({"typeRef": type_ref} if type_ref else {})
    return f"<variable{_written(written)}/>"


def _written(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def _id(name: str) -> str:
    return name.replace(" ", "_")
