"""A compensation handler asked for outside its run: the one piece of work that it is (S20)."""

from collections.abc import Mapping
from datetime import datetime

from workflows.bpmn.interpreter.commands import RunTask
from workflows.bpmn.interpreter.state import ROOT, Instance, new_state
from workflows.bpmn.interpreter.step import run_on
from workflows.bpmn.interpreter.tokens import create
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Program
from workflows.feel import Value


class NotAlone(Exception):
    """The handler is no single piece of work with the variables it was given."""


def work_of_handler(
    program: Program, handler: str, variables: Mapping[str, Value], at: datetime
) -> RunTask:
    """Let a handler begin in a scope of its own that knows only these variables.

    Its input mappings are those of any element; raises NotAlone where they fail.
    """
    state = new_state()
    state.root = root = Instance(ROOT, 0, None)
    state.next_key = ROOT + 1
    root.phase, root.locals = "activated", dict(variables)
    state.instances[ROOT] = root
    turn = Turn(program, state, at)
    create(turn, program.nodes[program.ids[handler]], root)
    run_on(turn)
    match turn.commands:
        case [RunTask() as work]:
            return work
        case _:
            told = "; ".join(one.message for one in state.incidents.values())
            raise NotAlone(told or f"'{handler}' is no single piece of work.")
