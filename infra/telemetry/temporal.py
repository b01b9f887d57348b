"""Temporal seen: spans of starts, updates and activities; the trace context in headers.

Workflow code makes no span: its interceptor only passes the header of its start on to what it
starts, and tells of an update when it has been handled for the first time, never on replay. The
header is the one that Temporal's own OpenTelemetry interceptors use, so foreign workers join.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NoReturn, Protocol

import structlog
from opentelemetry.trace import Link, SpanContext, SpanKind
from temporalio import activity, client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError

from infra.telemetry import words
from infra.telemetry.elements import Elements, Missed, element_span, instance_span
from infra.telemetry.http import belongs_to_case
from infra.telemetry.memory import Told
from infra.telemetry.recorder import (
    OpenSpan,
    Recorder,
    current,
    derived,
    read_traceparent,
    traceparent,
)
from workflows.contracts.activity import TaskCall
from workflows.contracts.human_task import ActCall
from workflows.contracts.journal import JournalBatch, JournalEntry
from workflows.contracts.message import Publication

HEADER: Final = "_tracer-data"
CASE_HEADER: Final = "baoquan-case"
"""The case's own trace, where the header is that of somebody who decides on it."""
_TELL_UPDATE: Final = "__baoquan_update_handled"
Headers = Mapping[str, Payload]


def with_context(headers: Headers, context: SpanContext) -> dict[str, Payload]:
    """Add a trace context to headers."""
    carrier = {"traceparent": traceparent(context)}
    return {**headers, HEADER: PayloadConverter.default.to_payloads([carrier])[0]}


def context_in(headers: Headers, name: str = HEADER) -> SpanContext | None:
    """Read the trace context in headers; None: there is none, or it is malformed."""
    payload = headers.get(name)
    if payload is None:
        return None
    try:
        carrier = PayloadConverter.default.from_payloads([payload])[0]
    except (ValueError, KeyError, RuntimeError):
        return None
    text = carrier.get("traceparent") if isinstance(carrier, dict) else None
    return read_traceparent(text, is_remote=False)


class Heard(Protocol):
    """Takes what an activity did, for the figures."""

    def activity(self, kind: str, outcome: str, seconds: float) -> None:
        """An activity was answered."""

    def journal(self, batch: JournalBatch, entries: Iterable[JournalEntry], carrier: str) -> None:
        """Entries were committed."""


# --- the client -------------------------------------------------------------------------------


class SeenTemporal(client.Interceptor, worker.Interceptor):
    """What client and worker share; a client's worker takes it over from the client."""

    def __init__(
        self,
        recorder: Recorder | None,
        elements: Elements | None,
        heard: Heard,
        recall: Callable[[list[Missed]], None] = lambda _: None,
    ) -> None:
        self.recorder = recorder
        self.elements = elements
        self.heard = heard
        self.recall = recall
        self.told = Told()

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        """See starts and updates."""
        return next if self.recorder is None else _Calls(next, self.recorder)

    def intercept_activity(
        self,
        next: worker.ActivityInboundInterceptor,
    ) -> worker.ActivityInboundInterceptor:
        """See activities."""
        return _Activities(next, self)

    def workflow_interceptor_class(
        self, input: worker.WorkflowInterceptorClassInput
    ) -> type[worker.WorkflowInboundInterceptor] | None:
        """Pass trace contexts through workflow code."""
        if self.recorder is None:
            return None
        input.unsafe_extern_functions[_TELL_UPDATE] = self._tell_update
        return PassingWorkflow

    def _tell_update(self, told: Mapping[str, Any]) -> None:
        """Write the span of an update that was handled; outside replay, so once."""
        asked, root = context_in(told["asked"]), context_in(told["root"])
        if asked is None or self.recorder is None:
            return
        span = OpenSpan(
            name=f"update {told['update']}",
            context=update_span(asked, told["id"]),
            parent=asked,
            kind=SpanKind.SERVER,
            start=told["start"],
            attributes=_of_instance(told["instance"]) | {words.UPDATE: told["update"]},
            links=() if root is None else (Link(instance_span(root, told["instance"])),),
        )
        if told["error"]:
            span.attributes[words.CODE] = words.code_of(told["error"], "refused")
        self.recorder.end(span, told["end"])


def update_span(asked: SpanContext, update_id: str) -> SpanContext:
    """Return the context of the span of a handled update."""
    return derived(asked, "update", update_id)


