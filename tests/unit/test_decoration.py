"""Which pictures of a mail are nothing but decoration, and which may show an invoice."""

import struct
import zlib
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from itertools import product

import pytest

from ingestd import pipeline
from ingestd.model import Case, Role, Verdict
from tests.documents.mails import document

CASE = Case(company=None, today=date(2026, 10, 5))
Size = tuple[int, int]
Make = Callable[[Size], bytes]
PAGES: dict[str, Size] = {
    "a photograph": (3024, 4032),
    "a photograph lying": (4032, 3024),
    "a scan at 150 dpi": (1240, 1754),
    "a screenshot": (800, 600),
    "a poor scan": (413, 585),
    "a receipt": (280, 1400),
}
SMALL: dict[str, Size] = {
    "a pixel": (1, 1),
    "a line": (600, 2),
    "an icon": (32, 32),
    "a logo": (160, 48),
    "a large logo": (290, 290),
    "a banner": (1400, 280),
    "a wide banner": (1200, 400),
}
MIDDLE: dict[str, Size] = {"a portrait": (400, 400), "a narrow one": (250, 500)}


def png(size: Size, seed: int = 0) -> bytes:
    """Return a PNG of one colour."""
    width, height = size
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * height), 1)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"tEXt", b"seed\0%d" % seed),
        (b"IDAT", rows),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def jpeg(size: Size, seed: int = 0) -> bytes:
    """Return the header of a JPEG behind a preview of 60 kB."""
    note = b"\xff\xe1" + struct.pack(">H", 60_000) + bytes(59_998)
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", size[1], size[0]) + b"\x03" + bytes(9)
    return b"\xff\xd8" + note + note + frame + b"%d" % seed + b"\xff\xd9"


def tiff(size: Size, seed: int = 0) -> bytes:
    """Return the header of a TIFF."""
    entries = struct.pack("<HHIIHHII", 256, 4, 1, size[0], 257, 4, 1, size[1])
    return b"II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(40) + b"%d" % seed


def letter(
    *pictures: tuple[str, bytes],
    inline: bool = False,
    shown: bool = False,
    identified: bool = False,
    beside: tuple[str, bytes] | None = None,
) -> Verdict:
    """Return the verdict on an HTML letter with pictures. `shown` puts them into its text by their
    Content-ID, `identified` gives them one that the text does not use."""
    message = EmailMessage()
    message["From"] = "a@supplier.example"
    images = "".join(f'<img src="cid:p{n}%40x">' for n in range(len(pictures)) if shown)
    message.set_content(f"<p>Bonjour</p>{images}", subtype="html")
    for index, (name, content) in enumerate(pictures):
        message.add_attachment(
            content,
            "image",
            {"tif": "tiff", "jpg": "jpeg"}.get(name[-3:], "png"),
            filename=name,
            disposition="inline" if inline else "attachment",
            cid=f"<p{index}@x>" if shown or identified else None,
        )
    if beside:
        message.add_attachment(beside[1], "application", "xml", filename=beside[0])
    return pipeline.examine_mail(message.as_bytes(), CASE)


def pictures(verdict: Verdict) -> list[Role]:
    return [part.role for part in verdict.parts if part.kind.startswith("image/")]


WAYS = [
    {"inline": inline, "shown": shown, "identified": identified}
    for inline, shown, identified in product((True, False), repeat=3)
    if not (shown and identified)
]
NAMES = ("IMG_4711", "logo", "image001")


