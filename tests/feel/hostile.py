"""Expressions that mean harm, and what it costs to answer them; run as a process of its own."""

import json
import resource
import sys
import time
from collections.abc import Mapping

from tests.feel.evaluating import an_environment
from workflows.feel import (
    FeelLimitError,
    FeelSyntaxError,
    Value,
    compile_expression,
)
from workflows.feel.wire import encode

DOUBLING = "{{d: function(v, n) if n = 0 then v else d({step}, n - 1), r: {use}}}.r"


def doubling(step: str, use: str) -> str:
    return DOUBLING.format(step=step, use=use)


NUMBERS = [
    "9 ** 9 ** 9",
    "9 ** (9 ** 9)",
    "10 ** 999999",
    "10 ** 6144 * 10",
    "(-1) ** 0.5",
    "0 / 0",
    "1e999999",
    "1e6144 * 1e6144",
    "1e-6176 / 1e6144",
    "string(1e6144)",
    "exp(99999999)",
    "log(1e-6000)",
    "modulo(1e30, 7)",
    "modulo(1e6000, 1e-6000)",
    "decimal(1e6000, 6176)",
    "round up(1e-6000, 6000)",
    "floor(1, 1e40)",
    'number("1e999999999")',
    'number("' + "9" * 90_000 + '")',
    "9" * 90_000,
    "1." + "9" * 90_000,
    "[1, 2][1e6144]",
    'substring("abc", 1e40, 1e40)',
    "sublist([1], 1e39)",
    "partition([1, 2], 1e39)",
    'cycle(1e6000, @"P1D")',
    "every i in 1..9, j in 1..9999 satisfies (1 + 1e-30) ** (j * 1e28) > 0",
    "every i in 1..9, j in 1..9999 satisfies sqrt(exp(log(j))) > 0",
]

TEMPORAL = [
    'date("0000-01-01")',
    'date("999999999-12-31") + duration("P1Y")',
    "date(1e30, 1, 1)",
    "time(1e30, 0, 0)",
    'duration("P999999999999Y")',
    '@"P99999999999999D" * 1e30',
    '@"2026-01-01" + @"P999999999999M"',
    '@"2026-06-30T23:59:60Z"',
    '@"2026-03-29T02:30:00@Europe/Berlin" + @"P1D"',
    'date and time("2026-01-01T00:00:00@../../etc/passwd")',
    'date and time("2026-01-01T00:00:00@Etc/../../etc/passwd")',
    'date and time(@"2026-01-01T00:00:00Z", "/etc/localtime")',
    '@"' + "P" * 90_000 + '"',
    'date("' + "2" * 90_000 + '")',
    'for d in @"0001-01-01"..@"9999-12-31" return d',
    'some d in @"0001-01-01"..@"9999-12-31" satisfies d.year > 9999',
    'cycle(@"-P1D")',
]

PATTERNS = [
    'matches("' + "a" * 40 + '!", "(a+)+$")',
    'matches("' + "x" * 40 + '", "(x+x+)+y")',
    'matches("' + "a" * 40 + '!", "(a|a)*$")',
    'matches(text, ".*.*.*.*=.*")',
    'matches("a", "a{1000}{1000}")',
    'matches("a", "(a{1,1000}){1,1000}")',
    'matches("a", "(a)\\1")',
    'matches("a", "' + "(" * 500 + '")',
    'matches("a", "' + "a" * 600 + '")',
    "matches(text, text)",
    'matches("a", "a", "' + "i" * 10_000 + '")',
    'replace(text, "a", "' + "x" * 1000 + '")',
    'replace(text, "(a)", "$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1")',
    'replace(text, "", "y")',
    'split(text, "")',
    'extract(text, "a?")',
    'every i in 1..9999 satisfies matches(text, "(a+)+b" + string(i))',
    'every i in 1..9, j in 1..9999 satisfies matches("b" + string(j), "(b{1,9}){1,9}" + string(j))',
]

