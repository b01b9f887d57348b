"""Faults of a drawing, found at deploy."""

import pytest

from tests.dmn.drawing import (
    asked,
    codes,
    compiled,
    decision,
    definitions,
    knowledge,
    literal,
    table,
)
from workflows.dmn import compile_decisions

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


def faults(*elements):
    return codes(compile_decisions({"f.dmn": definitions(*elements)}))


@pytest.mark.parametrize("namespace", VERSIONS)
def test_every_version_is_read(namespace):
    library = compile_decisions(
        {"f.dmn": definitions(decision("d", literal("1")), namespace=namespace)}
    )

    assert asked(library, "d").value == 1


def test_other_namespace_is_refused():
    library = compile_decisions({"f.dmn": definitions(namespace="urn:other")})

    assert codes(library) == ["dmn-version"]


def test_malformed_xml_is_a_diagnostic():
    library = compile_decisions({"f.dmn": b"<definitions"})

    assert codes(library) == ["xml-malformed"]


def test_unknown_requirement_is_a_fault():
    found = faults(decision("d", literal("1"), requires=["decision nowhere"]))

    assert found == ["requirement-unknown"]


def test_requirement_of_wrong_kind_is_a_fault():
    found = faults(decision("a", literal("1")), decision("d", literal("1"), requires=["input a"]))

    assert found == ["requirement-kind"]


def test_requirement_of_no_import_is_a_fault():
    found = faults(decision("d", literal("1"), requires=["decision urn:x#y"]))

    assert found == ["import-missing"]


def test_missing_logic_is_a_fault():
    assert faults(decision("d", "")) == ["logic-missing"]


def test_empty_expression_is_a_fault():
    assert faults(decision("d", literal("  "))) == ["logic-missing"]


def test_syntax_fault_bears_line_with_column():
    text = literal("1 +\n  * 2")
    library = compile_decisions({"f.dmn": definitions(decision("d", text))})

    (fault,) = library.diagnostics

    assert (fault.code, fault.file, fault.element) == ("feel-syntax", "f.dmn", "d")
    assert (fault.line, fault.column) == (3, 3)
    assert "^" in fault.message


def test_syntax_fault_answers_null_with_the_fault():
    library = compile_decisions(
        {"f.dmn": definitions(decision("bad", literal("1 +")), decision("good", literal("1")))}
    )

    assert asked(library, "good").value == 1
    outcome = asked(library, "bad")
    assert outcome.value is None
    assert codes(outcome) == ["feel-syntax"]


def test_syntax_fault_in_a_cell_names_its_rule():
    library = compile_decisions(
        {"f.dmn": definitions(decision("d", table(["x"], [""], [["1", "1"], ["> >", "2"]])))}
    )

    (fault,) = library.diagnostics

    assert 'decision "d", rule 2, input "x"' in fault.message


@pytest.mark.parametrize("rule", [["1"], ["1", "2", "3"]])
def test_rule_of_wrong_arity_is_a_fault(rule):
    assert "rule-arity" in faults(decision("d", table(["x"], [""], [rule])))


def test_duplicate_id_is_a_fault():
    assert faults(decision("d", literal("1")), decision("d", literal("2"))) == ["id-duplicate"]


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_foreign_function_is_refused(kind):
    drawn = knowledge("f", "", literal("1")).replace(
        "<encapsulatedLogic>", f"<encapsulatedLogic kind='{kind}'>"
    )

    assert faults(drawn) == ["function-language"]


def test_foreign_expression_language_is_refused():
    assert faults(decision("d", literal("1", expressionLanguage="juel"))) == ["expression-language"]


@pytest.mark.parametrize(
    "language", ["feel", "FEEL", "https://www.omg.org/spec/DMN/20191111/FEEL/"]
)
def test_feel_may_be_named(language):
    assert faults(decision("d", literal("1", expressionLanguage=language))) == []


def test_unknown_hit_policy_is_a_fault():
    assert faults(decision("d", table(["x"], [""], [], "SOME"))) == ["hit-policy-unknown"]


def test_priority_without_output_values_is_a_fault():
    found = faults(decision("d", table(["x"], [""], [["1", "1"]], "PRIORITY")))

    assert found == ["output-values-missing"]


def test_several_outputs_without_names_are_a_fault():
    assert faults(decision("d", table(["x"], ["a", ""], []))) == ["output-name-missing"]


def test_sum_of_several_outputs_is_a_fault():
    assert faults(decision("d", table(["x"], ["a", "b"], [], "COLLECT", "SUM"))) == [
        "aggregation-outputs"
    ]


def test_same_decision_id_in_two_files_is_a_warning():
    library = compile_decisions(
        {
            "a.dmn": definitions(decision("d", literal("1"))),
            "b.dmn": definitions(decision("d", literal("2"))),
        }
    )

    assert codes(library) == ["decision-id-taken"]
    assert asked(library, "d").value == 1


@pytest.mark.parametrize(
    "tag",
    [
        "<extensionElements><zeebe:versionTag value='v7'/></extensionElements>",
        "<extensionElements><camunda:versionTag>v7</camunda:versionTag></extensionElements>",
    ],
)
def test_version_tag_is_read(tag):
    library = compiled(decision("d", literal("1"), extra=tag))

    assert library.decisions["d"].version_tag == "v7"


def test_version_tag_attribute_is_read():
    drawn = decision("d", literal("1")).replace("<decision ", "<decision camunda:versionTag='v7' ")

    assert compiled(drawn).decisions["d"].version_tag == "v7"


def test_two_expressions_in_one_place_are_a_fault():
    assert "logic-several" in faults(decision("d", literal("1") + literal("2")))


def test_imported_values_are_refused():
    drawn = "<literalExpression><importedValues/><text>1</text></literalExpression>"

    assert faults(decision("d", drawn)) == ["dmn-imported-values"]


def test_unknown_element_is_a_fault():
    assert faults("<surprise/>") == ["dmn-element-unknown"]


def test_foreign_elements_are_left_alone():
    assert faults("<x:surprise xmlns:x='urn:x'/>") == []


def test_element_without_id_goes_by_its_name():
    library = compiled(decision("d", literal("1")).replace(" id='d'", "").replace(' id="d"', ""))

    assert asked(library, "d").value == 1


def test_element_without_id_or_name_is_a_fault():
    assert "id-missing" in faults("<decision/>")


def test_decision_without_variable_bears_its_name():
    drawn = decision("d", literal("1")).replace('<variable name="d"/>', "")
    library = compiled(drawn, decision("e", literal("d + 1"), requires=["decision d"]))

    assert asked(library, "e").value == 2


def test_knowledge_without_logic_is_a_fault():
    found = faults(
        "<businessKnowledgeModel id='f' name='f'><variable name='f'/></businessKnowledgeModel>"
    )

    assert found == ["logic-missing"]


def test_service_without_output_is_a_fault():
    assert faults("<decisionService id='s' name='s'/>") == ["service-output-missing"]


def test_table_without_output_is_a_fault():
    assert faults(decision("d", table(["x"], [], []))) == ["output-missing"]


def test_unknown_aggregation_is_a_fault():
    assert faults(decision("d", table(["x"], [""], [], "COLLECT", "AVERAGE"))) == [
        "aggregation-unknown"
    ]


def test_faulty_output_values_are_a_fault():
    assert "feel-syntax" in faults(decision("d", table(["x"], ["y = > >"], [])))


def test_version_tag_of_others_is_not_ours():
    drawn = decision(
        "d", literal("1"), extra="<extensionElements><zeebe:other/></extensionElements>"
    )

    assert compiled(drawn).decisions["d"].version_tag is None
