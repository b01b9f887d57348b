"""Hostile and merely broken files: refused with a place, never fetched, never blown up."""

import pytest

from workflows.diagnostics import ModelError
from workflows.xml_source import (
    MAX_ATTRIBUTES,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    locate_elements,
    parse_xml,
)

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>"""

REFUSED = {
    "an internal entity": (BOMB, "xml-forbidden"),
    "an external entity": (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "xml-forbidden",
    ),
    "a parameter entity": (
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://localhost/p"> %p;]><x/>',
        "xml-forbidden",
    ),
    "an external DTD": (b'<!DOCTYPE x SYSTEM "http://localhost/x.dtd"><x/>', "xml-forbidden"),
    "a doctype in small letters": (b"<!doctype x><x/>", "xml-forbidden"),
    "an attribute entity": (b'<!DOCTYPE x [<!ENTITY a "b">]><x y="&a;"/>', "xml-forbidden"),
    "a stylesheet before the root": (
        b'<?xml version="1.0"?><?xml-stylesheet href="http://localhost/x"?><x/>',
        "xml-forbidden",
    ),
    "an instruction inside": (b"<x><?php phpinfo(); ?></x>", "xml-forbidden"),
    "an instruction behind the root": (b"<x/><?a b?>", "xml-forbidden"),
    "an unknown entity": (b"<x>&nothing;</x>", "xml-malformed"),
    "nothing": (b"", "xml-malformed"),
    "blanks": (b"  \n ", "xml-malformed"),
    "plain text": (b"hello", "xml-malformed"),
    "a zip file": (b"PK\x03\x04\x00\x00", "xml-malformed"),
    "a gzip file": (b"\x1f\x8b\x08\x00\x00", "xml-encoding"),
    "two roots": (b"<x/><y/>", "xml-malformed"),
    "an open element": (b"<x><y></x>", "xml-malformed"),
    "an attribute twice": (b'<x a="1" a="2"/>', "xml-malformed"),
    "an attribute twice by namespace": (
        b'<x xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"/>',
        "xml-malformed",
    ),
    "an unbound prefix": (b"<p:x/>", "xml-malformed"),
    "a zero byte": (b"<x>\x00</x>", "xml-malformed"),
    "a zero reference": (b"<x>&#0;</x>", "xml-malformed"),
    "a lone surrogate reference": (b"<x>&#xD800;</x>", "xml-malformed"),
    "UTF-16": ("<x/>".encode("utf-16"), "xml-encoding"),
    "UTF-32": ("<x/>".encode("utf-32"), "xml-encoding"),
    "UTF-16 said to be UTF-8": (
        '<?xml version="1.0" encoding="UTF-8"?><x/>'.encode("utf-16"),
        "xml-encoding",
    ),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?><x/>', "xml-encoding"),
    "EBCDIC": (b'<?xml version="1.0" encoding="IBM037"?><x/>', "xml-encoding"),
    "ISO-2022-JP": (b'<?xml version="1.0" encoding="ISO-2022-JP"?><x/>', "xml-encoding"),
    "Latin-1 said to be UTF-8": (
        b'<?xml version="1.0" encoding="UTF-8"?><x>\xe9</x>',
        "xml-encoding",
    ),
    "an overlong sequence": (b"<x>\xc0\xaf</x>", "xml-encoding"),
    "too many bytes": (b"<x>" + b" " * MAX_BYTES + b"</x>", "xml-too-large"),
    "too deep nesting": (b"<x>" * 65 + b"</x>" * 65, "xml-too-large"),
    "very deep nesting": (b"<x>" * 100_000 + b"</x>" * 100_000, "xml-malformed"),
    "too many elements": (b"<x>" + b"<y/>" * MAX_NODES + b"</x>", "xml-too-large"),
    "too many attributes": (
        b"<x " + b" ".join(b'a%d=""' % n for n in range(MAX_ATTRIBUTES + 1)) + b"/>",
        "xml-too-large",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_or_broken_text_is_refused(name):
    source, code = REFUSED[name]

    with pytest.raises(ModelError) as refused:
        parse_xml(source, file="model.bpmn")

    (finding,) = refused.value.diagnostics
    assert finding.code == code
    assert finding.file == "model.bpmn"


def test_a_malformed_file_is_told_with_its_line():
    with pytest.raises(ModelError) as refused:
        parse_xml(b"<x>\n  <y>\n</x>")

    assert refused.value.diagnostics[0].line == 3


def test_an_include_is_never_followed():
    source = b'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></x>'

    root = parse_xml(source)

    assert not "".join(map(str, root.itertext())).strip()


def test_a_byte_order_mark_is_no_fault():
    assert parse_xml(b"\xef\xbb\xbf<x/>").tag == "x"


def test_latin_1_is_read_where_it_is_declared():
    source = '<?xml version="1.0" encoding="ISO-8859-1"?><x a="é"/>'.encode("latin-1")

    assert parse_xml(source).get("a") == "é"


def test_the_deepest_allowed_nesting_is_read():
    assert parse_xml(b"<x>" * MAX_DEPTH + b"</x>" * MAX_DEPTH) is not None


def test_places_count_lines_and_columns_from_one():
    source = b'<?xml version="1.0"?>\n<x>\n  <!-- <z/> --><y a=">"/><![CDATA[<w/>]]>\n<v/></x>'

    root = parse_xml(source)
    places = {element.tag: place for element, place in locate_elements(source, root).items()}

    assert places == {"x": (2, 1), "y": (3, 16), "v": (4, 1)}


def test_places_count_characters_of_chinese_texts():
    source = "<x>保全<y/></x>".encode()

    root = parse_xml(source)

    assert locate_elements(source, root)[root[0]] == (1, 6)


def test_places_are_right_beyond_line_65535():
    source = b"<x>" + b"\n" * 70_000 + b"<y/></x>"

    root = parse_xml(source)

    assert locate_elements(source, root)[root[0]] == (70_001, 1)
