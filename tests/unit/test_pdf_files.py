"""Embedded files of a PDF, wherever it ties them and however it names them, each once."""

import base64
import zlib

import pytest

from tests.unit._pdfs import XML, document, file, files, findings, reasons_of, stream

SPEC = b"<</Type/Filespec/F(a.xml)/EF<</F 4 0 R>>>>"


@pytest.mark.parametrize(
    ("catalogue", "page"),
    [
        (b"/AF[%s]" % SPEC, b""),
        (b"/AF %s" % SPEC, b""),
        (b"/AF 5 0 R", b""),
        (b"/Names<</EmbeddedFiles<</Names[(x)%s]>>>>" % SPEC, b""),
        (b"/Names<</EmbeddedFiles<</Kids[<</Kids[<</Names[(x)%s]>>]>>]>>>>" % SPEC, b""),
        (b"/Names<</EmbeddedFiles<</Limits[(z)(a)]/Names[(x)%s]>>>>" % SPEC, b""),
        (b"/Names<</EmbeddedFiles<</Kids[6 0 R]>>>>", b""),
        (b"", b"/AF[%s]" % SPEC),
        (b"", b"/Annots[<</Subtype/FileAttachment/FS %s>>]" % SPEC),
        (b"", b"/Annots[<</Subtype/Link/AF[%s]>>]" % SPEC),
        (b"", b"/Resources<</XObject<</X<</Subtype/Form/AF[%s]>>>>>>" % SPEC),
        (b"/StructTreeRoot<</K<</S/P/AF[%s]>>>>" % SPEC, b""),
        (b"/Collection<</View/D>>/Names<</EmbeddedFiles<</Names[(x)%s]>>>>" % SPEC, b""),
        (b"/AF[<</F(a.xml)/EF<</UF 4 0 R>>>>]", b""),
        (b"/AF[<</F(a.xml)/EF<</DOS 4 0 R>>>>]", b""),
        (b"/AF[<</F(a.xml)/EF<</Unix 4 0 R>>>>]", b""),
        (b"/AF[<</F(a.xml)/EF<</F 4 0 R/UF 4 0 R>>>>]", b""),
        (b"/AF[%s%s]/Names<</EmbeddedFiles<</Names[(x)%s]>>>>" % (SPEC, SPEC, SPEC), b""),
        (b"/AF[<</F(cover)/RF<</F[(a.xml)4 0 R]>>>>]", b""),
        (b"/#41F[<</#46(a.xml)/E#46<</F 4 0 R>>>>]", b""),
    ],
)
def test_a_file_is_found_wherever_it_is_tied_and_once(catalogue: bytes, page: bytes) -> None:
    array, loop = b"[%s null (x) 7]" % SPEC, b"<</Kids[6 0 R]/Names[(x)%s]>>" % SPEC
    content = document(catalogue, file(), array, loop, page=page)
    assert files(content) == [("a.xml", XML)]


def test_rich_media_gives_up_its_assets() -> None:
    media = b"<</Subtype/RichMedia/RichMediaContent<</Assets<</Names[(a)%s]>>>>>>" % SPEC
    content = document(b"", file(), page=b"/Annots[%s]" % media)
    assert files(content) == [("a.xml", XML)]
    assert findings(content) == [("pdf-active", "RichMedia")]


def test_a_file_that_no_specification_names() -> None:
    assert files(document(b"/X 4 0 R", file())) == [("", XML)]


@pytest.mark.parametrize(
    "where", [b"(a.xml)", b"<</F(a.xml)>>", b"<</F(http://x.invalid/a)/FS/URL>>"]
)
def test_a_file_elsewhere_is_nobodys(where: bytes) -> None:
    content = document(b"", page=b"/Annots[<</Subtype/FileAttachment/FS %s>>]" % where)
    assert files(content) == []
    assert findings(content) == []


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (b"/F(facture\\351.xml)", "facture\u00e9.xml"),
        (b"/F(\\240.xml)", "\u20ac.xml"),  # PDFDocEncoding
        (b"/UF<FEFF20AC002E0078006D006C>/F(euro.xml)", "\u20ac.xml"),
        (b"/UF<EFBBBFE282AC2E786D6C>", "\u20ac.xml"),
        (b"/UF()/F(a.xml)", "a.xml"),
        (b"/UF 7/F(a.xml)", "a.xml"),
        (b"/DOS(A.XML)", "A.XML"),
        (b"/Unix(a.xml)", "a.xml"),
        (b"/F(a\\000\\033[31m.xml)", None),
        (b"", ""),
    ],
)
def test_names_in_every_encoding(names: bytes, name: str | None) -> None:
    content = document(b"/AF[<<%s/EF<</F 4 0 R>>>>]" % names, file())
    ((found, data),) = files(content)
    assert data == XML
    assert name is None or found == name


