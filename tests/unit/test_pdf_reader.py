"""A PDF gives up every file embedded in it, wherever it is tied; what is wrong with it is named."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from ingestd.model import Finding, Limits, Part
from ingestd.readers import pdf
from tests.unit._invoices import CASE, part

XML = b"<invoice/>"


def name(text: str) -> NameObject:
    return NameObject(f"/{text}")


def made(change: Callable[[PdfWriter], Any] = lambda writer: None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def specification(writer: PdfWriter, filename: str, content: bytes = XML) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(content)
    stream.update({name("Type"): name("EmbeddedFile"), name("Subtype"): NameObject("/text/xml")})
    embedded = DictionaryObject({name("F"): writer._add_object(stream)})
    return writer._add_object(
        DictionaryObject(
            {
                name("Type"): name("Filespec"),
                name("F"): TextStringObject(filename),
                name("UF"): TextStringObject(filename),
                name("EF"): embedded,
            }
        )
    )


def action(kind: str, **more: Any) -> DictionaryObject:
    entries = {name(key): value for key, value in more.items()}
    return DictionaryObject({name("S"): name(kind), **entries})


def read(content: bytes) -> list[Part | Finding]:
    return list(pdf.read(part(content, "application/pdf"), CASE))


def files(content: bytes) -> list[tuple[str, bytes]]:
    found = read(content)
    assert not [each for each in found if isinstance(each, Finding)]
    return [(each.path, each.content) for each in found if isinstance(each, Part)]


def reasons_of(content: bytes) -> list[str]:
    return [each.reason for each in read(content) if isinstance(each, Finding)]


def test_a_plain_pdf_holds_nothing() -> None:
    assert read(made()) == []


def test_files_of_the_name_tree() -> None:
    content = made(
        lambda writer: (
            writer.add_attachment("factur-x.xml", XML),
            writer.add_attachment("terms.txt", b"terms"),
        )
    )
    assert files(content) == [("2/factur-x.xml", XML), ("2/terms.txt", b"terms")]


def test_a_part_tells_its_name_its_trail_and_what_it_claims_to_be() -> None:
    content = made(
        lambda writer: writer.root_object.__setitem__(
            name("AF"), ArrayObject([specification(writer, "x/factur-x.xml")])
        )
    )
    (found,) = read(content)
    assert isinstance(found, Part)
    assert (found.path, found.filename) == ("2/factur-x.xml", "x/factur-x.xml")
    assert found.trail == ("mail", "invoice", "x/factur-x.xml")
    assert (found.parent, found.kind, found.declared_type) == ("2", "", "text/xml")


def test_files_of_a_page_and_of_an_annotation() -> None:
    def change(writer: PdfWriter) -> None:
        page = writer.pages[0]
        page[name("AF")] = ArrayObject([specification(writer, "page.xml", b"<page/>")])
        page[name("Annots")] = ArrayObject(
            [
                DictionaryObject(
                    {
                        name("Subtype"): name("FileAttachment"),
                        name("Rect"): ArrayObject([FloatObject(0)] * 4),
                        name("FS"): specification(writer, "note.xml", b"<note/>"),
                    }
                )
            ]
        )

    assert sorted(files(made(change))) == [("2/note.xml", b"<note/>"), ("2/page.xml", b"<page/>")]


def test_a_file_tied_twice_comes_once() -> None:
    def change(writer: PdfWriter) -> None:
        writer.add_attachment("factur-x.xml", XML)
        tree = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
        writer.root_object[name("AF")] = ArrayObject([tree[1]])

    assert files(made(change)) == [("2/factur-x.xml", XML)]


def test_two_files_of_one_name_are_both_there() -> None:
    def change(writer: PdfWriter) -> None:
        pair = [specification(writer, "factur-x.xml", data) for data in (b"<a/>", b"<b/>")]
        writer.root_object[name("AF")] = ArrayObject(pair)

    assert files(made(change)) == [("2/factur-x.xml", b"<a/>"), ("2/factur-x~2.xml", b"<b/>")]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("JavaScript", {"JS": TextStringObject("app.alert(1)")}),
        ("Launch", {"F": TextStringObject("calc.exe")}),
        ("SubmitForm", {"F": TextStringObject("http://127.0.0.1:9/")}),
        ("ImportData", {"F": TextStringObject("data.fdf")}),
    ],
)
def test_active_content_is_named_and_the_rest_still_read(kind: str, more: dict[str, Any]) -> None:
    def change(writer: PdfWriter) -> None:
        writer.root_object[name("OpenAction")] = action(kind, **more)
        writer.add_attachment("factur-x.xml", XML)

    finding, file = read(made(change))
    assert isinstance(finding, Finding)
    assert (finding.reason, finding.detail) == ("pdf-active", kind)
    assert isinstance(file, Part)


def test_a_script_of_a_single_field_is_found() -> None:
    def change(writer: PdfWriter) -> None:
        script = action("JavaScript", JS=TextStringObject("x"))
        field = DictionaryObject({name("AA"): DictionaryObject({name("K"): script})})
        writer.pages[0][name("Annots")] = ArrayObject([writer._add_object(field)])

    assert reasons_of(made(change)) == ["pdf-active"]


def test_rich_media_is_active() -> None:
    def change(writer: PdfWriter) -> None:
        annotation = DictionaryObject({name("Subtype"): name("RichMedia")})
        writer.pages[0][name("Annots")] = ArrayObject([annotation])

    assert reasons_of(made(change)) == ["pdf-active"]


def test_a_link_is_not_active() -> None:
    def change(writer: PdfWriter) -> None:
        link = action("URI", URI=TextStringObject("https://example.com"))
        annotation = DictionaryObject({name("Subtype"): name("Link"), name("A"): link})
        writer.pages[0][name("Annots")] = ArrayObject([annotation])

    assert read(made(change)) == []


def encrypted(user: str, owner: str) -> bytes:
    def change(writer: PdfWriter) -> None:
        writer.add_attachment("factur-x.xml", XML)
        writer.encrypt(user, owner, algorithm="AES-256")

    return made(change)


def test_an_owner_password_hinders_nobody() -> None:
    assert files(encrypted("", "owner")) == [("2/factur-x.xml", XML)]


def test_a_password_to_open_is_told() -> None:
    assert reasons_of(encrypted("secret", "owner")) == ["pdf-password"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-1.7\nnothing\n%%EOF", b"<html>"])
def test_what_does_not_open_is_damaged(content: bytes) -> None:
    assert reasons_of(content) == ["pdf-damaged"]


def test_a_pdf_cut_in_the_middle_is_damaged(documents: Path) -> None:
    content = (documents / "factur-x-basic.pdf").read_bytes()
    assert reasons_of(content[: len(content) // 2]) == ["pdf-damaged"]


def test_bytes_around_a_pdf_do_not_matter() -> None:
    content = made(lambda writer: writer.add_attachment("factur-x.xml", XML))
    assert files(content + b"\0" * 5_000) == [("2/factur-x.xml", XML)]
    assert files(b"\r\njunk\r\n" + content) == [("2/factur-x.xml", XML)]


def test_a_bomb_is_stopped() -> None:
    def change(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(b"\0" * 90_000_000)
        packed: StreamObject = stream.flate_encode()
        embedded = DictionaryObject({name("F"): writer._add_object(packed)})
        file = DictionaryObject({name("F"): TextStringObject("x.xml"), name("EF"): embedded})
        writer.root_object[name("AF")] = ArrayObject([writer._add_object(file)])

    content = made(change)
    assert len(content) < 1_000_000
    assert reasons_of(content) == ["document-bomb"]


def test_all_files_together_have_a_limit() -> None:
    content = made(
        lambda writer: [writer.add_attachment(f"{each}.bin", b"x" * 600) for each in range(3)]
    )
    case = type(CASE)(company=None, today=CASE.today, limits=Limits(decoded_bytes=1_500))
    (found,) = pdf.read(part(content, "application/pdf"), case)
    assert isinstance(found, Finding)
    assert found.reason == "document-bomb"


def test_more_pages_than_anyone_sends_are_stopped() -> None:
    content = made(lambda writer: [writer.add_blank_page(9, 9) for _page in range(pdf.MAX_PAGES)])
    assert reasons_of(content) == ["document-bomb"]


def test_a_name_tree_that_bites_its_tail_ends() -> None:
    def change(writer: PdfWriter) -> None:
        loop = DictionaryObject()
        reference = writer._add_object(loop)
        loop[name("Kids")] = ArrayObject([reference, reference])
        writer.root_object[name("Names")] = DictionaryObject({name("EmbeddedFiles"): reference})

    assert read(made(change)) == []


@pytest.mark.parametrize("step", range(0, 40))
def test_flipped_bytes_never_crash_the_reader(step: int, documents: Path) -> None:
    content = bytearray((documents / "factur-x-basic.pdf").read_bytes())
    for position in range(step * 7, len(content), 997):
        content[position] ^= 1 << (step % 8)
    for found in read(bytes(content)):
        assert isinstance(found, Part | Finding)


def test_the_samples_hold_their_invoices(documents: Path) -> None:
    for sample in ("factur-x-basic", "factur-x-en16931", "factur-x-minimum"):
        content = (documents / f"{sample}.pdf").read_bytes()
        assert [path for path, _data in files(content)][:1] == ["2/factur-x.xml"]
        assert PdfReader(io.BytesIO(content)).attachments["factur-x.xml"] == [files(content)[0][1]]
