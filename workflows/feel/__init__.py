"""FEEL: parse an expression once, evaluate it anywhere."""

from workflows.feel.checks import Checked as Checked
from workflows.feel.checks import Finding as Finding
from workflows.feel.checks import check as check
from workflows.feel.environment import Environment as Environment
from workflows.feel.errors import FeelError as FeelError
from workflows.feel.errors import FeelLimitError as FeelLimitError
from workflows.feel.errors import FeelSyntaxError as FeelSyntaxError
from workflows.feel.errors import FeelWarning as FeelWarning
from workflows.feel.errors import Spot as Spot
from workflows.feel.explaining import reason_of as reason_of
from workflows.feel.expression import Expression as Expression
from workflows.feel.expression import UnaryTests as UnaryTests
from workflows.feel.expression import compile_expression as compile_expression
from workflows.feel.expression import compile_unary_tests as compile_unary_tests
from workflows.feel.temporal import DateTime as DateTime
from workflows.feel.temporal import DaysTime as DaysTime
from workflows.feel.temporal import Time as Time
from workflows.feel.temporal import YearsMonths as YearsMonths
from workflows.feel.values import Function as Function
from workflows.feel.values import Range as Range
from workflows.feel.values import Value as Value
