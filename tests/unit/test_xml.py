"""XML from strangers is recognised, parsed, or refused with its line; it never reaches out."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.en16931.xml import XmlBroken, document_element, parse


@pytest.mark.parametrize(
    ("content", "element"),
    [
        (b"<a/>", "a"),
        (b'<a xmlns="urn:x"/>', "{urn:x}a"),
        (b'<p:a xmlns:p="urn:x">', "{urn:x}a"),
        (b'<?xml version="1.0"?>\n<!-- hello --><?pi x?><a>', "a"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "a"),
        (b'\n\n <?xml version="1.0"?><a/>', "a"),
        ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "a"),
        ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16-le"), "a"),
        ("\ufeff<a/>".encode("utf-16-be"), "a"),
        (b'<?xml version="1.0" encoding="x-unheard-of"?><a/>', "a"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a/>', "a"),
        (b"<a><b></a>", "a"),
        (b"<undeclared:a>", "undeclared:a"),
        (b"<a>\xff\x00", "a"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml">', "{http://www.w3.org/1999/xhtml}html"),
        (b"", None),
        (b"<", None),
        (b"<a", None),
        (b"Bad XML", None),
        (b"< 3 apples", None),
        (b"%PDF-1.7", None),
        (b"PK\x03\x04<a/>", None),
    ],
)
def test_document_element_is_found_by_the_first_bytes(content: bytes, element: str | None) -> None:
    assert document_element(content) == element


def test_document_element_does_not_read_the_whole_document() -> None:
    assert document_element(b"<a>" + b"x" * 10_000 + b"<<<") == "a"


@given(st.binary(max_size=300))
def test_document_element_never_fails(content: bytes) -> None:
    document_element(content)
    document_element(b"<" + content)
    document_element("<".encode("utf-16") + content)


@given(st.binary(max_size=300))
def test_parse_gives_an_element_or_xml_broken(content: bytes) -> None:
    for document in (content, b"<a>" + content + b"</a>"):
        with contextlib.suppress(XmlBroken):
            parse(document)


def test_the_line_of_a_mistake_is_told() -> None:
    with pytest.raises(XmlBroken) as caught:
        parse(b"<a>\n<b>\n</c>\n</a>")
    assert caught.value.line == 3


def test_comments_and_processing_instructions_do_not_split_a_text() -> None:
    assert parse(b"<a>F-<!-- x -->2026<?y?>-1</a>").text == "F-2026-1"


DOCTYPES = [
    b"<!DOCTYPE a>\n<a/>",
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">\n<a/>',
    b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<a>&e;</a>',
    b'<!DOCTYPE a [<!ENTITY e "ee"><!ENTITY f "&e;&e;&e;">]>\n<a b="&f;">&f;</a>',
    b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>\n<a/>',
]


@pytest.mark.parametrize("content", DOCTYPES)
def test_any_doctype_is_refused(content: bytes) -> None:
    with pytest.raises(XmlBroken, match="DOCTYPE"):
        parse(content)


def test_a_doctype_is_refused_in_utf_16_too() -> None:
    with pytest.raises(XmlBroken, match="DOCTYPE"):
        parse("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>".encode("utf-16"))


def test_billion_laughs_is_stopped() -> None:
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 12)
    )
    bomb = b'<!DOCTYPE a [<!ENTITY e0 "ha">' + entities + b']><a b="&e11;">&e11;</a>'
    with pytest.raises(XmlBroken, match="DOCTYPE"):
        parse(bomb)


def test_xinclude_is_only_an_element() -> None:
    root = parse(
        b'<a xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="/etc/passwd"/></a>'
    )
    assert len(root) == 1
    assert not "".join(root.itertext())


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(XmlBroken, match="depth"):
        parse(b"<a>" * 5_000 + b"</a>" * 5_000)


def test_an_attachment_of_many_megabytes_is_read() -> None:
    text = b"QUJD" * 4_000_000
    assert len(parse(b"<a><b>" + text + b"</b></a>")[0].text or "") == len(text)


def test_a_long_text_does_not_let_a_doctype_in() -> None:
    with pytest.raises(XmlBroken, match="DOCTYPE"):
        parse(b"<!DOCTYPE a><a><b>" + b"QUJD" * 4_000_000 + b"</b></a>")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Bad XML",
        b'\n<?xml version="1.0"?><a/>',
        b'<?xml version="1.0" encoding="UTF-8"?><a>\xe9</a>',
        b"<a>\x00</a>",
        b"<a/>garbage",
        b"<a/><b/>",
        b"<a>&nbsp;</a>",
    ],
)
def test_what_is_not_well_formed_is_broken(content: bytes) -> None:
    with pytest.raises(XmlBroken):
        parse(content)


def test_a_declared_legacy_encoding_is_read() -> None:
    content = "<?xml version='1.0' encoding='ISO-8859-1'?><a>Écluse</a>".encode("latin-1")
    assert parse(content).text == "Écluse"
