"""BPMN 2.0.2 §10.3.6: a call activity may call a global task, which runs in its place."""

from tests.builders.data import data_object, gives, specification, takes
from tests.builders.process import a_process, error, multi_instance
from tests.playing import play, unplain
from workflows.bpmn.interpreter.commands import OpenHumanTask, RunTask


def calling(tag, inner="", *, extension="", inside="", loop="", **given):
    attributes = "".join(f' {name}="{value}"' for name, value in given.items())
    held = f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>" if extension else ""
    root = f'<bpmn:{tag} id="G" name="Shared"{attributes}>{held}{inner}</bpmn:{tag}>'
    model = a_process().root(root).start()
    return model.node("callActivity", "c", {"calledElement": "G"}, inside=inside, loop=loop)


def test_a_global_user_task_is_offered_where_it_is_called():
    extension = '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="clerks"/>'
    run = play(calling("globalUserTask", extension=extension).end())

    (offer,) = run.issued(OpenHumanTask)
    assert (offer.element, offer.name, offer.candidate_groups) == ("c", "Shared", ("clerks",))
    assert run.complete("c", a=1).assert_over().variables == {"a": 1}


def test_a_global_script_task_is_evaluated():
    extension = '<zeebe:script expression="=1 + 1" resultVariable="two"/>'

    assert play(calling("globalScriptTask", extension=extension).end()).variables == {"two": 2}


def test_a_global_business_rule_task_runs_its_job():
    extension = '<zeebe:taskDefinition type="rate"/>'
    run = play(calling("globalBusinessRuleTask", extension=extension).end())

    assert [one.type for one in run.issued(RunTask)] == ["rate"]
    run.complete("c").assert_over()


def test_global_tasks_of_no_kind_and_by_hand_pass():
    for tag in ("globalTask", "globalManualTask"):
        assert play(calling(tag).end()).assert_over().completed == ["start", "c", "end", "process"]


def test_a_call_brings_loop_boundary_and_data():
    """Its data inputs and outputs "MUST exactly match" those of the element it calls."""
    inner = specification(["x"], ["y"])
    own = specification(["cx"], ["cy"]) + takes("O_ref", "cx") + gives("cy", "O_ref")
    own = own.replace('id="cx"', 'id="cx" name="x"').replace('id="cy"', 'id="cy" name="y"')
    extension = '<zeebe:taskDefinition type="rate"/>'
    model = calling("globalBusinessRuleTask", inner, extension=extension, inside=own)
    model = model.drawn(data_object("O", "o")).end().boundary("c", "b", error()).end("caught")
    run = play(model, o=4)

    assert unplain(run.issued(RunTask)[0].variables) == {"x": 4, "y": None}
    assert run.complete("c", y=5).assert_over().variables == {"o": 5}
    assert "caught" in play(model, o=4).throw("c", "E").assert_over().completed


def test_a_global_task_is_called_for_each_item():
    extension = '<zeebe:taskDefinition type="rate"/>'
    loop = multi_instance("=[1, 2]", element="i")
    run = play(calling("globalBusinessRuleTask", extension=extension, loop=loop).end())

    assert run.waiting == ["c", "c"]


def test_a_global_task_of_another_file_is_called_by_its_id():
    root = '<bpmn:globalUserTask id="G"><bpmn:extensionElements><zeebe:userTask/>'
    root += "</bpmn:extensionElements></bpmn:globalUserTask>"
    other = a_process("other").root(root).start().end()

    run = play(a_process().start().call("c", "G").end(), other)

    assert [one.element for one in run.issued(OpenHumanTask)] == ["c"]
