"""What each built-in gives, null aside: for checks before anything runs, and for the documents."""

from collections.abc import Mapping

_BY_KIND: Mapping[str, str] = {
    "number": """
        number, string length, count, product, median, stddev, decimal, floor, ceiling,
        round up, round down, round half up, round half down, modulo, sqrt, log, exp, random number,
        day of year, week of year""",
    "string": """
        string, substring, upper case, lower case, substring before, substring after, replace,
        string join, trim, to base64, string to base64, from base64, uuid, to json, cycle,
        day of week, month of year""",
    "boolean": """
        not, is, is defined, is empty, is blank, contains, starts with, ends with, matches,
        list contains, all, and, any, or, odd, even, before, after, meets, met by, overlaps,
        overlaps before, overlaps after, finishes, finished by, includes, during, starts,
        started by, coincides""",
    "date": "date, today, last day of month",
    "time": "time",
    "date and time": "date and time, now",
    "years and months duration": "years and months duration",
    "list": """
        sublist, append, concatenate, insert before, remove, list replace, reverse, index of, union,
        distinct values, duplicate values, flatten, sort, partition, split, extract, mode,
        get entries""",
    "context": "context, context put, put, context merge, put all",
    "range": "range",
    "any": """
        min, max, sum, mean, abs, duration, get value, get or else, assert, from json, fromAi""",
}

RESULTS: Mapping[str, str] = {
    name.strip(): kind for kind, names in _BY_KIND.items() for name in names.split(",")
}
"""By the name of the function; ``any`` where it depends on the arguments."""
