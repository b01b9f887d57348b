"""The one entry: apply an occurrence, run until nothing moves.

Theory of operation
===================

A run is a tree of element instances (``state``). An instance is a token at a node: it is created
when a token arrives, moves through the phases of ``lifecycle`` and is removed when it has ended,
at which its token goes on along the flows it leaves by, or ends. Tokens that wait at a join are
counts in ``taken`` of their scope, not instances. So a turn never ends with a token between two
places, and the state is as large as what is alive, never as what has been.

One occurrence at a time is applied; it may write variables, and it puts *lifecycle commands* into
the *agenda*: activate, enter, complete, leave, terminate, and a few more for work, errors and
loops. The agenda is part of the state. It is worked off first in, first out, without recursion,
with one exception: ends go before beginnings, so that an interruption has finished, bottom-up,
before anything else of the instance moves ("only when the last child is terminated does the
boundary event start", S16). Keys are drawn from a counter as instances come to be, flows are taken
in document order, and every collection keeps its order: the result depends on program, state and
occurrence alone (S1).

What an element *is* stands in its behaviour (``behaviours``): how it enters, resumes, settles its
results and leaves. What all elements share stands in ``elements``.

When the agenda is empty the instance is at rest, and only then inclusive and complex joins are
tested, one by one, since they are a question about all tokens of their scope (S5, S6), and after
them the conditions over variables that were written (S27). The first that may fire does, the
agenda runs on, and so forth until nothing moves any more. Tokens that nothing can free are told
then (S35).

A command that cannot go on (a condition that is null, a key that is no text, a job out of
retries) raises ``Stuck``. It is caught in one place, ``elements.carry_out``, which parks the
instance *in the phase it is in* with an incident that holds the command. Resolving it puts this
command into the agenda again (S33). That is why every command evaluates first and changes
afterwards, and why the long ones are cut where something has been done that must not be done
twice: activate/enter behind the input mappings, complete/leave behind the output mappings.

A turn that has activated 1,000 elements, or spent its steps of FEEL, asks to be resumed and ends;
the agenda waits in the state. 10,000 elements that ran without a wait are taken for an endless
loop: incident (S36).
"""

from workflows.bpmn.interpreter.commands import Yield
from workflows.bpmn.interpreter.elements import carry_out
from workflows.bpmn.interpreter.happenings import apply, check
from workflows.bpmn.interpreter.limits import ACTIVATIONS_PER_TURN, STEPS_PER_TURN
from workflows.bpmn.interpreter.occurrences import Occurrence
from workflows.bpmn.interpreter.rest import fire_one_condition, fire_one_join, tell_dead_joins
from workflows.bpmn.interpreter.state import State
from workflows.bpmn.interpreter.turn import Turn, Turnout
from workflows.bpmn.program import Program


def step(program: Program, state: State, occurrence: Occurrence) -> Turnout:
    """Apply one occurrence and run until nothing moves; the state changes, nothing else does.

    Raises OccurrenceRefused, with nothing changed, for an occurrence that makes no sense (unknown
    element or key in an instruction). One that merely comes too late changes nothing and is told
    in the trail as ``late``.
    """
    check(program, state, occurrence)
    turn = Turn(program, state, occurrence.at)
    apply(turn, occurrence)
    run_on(turn)
    return Turnout(turn.commands, turn.trail)


def run_on(turn: Turn) -> None:
    """Run until nothing moves."""
    state = turn.state
    agenda, instances = state.agenda, state.instances
    while True:
        while agenda:
            if turn.spent >= ACTIVATIONS_PER_TURN or turn.steps >= STEPS_PER_TURN:
                turn.commands.append(Yield())
                return
            op, key = agenda.popleft()
            instance = instances.get(key)
            if instance is not None:
                carry_out(turn, op, instance)
        if state.joining and fire_one_join(turn):
            continue
        if not (state.watching and fire_one_condition(turn)):
            break
    if state.joining or state.incidents:
        tell_dead_joins(turn)