def test_of_a_long_name_the_end_is_kept() -> None:
    name = b"/F(%s.xml)" % (b"a" * 5_000_000)
    ((found, _),) = files(document(b"/AF[<<%s/EF<</F 4 0 R>>>>]" % name, file()))
    assert found.endswith("a.xml")
    assert len(found) < 600


def test_what_a_pdf_says_of_the_size_of_a_file_is_not_believed() -> None:
    lies = b"/Params<</Size 99999999/CheckSum<00>>>"
    assert files(document(b"/AF[%s]" % SPEC, file(entries=lies))) == [("a.xml", XML)]


@pytest.mark.parametrize(
    ("filters", "data"),
    [
        (b"/FlateDecode", zlib.compress(XML)),
        (b"/FlateDecode", zlib.compress(XML) + b"\r\n\0\0"),
        (b"/FlateDecode", zlib.compress(XML)[:-4]),  # without a check sum
        (b"/FlateDecode", zlib.compress(XML)[:-4] + b"\r\n"),
        (b"[/FlateDecode/FlateDecode]", zlib.compress(zlib.compress(XML))),
        (b"/ASCIIHexDecode", XML.hex().encode() + b">"),
        (b"[/ASCII85Decode/FlateDecode]", base64.a85encode(zlib.compress(XML)) + b"~>"),
        (b"/RunLengthDecode", bytes([len(XML) - 1]) + XML + b"\x80"),
        (b"[]", XML),
        (b"null", XML),
    ],
)
def test_packed_files(filters: bytes, data: bytes) -> None:
    content = document(b"/AF[%s]" % SPEC, file(data, b"/Filter " + filters))
    assert files(content) == [("a.xml", XML)]
    assert findings(content) == []


@pytest.mark.parametrize(
    ("filters", "data"),
    [
        (b"/FlateDecode", zlib.compress(XML * 99)[:-20]),
        (b"/FlateDecode", zlib.compress(XML)[:-4] + b"\0\0\0\0"),  # a wrong check sum
        (b"/FlateDecode", b"nothing"),
        (b"/DCTDecode", b"\xff\xd8"),
        (b"/JBIG2Decode", b"\0"),
        (b"/JPXDecode", b"\0"),
        (b"/Unknown", b"\0"),
    ],
)
def test_a_file_that_cannot_be_read_holds_the_document(filters: bytes, data: bytes) -> None:
    whole = b"<</F(b.xml)/EF<</F 5 0 R>>>>"
    content = document(b"/AF[%s%s]" % (SPEC, whole), file(data, b"/Filter " + filters), file())
    assert findings(content) == [("pdf-damaged", "a file embedded in it cannot be read")]
    assert files(content) == [("b.xml", XML)]


@pytest.mark.parametrize(
    "catalogue",
    [
        b"/AF[9 0 R]",
        b"/AF 9 0 R",
        b"/AF[<</F(a.xml)/EF 9 0 R>>]",
        b"/AF[<</F(a.xml)/EF<</F 9 0 R>>>>]",
        b"/Names<</EmbeddedFiles 9 0 R>>",
        b"/Names<</EmbeddedFiles<</Names[(a.xml)9 0 R]>>>>",
    ],
)
def test_a_file_that_is_listed_and_gone_holds_the_document(catalogue: bytes) -> None:
    """Else a damaged hybrid would be filed as a PDF without data."""
    assert reasons_of(document(catalogue)) == ["pdf-damaged"]


def test_an_empty_list_of_files_is_no_damage() -> None:
    assert findings(document(b"/AF[]/Names<</EmbeddedFiles<</Names[]>>>>", stream(b""))) == []


def test_the_same_file_from_two_streams_is_one() -> None:
    twice = b"<</F(a.xml)/EF<</F 4 0 R/UF 5 0 R>>>>"
    assert files(document(b"/AF[%s]" % twice, file(), file())) == [("a.xml", XML)]


def test_a_pdf_in_a_pdf_is_a_part() -> None:
    inner = document(b"/AF[%s]" % SPEC, file())
    assert files(document(b"/AF[%s]" % SPEC, file(inner))) == [("a.xml", inner)]
