"""(program, state, occurrence) -> (state, commands): a process, stepped.

Begin with the theory of operation in ``step``.
"""

from workflows.bpmn.interpreter.foresight import Foresight as Foresight
from workflows.bpmn.interpreter.foresight import foresee as foresee
from workflows.bpmn.interpreter.snapshot import dump as dump
from workflows.bpmn.interpreter.snapshot import load as load
from workflows.bpmn.interpreter.starts import beginning as beginning
from workflows.bpmn.interpreter.starts import begins_by_itself as begins_by_itself
from workflows.bpmn.interpreter.state import State as State
from workflows.bpmn.interpreter.state import new_state as new_state
from workflows.bpmn.interpreter.step import step as step
from workflows.bpmn.interpreter.turn import OccurrenceRefused as OccurrenceRefused
from workflows.bpmn.interpreter.turn import Trace as Trace
from workflows.bpmn.interpreter.turn import Turnout as Turnout
from workflows.bpmn.interpreter.waiting import Waiting as Waiting
from workflows.bpmn.interpreter.waiting import waiting as waiting
