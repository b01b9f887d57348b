"""Every rule is broken once, found at the element at fault, and told with its place."""

import pytest

from tests.bpmn.compiler.breaches import BREACHES, files, whole
from workflows.bpmn.compiler import FILE_RULES, RULES
from workflows.bpmn.compiler.linking import CHECKED
from workflows.bpmn.deployment import RULE_TABLE, compile_bundle

WARNINGS = {rule.code for rule in (*FILE_RULES, *RULES) if rule.severity == "warning"}


@pytest.mark.parametrize("code", BREACHES)
def test_a_breach_is_found_at_the_element_at_fault(code):
    element, bundle = BREACHES[code]

    compilation = compile_bundle(bundle)

    found = [one for one in compilation.diagnostics if one.code == code]
    assert element in [one.element for one in found], compilation.diagnostics


@pytest.mark.parametrize("code", sorted(set(BREACHES) - WARNINGS - CHECKED))
def test_an_error_leaves_no_program(code):
    _, bundle = BREACHES[code]

    assert not compile_bundle(bundle).programs


@pytest.mark.parametrize("code", sorted(CHECKED))
def test_what_was_deployed_before_a_check_of_expressions_still_runs(code):
    _, bundle = BREACHES[code]

    compilation = compile_bundle(bundle)

    assert compilation.programs
    assert not compilation.is_deployable


@pytest.mark.parametrize("code", sorted(WARNINGS))
def test_a_warning_does_not_hinder_by_itself(code):
    _, bundle = BREACHES[code]

    found = [one for one in compile_bundle(bundle).diagnostics if one.code == code]

    assert {one.severity for one in found} == {"warning"}


@pytest.mark.parametrize("code", sorted({rule.code for rule in RULES}))
def test_a_finding_bears_file_line_column_and_clause(code):
    _, bundle = BREACHES[code]

    for one in compile_bundle(bundle).diagnostics:
        if one.code == code:
            assert one.file == "0.bpmn"
            assert one.line is not None
            assert one.column is not None
            assert one.clause


def test_every_rule_of_the_table_is_broken_here():
    assert {*BREACHES} == set(RULE_TABLE)


def test_a_code_stands_for_one_rule():
    codes = [rule.code for rule in (*FILE_RULES, *RULES)]

    assert len(codes) == len(set(codes))


def test_no_breach_is_told_under_a_code_that_is_not_in_the_table():
    told = {
        one.code for _, bundle in BREACHES.values() for one in compile_bundle(bundle).diagnostics
    }

    assert told <= set(RULE_TABLE)


def test_a_sound_process_has_no_finding():
    assert compile_bundle(files(whole())).diagnostics == ()


def test_all_breaches_are_told_at_once():
    drawing = whole().drawn('<bpmn:complexGateway id="c"/>').at("t").throw("x")

    codes = {one.code for one in compile_bundle(files(drawing)).diagnostics}

    assert {"activation-condition-required", "node-unreachable", "dead-end"} <= codes
