"""Workflows that send a payload on every way there is; apart, because a sandbox imports this."""

from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, ChildWorkflowError

SOON = timedelta(seconds=20)
QUICK = RetryPolicy(initial_interval=timedelta(milliseconds=1), maximum_attempts=3)
PERSON = "张三-CANARY"


@activity.defn
async def echo(text: str) -> str:
    """Answer, after one failure with details and one beat of the heart."""
    info = activity.info()
    if info.attempt == 1:
        if not info.is_local:
            activity.heartbeat(f"{text} beats")
        raise ApplicationError(f"{text} failed", f"{text} details")
    beat = "" if info.is_local else await beaten(info)
    return f"{text} back{beat}"


async def beaten(info: activity.Info) -> str:
    [last] = info.heartbeat_details or [""]
    return f" after {last}" if last else ""


@workflow.defn
class Called:
    @workflow.run
    async def run(self, text: str) -> str:
        if text.endswith("fail"):
            raise ApplicationError(f"{text} in a child", f"{text} details")
        answer: str = await workflow.execute_local_activity(
            echo, text, start_to_close_timeout=SOON, retry_policy=QUICK
        )
        workflow.upsert_memo({"who": f"{text} memo"})
        return answer


@workflow.defn
class Everything:
    def __init__(self) -> None:
        self.heard: list[str] = []

    @workflow.run
    async def run(self, text: str) -> list[str]:
        workflow.set_current_details(f"{text} details")
        await workflow.sleep(0.01, summary=f"{text} pause")
        got = [
            await workflow.execute_activity(
                echo, text, start_to_close_timeout=SOON, heartbeat_timeout=SOON,
                retry_policy=QUICK, summary=f"{text} remote",
            ),
            await workflow.execute_local_activity(
                echo, text, start_to_close_timeout=SOON, retry_policy=QUICK,
                summary=f"{text} local",
            ),
            await workflow.execute_child_workflow(
                Called.run, text, id=f"{workflow.info().workflow_id}/called",
                static_summary=f"{text} child", static_details=f"{text} details",
                memo={"who": f"{text} memo"},
            ),
            await self.failing(text),
        ]  # fmt: skip
        await workflow.wait_condition(lambda: len(self.heard) >= 2)
        if not text.endswith("again"):
            workflow.continue_as_new(f"{text} again")
        return [*got, *sorted(self.heard)]

    async def failing(self, text: str) -> str:
        try:
            await workflow.execute_child_workflow(
                Called.run, f"{text} fail", id=f"{workflow.info().workflow_id}/failing"
            )
        except ChildWorkflowError as error:
            cause: Any = error.cause
            return f"{cause.message}: {cause.details[0]}"
        return ""

    @workflow.signal
    async def say(self, text: str) -> None:
        self.heard.append(text)

    @workflow.signal
    async def pass_on(self, other: str, text: str) -> None:
        await workflow.get_external_workflow_handle(other).signal("say", text)

    @workflow.query
    def hears(self, text: str) -> str:
        if text == "nothing":
            raise ApplicationError(f"{PERSON} asked")
        return f"{text}: {self.heard}"

    @workflow.update
    async def tell(self, text: str) -> str:
        if text.endswith("refused"):
            raise ApplicationError(text, f"{text} details")
        self.heard.append(text)
        return f"{text} taken"
