from datetime import UTC, datetime

import pytest
from temporalio.exceptions import ApplicationError

from workflows.contracts.case import Cancellation, Receipt
from workflows.host.requests import REMEMBERED, Requests, refusal

RECEIPT = Receipt(instance_id="c", request_id="1", at=datetime(2026, 10, 12, tzinfo=UTC))


def an_order(request_id: str = "1", reason: str = "r") -> Cancellation:
    return Cancellation(request_id=request_id, actor="ops", reason=reason)


def test_the_same_request_is_recalled() -> None:
    requests = Requests({})
    reply = requests.open("1", an_order())

    assert requests.recall("1", an_order()) is reply


def test_the_same_id_with_other_content_is_refused() -> None:
    requests = Requests({})
    requests.open("1", an_order())

    with pytest.raises(ApplicationError) as refused:
        requests.recall("1", an_order(reason="other"))

    assert refused.value.type == "REQUEST_REUSED"


def test_a_refused_request_may_be_tried_again() -> None:
    requests = Requests({})
    requests.open("1", an_order()).refuse(refusal("FORBIDDEN", "no"), 0)

    requests.forget("1")

    assert requests.recall("1", an_order(reason="other")) is None


def test_accepted_requests_are_carried_to_the_next_run() -> None:
    requests = Requests({})
    requests.open("1", an_order()).accept(RECEIPT, 5)
    requests.open("2", an_order("2"))

    following = Requests(requests.carry())

    reply = following.recall("1", an_order())
    assert reply is not None
    assert Receipt.model_validate(reply.receipt) == RECEIPT
    assert not following.knows("2")


def test_the_window_forgets_the_oldest_answered_requests() -> None:
    requests = Requests({})
    requests.open("waiting", an_order("waiting"))
    for number in range(REMEMBERED + 5):
        requests.open(str(number), an_order(str(number))).accept(RECEIPT, 1)

    assert requests.knows("waiting")
    assert not requests.knows("0")
    assert requests.knows(str(REMEMBERED + 4))