class _Calls(client.OutboundInterceptor):
    def __init__(self, following: client.OutboundInterceptor, recorder: Recorder) -> None:
        super().__init__(following)
        self._recorder = recorder

    async def start_workflow(
        self, input: client.StartWorkflowInput
    ) -> client.WorkflowHandle[Any, Any]:
        """Start a workflow in a span of its own; the case's spans stand under it."""
        belongs_to_case(words.case_of(input.id))
        with self._span(f"start {input.workflow}", input.id, {}) as span:
            input.headers = with_context(input.headers, span.context)
            return await super().start_workflow(input)

    async def start_workflow_update(
        self, input: client.StartWorkflowUpdateInput
    ) -> client.WorkflowUpdateHandle[Any]:
        """Ask for an update in a span of its own."""
        belongs_to_case(words.case_of(input.id))
        facts = {words.UPDATE: input.update}
        with self._span(f"ask {input.update}", input.id, facts) as span:
            input.headers = with_context(input.headers, span.context)
            return await super().start_workflow_update(input)

    @contextmanager
    def _span(
        self, name: str, instance_id: str, facts: Mapping[str, words.Value]
    ) -> Iterator[OpenSpan]:
        span = self._recorder.begin(
            name,
            kind=SpanKind.CLIENT,
            parent=current(),
            attributes={**_of_instance(instance_id), **facts},
        )
        with self._recorder.current(span):
            try:
                yield span
            except Exception as error:
                span.fail(type(error).__name__)
                raise


def _of_instance(instance_id: str) -> dict[str, words.Value]:
    case_id = words.case_of(instance_id)
    return {} if case_id is None else {words.CASE: case_id, words.INSTANCE: instance_id}


# --- activities -------------------------------------------------------------------------------


class _Activities(worker.ActivityInboundInterceptor):
    def __init__(self, following: worker.ActivityInboundInterceptor, seen: SeenTemporal) -> None:
        super().__init__(following)
        self._seen = seen

    async def execute_activity(self, input: worker.ExecuteActivityInput) -> object:
        """Run one attempt."""
        info, call = activity.info(), input.args[0] if input.args else None
        begun, outcome = time.perf_counter(), "completed"
        # Every attempt is a task of its own, with a context of its own: nothing to unbind.
        structlog.contextvars.bind_contextvars(**_bindings(call, info))
        try:
            answer = await self._run(input, call, info)
        except Exception as error:
            outcome = outcome_of(error)
            raise
        finally:
            seconds = time.perf_counter() - begun
            self._seen.heard.activity(info.activity_type, outcome, seconds)
        self._committed(call, input.headers)
        return answer

    async def _run(
        self,
        input: worker.ExecuteActivityInput,
        call: object,
        info: activity.Info,
    ) -> object:
        recorder = self._seen.recorder
        above = None if recorder is None else _above(call, input.headers)
        if recorder is None or above is None:
            return await self.next.execute_activity(input)
        span = recorder.begin(
            info.activity_type,
            kind=SpanKind.SERVER,
            parent=above,
            attributes=_facts(call, info),
        )
        with recorder.current(span):
            try:
                return await self.next.execute_activity(input)
            except Exception as error:
                _tell_failure(span, error)
                raise

    def _committed(self, call: object, headers: Headers) -> None:
        batch = call if isinstance(call, JournalBatch) else getattr(call, "journal", None)
        if not isinstance(batch, JournalBatch):
            return
        seen, root = self._seen, _case_trace(headers)
        entries = seen.told.fresh(batch)
        seen.heard.journal(batch, entries, "flush" if batch is call else "ride")
        if root is not None and seen.elements is not None:
            missed = seen.elements.tell(batch, entries, root)
            if missed:
                seen.recall(missed)


def _case_trace(headers: Headers) -> SpanContext | None:
    return context_in(headers, CASE_HEADER) or context_in(headers)


def _above(call: object, headers: Headers) -> SpanContext | None:
    """Return what an activity runs under: its element, its case, or the decision it judges."""
    root = context_in(headers)
    match call:
        case _ if root is None:
            return None
        case (
            TaskCall(instance_id=instance_id, key=key)
            | Publication(instance_id=instance_id, key=key)
        ):
            return element_span(root, instance_id, key)
        case JournalBatch(instance_id=instance_id):
            return instance_span(root, instance_id)
        case ActCall(act=act) if CASE_HEADER in headers:
            return update_span(root, act.request_id)
        case _:
            return root


