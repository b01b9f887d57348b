"""What is out in the world for a case, hung on the elements that took over in its new model."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from workflows.host.case import Case, Job
from workflows.host.record import close_subscription, close_timer, iso


def rehang(case: Case, was: Mapping[int, str]) -> None:
    """Tell journal and books what every live thing is called now; ``was``: elements by key."""
    for key, old in was.items():
        instance = case.state.instances.get(key)
        if instance is not None and case.program.nodes[instance.node].id != old:
            _rename(case, key, old)
    for job in list(case.jobs.values()):
        _job(case, job)
    _waits(case)
    _signals(case)
    for number, incident in case.state.incidents.items():
        if number in case.incidents:
            element = case.program.nodes[incident.node].id
            case.incidents[number] = (element, case.name_of(element))


def _rename(case: Case, key: int, old: str) -> None:
    """The token stands at another element; its effects keep the key they began under."""
    instance = case.state.instances[key]
    node = case.program.nodes[instance.node]
    case.origins.setdefault(key, old)
    around = instance.parent.key if instance.parent is not None else 0
    data: dict[str, Any] = {"type": node.kind, "scope": around, "why": "migrated"}
    if instance.loop is not None:
        data["body"] = True
    case.note("elementTerminated", (old, old, key), data)
    case.note("elementActivated", (node.id, node.name or node.id, key), data)


def _job(case: Case, job: Job) -> None:
    instance = case.state.instances.get(job.key)
    if instance is None:
        return
    node = case.program.nodes[instance.node]
    if node.id == job.element:
        return
    kind = "child" if job.runs == "child" else "job"
    if job.runs in ("remote", "child"):
        closed = {"for": kind, "why": "migrated"}
        case.note("waitClosed", (job.element, job.name, job.key), closed)
    job.element, job.name = node.id, node.name
    if job.runs in ("remote", "child"):
        named = "processId" if kind == "child" else "type"
        opened: dict[str, Any] = {"for": kind, named: instance.work_name}
        if kind == "job":
            opened["attempt"] = instance.attempt
        case.note("waitOpened", (job.element, job.name, job.key), opened)


def _moved(case: Case, known: Mapping[int, Any]) -> Iterator[tuple[int, str]]:
    """List the subscriptions that are kept, and whose event is called otherwise now."""
    for number, one in list(known.items()):
        wait = case.state.waits.get(number)
        if wait is not None and case.program.nodes[wait.node].id != one.element:
            yield number, case.program.nodes[wait.node].id


def _waits(case: Case) -> None:
    for number, element in _moved(case, case.waits.timers):
        timer = case.waits.timers[number]
        close_timer(case, number, "migrated")
        now = replace(timer, element=element, name=case.name_of(element))
        case.waits.timers[number] = now
        opened = {"for": "timer", "due": iso(now.due)}
        case.note("waitOpened", (element, now.name, number), opened)
    for number, element in _moved(case, case.waits.messages):
        heard = case.waits.messages[number]
        close_subscription(case, number, "migrated")
        case.waits.messages[number] = replace(heard, element=element)
        data = {
            "for": "message",
            "message": heard.message,
            "correlationKey": heard.correlation_key,
            "once": heard.once,
        }
        case.note("waitOpened", (element, case.name_of(element), number), data)


def _signals(case: Case) -> None:
    for number, element in _moved(case, case.waits.signals):
        heard = case.waits.signals[number]
        closed = {"for": "signal", "signal": heard.signal, "why": "migrated"}
        case.note("waitClosed", (heard.element, None, number), closed)
        case.waits.signals[number] = replace(heard, element=element)
        opened = {"for": "signal", "signal": heard.signal}
        case.note("waitOpened", (element, case.name_of(element), number), opened)
