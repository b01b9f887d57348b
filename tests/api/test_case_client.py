"""What Temporal answers, as callers are told."""

from datetime import datetime
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.case_client import CaseClient, StartOrder
from api.problems import Problem
from workflows.contracts.case import Cancellation, CaseInput, Receipt
from workflows.contracts.journal import MessageDelivery

ORDER = Cancellation(request_id="request-1", actor="ops-1", reason="by mistake")
START = StartOrder(
    input=CaseInput(case_id="BQ-1", process_id="p", version=1, program_hash="h"),
    summary="p v1",
    details="",
)
MESSAGE = MessageDelivery(instance_id="BQ-1", wait=3, message_id="m-1", name="n")


class Server:
    """Stands where Temporal's client stands: raises what it is given, or takes it down."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.calls: list[tuple[Any, dict[str, Any]]] = []

    def get_workflow_handle(self, instance_id: str) -> "Server":
        self.instance_id = instance_id
        return self

    async def execute_update(self, *arguments: Any, **options: Any) -> Receipt:
        self.calls.append((arguments, options))
        if self.error is not None:
            raise self.error
        return Receipt(
            instance_id="BQ-1", request_id="r", at=datetime.fromisoformat("2026-10-12T00:00Z")
        )

    async def start_workflow(self, *arguments: Any, **options: Any) -> None:
        self.calls.append((arguments, options))
        if self.error is not None:
            raise self.error


def client_of(server: Server) -> CaseClient:
    stand_in: Any = server
    return CaseClient(stand_in, task_queue="q")


def rpc(status: RPCStatusCode) -> RPCError:
    return RPCError("inside 10.0.0.7", status, b"")


@pytest.mark.parametrize(
    ("code", "status", "slug"),
    [
        ("NOT_OPEN", 409, "not-open"),
        ("CLAIMED", 409, "claimed"),
        ("CONTENT_CHANGED", 409, "content-changed"),
        ("REQUEST_REUSED", 422, "request-reused"),
        ("INVALID", 422, "invalid"),
        ("FORBIDDEN", 403, "forbidden"),
        ("FOUR_EYES", 403, "four-eyes"),
        ("AUTHORITY", 403, "authority"),
        ("QUALIFICATION_EXPIRED", 403, "qualification-expired"),
        ("SOMETHING_NEW", 409, "something-new"),
        (None, 409, "refused"),
    ],
)
async def test_a_refusal_of_the_case_is_a_problem_of_its_code(code, status, slug):
    error = WorkflowUpdateFailedError(ApplicationError("You made it.", type=code))

    with pytest.raises(Problem) as caught:
        await client_of(Server(error)).cancel("BQ-1", ORDER)

    assert (caught.value.status, caught.value.code) == (status, slug)
    assert caught.value.detail == "You made it."


async def test_a_failure_that_is_no_refusal_keeps_its_inside_to_itself():
    error = WorkflowUpdateFailedError(ValueError("何振宇"))

    with pytest.raises(Problem) as caught:
        await client_of(Server(error)).cancel("BQ-1", ORDER)

    assert caught.value.detail == "The case refused."


@pytest.mark.parametrize(
    "error",
    [
        rpc(RPCStatusCode.UNAVAILABLE),
        rpc(RPCStatusCode.DEADLINE_EXCEEDED),
        rpc(RPCStatusCode.CANCELLED),
        rpc(RPCStatusCode.RESOURCE_EXHAUSTED),
        rpc(RPCStatusCode.ABORTED),
        rpc(RPCStatusCode.FAILED_PRECONDITION),
        rpc(RPCStatusCode.INTERNAL),
        rpc(RPCStatusCode.UNKNOWN),
        WorkflowUpdateRPCTimeoutOrCancelledError(),
        RuntimeError("Failed client connect: nobody there"),
    ],
)
async def test_silence_is_503_with_when_to_repeat(error):
    with pytest.raises(Problem) as caught:
        await client_of(Server(error)).cancel("BQ-1", ORDER)

    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    assert "10.0.0.7" not in caught.value.detail


async def test_a_case_that_does_not_run_is_a_conflict():
    with pytest.raises(Problem) as caught:
        await client_of(Server(rpc(RPCStatusCode.NOT_FOUND))).cancel("BQ-1", ORDER)

    assert (caught.value.status, caught.value.code) == (409, "case-not-running")


async def test_another_error_of_a_decision_is_a_bug():
    with pytest.raises(RuntimeError, match="our own"):
        await client_of(Server(RuntimeError("our own"))).cancel("BQ-1", ORDER)


async def test_an_update_is_known_by_the_request_id():
    server = Server()

    await client_of(server).cancel("BQ-1", ORDER)

    assert server.instance_id == "BQ-1"
    assert server.calls[0][1]["id"] == "request-1"


async def test_a_start_is_known_by_the_case_id():
    server = Server()

    assert await client_of(server).start(START)
    assert server.calls[0][1]["id"] == "BQ-1"


async def test_starting_twice_is_starting_once():
    error = WorkflowAlreadyStartedError("BQ-1", "ServicingCase")

    assert await client_of(Server(error)).start(START)


@pytest.mark.parametrize(
    "error",
    [
        rpc(RPCStatusCode.UNAVAILABLE),
        rpc(RPCStatusCode.PERMISSION_DENIED),
        RuntimeError("Failed client connect"),
    ],
)
async def test_an_accepted_case_that_cannot_be_started_waits_for_the_relay(error):
    assert await client_of(Server(error)).start(START) is False


@pytest.mark.parametrize(
    "error",
    [
        rpc(RPCStatusCode.NOT_FOUND),
        rpc(RPCStatusCode.UNAVAILABLE),
        rpc(RPCStatusCode.INTERNAL),
        WorkflowUpdateFailedError(ApplicationError("no such wait", type="NOT_OPEN")),
    ],
)
async def test_a_message_that_cannot_be_delivered_waits_for_the_relay(error):
    assert await client_of(Server(error)).deliver(MESSAGE) is False


async def test_a_delivery_is_known_by_message_with_wait():
    server = Server()

    assert await client_of(server).deliver(MESSAGE)
    update_id = server.calls[0][1]["id"]
    assert update_id == MESSAGE.update_id
    assert MESSAGE.message_id not in update_id
    again = MESSAGE.model_copy(update={"wait": MESSAGE.wait + 1})
    assert again.update_id != update_id