def _facts(call: object, info: activity.Info) -> dict[str, words.Value]:
    facts: dict[str, words.Value] = {
        **_of_instance(info.workflow_id or ""),
        words.ACTIVITY: info.activity_type,
        words.ATTEMPT: info.attempt,
        words.RUNS: "local" if info.is_local else "remote",
    }
    match call:
        case TaskCall(element=element, name=name, process_id=process_id):
            facts |= {words.ELEMENT: element, words.ELEMENT_NAME: name, words.PROCESS: process_id}
        case Publication(element=element):
            facts |= {words.ELEMENT: element}
        case _:
            pass
    return facts


def _bindings(call: object, info: activity.Info) -> dict[str, str]:
    """Return what every log line of an activity says."""
    case_id = words.case_of(info.workflow_id or "")
    said = {"activity": info.activity_type, "case_id": case_id or ""}
    element = getattr(call, "element", None)
    return said | ({"element": element} if isinstance(element, str) else {})


def _tell_failure(span: OpenSpan, error: BaseException) -> None:
    outcome = outcome_of(error)
    span.attributes[words.RESULT] = outcome
    kind = error.type if isinstance(error, ApplicationError) else None
    span.attributes[words.CODE] = words.code_of(kind, type(error).__name__)
    if outcome not in ("fault", "refused", "held"):  # those are answers of the business
        span.fail(words.code_of(kind, type(error).__name__))


def outcome_of(error: BaseException) -> str:
    """Return how an attempt failed: one of a few words."""
    kind = error.type or "" if isinstance(error, ApplicationError) else ""
    return _OUTCOMES.get(kind.partition(":")[0], "bug")


_OUTCOMES: Final[Mapping[str, str]] = {
    "bpmn": "fault",
    "refused": "refused",
    "unavailable": "unavailable",
    "held": "held",
}


# --- workflow code ----------------------------------------------------------------------------


class PassingWorkflow(worker.WorkflowInboundInterceptor):
    """Passes the trace context of a case on; runs inside the sandbox, makes no span itself."""

    def __init__(self, next: worker.WorkflowInboundInterceptor) -> None:
        super().__init__(next)
        self.asked: dict[str, Payload] = {}
        """Trace contexts of the updates under way, by update id."""

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        """Stand before everything that workflow code starts."""
        super().init(_Passing(outbound, self))

    async def handle_update_handler(self, input: worker.HandleUpdateInput) -> object:
        """Remember who asked, and tell of the update once it is handled."""
        header = input.headers.get(HEADER)
        if header is None:
            return await super().handle_update_handler(input)
        start, error = workflow.time_ns(), ""
        self.asked[input.id] = header
        try:
            return await super().handle_update_handler(input)
        except ApplicationError as refused:
            error = refused.type or "refused"
            raise
        finally:
            self.asked.pop(input.id, None)
            self._tell(input, start, error)

    def _tell(self, update: worker.HandleUpdateInput, start: int, error: str) -> None:
        tell = workflow.extern_functions().get(_TELL_UPDATE)
        if tell is None or workflow.unsafe.is_replaying():
            return
        info = workflow.info()
        told: dict[str, Any] = {
            "id": update.id,
            "update": update.update,
            "instance": info.workflow_id,
        }
        told |= {"asked": update.headers, "root": info.headers, "error": error}
        tell(told | {"start": start, "end": workflow.time_ns()})


class _Passing(worker.WorkflowOutboundInterceptor):
    def __init__(
        self, following: worker.WorkflowOutboundInterceptor, inbound: PassingWorkflow
    ) -> None:
        super().__init__(following)
        self._inbound = inbound

    def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = self._passed(input.headers)
        return super().start_activity(input)

    def start_local_activity(
        self, input: worker.StartLocalActivityInput
    ) -> workflow.ActivityHandle[Any]:
        call = input.args[0] if input.args else None
        asked = self._inbound.asked.get(call.act.request_id) if isinstance(call, ActCall) else None
        input.headers = self._passed(input.headers)
        if asked is not None:
            own = input.headers.get(HEADER)
            input.headers = {**input.headers, HEADER: asked}
            if own is not None:
                input.headers = {**input.headers, CASE_HEADER: own}
        return super().start_local_activity(input)

    async def start_child_workflow(
        self, input: worker.StartChildWorkflowInput
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        input.headers = self._passed(input.headers)
        return await super().start_child_workflow(input)

    def continue_as_new(self, input: worker.ContinueAsNewInput) -> NoReturn:
        input.headers = self._passed(input.headers)
        super().continue_as_new(input)

    @staticmethod
    def _passed(headers: Headers) -> Headers:
        carried = workflow.info().headers.get(HEADER)
        return headers if carried is None else {**headers, HEADER: carried}
