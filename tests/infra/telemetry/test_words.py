"""The allow-list: what a span may say, and how."""

from infra.telemetry import words


def test_what_is_not_on_the_list_is_left_out():
    given = {words.CASE: "BQ-1", "applicant.name": "张三", "db.query.parameter.0": "x"}

    assert words.allowed(given) == {words.CASE: "BQ-1"}


def test_a_value_with_parts_is_left_out():
    assert words.allowed({words.CODE: {"name": "张三"}, words.STATUS: 200}) == {words.STATUS: 200}


def test_control_characters_are_shown_as_escapes():
    told = words.allowed({words.ELEMENT_NAME: "one\r\ntwo \x1b[31m\u202ered"})

    assert told == {words.ELEMENT_NAME: "one\\u000d\\u000atwo \\u001b[31m\\u202ered"}


def test_a_long_text_is_cut():
    told = words.allowed({words.STATEMENT: "x" * 10_000})

    assert len(str(told[words.STATEMENT])) == words.LONGEST + 1


def test_only_an_id_of_ours_is_a_case():
    case = "BQ-1F0C9A7E35B2D4860A91"

    assert words.case_of(f"{case}/intake/3") == case
    assert words.case_of("张三") is None
    assert words.case_of(case.lower()) is None
    assert words.case_of(None) is None


def test_a_sentence_is_no_code():
    assert words.code_of("bpmn:PAYEE_MISMATCH", "error") == "bpmn:PAYEE_MISMATCH"
    assert words.code_of("The account of 张三 is closed", "error") == "error"
