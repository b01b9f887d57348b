"""Service, user, business rule, script, send, receive, manual and undefined tasks.

What a node does is told by its work, not by its kind: a message throw with a job type runs a job
just as a service task does.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.human import enter_human, offer_human_task, priority_of
from workflows.bpmn.interpreter.behaviours.protocol import (
    Behaviour,
    activated,
    pass_through,
    resume_self,
    settle_outputs,
)
from workflows.bpmn.interpreter.behaviours.task_steps import enter_heard, told
from workflows.bpmn.interpreter.commands import PublishMessage, RunTask
from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.subscriptions import key_text, message_name, prepare
from workflows.bpmn.interpreter.tokens import hand_out
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import (
    environment,
    evaluate,
    evaluate_text,
    storable,
    visible,
    work_variables,
)
from workflows.bpmn.program import (
    Call,
    Decision,
    Human,
    Job,
    Node,
    Publish,
    Receive,
    Script,
    Text,
)
from workflows.bpmn.timers import TimerError, parse_timer
from workflows.feel import FeelLimitError, Value


def enter_work(turn: Turn, node: Node, instance: Instance) -> None:
    """Enter by the kind of work; a node without work passes its token on."""
    match node.work:
        case None:
            pass_through(turn, node, instance)
        case Job() as work:
            _enter_job(turn, node, work, instance)
        case Human() as work:
            if node.task_listeners is None:
                enter_human(turn, node, work, instance)
            else:
                enter_heard(turn, node, instance)
        case Script() as work:
            _enter_script(turn, node, work, instance)
        case Decision() as work:
            _enter_decision(turn, node, work, instance)
        case Receive():
            _enter_receive(turn, node, instance)
        case Publish() as work:
            _enter_publish(turn, node, work, instance)
        case Call():
            raise AssertionError(f"Expected a task, but {node.id} is a call activity")


def reissue_work(turn: Turn, node: Node, instance: Instance, retries: int) -> None:
    """Ask the host once more for the work of an instance, with its variables as they are now."""
    work = node.work
    match work:
        case Job():
            asked = _job_attributes(turn, work, instance)
            _run_job(turn, node, instance, work, asked._replace(retries=retries))
        case Human():
            offer_human_task(turn, node, work, instance)
        case Publish():
            _publish(turn, node, instance, _publication(turn, node, work, instance))
        case _:
            raise AssertionError(f"Expected work to hand out, but {node.id} has none")


def hand_out_work(turn: Turn, node: Node, work: Job | Publish, instance: Instance) -> None:
    """Ask for one of the things that a multiple event throws (S28)."""
    if isinstance(work, Job):
        _run_job(turn, node, instance, work, _job_attributes(turn, work, instance))
    else:
        _publish(turn, node, instance, _publication(turn, node, work, instance))


# --- jobs -------------------------------------------------------------------------------------


def _enter_job(turn: Turn, node: Node, work: Job, instance: Instance) -> None:
    asked = _job_attributes(turn, work, instance)
    activated(turn, node, instance)
    _run_job(turn, node, instance, work, asked)


class _Asked(NamedTuple):
    """What a job says about itself, evaluated."""

    type: str
    retries: int
    priority: int | None


def _job_attributes(turn: Turn, work: Job, instance: Instance) -> _Asked:
    """Evaluate type and retries; "retries not a whole number → incident" (bpmn.md, 3)."""
    if isinstance(work.type, str):
        job_type: Value = work.type
        reason = ""
    else:
        job_type, reason = evaluate_text(turn, work.type, visible(instance), "Job type")
    if not isinstance(job_type, str) or not job_type:
        raise Stuck("job-type-invalid", f"The job type is no text{reason}.")
    priority: int | None = None
    if work.priority is not None:
        value, reason = evaluate_text(turn, work.priority, visible(instance), "Job priority")
        priority = priority_of(value, f"The job's priority{reason}")
    return _Asked(job_type, _whole(turn, work.retries, instance), priority)


def _whole(turn: Turn, text: Text, instance: Instance) -> int:
    if isinstance(text, str):
        value: Value = text
        reason = ""
    else:
        value, reason = evaluate_text(turn, text, visible(instance), "Retries")
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value)
    if isinstance(value, Decimal) and value.is_finite() and value >= 0 and value % 1 == 0:
        return int(value)
    raise Stuck("retries-invalid", f"The job's retries are no whole number{reason}.")


def _run_job(turn: Turn, node: Node, instance: Instance, work: Job, asked: _Asked) -> None:
    job_type = asked.type
    headers = work.headers
    if node.kind == "taskListener":
        headers = {**headers, **told(turn, instance)}
    variables = work_variables(node, instance)
    instance.attempt += 1
    hand_out(turn, instance, "job", job_type)
    turn.commands.append(
        RunTask(
            key=instance.key,
            element=node.id,
            name=node.name,
            type=job_type,
            retries=asked.retries,
            headers=headers,
            variables=variables,
            attempt=instance.attempt,
            priority=asked.priority,
        )
    )
    turn.note(instance, "job", {"job": job_type, "headers": headers, "variables": variables})


# --- done in the engine -----------------------------------------------------------------------


def _enter_script(turn: Turn, node: Node, work: Script, instance: Instance) -> None:
    value = storable(evaluate(turn, work.expression, visible(instance), "Script"), "The result")
    activated(turn, node, instance)
    instance.payload = {work.result_variable: value}
    turn.queue("complete", instance)


def _enter_decision(turn: Turn, node: Node, work: Decision, instance: Instance) -> None:
    env = environment(turn)
    try:
        outcome = work.decision.evaluate(visible(instance), env)
    except FeelLimitError as error:
        raise Stuck("decision-failed", f"The decision '{work.decision_id}': {error}") from None
    finally:
        turn.steps += env.steps
    if outcome.failed:
        faults = "; ".join(fault.message for fault in outcome.diagnostics)
        raise Stuck("decision-failed", f"The decision '{work.decision_id}': {faults}")
    value = storable(outcome.value, "The result")
    activated(turn, node, instance)
    fired = [
        {"decision": table.decision, "rules": [rule.number for rule in table.rules]}
        for table in outcome.fired
    ]
    turn.note(instance, "decision", {"decision": work.decision_id, "value": value, "fired": fired})
    instance.payload = {work.result_variable: value}
    turn.queue("complete", instance)


# --- messages ---------------------------------------------------------------------------------


def _enter_receive(turn: Turn, node: Node, instance: Instance) -> None:
    """Wait, unless an event-based gateway has already heard the message (S7)."""
    if instance.payload is not None:
        pass_through(turn, node, instance)
        return
    activated(turn, node, instance, *prepare(turn, instance, (node.index,)))


def _enter_publish(turn: Turn, node: Node, work: Publish, instance: Instance) -> None:
    publication = _publication(turn, node, work, instance)
    activated(turn, node, instance)
    _publish(turn, node, instance, publication)


def _publication(
    turn: Turn, node: Node, work: Publish, instance: Instance
) -> tuple[str, str, str | None, str | None]:
    """Evaluate name, key, id and time to live of a message (S23)."""
    scope = visible(instance)
    name = message_name(turn, node, work.name, scope)
    key = ""
    if work.key is not None:
        value, reason = evaluate_text(turn, work.key, scope, "Correlation key")
        text = work.key if isinstance(work.key, str) else work.key.text
        key = key_text(node, value, reason, text, work.is_composite)
    message_id = _optional(turn, node, work.message_id, scope, "message id")
    time_to_live = _optional(turn, node, work.time_to_live, scope, "time to live")
    if time_to_live is not None:
        try:
            parse_timer("duration", time_to_live)
        except TimerError as error:
            raise Stuck("time-to-live-invalid", f"At '{node.id}': {error}") from None
    return name, key, message_id, time_to_live


def _optional(
    turn: Turn, node: Node, text: Text | None, scope: Mapping[str, Value], what: str
) -> str | None:
    if text is None:
        return None
    value, reason = evaluate_text(turn, text, scope, what)
    if value is None or isinstance(value, bool | list | dict):
        raise Stuck("message-invalid", f"The {what} at '{node.id}' is no text{reason}.")
    return str(value)


def _publish(
    turn: Turn,
    node: Node,
    instance: Instance,
    publication: tuple[str, str, str | None, str | None],
) -> None:
    name, key, message_id, time_to_live = publication
    instance.attempt += 1
    hand_out(turn, instance, "message", name)
    turn.commands.append(
        PublishMessage(
            key=instance.key,
            element=node.id,
            name=node.name,
            message=name,
            correlation_key=key,
            message_id=message_id,
            time_to_live=time_to_live,
            variables=work_variables(node, instance),
        )
    )


TASK = Behaviour(enter_work, uncontrolled, resume_self, settle_outputs)
