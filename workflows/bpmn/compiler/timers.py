"""What is wrong with a static timer text; the timers themselves are read elsewhere (S26)."""

from workflows.bpmn.model import TimerForm
from workflows.bpmn.timers import parse_timer


def timer_fault(form: TimerForm, text: str) -> str | None:
    """The fault of a static timer text; None when it can be read."""
    try:
        parse_timer(form, text)
    except ValueError as error:
        return f"The timer's {form} cannot be read: {error}"
    return None
