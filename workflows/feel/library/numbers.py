"""Built-ins on numbers."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from workflows.feel.arithmetic import whole
from workflows.feel.environment import NUMBERS, Run
from workflows.feel.errors import FeelFault
from workflows.feel.library.table import Body, Table, takes
from workflows.feel.temporal import DaysTime, YearsMonths
from workflows.feel.values import Value

MODES = {
    "UP": ROUND_UP,
    "DOWN": ROUND_DOWN,
    "CEILING": ROUND_CEILING,
    "FLOOR": ROUND_FLOOR,
    "HALF_UP": ROUND_HALF_UP,
    "HALF_DOWN": ROUND_HALF_DOWN,
    "HALF_EVEN": ROUND_HALF_EVEN,
}
MIN_SCALE, MAX_SCALE = -6111, 6176


def rounded(number: Decimal, scale: Decimal | None, mode: str) -> Decimal:
    """Round a number to a scale, which may be negative."""
    digits = 0 if scale is None else whole(scale)
    if not MIN_SCALE <= digits <= MAX_SCALE:
        raise FeelFault(f"A scale lies between {MIN_SCALE} and {MAX_SCALE}.")
    if number.as_tuple().exponent == -digits or (digits >= 0 and number == number.to_integral()):
        return number
    step = Decimal((0, (1,), -digits))
    context = NUMBERS.copy()
    context.rounding = mode
    if number.adjusted() < -digits - 1:
        shrunk = Decimal((int(number < 0), (1,), -digits - 2)) if number else number
        return context.quantize(shrunk, step)
    return number if number.adjusted() + digits > context.prec else context.quantize(number, step)


def _decimal(number: Decimal, scale: Decimal, mode: str | None) -> Decimal:
    name = "HALF_EVEN" if mode is None else mode.upper()
    if name == "UNNECESSARY":
        result = rounded(number, scale, ROUND_DOWN)
        if result != number:
            raise FeelFault("The number must be rounded.")
        return result
    if name not in MODES:
        raise FeelFault(f"'{name[:40]}' is no rounding mode.")
    return rounded(number, scale, MODES[name])


def _rounding(mode: str) -> Body:
    return lambda number, scale: rounded(number, scale, mode)


def _abs(value: Decimal | YearsMonths | DaysTime) -> Value:
    match value:
        case YearsMonths():
            return YearsMonths(abs(value.months))
        case DaysTime():
            return DaysTime(abs(value.nanoseconds))
        case _:
            return value.copy_abs()


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise FeelFault("A number cannot be divided by zero.")
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _sqrt(number: Decimal) -> Decimal:
    if number < 0:
        raise FeelFault("A negative number has no square root.")
    return NUMBERS.sqrt(number)


def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise FeelFault("Only a positive number has a logarithm.")
    return NUMBERS.ln(number)


def _odd(number: Decimal) -> bool:
    return NUMBERS.remainder(number, Decimal(2)).copy_abs() == 1


def _even(number: Decimal) -> bool:
    return NUMBERS.remainder(number, Decimal(2)) == 0


def _random(run: Run) -> Decimal:
    drawn = int.from_bytes(run.environment.draw()[:13], "big")
    return NUMBERS.divide(Decimal(drawn), Decimal(2**104))


BUILT_INS: Table = {
    "decimal": (
        takes("n: number, scale: number", lambda n, scale: _decimal(n, scale, None)),
        takes("n: number, scale: number, mode: string", _decimal),
    ),
    "floor": (takes("n: number, scale?: number", _rounding(ROUND_FLOOR)),),
    "ceiling": (takes("n: number, scale?: number", _rounding(ROUND_CEILING)),),
    "round up": (takes("n: number, scale?: number", _rounding(ROUND_UP)),),
    "round down": (takes("n: number, scale?: number", _rounding(ROUND_DOWN)),),
    "round half up": (takes("n: number, scale?: number", _rounding(ROUND_HALF_UP)),),
    "round half down": (takes("n: number, scale?: number", _rounding(ROUND_HALF_DOWN)),),
    "abs": (takes("n: number|months|days", _abs),),
    "modulo": (takes("dividend: number, divisor: number", _modulo),),
    "sqrt": (takes("number: number", _sqrt),),
    "log": (takes("number: number", _log),),
    "exp": (takes("number: number", NUMBERS.exp),),
    "odd": (takes("number: number", _odd),),
    "even": (takes("number: number", _even),),
    "random number": (takes("", _random, with_run=True),),
}