LABOURS = [
    "get value({}, for k in 1..9999 return string(k))",
    "every i in 1..9999 satisfies overlaps([1..i], [i..9999]) and i in [1..i]",
    "count(distinct values(for i in 1..10000 return i))",
    "sum(for i in 1..10000 return i)",
]

LOOPS = [
    "for a in 1..400, b in 1..400, c in 1..400 return a",
    "for a in 1..100000000 return a",
    "for a in 1..1e30 return a",
    "some a in 1..100000000 satisfies a < 0",
    "some a in [1..1e33] satisfies a < 0",
    "every a in 1..9999, b in 1..9999 satisfies true",
    "for i in 1..9999 return partial",
    "for i in 1..40 return partial",
    "(for i in 1..9000 return [partial[-1]])[-1]",
    "for i in 1..9999 return sum(items)",
    "for i in 1..9999 return reverse(items)",
    "for i in 1..9999 return items[item > 1]",
    "for i in 1..9999 return items.a",
    "items[items[items[item > 0] = item] = item]",
    "some i in 1..9999 satisfies 0 in items",
    "for i in 1..9999 return text + text",
    'string join(for i in 1..10000 return "' + "x" * 200 + '")',
    'string(for i in 1..9999 return "' + "x" * 9000 + '")',
    'for i in 1..9999 return upper case("' + "x" * 90_000 + '")',
    'for i in 1..9999 return {a: text, b: text + "b"}',
    "for i in 1..9999 return to json(items)",
    "for i in 1..9999 return distinct values(items)",
    "sort(items, function(a, b) sum(items) > a)",
    "list replace(items, function(a, b) sum(items) > a, 1)",
    "{f: function(n) " + " + ".join(["n"] * 50) + ", r: sort(items, function(a, b) f(a) < f(b))}.r",
    "every i in 1..9, j in 1..9999 satisfies " + " + ".join(["j"] * 50) + " > 0",
    "for i in 1..9999 return uuid() + string(random number())",
    "concatenate(" + ", ".join(["items"] * 5000) + ")",
    "for i in 1..9999 return context put({}, for k in 1..9999 return string(k), 1)",
    'for z in 1..9999 return date and time(@"2026-01-01T00:00:00Z", "Asia/Shanghai")',
]

"""Each must meet a limit."""

SIZES = [
    "some a in [1..100000000] satisfies a < 0",
    'split(text, "")[1] + extract(text, "a")[1]',
    "insert before(items, 1, 0)",
    "append(items, 0)",
    'split(string join(for i in 1..10001 return ";"), ";")',
    "[" + ",".join(["1"] * 10_001) + "]",
    "every i in 1..9, j in 1..9999 satisfies exp(j) > i",
    "every i in 1..9, j in 1..9999 satisfies 1.001 ** j > 0",
    "every i in 1..9, j in 1..9999 satisfies string(j) != text",
    'every i in 1..9, j in 1..9999 satisfies @"2026-01-01T00:00:00@Asia/Shanghai" > @"2025-01-01"',
]
"""Each must meet a limit."""

RECURSION = [
    "{f: function(x) f(x), r: f(1)}.r",
    "{f: function(x) " + "1 + (" * 40 + "f(x)" + ")" * 40 + ", r: f(1)}.r",
    "{f: function(x) for y in [f(x)] return [y], r: f(1)}.r",
    "{f: function(x) {a: f(x)}.a, r: f(1)}.r",
    "{f: function(x) sort([2, 1], function(a, b) f(x)), r: f(1)}.r",
    "(function(f) f(f))(function(f) f(f))",
    "{f: function(g, n) g(g, n + 1), r: f(f, 0)}.r",
    "{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(30)}.r",
    "{f: function(n) some x in [1, 2] satisfies f(n), r: f(1)}.r",
    doubling("v + v", 'd("x", 40)'),
    doubling("concatenate(v, v)", "d([1], 40)"),
    doubling("[v, v]", "d(1, 40)"),
    doubling("[v, v]", "string(d(1, 40))"),
    doubling("[v, v]", "to json(d(1, 40))"),
    doubling("[v, v]", "d(1, 40) = d(1, 40)"),
    doubling("[v, v]", "d(1, 40) in (d(1, 40), 1)"),
    doubling("[v, v]", "distinct values(d(1, 40))"),
    doubling("[v, v]", "flatten(d(1, 40))"),
    doubling("[v, v]", "count(d(1, 40)[item = 1])"),
    doubling("[v, v]", "d(1, 40) instance of list<number>"),
    doubling("{a: v, b: v}", "d(1, 40)"),
    doubling("{a: v, b: v}", "context merge([d(1, 40)])"),
]

