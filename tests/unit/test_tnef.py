"""winmail.dat: bodies, files and messages come out whole; damage is said and loops nowhere."""

import struct
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import tnef
from tests.documents import _tnef as write

CASE = Case(company=None, today=date(2026, 10, 5))
LONG_NAME, DISPLAY_NAME, CONTENT_ID, MIME_TAG, DATA = 0x3707, 0x3001, 0x3712, 0x370E, 0x3701
BODY, HTML, RTF, CODEPAGE, HIDDEN = 0x1000, 0x1013, 0x1009, 0x3FDE, 0x7FFE


def read(content: bytes) -> tuple[list[Part], str]:
    """Return what is inside, and why not all of it."""
    part = Part(path="2", kind=tnef.KIND, content=content, trail=("mail", "winmail.dat"))
    found = list(tnef.read(part, CASE))
    said = [one for one in found if isinstance(one, Finding)]
    assert all(one.reason == "tnef-unreadable" for one in said)
    assert len(said) <= 1
    detail = said[0].detail if said else ""
    parts = [one for one in found if isinstance(one, Part)]
    return parts, detail.en if isinstance(detail, Bilingual) else detail


def test_a_file_with_its_long_name() -> None:
    content = write.tnef(
        write.attachment("FACTUR~1.PDF", b"%PDF-1.7", {LONG_NAME: "facture n° 1.pdf"})
    )
    (part,), damage = read(content)
    assert damage == ""
    assert (part.path, part.filename, part.content) == (
        "2/facture n° 1.pdf",
        "facture n° 1.pdf",
        b"%PDF-1.7",
    )
    assert part.trail == ("mail", "winmail.dat", "facture n° 1.pdf")
    assert (part.parent, part.disposition) == ("2", "attachment")


@pytest.mark.parametrize(
    ("given", "name"),
    [({}, "KURZ.PDF"), ({DISPLAY_NAME: "shown.pdf"}, "shown.pdf"), ({LONG_NAME: ""}, "KURZ.PDF")],
)
def test_the_best_name_counts(given: dict[int, object], name: str) -> None:
    (part,), _ = read(write.tnef(write.attachment("KURZ.PDF", b"x", given)))
    assert part.filename == name


def test_eight_bit_names_are_read_in_their_code_page() -> None:
    given = {LONG_NAME: (0x001E, "счёт.pdf".encode("cp1251"))}
    (part,), _ = read(write.tnef(write.attachment("A.PDF", b"x", given), codepage=1251))
    assert part.filename == "счёт.pdf"


def test_files_keep_zeros_at_their_end() -> None:
    for content in (b"abc\0\0\0", b"a\0", bytes(5)):
        by_value = write.attachment("a.bin", content)
        as_property = write.attachment("", None, {LONG_NAME: "b.bin", DATA: content})
        parts, _ = read(write.tnef(by_value, as_property))
        assert [part.content for part in parts] == [content, content]


def test_bodies_come_as_texts_of_the_mail() -> None:
    html = "<p>voilà</p>".encode()
    parts, _ = read(write.tnef(given={BODY: "Bonjour", HTML: html, CODEPAGE: 65001}))
    assert [(part.path, part.declared_type, part.content) for part in parts] == [
        ("2/body.txt", "text/plain", b"Bonjour"),
        ("2/body.html", "text/html", html),
    ]
    assert {part.filename + part.disposition for part in parts} == {""}


def test_rtf_alone_is_read_as_text() -> None:
    rtf = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Le montant est de 120 \'80\par \u8364?}"
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    (part,), _ = read(write.tnef(given={RTF: packed}))
    assert part.declared_type == "text/plain"
    assert part.content.decode() == "Le montant est de 120 €\n€"


def test_an_embedded_message_is_tnef_again() -> None:
    inner = write.tnef(write.attachment("a.xml", b"<a/>"), given={BODY: "inner"})
    (part,), _ = read(write.tnef(write.embedded("TR: facture.pdf", inner)))
    assert (part.kind, part.filename, part.path) == (tnef.KIND, "", "2/TR: facture.pdf")
    inside, damage = read(part.content)
    assert ([one.content for one in inside], damage) == ([b"inner", b"<a/>"], "")


def test_a_picture_in_the_text_is_inline() -> None:
    given = {LONG_NAME: "logo.png", CONTENT_ID: "logo@x", MIME_TAG: "image/png", HIDDEN: 1}
    (part,), _ = read(write.tnef(write.attachment("LOGO.PNG", b"png", given)))
    assert (part.disposition, part.content_id, part.declared_type) == (
        "inline",
        "logo@x",
        "image/png",
    )


def test_what_is_only_referred_to_comes_out_empty() -> None:
    (part,), damage = read(write.tnef(write.attachment("cloud.pdf", None, {0x3705: 7})))
    assert (part.content, part.filename, damage) == (b"", "cloud.pdf", "")


