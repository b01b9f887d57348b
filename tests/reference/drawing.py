"""The tree as BPMN 2.0 XML, so that reader and compiler are under test as well."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from tests.builders.events import condition, several, standard_loop
from tests.builders.process import (
    Definition,
    FlowBuilder,
    ProcessBuilder,
    a_flow,
    a_process,
    attributes,
    error,
    io_mapping,
    message,
    multi_instance,
    terminate,
    timer,
)
from tests.reference.blocks import (
    Activity,
    Block,
    Boundary,
    Catch,
    Choice,
    Content,
    Each,
    Fork,
    Freely,
    Gather,
    Handler,
    Model,
    Race,
    Repeat,
    Rounds,
    Seq,
    Step,
    Stop,
    Sub,
    Task,
    Throw,
    Thrown,
    Trigger,
    collected_by,
    inside,
    output_of,
    result_of,
    thrown_by,
)
from tests.reference.shaping import exits


def drawn(model: Model) -> bytes:
    """The model as a file."""
    process, *beside = drawings(model)
    return process.xml(*beside)


def drawings(model: Model) -> tuple[ProcessBuilder, ...]:
    """The model, and the processes that it calls, before they are written down."""
    beside: list[ProcessBuilder] = []
    process = a_process(model.id)
    _Drawing(process, beside).content(model.content, model.id)
    for one in inside(model):
        if isinstance(one, Each) and one.behavior != "All":
            process.root(thrown_at_root(one.code))
    return (process, *beside)


def definition(trigger: Trigger | Catch) -> Definition:  # noqa: PLR0911 - one case for each kind
    """The event definition of a catcher; messages and signals are named after it."""
    match trigger.kind:
        case "multiple":
            return several(*(_part(trigger, n) for n, _ in enumerate(trigger.parts)))
        case "condition":
            return condition(trigger.test.feel)
        case "message":
            return message(trigger.id, "=1")
        case "timer":
            rounds = 1 if isinstance(trigger, Catch) or trigger.interrupting else trigger.rounds
            return timer(cycle=f"R{rounds}/PT1H") if rounds > 1 else timer(duration="PT1H")
        case "error":
            return error(trigger.code)
        case "signal":
            return _referring("signal", trigger.id, "name")
        case "escalation":
            return escalation(trigger.code)
        case "cancel":
            return CANCEL


def _part(catcher: Trigger | Catch, number: int) -> Definition:
    """One of the things that a multiple event catches."""
    part = catcher.parts[number]
    match part.kind:
        case "error" | "escalation":
            return definition(Trigger(kind=part.kind, code=part.code))
        case _:
            return definition(Catch(id=f"{catcher.id}.{number}", kind=part.kind, test=part.test))


def thrown(block: Throw | Stop) -> Definition:
    """What an event throws."""
    return several(*map(_thrown, thrown_by(block)))


def _thrown(one: Thrown) -> Definition:
    match one.kind:
        case "error":
            return error(one.code)
        case "escalation":
            return escalation(one.code)
        case "compensation":
            return COMPENSATION
        case "message":
            return message("told", publish={"correlationKey": "=1"})
        case "signal":
            return _referring("signal", "told", "name")


CANCEL = Definition("<bpmn:cancelEventDefinition />")
COMPENSATION = Definition("<bpmn:compensateEventDefinition />")


def escalation(code: str | None) -> Definition:
    if code is None:
        return Definition("<bpmn:escalationEventDefinition />")
    return _referring("escalation", code, "escalationCode")


def thrown_at_root(code: str) -> str:
    """What a behavior refers to: an event definition at the root, and what that refers to."""
    at_root = escalation(code)
    head, tail = at_root.xml.split(" ", 1)
    return f'{head} id="thrown_{code}" {tail}\n{at_root.root}'


def _referring(kind: str, value: str, attribute: str) -> Definition:
    """An event definition that refers to a root element of its kind."""
    identity = f"{kind}_{value}"
    return Definition(
        f'<bpmn:{kind}EventDefinition {kind}Ref="{identity}" />',
        f'<bpmn:{kind} id="{identity}" name="{value}"'
        + ("" if attribute == "name" else f' {attribute}="{value}"')
        + " />",
    )


class _Drawing:
    """A scope being drawn; every method leaves the cursor where a token comes out."""

    def __init__(self, flow: FlowBuilder, beside: list[ProcessBuilder]) -> None:
        self.flow = flow
        self.beside = beside

    def content(self, content: Content, owner: str) -> None:
        self.flow.start(f"{owner}_s")
        self.scope(content, owner)

    def freely(self, content: Content) -> None:
        """Draw the content of an ad-hoc sub-process: it has neither start nor end."""
        if isinstance(content.main, Freely):
            for chain in content.main.chains:
                self.flow.cursor = None
                self.block(chain)
        self.flow.cursor = None
        for handler in content.handlers:
            self.handler(handler)

    def scope(self, content: Content, owner: str) -> None:
        self.block(content.main)
        if self.flow.cursor is not None:
            self.flow.end(f"{owner}_e")
        for handler in content.handlers:
            self.handler(handler)

    def handler(self, handler: Handler) -> None:
        trigger = handler.trigger
        inner = a_flow()
        inner.start(trigger.id, definition(trigger), interrupting=trigger.interrupting)
        _say_every(inner, trigger)
        _Drawing(inner, self.beside).scope(handler.content, handler.id)
        self.flow.event_sub_process(handler.id, inner)

    def block(self, block: Block) -> None:  # noqa: C901, PLR0912 - one case for each kind
        match block:
            case Seq():
                for one in block.blocks:
                    self.block(one)
            case Task():
                self.task(block)
            case Step():
                self.step(block)
            case Throw():
                self.flow.throw(block.id, thrown(block))
            case Catch():
                self.flow.catch(block.id, definition(block))
                _say_every(self.flow, block)
            case Race():
                self.race(block)
            case Choice():
                self.choice(block)
            case Fork():
                self.fork(block)
            case Gather():
                self.gather(block)
            case Repeat():
                self.repeat(block)
            case Stop():
                self.stop(block)
            case Sub():
                self.sub(block)
            case Freely():
                raise TypeError("Expected an ad-hoc sub-process around the chains")

    # --- leaves

    def task(self, task: Task) -> None:
        more: dict[str, Any] = {"outputs": _outputs(task), "loop": _loop(task)}
        if task.kind == "receive":
            self.flow.receive(task.id, message(task.id, "=1"), **more)
        elif task.kind == "user":
            self.flow.user(task.id, inputs=dict(_inputs(task)), **more)
        elif task.kind == "child":
            self.flow.call(task.id, "elsewhere", inputs=dict(_inputs(task)), **more)
        else:
            self.flow.service(task.id, "work", inputs=dict(_inputs(task)), **more)
        self.boundaries(task)

    def step(self, step: Step) -> None:
        if step.value is not None:
            self.flow.script(step.id, step.value.feel, result_of(step))
        elif step.kind == "throw":
            self.flow.throw(step.id)
        else:
            self.flow.node("task" if step.kind == "task" else "manualTask", step.id)

    def stop(self, stop: Stop) -> None:
        alone = {"none": None, "terminate": terminate(), "cancel": CANCEL}
        event = alone[stop.kind] if stop.kind in alone else thrown(stop)
        self.flow.end(stop.id, event)

    # --- what has parts

    def branch(self, path: Block, join: str) -> bool:
        """Draw a path from the cursor to a join; tell whether it comes there."""
        self.block(path)
        if self.flow.cursor is None:
            return False
        self.flow.connect(join)
        return True

    def choice(self, choice: Choice) -> None:
        draw = self.flow.exclusive if choice.kind == "exclusive" else self.flow.inclusive
        join = f"{choice.id}_j"
        draw(choice.id)
        comes = False
        for case in choice.cases:
            self.flow.at(choice.id).flow(case.test.feel)
            comes |= self.branch(case.path, join)
        if choice.default is not None:
            self.flow.at(choice.id).flow(default=True)
            comes |= self.branch(choice.default, join)
        if comes:
            draw(join)

    def fork(self, fork: Fork) -> None:
        join = f"{fork.id}_j"
        self.flow.parallel(fork.id)
        for branch in fork.branches:
            self.flow.at(fork.id)
            self.branch(branch, join)
        self.flow.parallel(join)

    def gather(self, gather: Gather) -> None:
        join = f"{gather.id}_j"
        self.flow.parallel(gather.id)
        for branch in gather.branches:
            self.flow.at(gather.id)
            self.branch(branch, join)
        enough = f"=activationCount &gt;= {gather.need}"
        condition = f"<bpmn:activationCondition>{enough}</bpmn:activationCondition>"
        self.flow.node("complexGateway", join, inside=condition)
        self.flow.flow("=waitingForStart")

    def repeat(self, repeat: Repeat) -> None:
        again = f"{repeat.id}_m"
        self.flow.exclusive(again)
        self.block(repeat.body)
        self.flow.exclusive(repeat.id)
        self.flow.flow(repeat.again.feel).connect(again)
        self.flow.at(repeat.id).flow(default=True)

    def race(self, race: Race) -> None:
        join = f"{race.id}_j"
        self.flow.event_based(race.id)
        comes = False
        for arm in race.arms:
            self.flow.at(race.id).catch(arm.catch.id, definition(arm.catch))
            _say_every(self.flow, arm.catch)
            comes |= self.branch(arm.path, join)
        if comes:
            self.flow.exclusive(join)

    def sub(self, sub: Sub) -> None:
        more: dict[str, Any] = {
            "inputs": dict(_inputs(sub)),
            "outputs": _outputs(sub),
            "loop": _loop(sub),
        }
        if sub.kind == "called":
            called = a_process(f"{sub.id}_called")
            _Drawing(called, self.beside).content(sub.content, sub.id)
            self.beside.append(called)
            self.flow.call(sub.id, called.identity, inline=True, **more)
        elif isinstance(sub.content.main, Freely):
            inner = a_flow()
            _Drawing(inner, self.beside).freely(sub.content)
            self.flow.roots.update(inner.roots)
            freely = sub.content.main
            self.flow.node(
                "adHocSubProcess",
                sub.id,
                {
                    "ordering": "Sequential" if freely.sequential else None,
                    "cancelRemainingInstances": None if freely.cancels else False,
                },
                extension=_ad_hoc(sub, freely),
                inside=_until(freely),
                inner=inner,
                **more,
            )
        else:
            inner = a_flow()
            _Drawing(inner, self.beside).content(sub.content, sub.id)
            self.flow.roots.update(inner.roots)
            tag = "transaction" if sub.kind == "transaction" else "subProcess"
            self.flow.node(tag, sub.id, inner=inner, **more)
        self.boundaries(sub)

    def boundaries(self, host: Activity) -> None:
        """Draw the boundary events; their paths meet behind the host, where they come back."""
        back = any(exits(one.path) for one in host.boundaries)
        behind = f"{host.id}_b"
        if back:
            self.flow.exclusive(behind)
        for one in host.boundaries:
            self.boundary(host, one, behind)
        if host.undo is not None:
            self.undo(host, host.undo)
        if host.boundaries or host.undo is not None:
            self.flow.at(behind if back else host.id)

    def boundary(self, host: Activity, boundary: Boundary, behind: str) -> None:
        trigger = boundary.trigger
        self.flow.boundary(
            host.id, trigger.id, definition(trigger), interrupting=trigger.interrupting
        )
        _say_every(self.flow, trigger)
        self.branch(boundary.path, behind)

    def undo(self, host: Activity, task: Task) -> None:
        """Draw what compensates an activity: outside the flow, by an association."""
        edge = f"{host.id}_u"
        self.flow.boundary(host.id, edge, COMPENSATION)
        inputs = io_mapping(dict(_inputs(task)), None)
        self.flow.drawn(
            f'<bpmn:serviceTask id="{task.id}" isForCompensation="true"><bpmn:extensionElements>'
            f'<zeebe:taskDefinition type="undo" />{inputs}</bpmn:extensionElements>'
            f'</bpmn:serviceTask><bpmn:association id="{edge}_a" sourceRef="{edge}"'
            f' targetRef="{task.id}" />'
        )


def _say_every(flow: FlowBuilder, catcher: Trigger | Catch) -> None:
    if catcher.every:
        flow.nodes[-1].attributes["parallelMultiple"] = "true"


def _ad_hoc(sub: Sub, freely: Freely) -> str:
    """Who says what begins; in plain BPMN nothing does."""
    if freely.how == "plain":
        return ""
    job = '<zeebe:taskDefinition type="steer" />' if freely.how == "steered" else ""
    given = {"activeElementsCollection": _named(freely)} if freely.how == "named" else {}
    if freely.collects:
        given |= {"outputCollection": collected_by(sub), "outputElement": "=v0"}
    return f"{job}<zeebe:adHoc{attributes(given)} />"


def _named(freely: Freely) -> str:
    firsts = (next(iter(freely.chains[number].blocks)) for number in freely.begins)
    names = ", ".join(f'"{one.id}"' for one in firsts if isinstance(one, Task | Sub))
    return f"=[{names}]"


def _until(freely: Freely) -> str:
    if freely.until is None:
        return ""
    text = escape(freely.until.feel)
    return f"<bpmn:completionCondition>{text}</bpmn:completionCondition>"


# --- attributes --------------------------------------------------------------------------------


def _inputs(block: Activity) -> list[tuple[str, str]]:
    return [(name, source.feel) for name, source in block.inputs]


def _outputs(block: Activity) -> dict[str, str]:
    return {output_of(block, number): one.feel for number, one in enumerate(block.outputs)}


def _loop(block: Activity) -> str:
    each = block.each
    if each is None:
        return ""
    if isinstance(each, Rounds):
        test = None if each.test is None else each.test.feel
        return standard_loop(test, before=each.before or None, most=each.most)
    loop = multi_instance(
        f"=[{', '.join(str(number + 1) for number in range(each.size))}]",
        element="item",
        output=collected_by(block) if each.collects else None,
        output_element="=r" if each.collects else None,
        sequential=each.sequential,
        until=f"=numberOfCompletedInstances >= {each.until}" if each.until else None,
    )
    return loop if each.behavior == "All" else _behaving(loop, each)


def _behaving(loop: str, each: Each) -> str:
    """Multi-instance that throws an escalation, by one of the other behaviors."""
    name = each.behavior
    given: dict[str, str] = {"behavior": name}
    if name != "Complex":
        given[f"{name.lower()}BehaviorEventRef"] = f"thrown_{each.code}"
    loop = loop.replace(">", f"{attributes(given)}>", 1)
    if name == "Complex":
        end = "</bpmn:multiInstanceLoopCharacteristics>"
        definition = escalation(each.code).xml
        thrown = (
            "<bpmn:complexBehaviorDefinition><bpmn:condition>"
            f"=numberOfCompletedInstances = {each.at}</bpmn:condition>"
            f"<bpmn:event>{definition}</bpmn:event></bpmn:complexBehaviorDefinition>"
        )
        loop = loop.replace(end, thrown + end)
    return loop
