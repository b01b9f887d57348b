"""What the standard says, clause by clause, beside the technology compatibility kit.

Clauses are those of DMN 1.5; every case is read in each of the five versions of the format.
"""

from datetime import date
from decimal import Decimal

import pytest

from tests.dmn.drawing import NOW, decision, definitions, input_data, knowledge, literal, table
from workflows.dmn import compile_decisions
from workflows.dmn.reader import NAMESPACES
from workflows.feel import DateTime, Environment, Value


def entry(name, logic):
    variable = f"<variable name='{name}'/>" if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def item(name, type_ref, tests="", *, many=False, constraint=""):
    listed = f"<allowedValues><text>{tests}</text></allowedValues>" if tests else ""
    bounded = f"<typeConstraint><text>{constraint}</text></typeConstraint>" if constraint else ""
    return (
        f"<itemDefinition name='{name}' isCollection='{str(many).lower()}'>"
        f"<typeRef>{type_ref}</typeRef>{listed}{bounded}</itemDefinition>"
    )


def iteration(form, body, text):
    return (
        f"<{form} iteratorVariable='x'><in>{literal('[1,2,3]')}</in>"
        f"<{body}>{literal(text)}</{body}></{form}>"
    )


def ranked(policy):
    """A table whose outputs are listed in order of priority: high, low."""
    rules = [["> 0", '"low"'], ["> 1", '"high"'], ["> 2", '"low"']]
    return decision("d", table(["n"], ['a = "high","low"'], rules, policy))


def numbered(policy, aggregation=None):
    rules = [["> 0", "10"], ["> 1", "30"], ["> 2", "20"]]
    return decision("d", table(["n"], [""], rules, policy, aggregation))


def service(outputs, decided=(), data=()):
    listed = "".join(f"<outputDecision href='#{name}'/>" for name in outputs)
    listed += "".join(f"<inputDecision href='#{name}'/>" for name in decided)
    listed += "".join(f"<inputData href='#{name}'/>" for name in data)
    return f"<decisionService id='s' name='s'><variable name='s'/>{listed}</decisionService>"


