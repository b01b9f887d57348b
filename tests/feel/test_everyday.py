"""What analysts write in drawings of policy servicing: several features in one expression each."""

from typing import cast

import pytest

from tests.feel.evaluating import an_environment
from workflows.feel import Value, compile_expression
from workflows.feel.text import literal_text

SCOPE_TEXT = """{
    policy: {
        no: "P-7", state: "IN_FORCE", birthday: "1990-05-17", premiums: [100, 250.5, 99],
        riders: [
            {code: "ACC", sum: 1000, ends: "2026-12-31"},
            {code: "WOP", sum: 250, ends: "2025-06-30"},
            {code: "ACC", sum: 500, ends: "2027-01-31"}
        ],
        "sum insured": 5000, owner: {name: "Li Wei", phone: null}
    },
    claims: [],
    received: "2026-03-27T16:30:00+08:00"
}"""
SCOPE = cast(dict[str, Value], compile_expression(SCOPE_TEXT).evaluate({}, an_environment()))

WRITTEN = [
    # lists of contexts
    ('policy.riders[code = "ACC"].sum', "[1000, 500]"),
    ('sum(policy.riders[code = "ACC" and sum > 600].sum)', "1000"),
    ("sort(policy.riders, function(a, b) a.sum < b.sum)[1].code", '"WOP"'),
    ("max(policy.riders.sum) - min(policy.riders.sum)", "750"),
    (
        "for c in distinct values(policy.riders.code) return "
        "{code: c, total: sum(policy.riders[code = c].sum)}",
        '[{code:"ACC", total:1500}, {code:"WOP", total:250}]',
    ),
    ("policy.riders[date(ends) < date(received)].code", "[]"),
    ("policy.riders[date(ends) < date(date and time(received))].code", '["WOP"]'),
    ('some r in policy.riders satisfies r.sum >= 1000 and r.code in ("ACC", "WOP")', "true"),
    ("every r in policy.riders satisfies r.sum between 250 and 1000", "true"),
    ('count(claims) = 0 or claims[-1].state = "CLOSED"', "true"),
    ("is empty(claims) and not(is defined(claims[1]))", "true"),
    (
        'string join(for r in policy.riders return r.code + ":" + string(r.sum), "; ")',
        '"ACC:1000; WOP:250; ACC:500"',
    ),
    (
        'for r in policy.riders return context put(r, "index", count(partial) + 1).index',
        "[1, 2, 3]",
    ),
    ("for r in policy.riders, f in [0.5, 1] return r.sum * f", "[500, 1000, 125, 250, 250, 500]"),
    ("for i in 1..4 return if i = 1 then 1 else partial[-1] * 2", "[1, 2, 4, 8]"),
    ("partition(policy.premiums, 2)", "[[100, 250.5], [99]]"),
    # contexts
    ("policy.sum insured * 0.1", "500"),
    ('get value(policy, "sum insured") = policy.`sum insured`', "true"),
    ('get or else(policy.owner.phone, "none")', '"none"'),
    ('context merge([policy.owner, {phone: "1380"}]).phone', '"1380"'),
    ('context put(policy, ["owner", "phone"], "1380").owner', '{name:"Li Wei", phone:"1380"}'),
    ("{net: sum(policy.premiums), tax: net * 0.06, gross: net + tax}.gross", "476.47"),
    # dates
    ('years and months duration(date(policy.birthday), @"2026-03-27").years', "35"),
    (
        'date and time(date and time(received), "Europe/Berlin")',
        "2026-03-27T09:30:00@Europe/Berlin",
    ),
    ('date(date and time(received)) + duration("P30D")', "2026-04-26"),
    ('(date(policy.riders[1].ends) - date(policy.riders[2].ends)) / duration("P1D")', "549"),
    (
        '(for d in 1..7 return @"2026-03-27" + @"P1D" * d)[day of week(item) = "Monday"][1]',
        "2026-03-30",
    ),
    ('date and time(received) in [@"2026-03-27T00:00:00Z"..@"2026-03-28T00:00:00Z")', "true"),
    ('last day of month(date(policy.riders[2].ends) + @"P8M")', "2026-02-28"),
    # names of functions as names of entries
    (
        '{date: @"2026-01-31", time: @"10:00:00Z", both: date and time(date, time)}.both',
        "2026-01-31T10:00:00Z",
    ),
    ("{count: 3, number: number(string(count)), sum: sum([count, number])}.sum", "6"),
    # functions
    (
        "{due: function(p: number, years: number) if years = 0 then p else due(p * 1.1, years - 1),"
        " r: round half up(due(years: 3, p: 100), 2)}.r",
        "133.1",
    ),
    (
        "{over: function(limit) function(r) r.sum > limit, big: over(300),"
        " r: (for r in policy.riders return big(r))}.r",
        "[true, false, true]",
    ),
    # texts
    ('upper case(substring before(policy.owner.name, " ")) + "-" + policy.no', '"LI-P-7"'),
    (
        'if matches(policy.no, "^P-\\\\d+$") then number(replace(policy.no, "P-", "")) else null',
        "7",
    ),
    ('extract("ACC 1000, WOP 250", "[A-Z]{3}")', '["ACC", "WOP"]'),
    ('from json("{\\"a\\": [1, {\\"b\\": null}]}").a[2].b', "null"),
    ("to json({no: policy.no, n: 1.50})", '"{\\"no\\":\\"P-7\\",\\"n\\":1.5}"'),
]


@pytest.mark.parametrize(("text", "value"), WRITTEN)
def test_what_analysts_write_means_what_they_mean(text, value):
    found = compile_expression(text, SCOPE).evaluate(SCOPE, an_environment())

    assert literal_text(found) == value
