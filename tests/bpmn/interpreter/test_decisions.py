"""Business rule tasks: a decision evaluated in the engine."""

from tests.builders.process import a_process
from tests.playing import play

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
  <decision id="risk" name="risk">
    <decisionTable id="t" hitPolicy="{policy}">
      <input id="i"><inputExpression id="ie"><text>amount</text></inputExpression></input>
      <output id="o" name="level" typeRef="string" />
      <rule id="r1"><inputEntry id="e1"><text>&gt; 100</text></inputEntry>
        <outputEntry id="o1"><text>"high"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="e2"><text>&gt; {low}</text></inputEntry>
        <outputEntry id="o2"><text>"low"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def table(policy="FIRST", low=0):
    return TABLE.format(policy=policy, low=low)


def a_rule(**more):
    return a_process().start().rule("r", "risk", "level", **more).end()


def test_the_result_goes_up():
    run = play(a_rule(), table(), amount=500)

    assert run.assert_over().variables == {"amount": 500, "level": "high"}


def test_the_result_stays_local_with_output_mappings():
    run = play(a_rule(outputs={"risk": "=upper case(level)"}), table(), amount=5)

    assert run.assert_over().variables == {"amount": 5, "risk": "LOW"}


def test_the_rules_that_fired_are_in_the_trail():
    run = play(a_rule(), table(), amount=500)

    (detail,) = [one.detail for one in run.trail if one.event == "decision"]
    assert detail is not None
    assert detail["fired"] == [{"decision": "risk", "rules": [1]}]


def test_a_violated_hit_policy_is_an_incident():
    run = play(a_rule(), table("UNIQUE"), amount=500)

    assert run.codes == ["decision-failed"]
    run.resolve(amount=50).assert_over()
