"""What stands in brackets: lists, ranges, contexts, and expressions in parentheses."""

from workflows.feel import syntax
from workflows.feel.lexer import Token, unescape
from workflows.feel.parser.precedence import ADD, COMPARISONS, Parser, begins
from workflows.feel.syntax import Node


@begins("[")
def list_or_range(parser: Parser, token: Token) -> Node:
    """Read what begins with ``[``."""
    if parser.take("]"):
        return syntax.ListLiteral(position=token.start, items=())
    first = parser.inside()
    if parser.take(".."):
        return range_end(parser, token, first)
    items = [first]
    while parser.take(","):
        items.append(parser.inside())
    parser.expect("]")
    return syntax.ListLiteral(position=token.start, items=tuple(items))


@begins("]")
def open_range(parser: Parser, token: Token) -> Node:
    """Read what begins with ``]``, a range without its start."""
    start = parser.inside()
    parser.expect("..")
    return range_end(parser, token, start)


def range_end(parser: Parser, opening: Token, start: Node) -> Node:
    """Read the rest of a range."""
    open_end, parser.open_end = parser.open_end, True
    end = parser.expression()
    parser.open_end = open_end
    closing = parser.token
    if closing.text not in ("]", ")", "["):
        raise parser.unexpected("the end of the range")
    parser.at += 1
    return syntax.RangeLiteral(
        position=opening.start,
        start=start,
        end=end,
        start_included=opening.text == "[",
        end_included=closing.text == "]",
    )


@begins("(")
def parenthesis(parser: Parser, token: Token) -> Node:
    """Read what begins with ``(``: an expression, or a range."""
    if parser.token.text in COMPARISONS:
        node = bound(parser, token)
    else:
        node = parser.inside()
        if parser.take(".."):
            return range_end(parser, token, node)
    parser.expect(")")
    return node


def bound(parser: Parser, token: Token) -> Node:
    """Read a range of one bound, such as ``(< 5)``; ``(= 5)`` holds one value."""
    sign = parser.token
    parser.at += 1
    value = parser.expression(ADD)
    if sign.text == "!=":
        raise parser.fail("A range cannot leave out a value", sign)
    upper, lower = sign.text in ("<", "<=", "="), sign.text in (">", ">=", "=")
    return syntax.RangeLiteral(
        position=token.start,
        start=value if lower else None,
        end=value if upper else None,
        start_included=lower and sign.text != ">",
        end_included=upper and sign.text != "<",
    )


@begins("{")
def context(parser: Parser, token: Token) -> Node:
    """Read a context."""
    entries: dict[str, Node] = {}
    while not parser.take("}"):
        if entries:
            parser.expect(",")
        key = parser.token
        if key.kind == "text":
            parser.at += 1
            name = unescape(key.text[1:-1])
        else:
            name = parser.declared(":")
        parser.expect(":")
        if name in entries:
            raise parser.fail(f"The context has two entries '{name}'", key)
        entries[name] = parser.inside()
    return syntax.ContextLiteral(position=token.start, entries=tuple(entries.items()))
