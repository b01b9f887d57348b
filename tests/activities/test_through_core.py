"""Reserve, commit, release and reverse through a core system, whatever goes wrong on the way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from temporalio.exceptions import ApplicationError

from activities.once import Once
from activities.registry import steps_with
from infra.systems.core_http import HttpCore
from infra.systems.core_simulator.app import Behaviour, Core, create_core
from infra.systems.core_simulator.books import CoreBooks
from tests.activities.office import NOTICE, Fault, KilledError, Office, moment, plain
from workflows.contracts.activity import TaskCall
from workflows.contracts.catalogue import CONTRACTS

LONG = pytest.mark.long
LOST = (
    httpx.ReadTimeout,
    pytest.param(httpx.ReadError, marks=LONG),
    pytest.param(httpx.RemoteProtocolError, marks=LONG),
)


@dataclass(slots=True)
class Wire(httpx.AsyncBaseTransport):
    """The line to the core system; it breaks as a test wants it."""

    inner: httpx.AsyncBaseTransport
    before: list[type[httpx.HTTPError]] = field(default_factory=list)
    after: list[type[httpx.HTTPError]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(f"{request.method} {request.url.path.split('/')[1]}")
        if self.before and request.method == "POST":
            raise self.before.pop(0)("the line")
        answer = await self.inner.handle_async_request(request)
        if self.after and request.method == "POST":
            raise self.after.pop(0)("the line")
        return answer


@dataclass(slots=True)
class Branch:
    """An office whose policies a core system keeps."""

    office: Office
    core: Core
    wire: Wire
    client: httpx.AsyncClient

    async def run(self, call: TaskCall) -> dict[str, Any]:
        equipment = self.office.equipment
        systems = replace(equipment.systems, core=HttpCore(self.client))
        step = steps_with(systems)[call.type]
        once = Once(replace(equipment, systems=systems), CONTRACTS[call.type], step)
        return plain(await once.run(call))

    async def insist(self, call: TaskCall) -> dict[str, Any]:
        while True:
            try:
                return await self.run(call)
            except ApplicationError as error:
                if (error.type or "").partition(":")[0] != "unavailable":
                    raise

    def call(self, kind: str, **variables: Any) -> TaskCall:
        return self.office.call(kind, {"policyNo": "P-1", **variables})

    async def quoted(self) -> Any:
        answer = await self.office.do(
            "execution.quote", policyNo="P-1", basis="SURRENDER", asOf=moment(NOTICE), request={}
        )
        return answer["quote"]

    async def to_commit(self) -> TaskCall:
        quote = await self.quoted()
        held = await self.run(self.call("execution.reserve", quote=quote))
        return self.call(
            "execution.commit",
            quote=quote,
            reservation=held["reservation"],
            basis="SURRENDER",
            payee={"accountId": "AC-1"},
        )

    async def states(self) -> list[str]:
        async with self.office.database.work() as books:
            orders = await books.core_orders.of_case("BQ-1")
        return [f"{order.operation} {order.state}" for order in orders]

    @property
    def done(self) -> list[str]:
        return [effect.operation for effect in self.core.books.effects()]

    async def policy(self) -> tuple[str, int]:
        async with self.office.database.work() as books:
            policy = await books.policies.get("P-1")
        assert policy is not None
        return policy.state, policy.version

    def core_policy(self) -> tuple[str, int]:
        seen = self.core.books.policy("P-1")
        assert seen is not None
        return seen.state, seen.policy_version


@pytest.fixture
async def branch(office: Office) -> AsyncIterator[Branch]:
    books = CoreBooks(office.folder / "core.db", lambda: moment(NOTICE))
    books.load([("P-1", 1, "IN_FORCE", "CNY")])
    core = Core(books=books)
    wire = Wire(httpx.ASGITransport(create_core(core, control=True)))
    async with httpx.AsyncClient(transport=wire, base_url="http://core") as client:
        yield Branch(office, core, wire, client)
    books.close()


async def test_the_core_and_our_books_say_the_same_of_a_surrender(branch: Branch):
    answer = await branch.run(await branch.to_commit())

    assert await branch.policy() == branch.core_policy() == ("TERMINATED", 2)
    ours = await branch.office.lines()
    assert [line.replace(".", "") for line in ours] == branch.core.books.lines("P-1")
    assert answer["obligation"]["state"] == "DUE"
    assert await branch.states() == ["reserve DONE", "commit DONE"]


async def test_a_reversed_surrender_is_restored_in_both(branch: Branch):
    committed = await branch.run(await branch.to_commit())

    await branch.run(branch.call("execution.reverse", obligation=committed["obligation"]))

    assert await branch.policy() == branch.core_policy() == ("IN_FORCE", 3)
    assert [one.replace(".", "") for one in await branch.office.lines()] == (
        branch.core.books.lines("P-1")
    )
    await branch.run(branch.call("execution.release"))
    assert branch.done == ["reserve", "commit", "reverse"]


async def test_a_released_policy_is_free_in_the_core(branch: Branch):
    await branch.to_commit()

    await branch.run(branch.call("execution.release"))

    assert branch.done == ["reserve", "cancel"]
    async with branch.office.database.work() as books:
        assert await books.policies.active_reservation("BQ-1") is None


@pytest.mark.parametrize("error", LOST)
async def test_an_answer_that_is_lost_is_asked_for(branch: Branch, error: type[httpx.HTTPError]):
    commit = await branch.to_commit()
    branch.wire.after = [error]

    await branch.run(commit)

    assert branch.done == ["reserve", "commit"]
    assert branch.wire.seen[-2:] == ["POST commit", "GET effects"]


@pytest.mark.parametrize(
    "error", [*LOST, httpx.ConnectError, pytest.param(httpx.ConnectTimeout, marks=LONG)]
)
async def test_what_never_arrived_is_sent_once(branch: Branch, error: type[httpx.HTTPError]):
    commit = await branch.to_commit()
    branch.wire.before = [error]

    await branch.insist(commit)

    assert branch.done == ["reserve", "commit"]
    assert await branch.policy() == branch.core_policy() == ("TERMINATED", 2)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(Behaviour(fail_status=500), marks=LONG),
        Behaviour(fail_status=503, times=3),
        Behaviour(lost_answer=True),
        Behaviour(garbled=True),
    ],
    ids=["500", "503-thrice", "504-after-the-effect", "malformed"],
)
async def test_a_core_that_stumbles_does_it_once(branch: Branch, behaviour: Behaviour):
    commit = await branch.to_commit()
    branch.core.behaviours.append(behaviour)

    await branch.insist(commit)

    assert branch.done == ["reserve", "commit"]
    assert await branch.policy() == branch.core_policy() == ("TERMINATED", 2)


@pytest.mark.parametrize(
    "instant",
    [
        "core.sent",
        *(
            pytest.param(name, marks=LONG)
            for name in ("core.intent_written", "effect.before_commit", "core.recorded")
        ),
    ],
)
async def test_a_worker_that_dies_leaves_one_commit(branch: Branch, instant: str):
    commit = await branch.to_commit()
    branch.office.failpoint = Fault(instant)
    with pytest.raises(KilledError):
        await branch.run(commit)
    branch.office.failpoint = Fault()

    await branch.run(commit)

    assert branch.done == ["reserve", "commit"]
    assert len(branch.core.books.lines("P-1")) == len(await branch.office.lines())


async def test_an_unknown_outcome_is_on_the_books_and_never_sent_blindly(branch: Branch):
    commit = await branch.to_commit()
    branch.wire.before = [httpx.ReadTimeout]

    with pytest.raises(ApplicationError) as caught:
        await branch.run(commit)

    assert caught.value.type == "unavailable:outcome"
    assert await branch.states() == ["reserve DONE", "commit UNKNOWN"]
    assert (await branch.policy())[1] == 1
    branch.wire.seen.clear()
    await branch.run(commit)
    assert branch.wire.seen == ["GET effects", "POST commit"]


async def test_nothing_is_let_go_of_while_a_commit_is_in_doubt(branch: Branch):
    branch_commit = await branch.to_commit()
    branch.wire.before = [httpx.ReadTimeout]
    with pytest.raises(ApplicationError):
        await branch.run(branch_commit)

    with pytest.raises(ApplicationError) as caught:
        await branch.run(branch.call("execution.release"))

    assert caught.value.type == "refused:CORE_UNRESOLVED"


async def test_a_key_that_may_be_forgotten_is_not_sent_again(branch: Branch):
    commit = await branch.to_commit()
    branch.wire.before = [httpx.ReadTimeout]
    with pytest.raises(ApplicationError):
        await branch.run(commit)

    late = commit.model_copy(update={"at": commit.at + timedelta(days=25)})
    with pytest.raises(ApplicationError) as caught:
        await branch.run(late)

    assert caught.value.type == "refused:CORE_KEY_EXPIRED"
    assert branch.done == ["reserve"]


async def test_what_another_case_holds_in_the_core_is_stale_here(branch: Branch):
    quote = await branch.quoted()
    other = branch.core.books
    await other_reserves(branch)

    with pytest.raises(ApplicationError) as caught:
        await branch.run(branch.call("execution.reserve", quote=quote))

    assert caught.value.type == "bpmn:STALE"
    assert await branch.states() == ["reserve REFUSED"]
    assert len(other.effects()) == 1
    async with branch.office.database.work() as books:
        assert await books.policies.active_reservation("BQ-1") is None


async def test_a_reserve_of_unknown_outcome_is_cancelled_before_it_arrives(branch: Branch):
    reserve = branch.call("execution.reserve", quote=await branch.quoted())
    branch.wire.before = [httpx.ReadTimeout]
    with pytest.raises(ApplicationError):
        await branch.run(reserve)
    await branch.run(branch.call("execution.release"))

    with pytest.raises(ApplicationError) as caught:
        await branch.run(reserve)

    assert caught.value.type == "bpmn:STALE"
    assert branch.done == ["cancel"]


async def test_our_books_follow_a_commit_that_a_premium_overtook(branch: Branch):
    commit = await branch.to_commit()
    branch.office.failpoint = Fault("core.sent")
    with pytest.raises(KilledError):
        await branch.run(commit)
    branch.office.failpoint = Fault()
    async with branch.office.database.work() as books:
        policy = await books.policies.get("P-1")
        assert policy is not None
        await books.policies.commit(
            replace(policy, claim_made=True),
            cause="PREMIUM",
            case_id="BQ-2",
            at=moment(NOTICE),
            reservation_id=None,
        )

    await branch.run(commit)

    assert await branch.policy() == ("TERMINATED", 3)
    assert branch.done == ["reserve", "commit"]


async def other_reserves(branch: Branch) -> None:
    answer = await branch.client.post(
        "/reserve",
        headers={"Idempotency-Key": "other"},
        json={
            "caseId": "BQ-9",
            "policyNo": "P-1",
            "reservationId": "RS-9",
            "item": "TERMINATE",
            "basis": "SURRENDER",
            "asOf": moment(NOTICE).isoformat(),
            "net": {"amountMinor": 1, "currency": "CNY"},
            "quoteHash": "0" * 64,
            "expiresAt": (moment(NOTICE) + timedelta(hours=1)).isoformat(),
        },
    )
    assert answer.status_code == 200