def test_names_are_for_display_only() -> None:
    given = {LONG_NAME: "../../etc/pass\u202ewd\x1b.pdf"}
    (part,), _ = read(write.tnef(write.attachment("A", b"x", given)))
    assert part.path == "2/pass_wd_.pdf"


def test_what_came_before_the_damage_is_kept() -> None:
    good, bad = write.attachment("a.pdf", b"one"), write.attachment("b.pdf", b"two" * 99)
    parts, damage = read(write.tnef(good, bad)[:-40])
    assert ([part.filename for part in parts], damage[:8]) == (["a.pdf"], "damaged:")


def test_a_wrong_checksum_is_damage() -> None:
    lying = write.attribute(write.ATTACHMENT, 0x800F, 6, b"content", checksum=1)
    parts, damage = read(write.tnef(write.attachment("a.pdf", None), lying))
    assert (parts, damage) == ([], "damaged: checksum of attribute 5")


@pytest.mark.parametrize(
    "content",
    [b"", b"\x78\x9f\x3e\x22", b"\x78\x9f\x3e\x22\1\0", b"\x78\x9f\x3e\x22" + bytes(40), b"x" * 99],
)
def test_nothing_readable_is_said(content: bytes) -> None:
    parts, damage = read(content)
    assert parts == []
    assert damage.startswith("damaged: ")


@pytest.mark.parametrize(
    "rows",
    [
        struct.pack("<I", 0xFFFFFFFF),  # as many properties as there are numbers
        struct.pack("<IHHI", 1, 0x1003, 0x1000, 0xFFFFFFFF),  # as many values
        struct.pack("<IHHII", 1, 0x0102, 0x1000, 0xFFFFFFFF, 0) * 9,
        struct.pack("<IHHII", 2, 0x001F, 0x1000, 1, 0xFFFFFFF0) + b"abcd",
    ],
)
def test_counts_that_lie_end_at_once(rows: bytes) -> None:
    """The first two never end in tnefparse alone; the time limit of the tests is the mutant's trap."""
    message = write.attribute(write.MESSAGE, 0x9003, 6, rows)
    recipients = write.attribute(write.MESSAGE, 0x9004, 6, rows)
    attached = write.attribute(write.ATTACHMENT, 0x9005, 6, rows)
    content = write.tnef(message, recipients, write.attachment("a.pdf", b"x"), attached)
    parts, damage = read(content)
    assert ([part.filename for part in parts], damage) == (["a.pdf"], "")


def test_very_many_attributes_are_not_walked_to_their_end() -> None:
    one = write.attribute(write.MESSAGE, 0x8004, 1, b"")
    assert read(write.tnef(one * 30_000))[1] == "damaged: attribute 20001"


def test_properties_are_not_read_without_end() -> None:
    """Sixty lists of ninety thousand values; the files beside them are read all the same."""
    rows = struct.pack("<IHHI", 1, 0x1002, 0x1000, 90_000) + bytes(180_000)
    heavy = write.attribute(write.ATTACHMENT, 0x9005, 6, rows)
    named = write.attachment("LAST.PDF", b"x", {LONG_NAME: "long name.pdf"})
    parts, damage = read(
        write.tnef(*((write.attachment("A", b"y") + heavy) for _ in range(60)), named)
    )
    assert (len(parts), damage) == (61, "")
    assert parts[-1].filename == "LAST.PDF"  # there was nothing left for its properties


WHOLE = write.tnef(
    write.attachment("A.PDF", b"%PDF" * 9, {LONG_NAME: "a.pdf", MIME_TAG: "application/pdf"}),
    write.embedded("inner", write.tnef(write.attachment("b.xml", b"<b/>"), given={BODY: "b"})),
    given={BODY: "text", HTML: b"<p>html</p>", CODEPAGE: 65001, RTF: bytes(20)},
)


def test_one_that_is_cut_off_between_two_attributes_is_not_empty_but_damaged() -> None:
    assert read(WHOLE[:40]) == ([], "damaged: nothing in it")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damage_is_parts_or_a_reason(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(6, len(content) - 1))] = data.draw(st.integers(0, 255))
    parts, damage = read(bytes(content[: data.draw(st.integers(6, len(content)))]))
    assert parts or damage
    assert sum(len(part.content) for part in parts) <= 4 * len(WHOLE)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([0x9003, 0x9005, 0x800F, 0x800C, 0x9007]))
def test_any_octets_in_any_attribute(octets: bytes, name: int) -> None:
    for level in (write.MESSAGE, write.ATTACHMENT):
        parts, damage = read(write.tnef(write.attribute(level, name, 6, octets)))
        assert damage == ("" if parts else "damaged: nothing in it")
        assert len(parts) <= 4
