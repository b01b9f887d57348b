"""Model to program: names, types and requirements resolved; every fault a diagnostic."""

from collections.abc import Iterator, Mapping

from workflows.diagnostics import ModelError
from workflows.dmn.element_compiler import ElementCompiler
from workflows.dmn.library import DecisionLibrary, DecisionProgram
from workflows.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, Definitions
from workflows.dmn.program import Graph, ServiceStep
from workflows.dmn.reader import read_definitions
from workflows.dmn.requirements import Elements, Located
from workflows.dmn.sight import Findings


def compile_decisions(files: Mapping[str, bytes]) -> DecisionLibrary:
    """Compile the decisions of some files; imports are resolved among them.

    A decision with a fault is still there: asked, it answers null and its fault, while those
    that do not need it answer as ever.
    """
    findings = Findings()
    definitions = tuple(_read(files, findings))
    elements = Elements(definitions, findings)
    graph = ElementCompiler(definitions, elements, findings).graph()
    return _library(elements, graph, findings)


def _read(files: Mapping[str, bytes], findings: Findings) -> Iterator[Definitions]:
    for file, data in files.items():
        try:
            definitions = read_definitions(data, file=file)
        except ModelError as error:
            findings.diagnostics.extend(error.diagnostics)
            continue
        findings.diagnostics.extend(definitions.diagnostics)
        yield definitions


def _library(elements: Elements, graph: Graph, findings: Findings) -> DecisionLibrary:
    decisions: dict[str, DecisionProgram] = {}
    by_name: dict[str, DecisionProgram] = {}
    services: dict[str, DecisionProgram] = {}
    knowledge: dict[str, DecisionProgram] = {}
    for one in elements:
        match one.element:
            case Decision() as decision:
                program = _decision(one, decision, graph)
                _claim(one, decision, decisions, findings)
                decisions.setdefault(decision.id, program)
                by_name.setdefault(decision.name, program)
            case DecisionService() as service:
                _offer(services, _service(one, service, graph))
            case BusinessKnowledgeModel() as model:
                _offer(knowledge, _knowledge(one, model, graph))
            case _:
                continue
    return DecisionLibrary(
        decisions=decisions,
        by_name=by_name,
        services=services,
        knowledge=knowledge,
        graph=graph,
        diagnostics=tuple(findings.diagnostics),
    )


def _claim(
    one: Located, decision: Decision, taken: Mapping[str, DecisionProgram], findings: Findings
) -> None:
    """Report an id that two files give to a decision: a call by id would be ambiguous."""
    other = taken.get(decision.id)
    if other is None or other.file == one.file.file:
        return
    message = f'The decision id "{decision.id}" is taken by {other.file}; calls by id go there.'
    findings.add("decision-id-taken", message, decision.place, severity="warning")


def _offer(table: dict[str, DecisionProgram], program: DecisionProgram) -> None:
    table.setdefault(program.id, program)
    table.setdefault(program.name, program)


def _decision(one: Located, decision: Decision, graph: Graph) -> DecisionProgram:
    return DecisionProgram(
        id=decision.id,
        name=decision.name,
        file=one.file.file,
        key=one.key,
        graph=graph,
        version_tag=decision.version_tag,
    )


def _service(one: Located, service: DecisionService, graph: Graph) -> DecisionProgram:
    step = graph.step(one.key)
    parameters = step.parameters if isinstance(step, ServiceStep) else ()
    outputs = step.outputs if isinstance(step, ServiceStep) else ()
    return DecisionProgram(
        kind="decisionService",
        id=service.id,
        name=service.name,
        file=one.file.file,
        key=one.key,
        graph=graph,
        parameters=tuple(parameter.name for parameter in parameters),
        outputs=tuple(name for name, _ in outputs),
    )


def _knowledge(one: Located, model: BusinessKnowledgeModel, graph: Graph) -> DecisionProgram:
    parameters = model.function.parameters if model.function is not None else ()
    return DecisionProgram(
        kind="bkm",
        id=model.id,
        name=model.name,
        file=one.file.file,
        key=one.key,
        graph=graph,
        parameters=tuple(parameter.name for parameter in parameters),
    )
