"""What is not executed is refused, with its element, its reason and its clause."""

import pytest

from tests.dmn.drawing import DMN_13, decision, definitions, literal, table
from workflows.dmn import compile_decisions
from workflows.dmn.codes import CODES, DRAWING_CODES

FOREIGN = "<functionDefinition id='here' kind='{}'>" + literal("{}") + "</functionDefinition>"
IMPORT = "<import id='here' name='x' namespace='urn:x' importType='{}'/>"


def context(*entries):
    return f"<context>{''.join(entries)}</context>"


def entry(name, text, more=""):
    variable = f"<variable name='{name}'/>" if name else ""
    return f"<contextEntry{more}>{variable}{literal(text)}</contextEntry>"


def function(*parameters):
    drawn = "".join(f"<formalParameter name='{name}'/>" for name in parameters)
    return f"<functionDefinition id='here'>{drawn}{literal('1')}</functionDefinition>"


REFUSED = {
    "a Java function": ("function-language", decision("d", FOREIGN.format("Java", "{}"))),
    "a PMML function": ("function-language", decision("d", FOREIGN.format("PMML", "{}"))),
    "a PMML model": ("import-kind", IMPORT.format("http://www.dmg.org/PMML-4_2")),
    "an XML schema": ("import-kind", IMPORT.format("http://www.w3.org/2001/XMLSchema")),
    "a model that is not here": ("import-unknown", IMPORT.format(DMN_13)),
    "another language": (
        "expression-language",
        decision("d", literal("1", id="here", expressionLanguage="juel")),
    ),
    "another type language": (
        "type-language",
        "<itemDefinition id='here' name='t' typeLanguage='http://www.w3.org/2001/XMLSchema'>"
        "<typeRef>xs:string</typeRef></itemDefinition>",
    ),
    "imported values": (
        "dmn-imported-values",
        decision("d", "<literalExpression id='here'><importedValues/></literalExpression>"),
    ),
    "an element of no version": ("dmn-element-unknown", "<decisionTree id='here'/>"),
    "an element out of place": (
        "dmn-element-unknown",
        decision("d", literal("1"), extra="<rule id='here'/>"),
    ),
    "an element that a table does not have": (
        "dmn-element-unknown",
        decision("d", table(["n"], [""], [["-", "1"]])).replace(
            "</decisionTable>", "<otherwise id='here'/></decisionTable>"
        ),
    ),
    "aggregation without COLLECT": (
        "aggregation-policy",
        decision("d", table(["n"], [""], [["-", "1"]], "FIRST", "SUM")).replace(
            'id="table"', 'id="here"'
        ),
    ),
    "an entry after the result of a context": (
        "context-result-last",
        decision("d", context(entry("", "1", " id='here'"), entry("a", "2"))),
    ),
    "two entries of one name": (
        "name-duplicate",
        decision(
            "d",
            context(entry("a", "1"), entry("a", "2")).replace("<context>", "<context id='here'>"),
        ),
    ),
    "two parameters of one name": ("name-duplicate", decision("d", function("a", "a"))),
    "two columns of one name": (
        "name-duplicate",
        decision("d", "<relation id='here'><column name='a'/><column name='a'/></relation>"),
    ),
    "two components of one name": (
        "name-duplicate",
        "<itemDefinition id='here' name='t'><itemComponent name='a'><typeRef>number</typeRef>"
        "</itemComponent><itemComponent name='a'><typeRef>string</typeRef></itemComponent>"
        "</itemDefinition>",
    ),
    "two requirements of one name": (
        "name-duplicate",
        "<decision id='a' name='same'>"
        + literal("1")
        + "</decision><decision id='b' name='same'>"
        + literal("2")
        + "</decision>"
        + decision("here", literal("same"), requires=["decision a", "decision b"]),
    ),
    "a Java function in FEEL": (
        "function-language",
        decision("d", literal('function(a) external {java: {class: "X"}}', id="here")),
    ),
    "two outputs of one name": (
        "name-duplicate",
        decision("d", table(["n"], ["a", "a"], [["-", "1", "2"]])).replace(
            'id="table"', 'id="here"'
        ),
    ),
    "an iterator without a variable": (
        "iterator-variable-missing",
        decision(
            "d",
            f"<for id='here'><in>{literal('[1]')}</in><return>{literal('1')}</return></for>",
        ),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_executed_is_refused(what):
    code, drawn = REFUSED[what]

    library = compile_decisions({"f.dmn": definitions(drawn)})

    (finding,) = [one for one in library.diagnostics if one.code == code]
    assert (finding.severity, finding.element, finding.file) == ("error", "here", "f.dmn")
    assert finding.clause == CODES[code].clause
    assert finding.line is not None
    assert not library.is_deployable


def test_language_of_the_whole_file_is_refused_too():
    drawn = definitions(decision("d", literal("1"))).replace(
        b"<definitions ", b"<definitions expressionLanguage='http://groovy' "
    )

    library = compile_decisions({"f.dmn": drawn})

    assert [one.code for one in library.diagnostics] == ["expression-language"]


@pytest.mark.parametrize(
    "language",
    ["feel", "FEEL", "http://www.omg.org/spec/FEEL/20140401", f"{DMN_13[:-6]}FEEL/"],
)
def test_feel_of_the_whole_file_is_understood(language):
    drawn = definitions(decision("d", literal("1"))).replace(
        b"<definitions ", f"<definitions expressionLanguage='{language}' ".encode()
    )

    assert compile_decisions({"f.dmn": drawn}).diagnostics == ()


def test_documentation_is_no_stranger():
    drawn = definitions(
        "<description>why</description>",
        "<extensionElements><anything/></extensionElements>",
        "<knowledgeSource id='k' name='law'><type>statute</type></knowledgeSource>",
        decision(
            "d",
            literal("1"),
            extra="<question>?</question><allowedAnswers>any</allowedAnswers>",
        ),
    )

    assert compile_decisions({"f.dmn": drawn}).diagnostics == ()


def test_every_refusal_but_our_own_names_a_clause():
    assert [code for code, one in DRAWING_CODES.items() if one.clause is None] == [
        "decision-id-taken"
    ]
