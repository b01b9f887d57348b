"""Safe XML with source positions; the only reader of untrusted files.

Bytes are capped before parsing; DTDs, entities and processing instructions are refused; depth,
elements and attributes are counted before anything is read. Nothing is ever fetched. UTF-8 is
read, and Latin-1 where it is declared, because old drawing tools declare it. Positions come from
a scan of the text itself: the parser keeps no columns and loses lines beyond 65,535.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import cast

from lxml import etree

from workflows.diagnostics import Diagnostic, ModelError

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_ATTRIBUTES = 64

XML_CODES: Mapping[str, str] = {
    "xml-malformed": "The file is well-formed XML.",
    "xml-forbidden": "The file has no DOCTYPE, entity or processing instruction.",
    "xml-encoding": "The file is UTF-8, or Latin-1 and says so.",
    "xml-too-large": "The file keeps the limits of bytes, depth, elements and attributes.",
}

_BOM = b"\xef\xbb\xbf"
_FORBIDDEN = re.compile(r"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(rb"""^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENCODINGS = {
    b"UTF-8": "utf-8",
    b"UTF8": "utf-8",
    b"US-ASCII": "ascii",
    b"ISO-8859-1": "iso-8859-1",
    b"LATIN1": "iso-8859-1",
}
_MARKUP = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<[^/!?]", re.DOTALL)
"""In well-formed XML without a DTD, every ``<`` that begins a name opens an element."""


def parse_xml(source: bytes, *, file: str | None = None) -> etree._Element:
    """Parse untrusted bytes into an element tree whose elements bear ``sourceline``.

    Raises ModelError when the text is too large, not UTF-8, not well-formed, or uses
    anything a model never needs (DTD, entities, processing instructions).
    """
    text = _decode(source, file)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", (None, None))
        message = f"The XML is not well-formed: {error}"
        raise _refused("xml-malformed", message, file, line, column) from None
    _measure(root, file)
    return root


def locate_elements(
    source: bytes, root: etree._Element
) -> Mapping[etree._Element, tuple[int, int]]:
    """Line and column, from 1, of every element of a tree that ``parse_xml`` made of ``source``."""
    text = _decode(source, None)
    line_starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
    openings = (
        match.start() for match in _MARKUP.finditer(text) if not match[0].startswith(("<!", "<?"))
    )
    places = {}
    for element, offset in zip(root.iter(etree.Element), openings, strict=True):
        line = bisect_right(line_starts, offset)
        places[element] = (line, offset - line_starts[line - 1] + 1)
    return places


def _decode(source: bytes, file: str | None) -> str:
    if len(source) > MAX_BYTES:
        message = f"The file has {len(source)} bytes; at most {MAX_BYTES} are read."
        raise _refused("xml-too-large", message, file)
    plain = source.removeprefix(_BOM)
    if not plain.strip():
        raise _refused("xml-malformed", "The file is empty.", file)
    declared = _DECLARATION.match(plain)
    name = declared[1].upper() if declared else b"UTF-8"
    if name not in _ENCODINGS:
        message = f"Save the file as UTF-8, not {name.decode()}."
        raise _refused("xml-encoding", message, file)
    try:
        text = plain.decode(_ENCODINGS[name])
    except UnicodeDecodeError as error:
        message = f"The file is not {name.decode()} (byte {error.start}); save it as UTF-8."
        raise _refused("xml-encoding", message, file) from None
    if _FORBIDDEN.search(text):
        message = "A DOCTYPE or entity is not allowed in a model; remove it."
        raise _refused("xml-forbidden", message, file)
    return text


def _measure(root: etree._Element, file: str | None) -> None:
    stack = [(root, 1)]
    nodes = 0
    for sibling in (*root.itersiblings(preceding=True), *root.itersiblings()):
        _refuse_instruction(sibling, file)
    while stack:
        element, depth = stack.pop()
        nodes += 1
        _refuse_instruction(element, file)
        if depth > MAX_DEPTH or nodes > MAX_NODES or len(element.attrib) > MAX_ATTRIBUTES:
            message = (
                f"At most {MAX_DEPTH} levels, {MAX_NODES} elements and {MAX_ATTRIBUTES} attributes"
                " of one element are read."
            )
            raise _refused("xml-too-large", message, file, _line(element))
        stack.extend((child, depth + 1) for child in element)


def _refuse_instruction(node: etree._Element, file: str | None) -> None:
    if node.tag in (etree.ProcessingInstruction, etree.Entity):
        message = "A processing instruction or entity is not allowed in a model; remove it."
        raise _refused("xml-forbidden", message, file, _line(node))


def _line(node: etree._Element) -> int | None:
    return cast("int | None", node.sourceline)


def _refused(
    code: str, message: str, file: str | None, line: int | None = None, column: int | None = None
) -> ModelError:
    return ModelError([Diagnostic(code=code, message=message, file=file, line=line, column=column)])
