"""How the built-in functions are declared and called.

A built-in has overloads; each declares its parameters in a line such as
``"string: string, start position: number, length?: number"``: names as FEEL spells them
(alternatives after ``/``), ``?`` after a name that may be left out, ``...`` after one that takes
all remaining arguments, and the types taken, several divided by ``|``. ``any`` takes null too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.feel.days import FarDate
from workflows.feel.environment import Run
from workflows.feel.errors import FeelFault
from workflows.feel.temporal import DateTime, DaysTime, Time, YearsMonths
from workflows.feel.values import Function, Range, Value, type_name

Body = Callable[..., Value]
Arguments = list[Value]

KINDS: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "date": (date, FarDate),
    "time": (Time,),
    "datetime": (DateTime,),
    "months": (YearsMonths,),
    "days": (DaysTime,),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: how it may be named, which types it takes (all, where None)."""

    names: tuple[str, ...]
    types: frozenset[type] | None
    optional: bool
    rest: bool

    def takes(self, value: Value) -> bool:
        """Tell whether a value may be passed."""
        return self.types is None or type(value) in self.types

    def convert(self, value: Value) -> Value:
        """Convert between a value and the list of it alone, if only so it can be passed."""
        if self.takes(value) or value is None:
            return value
        if isinstance(value, list):
            return value[0] if len(value) == 1 else value
        return [value] if self.takes([]) else value


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in; ``with_run`` passes the evaluation itself first."""

    parameters: tuple[Parameter, ...]
    body: Body
    with_run: bool

    def accepts(self, count: int) -> bool:
        """Tell whether so many positional arguments fit."""
        required = sum(not each.optional for each in self.parameters)
        most = len(self.parameters)
        endless = bool(most) and self.parameters[-1].rest
        return count >= required and (endless or count <= most)

    def order(self, keywords: tuple[str, ...]) -> tuple[int, ...] | None:
        """Find which named argument goes to which parameter (-1: none); None if they do not fit."""
        order: list[int] = []
        for parameter in self.parameters:
            at = [i for i, word in enumerate(keywords) if word in parameter.names]
            if len(at) > 1 or (not at and not parameter.optional):
                return None
            order.append(at[0] if at else -1)
        return tuple(order) if len(set(order) - {-1}) == len(keywords) else None

    def fit(self, arguments: Arguments, order: tuple[int, ...] = ()) -> Arguments | None:
        """Prepare arguments whose types are right; None if some is not.

        With an order, an argument whose place is -1 was left out.
        """
        fitting: Arguments = []
        last = len(self.parameters) - 1
        for at, parameter in enumerate(self.parameters):
            if parameter.rest and at == last:
                rest = arguments[at:]
                if not all(parameter.takes(each) for each in rest):
                    return None
                fitting.append(rest)
            elif at >= len(arguments) or (order and order[at] < 0):
                fitting.append(None)
            elif parameter.takes(arguments[at]):
                fitting.append(arguments[at])
            else:
                return None
        return fitting

    def convert(self, arguments: Arguments) -> Arguments:
        """Take the one element out of a list, or put a value into one, where that is wanted.

        FEEL 10.3.2.9.4, "from singleton list" and "to singleton list".
        """
        return [
            parameter.convert(argument)
            for argument, parameter in zip(arguments, self._endless(len(arguments)), strict=True)
        ]

    def _endless(self, count: int) -> Iterable[Parameter]:
        return [self.parameters[min(at, len(self.parameters) - 1)] for at in range(count)]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A built-in function by its name."""

    name: str
    overloads: tuple[Overload, ...]
    cost: int
    """What a call takes, in steps."""

    def bind(self, count: int, keywords: tuple[str, ...]) -> Callable[[Run, Arguments], Value]:
        """Choose what can be called with such arguments; a call that fits none is a fault."""
        if keywords:
            orders = [(each, each.order(keywords)) for each in self.overloads]
            return self._named([(each, order) for each, order in orders if order is not None])
        return self._positional([each for each in self.overloads if each.accepts(count)])

    def _positional(self, overloads: list[Overload]) -> Callable[[Run, Arguments], Value]:
        def call(run: Run, arguments: Arguments) -> Value:
            for overload in overloads:
                fitting = overload.fit(arguments)
                if fitting is not None:
                    return _enter(overload, run, fitting)
            for overload in overloads:
                fitting = overload.fit(overload.convert(arguments))
                if fitting is not None:
                    return _enter(overload, run, fitting)
            raise self._misfit(arguments)

        return call

    def _named(
        self, overloads: list[tuple[Overload, tuple[int, ...]]]
    ) -> Callable[[Run, Arguments], Value]:
        def call(run: Run, arguments: Arguments) -> Value:
            for overload, order in overloads:
                moved = [None if at < 0 else arguments[at] for at in order]
                fitting = overload.fit(moved, order) or overload.fit(overload.convert(moved), order)
                if fitting is not None:
                    return _enter(overload, run, fitting)
            raise self._misfit(arguments)

        return call

    def _misfit(self, arguments: Arguments) -> FeelFault:
        given = ", ".join(type_name(each) for each in arguments)
        return FeelFault(f"There is no {self.name}({given}).")

    def as_function(self) -> Function:
        """Make a value of the built-in, to be passed to others."""
        parameters = tuple(each.names[0] for each in self.overloads[0].parameters)

        def call(run: Run, arguments: Arguments) -> Value:
            run.spend(self.cost)
            return self.bind(len(arguments), ())(run, arguments)

        return Function(self.name, parameters, call)


def _enter(overload: Overload, run: Run, arguments: Arguments) -> Value:
    if overload.with_run:
        return overload.body(run, *arguments)
    return overload.body(*arguments)


def takes(signature: str, body: Body, *, with_run: bool = False) -> Overload:
    """Declare an overload from its line of parameters."""
    parameters = tuple(_parameter(part) for part in signature.split(",") if part.strip())
    return Overload(parameters, body, with_run)


def _parameter(text: str) -> Parameter:
    names, _, kinds = (part.strip() for part in text.partition(":"))
    optional, rest = names.endswith("?"), names.endswith("...")
    types = (
        None
        if kinds == "any"
        else frozenset(kind for word in kinds.split("|") for kind in KINDS[word.strip()])
    )
    return Parameter(tuple(names.rstrip("?.").split("/")), types, optional, rest)


Table = dict[str, tuple[Overload, ...]]
