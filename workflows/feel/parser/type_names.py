"""Types as they are written after ``instance of`` and behind parameters."""

from workflows.feel import syntax
from workflows.feel.names import KnownNames
from workflows.feel.parser.precedence import MAX_DEPTH, Parser

_LONG_NAMES = KnownNames(
    ("date and time", "days and time duration", "years and months duration", "day time duration")
)


def read_type(parser: Parser) -> syntax.Type:
    """Read a type."""
    token = parser.token
    found = _LONG_NAMES.match(parser.tokens, parser.at) or parser.known.match(
        parser.tokens, parser.at
    )
    if found is None and token.kind != "word":
        raise parser.unexpected("a type")
    name, count = found or (token.text, 1)
    parser.at += count
    while (
        found is None and parser.token.text == "." and parser.tokens[parser.at + 1].kind == "word"
    ):
        name += "." + parser.tokens[parser.at + 1].text
        parser.at += 2
    return generic(parser, name) if parser.token.text == "<" else syntax.Type(name=name)


def generic(parser: Parser, name: str) -> syntax.Type:
    """Read what a type holds, in angle brackets."""
    parser.depth += 1
    if parser.depth > MAX_DEPTH:
        raise parser.fail(f"A type nests at most {MAX_DEPTH} levels deep")
    parser.expect("<")
    arguments: list[syntax.Type] = []
    members: list[str] = []
    while not parser.take(">"):
        if arguments:
            parser.expect(",")
        if name == "context":
            members.append(parser.declared(":"))
            parser.expect(":")
        arguments.append(read_type(parser))
    if parser.take("->"):
        arguments.append(read_type(parser))
    parser.depth -= 1
    return syntax.Type(name=name, arguments=tuple(arguments), members=tuple(members))
