"""What a replay has undone first, in which order, and what nobody can undo."""

from datetime import UTC, datetime

import pytest

from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.undoing import (
    COVERED,
    HARMLESS,
    TAKEN_BACK_BY,
    Handler,
    Made,
    UndoPlan,
    plan,
)

AT = datetime(2026, 10, 12, tzinfo=UTC)


def made(kind: str, element: str = "", **more: object) -> Made:
    given = {"keys": (f"BQ-1/{element or kind}/7",), "instance_id": "BQ-1", "at": AT, **more}
    return Made(kind=kind, element=element or kind.partition(".")[2], **given)  # type: ignore[arg-type]


def told(found: UndoPlan) -> tuple[list[str], list[str], list[str]]:
    return (
        [f"{one.type} for {one.last.element}" for one in found.steps],
        [one.element for one in found.anew],
        [one.element for one in found.barred],
    )


def test_effects_are_undone_the_newest_first():
    found = plan([made("execution.quote"), made("execution.reserve"), made("execution.commit")])

    assert told(found) == (
        ["execution.reverse for commit", "execution.release for reserve"], ["quote"], [],
    )  # fmt: skip


def test_money_that_moved_is_undone_by_nobody():
    found = plan([made("execution.commit"), made("execution.pay"), made("execution.settle")])

    assert told(found)[2] == ["pay", "settle"]


def test_money_that_came_back_stands_in_nobodys_way():
    bounced = [made("execution.pay"), made("execution.settle"), made("execution.returned")]

    assert told(plan([made("execution.commit"), *bounced])) == (
        ["execution.reverse for commit"], ["pay", "settle", "returned"], [],
    )  # fmt: skip


def test_of_two_payments_the_one_that_came_back_counts_for_nothing():
    found = plan(
        [made("execution.pay", "a"), made("execution.returned"), made("execution.pay", "b")]
    )

    assert told(found)[1:] == (["a", "returned"], ["b"])


def test_what_the_case_has_taken_back_by_itself_is_only_made_anew():
    found = plan([made("execution.commit"), made("execution.reverse")])

    assert told(found) == ([], ["commit", "reverse"], [])


def test_what_took_an_older_effect_back_cannot_be_undone():
    """The case goes on from where that effect still stood."""
    assert told(plan([made("execution.reverse")])) == ([], [], ["reverse"])


def test_what_was_found_impossible_is_only_tried_anew():
    assert told(plan([made("execution.commit", threw=True)])) == ([], ["commit"], [])


def test_what_the_taking_back_covers_goes_with_it():
    note, change = made("execution.endorse_contact"), made("execution.change_contact")

    assert told(plan([change, note]))[0] == ["execution.reverse_contact for change_contact"]
    assert told(plan([change, note]))[2] == []
    assert told(plan([note]))[2] == ["endorse_contact"]


def test_a_drawn_handler_goes_before_what_is_declared():
    handler = Handler(element="undo_it", type="anomaly.close", whole_loop=False)

    (step,) = plan([made("execution.commit", handler=handler)]).steps

    assert (step.type, step.handler) == ("anomaly.close", "undo_it")


def test_a_handler_that_is_more_than_one_piece_of_work_runs_in_its_case_only():
    handler = Handler(element="undo_it", type="", whole_loop=False)

    assert told(plan([made("anomaly.record", handler=handler)]))[2] == ["record"]


def test_one_handler_undoes_all_rounds_of_a_loop_where_the_last_one_stands():
    handler = Handler(element="undo_it", type="anomaly.close", whole_loop=True)
    rounds = [
        made("anomaly.record", "look", keys=(f"BQ-1/look/{key}",), handler=handler)
        for key in (7, 9)
    ]

    steps = plan([rounds[0], made("execution.reserve"), rounds[1]]).steps

    assert [[one.keys[0] for one in step.made] for step in steps] == [
        ["BQ-1/look/7", "BQ-1/look/9"], ["BQ-1/execution.reserve/7"],
    ]  # fmt: skip


@pytest.mark.parametrize("type_", sorted(CONTRACTS))
def test_every_type_that_changes_books_has_its_place(type_: str):
    steps, anew, barred = told(plan([made(type_)]))

    changes_books = type_.startswith("execution.") and type_ not in HARMLESS
    undoer = TAKEN_BACK_BY.get(type_)
    if not changes_books:
        assert anew
    elif undoer in {None, "execution.returned"} or type_ in COVERED:
        assert barred
    else:
        assert steps == [f"{undoer} for {type_.partition('.')[2]}"]


def test_what_takes_back_is_asked_for_what_an_effect_knows():
    """A request has no field that neither the work before, nor its result, had."""
    for kind, undoer in TAKEN_BACK_BY.items():
        if undoer == "execution.returned":
            continue
        known = set(CONTRACTS[kind].request.model_fields) | set(CONTRACTS[kind].result.model_fields)
        needed = {
            name
            for name, field in CONTRACTS[undoer].request.model_fields.items()
            if field.is_required()
        }
        assert needed <= known, (kind, needed - known)