SYNTAX = [
    "(" * 90_000,
    "(" * 40_000 + "1" + ")" * 40_000,
    "[" * 40_000 + "1" + "]" * 40_000,
    "{a:" * 25_000 + "1" + "}" * 25_000,
    "-" * 90_000 + "1",
    "not(" * 20_000 + "true" + ")" * 20_000,
    "if true then " * 6000 + "1",
    "if true then 1 else " * 4000 + "1",
    "for x in " * 9000,
    "function(x) " * 8000 + "1",
    "1+" * 45_000 + "1",
    "a." * 45_000 + "a",
    "a[" * 40_000,
    "[1.." * 20_000,
    "x instance of " + "list<" * 15_000,
    "a " * 45_000,
    "in " * 30_000,
    '"' + "\\" * 90_000,
    '"' + "x" * 99_000 + '"',
    "/*" * 45_000,
    "`" * 90_001,
    "\\u0041" * 15_000,
    "x" * 99_000,
    "1" + " " * 200_000,
    ", ".join(["1"] * 30_000),
    "[" + ",".join(["1"] * 30_000) + "]",
    "{" + ",".join(f"k{i}: 1" for i in range(9000)) + "}",
    "f(" + ",".join(f"a{i}: 1" for i in range(9000)) + ")",
    "\x00",
    "\ud800",
    '"\ud800" + "\\ud800"',
    "\u202e1 + 1",
    'from json("' + "[" * 90_000 + '")',
    'from json("' + "9" * 90_000 + '")',
    'from json("1e999999999")',
]

ESCAPES = [
    '"".__class__',
    "().__class__.__bases__",
    "{}.__class__.__mro__",
    "text.__init__.__globals__",
    'get value({a: 1}, "__class__")',
    '__import__("os").system("id")',
    'string("{0.__class__}")',
    "count.call",
    "sum.__globals__",
]

CORPUS = [*NUMBERS, *TEMPORAL, *PATTERNS, *LABOURS, *LOOPS, *SIZES, *RECURSION, *SYNTAX, *ESCAPES]


def answer(text: str, scope: Mapping[str, Value]) -> str:
    """Say how an evaluation ended; any other end is a failure of the whole run."""
    try:
        value = compile_expression(text, scope).evaluate(scope, an_environment())
    except FeelSyntaxError:
        return "syntax"
    except FeelLimitError:
        return "limit"
    return "null" if value is None else str(encode(value)["t"])


def main() -> None:
    """Answer the whole corpus; tell of each the CPU seconds, and of all the memory in MiB."""
    scope: dict[str, Value] = {
        "text": "a" * 60_000,
        "items": _numbers(10_000),
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = []
    for text in CORPUS:
        begin = time.process_time()
        ended = answer(text, scope)
        told.append((ended, time.process_time() - begin))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    json.dump({"told": told, "mebibytes": grown}, sys.stdout)


def _numbers(count: int) -> list[Value]:
    value = compile_expression(f"for i in 1..{count} return i").evaluate({}, an_environment())
    assert isinstance(value, list)
    return value


if __name__ == "__main__":
    main()
