"""What does something by itself is named, wherever it hides; a link or a form without actions is not."""

import zlib

import pytest

from tests.unit._pdfs import document, file, files, findings, stream

SCRIPT = b"<</S/JavaScript/JS(app.alert)>>"


@pytest.mark.parametrize(
    ("catalogue", "page"),
    [
        (b"/OpenAction %s" % SCRIPT, b""),
        (b"/OpenAction 4 0 R", b""),
        (b"/AA<</WC %s>>" % SCRIPT, b""),
        (b"/Names<</JavaScript<</Names[(x)%s]>>>>" % SCRIPT, b""),
        (b"/Names<</JavaScript<</Kids[<</Names[(x)4 0 R]>>]>>>>", b""),
        (b"/AcroForm<</Fields[<</FT/Tx/AA<</K %s>>>>]>>" % SCRIPT, b""),
        (b"/AcroForm<</Fields[<</Kids[<</A %s>>]>>]>>" % SCRIPT, b""),
        (b"/Outlines<</First<</A<</S/URI/URI(x)/Next %s>>>>>>" % SCRIPT, b""),
        (b"", b"/AA<</O %s>>" % SCRIPT),
        (b"", b"/Annots[<</Subtype/Link/A %s>>]" % SCRIPT),
        (b"", b"/Annots[<</Subtype/Screen/A<</S/Rendition/JS(x)>>>>]"),
        (b"/OpenAction<</S/J#61vaScript/J#53(x)>>", b""),
        (b"/OpenAction<</S 5 0 R/JS 6 0 R>>", b""),
        (b"", b"/Annots[<</Subtype/3D/3DD<</Type/3D/OnInstantiate 6 0 R>>>>]"),
    ],
)
def test_a_script_is_found_wherever_it_is(catalogue: bytes, page: bytes) -> None:
    content = document(catalogue, SCRIPT, b"/JavaScript", stream(b"app.alert(1)"), page=page)
    assert findings(content) == [("pdf-active", "JavaScript")]


def test_a_script_in_an_object_stream() -> None:
    packed = b"5 0 " + SCRIPT
    data = zlib.compress(packed)
    entries = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"
    content = document(b"/OpenAction 5 0 R", stream(data, entries), has_table=False)
    assert findings(content) == [("pdf-active", "JavaScript")]


@pytest.mark.parametrize(
    "kind", ["Launch", "SubmitForm", "ImportData", "GoToR", "GoToE", "RichMedia"]
)
def test_other_active_content(kind: str) -> None:
    action = b"<</S/%s/F(\\\\\\\\host\\\\a.exe)>>" % kind.encode()
    if kind == "RichMedia":
        action = b"<</Type/Annot/Subtype/RichMedia>>"
    assert findings(document(b"/X " + action)) == [("pdf-active", kind)]


@pytest.mark.parametrize(
    ("form", "is_active"),
    [
        (b"<xdp><script>x</script></xdp>", True),
        (b"<xdp><xfa:submit target='x'/></xdp>", True),
        ("<xdp><script/></xdp>".encode("utf-16"), True),
        (b"<xdp><field name='description'/></xdp>", False),
    ],
)
def test_a_form_in_xml_is_active_by_its_scripts(form: bytes, is_active: bool) -> None:
    expected = [("pdf-active", "XFA")] if is_active else []
    data = stream(zlib.compress(form), b"/Filter/FlateDecode")
    assert findings(document(b"/AcroForm<</XFA 4 0 R>>", data)) == expected
    assert findings(document(b"/AcroForm<</XFA[(template)4 0 R]>>", data)) == expected


@pytest.mark.parametrize(
    "catalogue",
    [
        b"/OpenAction[3 0 R/Fit]",
        b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>",
        b"/X<</S/URI/URI(https://example.com/a.exe)>>",
        b"/X<</S/GoToR/F(annex.pdf)>>",
        b"/X<</S/Named/N/Print>>",
        b"/AcroForm<</Fields[<</FT/Sig/T(s)/V<</Type/Sig>>>><</FT/Tx/V(x)>>]>>",
        b"/X(/JavaScript /Launch)",
        b"/Info<</Title(JavaScript)>>",
    ],
)
def test_what_is_ordinary_is_not_active(catalogue: bytes) -> None:
    assert findings(document(catalogue)) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b"viewer.exe", b"anything"),
        (b"rechnung.pdf.js", b"anything"),
        (b"picture.png", b"\x7fELF\x02"),
        (b"picture.png", b"MZ" + b"\0" * 100),
        (b"a.txt", b"#!/bin/sh\nrm -rf"),
    ],
)
def test_a_program_inside_is_active_by_name_or_by_content(name: bytes, data: bytes) -> None:
    content = document(b"/AF[<</F(%s)/EF<</F 4 0 R>>>>]" % name, file(data))
    assert findings(content) == [("pdf-active", name.decode())]
    assert files(content) == [(name.decode(), data)]


def test_a_text_about_mz_is_no_program() -> None:
    content = document(b"/AF[<</F(a.txt)/EF<</F 4 0 R>>>>]", file(b"MZ is a postal code"))
    assert findings(content) == []
