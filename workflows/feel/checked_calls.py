"""Calls of built-ins that can never succeed: told by the number, names and types of arguments."""

from collections.abc import Sequence

from workflows.feel.kinds import SAMPLES, Kind
from workflows.feel.library.table import BuiltIn, Overload, Parameter


def call_fault(
    function: BuiltIn, arguments: Sequence[Kind | None], keywords: tuple[str, ...]
) -> str | None:
    """Say why a call is sure to be null; nothing is said of arguments of unknown type."""
    ways = _ways(function, len(arguments), keywords)
    if not ways:
        given = f"({', '.join(keywords)})" if keywords else f"with {_count(len(arguments))}"
        return f"There is no {function.name} {given}; it takes {signatures(function)}."
    if not any(_can_be(parameters, arguments) for parameters in ways):
        given = ", ".join(kind or "…" for kind in arguments)
        return f"There is no {function.name}({given}); it takes {signatures(function)}."
    return None


def signatures(function: BuiltIn) -> str:
    """Tell how a built-in is called, every way once."""
    ways = dict.fromkeys(
        f"({', '.join(map(_parameter, each.parameters))})" for each in function.overloads
    )
    return " or ".join(ways)


def _parameter(parameter: Parameter) -> str:
    mark = "…" if parameter.rest else "?" if parameter.optional else ""
    return f"{parameter.names[0]}{mark}"


def _ways(function: BuiltIn, count: int, keywords: tuple[str, ...]) -> list[tuple[Parameter, ...]]:
    """Find the overloads that take so many arguments, with the parameter of each argument."""
    if not keywords:
        return [_expanded(each, count) for each in function.overloads if each.accepts(count)]
    return [
        tuple(
            next(parameter for parameter in each.parameters if word in parameter.names)
            for word in keywords
        )
        for each in function.overloads
        if each.order(keywords) is not None
    ]


def _expanded(overload: Overload, count: int) -> tuple[Parameter, ...]:
    last = len(overload.parameters) - 1
    return tuple(overload.parameters[min(at, last)] for at in range(count))


def _can_be(parameters: Sequence[Parameter], arguments: Sequence[Kind | None]) -> bool:
    return all(
        kind is None or _takes(parameter, kind)
        for parameter, kind in zip(parameters, arguments, strict=True)
    )


def _takes(parameter: Parameter, kind: Kind) -> bool:
    """Tell whether a type may be passed; a list may hold the one value that is wanted."""
    if kind == "list" or parameter.takes(SAMPLES[kind]):
        return True
    return kind != "null" and parameter.takes([])


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"
