import inspect
from typing import get_type_hints

from temporalio import activity

from activities.registry import STEPS, build_activities
from tests.activities.office import Office
from workflows.contracts.activity import TaskAnswer, TaskCall
from workflows.contracts.case import ReplayAnswer, ReplayAsked, UndoneAsked
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.definitions import DefinitionAnswer, DefinitionQuery
from workflows.contracts.human_task import (
    DEFINITION_RESOLVE,
    HUMAN_TASK_ACT,
    JOURNAL_FLUSH,
    MESSAGE_PUBLISH,
    REPLAY_ORDER,
    REPLAY_UNDONE,
    SIGNAL_BROADCAST,
    ActAnswer,
    ActCall,
)
from workflows.contracts.journal import JournalBatch, JournalReceipt
from workflows.contracts.message import Publication, PublicationReceipt
from workflows.contracts.signal import Broadcast, BroadcastReceipt

PLATFORM = {
    JOURNAL_FLUSH: (JournalBatch, JournalReceipt),
    HUMAN_TASK_ACT: (ActCall, ActAnswer),
    MESSAGE_PUBLISH: (Publication, PublicationReceipt),
    SIGNAL_BROADCAST: (Broadcast, BroadcastReceipt),
    DEFINITION_RESOLVE: (DefinitionQuery, DefinitionAnswer),
    REPLAY_ORDER: (ReplayAsked, ReplayAnswer),
    REPLAY_UNDONE: (UndoneAsked, type(None)),
}


def names_and_types(office: Office) -> list[tuple[str, type, type]]:
    found = []
    for each in build_activities(office.equipment):
        name = activity._Definition.must_from_callable(each).name or ""
        hints = get_type_hints(each)
        (argument,) = [hints[name] for name in inspect.signature(each).parameters]
        found.append((name, argument, hints["return"]))
    return found


def test_every_contract_has_one_step():
    assert STEPS.keys() == CONTRACTS.keys()


async def test_every_contract_has_one_activity_of_its_name(office: Office):
    names = [name for name, _, _ in names_and_types(office)]

    assert sorted(names) == sorted([*CONTRACTS, *PLATFORM])


async def test_activities_take_one_message_and_give_one(office: Office):
    for name, argument, answer in names_and_types(office):
        assert (argument, answer) == PLATFORM.get(name, (TaskCall, TaskAnswer))
