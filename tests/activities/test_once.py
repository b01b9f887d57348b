from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from infra.db.tables import trail
from tests.activities.office import Fault, KilledError, Office

KIND = "anomaly.record"
GOOD: dict[str, Any] = {"class": "MONEY", "reason": "BOUNCED"}


async def test_the_journal_commits_with_the_effect(office: Office):
    call = office.call(KIND, GOOD, journal=office.batch("elementActivated"))

    await office.answer(call)

    assert await office.count(trail.journal) == 1
    assert await office.count(trail.effects) == 1


async def test_a_death_before_the_commit_leaves_neither_journal_nor_effect(office: Office):
    call = office.call(KIND, GOOD, journal=office.batch("elementActivated"))
    office.failpoint = Fault("effect.before_commit")

    with pytest.raises(KilledError):
        await office.answer(call)

    assert await office.count(trail.journal) == 0
    assert await office.count(trail.effects) == 0


async def test_a_death_after_the_commit_is_answered_from_the_books(office: Office):
    call = office.call(KIND, GOOD)
    office.failpoint = Fault("effect.after_commit")
    with pytest.raises(KilledError):
        await office.answer(call)
    office.failpoint = Fault()

    answer = await office.run(call)

    assert answer["anomaly"]["route"] == "finance"
    assert await office.count(trail.effects) == 1


async def test_a_repeated_key_still_takes_a_new_journal_along(office: Office):
    call = office.call(KIND, GOOD)
    first = await office.answer(call)

    second = await office.answer(
        call.model_copy(update={"journal": office.batch("elementActivated")})
    )

    assert second.variables == first.variables
    assert await office.count(trail.journal) == 1


async def test_the_journal_outlives_the_failure_of_the_work(office: Office):
    call = office.call(
        "feedback.recovery", {"surveyId": "SV-404"}, journal=office.batch("elementActivated")
    )

    with pytest.raises(ApplicationError):
        await office.answer(call)

    assert await office.count(trail.journal) == 1
    assert await office.count(trail.effects) == 0


async def test_missing_fields_are_named_without_their_values(office: Office):
    with pytest.raises(ApplicationError) as caught:
        await office.do(KIND, **{"class": "secret-value"})

    error = caught.value
    assert (error.type, error.non_retryable) == ("refused:INPUT", True)
    assert "class (literal_error)" in error.message
    assert "reason (missing)" in error.message
    assert "secret-value" not in error.message


async def test_a_null_is_a_value_that_is_not_there(office: Office):
    with pytest.raises(ApplicationError) as caught:
        await office.do(KIND, **(GOOD | {"reason": None}))

    assert "reason (missing)" in caught.value.message


async def test_what_is_not_wire_encoded_is_refused(office: Office):
    call = office.call(KIND, {}).model_copy(update={"variables": {"class": "plain"}})

    with pytest.raises(ApplicationError) as caught:
        await office.answer(call)

    assert caught.value.type == "refused:INPUT"


async def test_a_bug_tells_its_class_only(office: Office, monkeypatch: pytest.MonkeyPatch):
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("张三 360426199101010071")

    monkeypatch.setattr("activities.anomaly.findings.anomaly_due", break_down)

    with pytest.raises(ApplicationError) as caught:
        await office.do(KIND, **GOOD)

    error = caught.value
    assert (error.type, error.non_retryable) == ("bug", False)
    assert error.message == "Unexpected RuntimeError."


async def test_every_effect_has_its_audit_row(office: Office):
    await office.do(KIND, **GOOD)

    async with office.database.reading() as room:
        verdict = await room.audit.verify("BQ-1")
    assert verdict.intact
    assert verdict.records == 1


# --- what was undone is done anew -------------------------------------------------------------


async def test_an_effect_that_its_handler_undid_is_done_anew_by_a_replay(office: Office):
    done = office.call(KIND, GOOD)
    undo = office.call(KIND, GOOD, element="undo", undoes=done.element)
    await office.answer(done)

    await office.answer(undo)  # the case is compensated
    await office.answer(undo)  # an attempt repeated
    assert await office.effect_keys() == sorted((done.effect_key, undo.effect_key))
    await office.answer(done)  # the case is replayed from before
    await office.answer(done)

    again = f"{done.effect_key}~2"
    assert await office.effect_keys() == sorted((done.effect_key, again, undo.effect_key))


async def test_what_was_done_anew_is_undone_anew(office: Office):
    done = office.call(KIND, GOOD)
    undo = office.call(KIND, GOOD, element="undo", undoes=done.element)
    for _ in range(2):
        await office.answer(done)
        await office.answer(undo)

    await office.answer(done)

    wanted = [f"{one.effect_key}{no}" for one in (done, undo) for no in ("", "~2")]
    assert await office.effect_keys() == sorted((*wanted, f"{done.effect_key}~3"))


async def test_of_two_effects_of_an_element_the_later_is_undone_first(office: Office):
    first, second = office.call(KIND, GOOD), office.call(KIND, GOOD)
    second = second.model_copy(update={"element": first.element})
    for call in (first, second):
        await office.answer(call)
    await office.answer(office.call(KIND, GOOD, element="undo", undoes=first.element))

    await office.answer(first)
    await office.answer(second)

    assert [key for key in await office.effect_keys() if "~2" in key] == [f"{second.effect_key}~2"]
