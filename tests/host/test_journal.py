from datetime import UTC, datetime

from workflows.host.journal import LONGEST_RIDE, Journal

AT = datetime(2026, 10, 12, tzinfo=UTC)


def a_journal(entries: int = 0) -> Journal:
    journal = Journal(instance_id="c", case_id="c", run_id="r")
    for _ in range(entries):
        journal.write("elementActivated", AT)
    return journal


def seqs(batch) -> list[int]:
    return [] if batch is None else [entry.seq for entry in batch.entries]


def test_entries_ride_once() -> None:
    journal = a_journal(2)

    assert seqs(journal.ride()) == [1, 2]
    assert journal.ride() is None
    assert not journal.has_unsent


def test_a_later_carrier_takes_what_is_not_acknowledged_too() -> None:
    journal = a_journal(2)
    journal.ride()
    journal.write("elementCompleted", AT)

    assert seqs(journal.ride()) == [1, 2, 3]


def test_an_acknowledged_batch_is_forgotten() -> None:
    journal = a_journal(2)
    batch = journal.ride()
    journal.write("elementCompleted", AT)

    journal.settle(batch, committed=True)

    assert journal.acknowledged == 2
    assert seqs(journal.ride()) == [3]


def test_a_batch_of_unknown_fate_rides_again() -> None:
    journal = a_journal(2)
    batch = journal.ride()

    journal.settle(batch, committed=False)

    assert journal.has_unsent
    assert seqs(journal.ride()) == [1, 2]


def test_a_flush_overtakes_a_slow_carrier() -> None:
    journal = a_journal(2)
    slow = journal.ride()
    journal.settle(journal.take(), committed=True)

    assert journal.is_acknowledged
    journal.settle(slow, committed=False)
    assert journal.is_acknowledged
    assert not journal.has_unsent


def test_a_long_history_under_way_is_not_carried_twice() -> None:
    journal = a_journal(LONGEST_RIDE)
    journal.ride()
    journal.write("elementCompleted", AT)

    assert journal.ride() is None
    assert journal.has_unsent


def test_a_new_run_goes_on_counting() -> None:
    journal = Journal(instance_id="c", case_id="c", run_id="r2", written=7)
    journal.write("elementActivated", AT)

    assert seqs(journal.ride()) == [8]
