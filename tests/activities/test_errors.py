from datetime import timedelta

import pytest

from activities.errors import (
    TEXT_BYTES,
    Fault,
    Held,
    Refused,
    Unavailable,
    as_application_error,
    bounded,
)
from workflows.domain.systems import OutcomeUnknown, SystemUnavailable


def test_a_fault_is_a_bpmn_error_with_its_variables():
    error = as_application_error(Fault("STALE", "It moved."), {"a": {"t": "null"}})

    assert (error.type, error.non_retryable) == ("bpmn:STALE", True)
    assert error.message == "It moved."
    assert error.details == ({"a": {"t": "null"}},)


def test_a_refusal_is_not_tried_again():
    error = as_application_error(Refused("INPUT", "No."), {})

    assert (error.type, error.non_retryable) == ("refused:INPUT", True)


def test_an_outage_is_tried_again_after_its_time():
    error = as_application_error(Unavailable("Away.", 30), {})

    assert (error.type, error.non_retryable) == ("unavailable", False)
    assert error.next_retry_delay == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(SystemUnavailable("x"), "unavailable"), (OutcomeUnknown("x"), "unavailable:outcome")],
)
def test_what_systems_report_is_an_outage(failure: Exception, kind: str):
    assert as_application_error(failure, {}).type == kind


def test_what_stands_still_is_named_and_not_tried_again_by_itself():
    error = as_application_error(Held("system:bank"), {})

    assert (error.type, error.non_retryable) == ("held:system:bank", True)


def test_a_text_is_cut_at_a_whole_character():
    cut = bounded("保" * TEXT_BYTES)

    assert len(cut.encode()) <= TEXT_BYTES
    assert set(cut) == {"保"}