@pytest.mark.parametrize("size", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("make", [png, jpeg, tiff])
def test_what_is_large_as_a_page_is_never_ignored(size: Size, make: Make) -> None:
    suffix = {png: "png", jpeg: "jpg", tiff: "tif"}[make]
    for way, name in product(WAYS, NAMES):
        picture = (f"{name}.{suffix}", make(size))
        assert pictures(letter(picture, **way)) == [Role.DOCUMENT], (way, name)
        beside = letter(picture, beside=document("ubl-invoice.xml"), **way)
        assert pictures(beside) in ([Role.ANNEX], [Role.DOCUMENT]), (way, name)


@pytest.mark.parametrize("size", SMALL.values(), ids=SMALL)
def test_logos_icons_pixels_and_banners_are_ignored_and_recorded(size: Size) -> None:
    for way, name in product(WAYS, ("IMG_4711", "logo", "image001", "")):
        for beside in (None, document("ubl-invoice.xml")):
            verdict = letter((f"{name}.png", png(size)), beside=beside, **way)
            assert pictures(verdict) == [Role.IGNORED], (way, name)


@pytest.mark.parametrize("size", MIDDLE.values(), ids=MIDDLE)
def test_of_those_between_the_use_in_the_text_decides(size: Size) -> None:
    photo = ("IMG_4711.png", png(size))
    assert pictures(letter(photo, shown=True, inline=True)) == [Role.IGNORED]
    assert pictures(letter(photo, inline=True)) == [Role.DOCUMENT]
    assert pictures(letter(photo, inline=True, identified=True)) == [Role.DOCUMENT]
    assert pictures(letter(photo)) == [Role.DOCUMENT]


def test_of_those_between_the_name_decides() -> None:
    for name in ("logo", "Signature", "banner_2026", "facebook", "linkedin-icon", "image001"):
        assert pictures(letter((f"{name}.png", png((400, 400))))) == [Role.IGNORED]
    for name in ("facture", "Rechnung 17", "ticket", "receipt", "Beleg"):
        assert pictures(letter((f"{name}.png", png((250, 250))))) == [Role.DOCUMENT]
    assert pictures(letter(("ticket.png", png((90, 90))))) == [Role.IGNORED]


def test_the_same_one_twice_is_decoration() -> None:
    twice = [("a.png", png((400, 400))), ("b.png", png((400, 400)))]
    assert pictures(letter(*twice)) == [Role.IGNORED] * 2
    once = [("a.png", png((400, 400), 1)), ("b.png", png((400, 400), 2))]
    assert pictures(letter(*once)) == [Role.DOCUMENT] * 2


def test_many_small_ones_are_decoration() -> None:
    many = [(f"{n}.png", png((400, 400), n)) for n in range(5)]
    assert pictures(letter(*many)) == [Role.IGNORED] * 5
    pages = [(f"{n}.png", png((800, 1100), n)) for n in range(5)]
    assert pictures(letter(*pages)) == [Role.DOCUMENT] * 5


def test_a_page_twice_is_one_document_and_its_copy() -> None:
    scan = document("scan.jpg")
    verdict = letter(scan, scan)
    assert [one.outcome.value for one in verdict.documents] == ["filed", "ignored"]


def test_a_picture_of_unknown_size_is_judged_by_its_octets() -> None:
    unknown = b"\xff\xd8\xff\xe0" + bytes(30_000)
    assert pictures(letter(("a.jpg", unknown))) == [Role.DOCUMENT]
    assert pictures(letter(("a.jpg", unknown[:3000]))) == [Role.IGNORED]


def test_a_drawing_in_the_text_is_decoration_an_attached_one_is_refused() -> None:
    gif = b"GIF89a" + struct.pack("<HH", 800, 1100) + bytes(900)
    shown = letter(("a.gif", gif), shown=True, inline=True)
    assert pictures(shown) == [Role.IGNORED]
    (only,) = letter(("a.gif", gif)).documents
    assert [one.reason for one in only.findings] == ["file-type-refused"]


def test_nothing_that_was_ignored_is_missing() -> None:
    many = [(f"{n}.png", png((40, 40), n)) for n in range(5)]
    verdict = letter(*many, shown=True, beside=document("ubl-invoice.xml"))
    assert len(verdict.parts) == 1 + 1 + 5 + 1
    assert all(part.sha256 for part in verdict.parts if part.kind == "image/png")
