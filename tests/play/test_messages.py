"""S23 in a world of many instances: who hears a message, how long it is kept, which id is known."""

from tests.builders.process import a_flow, a_process, message
from tests.play.playground import elements, ok, played, standing, waits


def a_listener(process="p", name="m"):
    return a_process(process).start().catch("wait", message(name, "=k")).end()


def start(key, process="p"):
    return {"start": process, "variables": {"k": key}}


def test_a_message_goes_by_name_and_key():
    steps = [start("a"), start("b"), {"publish": "m", "key": "b", "variables": {"x": 1}}]

    result = ok(played(a_listener(), steps=steps))

    assert standing(result) == [("p", "active"), ("p", "completed")]
    assert result["instances"][1]["variables"] == {"k": "b", "x": 1}


def test_a_number_compares_as_its_string():
    result = ok(played(a_listener(), steps=[start(7), {"publish": "m", "key": "7"}]))

    assert standing(result) == [("p", "completed")]


def test_one_message_reaches_one_instance_of_each_process():
    steps = [start("a"), start("a"), start("a", "q"), {"publish": "m", "key": "a"}]

    result = ok(played(a_listener(), a_listener("q"), steps=steps))

    assert standing(result) == [("p", "completed"), ("p", "active"), ("q", "completed")]


def test_a_message_with_time_to_live_waits_for_its_listener():
    steps = [{"publish": "m", "key": "a", "ttl": "PT1H"}, {"advance": "PT59M"}, start("a")]

    assert standing(ok(played(a_listener(), steps=steps))) == [("p", "completed")]


def test_a_message_is_gone_after_its_time():
    steps = [{"publish": "m", "key": "a", "ttl": "PT1H"}, {"advance": "PT1H"}, start("a")]

    assert standing(ok(played(a_listener(), steps=steps))) == [("p", "active")]


def test_buffered_messages_are_heard_in_order():
    steps = [
        {"publish": "m", "key": "a", "ttl": "PT1H", "variables": {"n": 1}},
        {"publish": "m", "key": "a", "ttl": "PT1H", "variables": {"n": 2}},
        start("a"),
        start("a"),
    ]

    result = ok(played(a_listener(), steps=steps))

    assert [one["variables"] for one in result["instances"]] == [{"k": "a", "n": n} for n in (1, 2)]


def test_a_message_id_is_known_even_after_it_correlated():
    steps = [
        start("a"),
        {"publish": "m", "key": "a", "id": "one"},
        start("a"),
        {"publish": "m", "key": "a", "id": "one"},
    ]

    assert standing(ok(played(a_listener(), steps=steps))) == [("p", "completed"), ("p", "active")]


def test_a_message_id_with_other_content_is_refused():
    steps = [
        {"publish": "m", "key": "a", "id": "one", "ttl": "PT1H"},
        {"publish": "m", "key": "b", "id": "one", "ttl": "PT1H"},
    ]

    result = played(a_listener(), steps=steps)

    assert result["error"] is not None
    assert result["error"]["step"] == 1


def a_started():
    return a_process("p").start("come", message("m")).service("A").end()


def test_a_message_starts_an_instance():
    steps = [{"publish": "m", "variables": {"x": 1}}]

    result = ok(played(a_started(), steps=steps))

    assert result["instances"][0]["variables"] == {"x": 1}


def test_without_a_key_every_message_starts_one():
    result = ok(played(a_started(), steps=[{"publish": "m"}, {"publish": "m"}]))

    assert standing(result) == [("p", "active")] * 2


def test_with_a_key_the_next_instance_starts_when_the_one_before_has_ended():
    publish = {"publish": "m", "key": "a", "ttl": "PT1H"}
    steps = [publish, publish]

    waiting = ok(played(a_started(), steps=steps))
    ended = ok(played(a_started(), steps=[*steps, {"complete": "A"}]))

    assert standing(waiting) == [("p", "active")]
    assert standing(ended) == [("p", "completed"), ("p", "active")]


def test_a_throw_reaches_another_process():
    sender = (
        a_process("s").start().throw("tell", message("m", publish={"correlationKey": "=1"})).end()
    )

    result = ok(played(a_listener(), sender, steps=[start(1), {"start": "s"}]))

    assert standing(result) == [("p", "completed"), ("s", "completed")]


def test_a_throw_is_kept_for_a_listener_that_comes_later():
    sender = (
        a_process("s").start().throw("tell", message("m", publish={"correlationKey": "=1"})).end()
    )

    result = ok(played(a_listener(), sender, steps=[{"start": "s"}, start(1)]))

    assert standing(result) == [("s", "completed"), ("p", "completed")]


def test_a_subscription_that_stays_hears_every_message():
    handler = a_flow().start("ping", message("m", "=1"), interrupting=False).end("pong")
    model = a_process("p").start().service("A").end().event_sub_process("E", handler)

    result = ok(played(model, steps=[{"start": "p"}, *[{"publish": "m", "key": 1}] * 3]))

    assert elements(result).count("pong") == 3


def test_an_ended_instance_hears_nothing():
    result = played(a_listener(), steps=[start("a"), {"cancel": "p"}, {"publish": "m", "key": "a"}])

    assert result["error"] is not None
    assert waits(result) == []
