"""Safe XML with source positions; the only reader of untrusted files.

Bytes are capped before parsing; DTDs, entities and processing instructions are refused;
depth, elements and attributes are counted. Element lines come from the parser.
"""

import re

from lxml import etree

from workflows.diagnostics import Diagnostic, ModelError

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_ATTRIBUTES = 64

_FORBIDDEN = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def parse_xml(source: bytes, *, file: str | None = None) -> etree._Element:
    """Parse untrusted bytes into an element tree whose elements bear ``sourceline``.

    Raises ModelError when the text is too large, not UTF-8, not well-formed, or uses
    anything a model never needs (DTD, entities, processing instructions).
    """
    _gate(source, file)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", (None, None))
        raise _refused("xml-malformed", f"The XML is not well-formed: {error}", file, line, column) from None
    if root.getroottree().docinfo.doctype:
        raise _refused("xml-forbidden", "A DOCTYPE is not allowed in a model; remove it.", file)
    _measure(root, file)
    return root


def _gate(source: bytes, file: str | None) -> None:
    if len(source) > MAX_BYTES:
        raise _refused("xml-too-large", f"The file has {len(source)} bytes; at most {MAX_BYTES} are read.", file)
    declared = _ENCODING.match(source)
    if declared and declared[1].upper() not in (b"UTF-8", b"UTF8", b"US-ASCII"):
        raise _refused("xml-encoding", f"Save the file as UTF-8, not {declared[1].decode()}.", file)
    try:
        source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("xml-encoding", f"The file is not UTF-8 (byte {error.start}).", file) from None
    if _FORBIDDEN.search(source):
        raise _refused("xml-forbidden", "A DOCTYPE or entity is not allowed in a model; remove it.", file)


def _measure(root: etree._Element, file: str | None) -> None:
    stack, nodes = [(root, 1)], 0
    while stack:
        element, depth = stack.pop()
        nodes += 1
        if isinstance(element, etree._ProcessingInstruction):
            raise _refused("xml-forbidden", "A processing instruction is not allowed in a model.", file)
        if depth > MAX_DEPTH or nodes > MAX_NODES or len(element.attrib) > MAX_ATTRIBUTES:
            raise _refused(
                "xml-too-large",
                f"At most {MAX_DEPTH} levels, {MAX_NODES} elements and {MAX_ATTRIBUTES} attributes are read.",
                file,
                element.sourceline,
            )
        stack.extend((child, depth + 1) for child in element)


def _refused(
    code: str, message: str, file: str | None, line: int | None = None, column: int | None = None
) -> ModelError:
    return ModelError([Diagnostic(code=code, message=message, file=file, line=line, column=column)])