THREE = Decimal(3)
CASES: dict[str, tuple[tuple[str, ...], dict[str, Value], Value]] = {
    # requirements
    "§6.3.13 requirements are decided first": (
        (
            decision("d", literal("b + c"), requires=["decision b", "decision c"]),
            decision("c", literal("b * 2"), requires=["decision b"]),
            decision("b", literal("n + 1"), requires=["input n"]),
            input_data("n", "number"),
        ),
        {"n": THREE},
        Decimal(12),
    ),
    "§6.3.9 a knowledge model is a function": (
        (
            knowledge("f", "a: number, b: number", literal("a - b")),
            decision("d", literal("f(b: 1, a: n)"), requires=["knowledge f"]),
        ),
        {"n": THREE},
        Decimal(2),
    ),
    "§10.4 a service answers its one output": (
        (
            decision("a", literal("n + 1"), requires=["input n"]),
            input_data("n", "number"),
            service(["a"], data=["n"]),
            decision("d", literal("s(3)"), requires=["knowledge s"]),
        ),
        {},
        Decimal(4),
    ),
    "§10.4 a service of several outputs answers a context": (
        (
            decision("a", literal("1")),
            decision("b", literal("a + 1"), requires=["decision a"]),
            service(["a", "b"]),
            decision("d", literal("s()"), requires=["knowledge s"]),
        ),
        {},
        {"a": Decimal(1), "b": Decimal(2)},
    ),
    "§10.4 an input decision of a service is given, not decided": (
        (
            decision("a", literal("1")),
            decision("b", literal("a + 1"), requires=["decision a"]),
            service(["b"], decided=["a"]),
            decision("d", literal("s(7)"), requires=["knowledge s"]),
        ),
        {},
        Decimal(8),
    ),
    # types
    "§7.3.3 allowed values bound a type": (
        (item("t", "number", "[0..5]"), decision("d", literal("n + 1"), type_ref="t")),
        {"n": Decimal(9)},
        None,
    ),
    "§7.3.3 allowed values bound each item of a collection": (
        (item("t", "number", "[0..5]", many=True), decision("d", literal("[1, n]"), type_ref="t")),
        {"n": THREE},
        [Decimal(1), THREE],
    ),
    "§7.3.3 a type constraint bounds the collection": (
        (
            item("t", "number", many=True, constraint="count(?) &lt; 2"),
            decision("d", literal("[1, n]"), type_ref="t"),
        ),
        {"n": THREE},
        None,
    ),
    "§10.3.2.9.4 a singleton list becomes its item": (
        (decision("d", literal("[n]"), type_ref="number"),),
        {"n": THREE},
        THREE,
    ),
    "§10.3.2.9.4 a value becomes a singleton list": (
        (item("t", "number", many=True), decision("d", literal("n"), type_ref="t")),
        {"n": THREE},
        [THREE],
    ),
    "§10.3.2.9.4 a date becomes its midnight in UTC": (
        (decision("d", literal("n"), type_ref="date and time"),),
        {"n": date(2026, 1, 1)},
        DateTime(date(2026, 1, 1), 0, 0),
    ),
    "§10.3.2.9.4 what does not conform is null": (
        (decision("d", literal("n"), type_ref="string"),),
        {"n": THREE},
        None,
    ),
    "§7.3.1 an expression has a type wherever it stands": (
        (
            decision(
                "d",
                f"<list>{literal('[n]', typeRef='number')}{literal('n', typeRef='string')}</list>",
            ),
        ),
        {"n": THREE},
        [THREE, None],
    ),
    # boxed expressions
    "§7.3.5 a literal expression": ((decision("d", literal("n ** 2")),), {"n": THREE}, Decimal(9)),
    "§7.3.6 an invocation binds by name": (
        (
            knowledge("f", "a, b", literal("a - b")),
            decision(
                "d",
                f"<invocation>{literal('f')}<binding><parameter name='b'/>{literal('1')}</binding>"
                f"<binding><parameter name='a'/>{literal('n')}</binding></invocation>",
                requires=["knowledge f"],
            ),
        ),
        {"n": THREE},
        Decimal(2),
    ),
    "§10.5.1 entries of a context see those above": (
        (
            decision(
                "d",
                f"<context>{entry('a', literal('n'))}{entry('b', literal('a + 1'))}"
                f"{entry('', literal('a * b'))}</context>",
            ),
        ),
        {"n": THREE},
        Decimal(12),
    ),
    "§10.5.3 a boxed function closes over its context": (
        (
            decision(
                "d",
                f"<context>{entry('k', literal('2'))}<contextEntry><variable name='f'/>"
                f"<functionDefinition><formalParameter name='x'/>{literal('x * k')}"
                f"</functionDefinition></contextEntry>{entry('', literal('f(n)'))}</context>",
            ),
        ),
        {"n": THREE},
        Decimal(6),
    ),
    "§10.5.4 a list": (
        (decision("d", f"<list>{literal('n')}{literal('n + 1')}</list>"),),
        {"n": THREE},
        [THREE, Decimal(4)],
    ),
    "§10.5.5 a relation is a list of contexts": (
        (
            decision(
                "d",
                "<relation><column name='a'/><column name='b'/>"
                f"<row>{literal('1')}{literal('2')}</row><row>{literal('n')}{literal('4')}</row>"
                "</relation>",
            ),
        ),
        {"n": THREE},
        [{"a": Decimal(1), "b": Decimal(2)}, {"a": THREE, "b": Decimal(4)}],
    ),
    "§10.5.6 a conditional": (
        (
            decision(
                "d",
                f"<conditional><if>{literal('n > 2')}</if><then>{literal('1')}</then>"
                f"<else>{literal('2')}</else></conditional>",
            ),
        ),
        {"n": THREE},
        Decimal(1),
    ),
    "§10.5.8 a filter": (
        (
            decision(
                "d",
                f"<filter><in>{literal('[1,2,3,4]')}</in><match>{literal('item > n')}</match>"
                "</filter>",
            ),
        ),
        {"n": THREE},
        [Decimal(4)],
    ),
    "§10.5.10 for": (
        (decision("d", iteration("for", "return", "x * n")),),
        {"n": THREE},
        [THREE, Decimal(6), Decimal(9)],
    ),
    "§10.5.12 every": (
        (decision("d", iteration("every", "satisfies", "x < n")),),
        {"n": THREE},
        False,
    ),
    "§10.5.13 some": (
        (decision("d", iteration("some", "satisfies", "x = n")),),
        {"n": THREE},
        True,
    ),
    # decision tables
    "§8.2.4 an input that is not listed answers null": (
        (decision("d", table(['s :: string = "a","b"'], [""], [["-", "1"]])),),
        {"s": "c"},
        None,
    ),
    "§8.2.6 several outputs make a context": (
        (decision("d", table(["n"], ["a", "b"], [["3", "1", "2"]])),),
        {"n": THREE},
        {"a": Decimal(1), "b": Decimal(2)},
    ),
    "§8.2.7 tests joined by commas hold if one does": (
        (decision("d", table(["n"], [""], [["1, > 2", '"yes"']])),),
        {"n": THREE},
        "yes",
    ),
    "§8.2.10 UNIQUE answers its one rule": (
        (decision("d", table(["n"], [""], [["1", '"one"'], ["3", '"three"']])),),
        {"n": THREE},
        "three",
    ),
    "§8.2.10 UNIQUE has no answer for two": ((numbered("UNIQUE"),), {"n": THREE}, None),
    "§8.2.10 ANY answers what all say": (
        (decision("d", table(["n"], [""], [["> 0", "1"], ["> 1", "1.0"]], "ANY")),),
        {"n": THREE},
        Decimal(1),
    ),
    "§8.2.10 ANY has no answer for a difference": ((numbered("ANY"),), {"n": THREE}, None),
    "§8.2.10 PRIORITY answers the first of the output values": (
        (ranked("PRIORITY"),),
        {"n": THREE},
        "high",
    ),
    "§8.2.10 FIRST answers the first rule": ((numbered("FIRST"),), {"n": THREE}, Decimal(10)),
    "§8.2.10 OUTPUT ORDER goes by the output values": (
        (ranked("OUTPUT ORDER"),),
        {"n": THREE},
        ["high", "low", "low"],
    ),
    "§8.2.10 RULE ORDER goes by the rules": (
        (numbered("RULE ORDER"),),
        {"n": THREE},
        [Decimal(10), Decimal(30), Decimal(20)],
    ),
    "§8.2.10 COLLECT lists all": (
        (numbered("COLLECT"),),
        {"n": Decimal(2)},
        [Decimal(10), Decimal(30)],
    ),
    "§8.2.10 C+ adds": ((numbered("COLLECT", "SUM"),), {"n": THREE}, Decimal(60)),
    "§8.2.10 C< takes the least": ((numbered("COLLECT", "MIN"),), {"n": THREE}, Decimal(10)),
    "§8.2.10 C> takes the greatest": ((numbered("COLLECT", "MAX"),), {"n": THREE}, Decimal(30)),
    "§8.2.10 C# counts": ((numbered("COLLECT", "COUNT"),), {"n": THREE}, THREE),
    "§8.2.11 without a match the default answers": (
        (decision("d", table(["n"], ["a = 1,2 | 2"], [["> 5", "1"]])),),
        {"n": THREE},
        Decimal(2),
    ),
    "§8.2.11 without a default the answer is null": (
        (decision("d", table(["n"], ["a"], [["> 5", "1"]])),),
        {"n": THREE},
        None,
    ),
}


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("clause", CASES)
def test_clause_is_kept(clause, namespace):
    elements, inputs, expected = CASES[clause]
    library = compile_decisions({"f.dmn": definitions(*elements, namespace=namespace)})

    outcome = library.decisions["d"].evaluate(inputs, Environment(now=NOW))

    assert library.diagnostics == ()
    assert outcome.value == expected


def test_models_import_one_another_by_namespace():
    """§6.3.3: elements of an imported model are seen under the import's name."""
    shared = definitions(
        item("tRate", "number", "[0..1]"),
        knowledge("rated", "n", literal("n / 2")),
        decision("base", literal("0.5"), type_ref="tRate"),
        own="urn:shared",
    )
    main = definitions(
        "<import name='lib' namespace='urn:shared'"
        " importType='https://www.omg.org/spec/DMN/20191111/MODEL/'/>",
        decision(
            "d",
            literal("lib.rated(3) + lib.base"),
            requires=["knowledge urn:shared#rated", "decision urn:shared#base"],
        ),
    )
    library = compile_decisions({"main.dmn": main, "shared.dmn": shared})

    assert library.diagnostics == ()
    assert library.decisions["d"].evaluate({}, Environment(now=NOW)).value == 2
