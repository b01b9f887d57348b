"""S29: what an ad-hoc sub-process offers is begun by a person, or by a call (10.3.5, 13.3.5)."""

import pytest

from tests.bpmn.interpreter.test_s29_ad_hoc import activities, ad_hoc
from tests.builders.events import signal
from tests.builders.process import a_flow, a_process
from tests.playing import START, plain, play
from workflows.bpmn.interpreter import OccurrenceRefused
from workflows.bpmn.interpreter.commands import OfferActivities, RunTask, WithdrawOffer
from workflows.bpmn.interpreter.occurrences import ActivitiesChosen


def offers(run):
    """What is offered now, by number."""
    opened = {one.wait: one for one in run.commands if isinstance(one, OfferActivities)}
    for one in run.commands:
        if isinstance(one, WithdrawOffer):
            del opened[one.wait]
    return opened


def choose(run, *elements, is_last=False, **variables):
    (wait,) = offers(run)
    chosen = tuple((element, plain(variables)) for element in elements)
    return run.happen(ActivitiesChosen(at=START, wait=wait, activities=chosen, is_last=is_last))


def of_camunda(*names, until="=enough", **given):
    return ad_hoc(activities(*names), zeebe={}, until=until, **given)


def test_everything_offered_is_named():
    run = play(of_camunda("a", "b"))

    (offer,) = offers(run).values()
    assert (offer.element, offer.activities) == ("adhoc", (("a", "a"), ("b", "b")))


def test_what_begins_by_itself_is_not_offered():
    inner = activities("a")
    inner.cursor = None
    inner.user("talk")

    (offer,) = offers(play(ad_hoc(inner))).values()

    assert offer.activities == (("talk", "talk"),)


def test_what_is_chosen_begins_with_variables_of_its_own():
    run = choose(play(of_camunda("a", "b")), "b", word="x")

    assert run.waiting == ["b"]
    (job,) = [one for one in run.commands if isinstance(one, RunTask)]
    assert job.variables["word"] == "x"
    run.complete("b", enough=True).assert_over()
    assert "word" not in run.variables


@pytest.mark.parametrize("inline", [False, True])
def test_what_a_call_was_begun_with_stays_its_own_and_what_it_leaves_goes_up(inline):
    """§10.3.5: as if the called process stood in a case of its own, whichever way it is called."""
    inner = a_flow()
    inner.cursor = None
    inner.call("c", "other", inline=inline)
    other = a_process("other").start("os").service("t").end("oe")
    model = ad_hoc(inner, zeebe={}, until="=enough")
    run = choose(play(model, other, process="process", kept=1), "c", word="x")

    if inline:
        run.complete("c/t", word="y", enough=True)
    else:
        run.complete_child("c", kept=1, word="y", enough=True)

    assert run.assert_over().variables == {"kept": 1, "enough": True}


def test_the_same_may_be_chosen_again():
    run = choose(choose(play(of_camunda("a")), "a"), "a")

    run.complete("a", enough=False).complete("a", enough=True).assert_over()


def test_the_offer_ends_with_the_sub_process():
    run = choose(play(of_camunda("a")), "a").complete("a", enough=True)

    assert offers(run) == {}


def test_the_offer_ends_when_the_condition_is_true_and_the_rest_is_awaited():
    given = {"cancelRemainingInstances": False}
    run = choose(play(of_camunda("a", "b", given=given)), "a", "b").complete("a", enough=True)

    assert (offers(run), run.waiting) == ({}, ["b"])


def test_after_the_last_choice_it_ends_with_what_is_active():
    run = choose(play(of_camunda("a", until=None)), "a", is_last=True)

    assert (offers(run), run.waiting) == ({}, ["a"])
    run.complete("a").assert_over()


def test_to_choose_nothing_more_ends_it():
    choose(play(of_camunda("a", until=None)), is_last=True).assert_over()


def test_in_a_sequential_one_what_is_chosen_queues():
    run = choose(play(of_camunda("a", "b", given={"ordering": "Sequential"})), "a", "b")

    assert run.waiting == ["a"]
    run.complete("a", enough=False)
    assert run.waiting == ["b"]


@pytest.mark.parametrize(
    ("given", "elements", "is_last", "variables", "why"),
    [
        ({}, ["x"], False, {}, "does not offer 'x'"),
        ({}, [], False, {}, "Nothing was chosen"),
        ({"ordering": "Sequential"}, ["a"], False, {"v": 1}, "no variables of its own"),
        ({"ordering": "Sequential"}, ["a"], True, {}, "nothing waits for its turn"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(given, elements, is_last, variables, why):
    run = play(of_camunda("a", given=given))

    with pytest.raises(OccurrenceRefused, match=why):
        choose(run, *elements, is_last=is_last, **variables)


def test_an_offer_that_is_over_is_refused():
    run = play(of_camunda("a"))
    (wait,) = offers(run)
    choose(run, is_last=True)

    with pytest.raises(OccurrenceRefused, match="There is no offer"):
        run.happen(ActivitiesChosen(at=START, wait=wait, is_last=True))


def test_an_event_sub_process_that_interrupts_takes_the_offer_back():
    inner = activities("a")
    event = a_flow()
    inner.event_sub_process(
        "handler", event.start("cut", signal("stop")).user("look").end("cutEnd")
    )
    run = play(ad_hoc(inner, zeebe={}, until="=enough"))

    run.signal("stop")

    assert offers(run) == {}
