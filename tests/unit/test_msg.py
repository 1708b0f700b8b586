"""Outlook message files: opened with all that is in them; files that lie are refused."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Case, Finding, Limits, Part
from ingestd.readers import kinds, msg
from tests.documents import _cfb as write

CASE = Case(company=None, today=date(2026, 10, 5))


def read(content: bytes, case: Case = CASE) -> tuple[list[Part], list[str]]:
    """Return what is inside, and the reasons against it."""
    part = Part(path="2", kind=kinds.OUTLOOK, content=content, trail=("mail", "facture.msg"))
    found = list(msg.read(part, case))
    reasons = [one.reason for one in found if isinstance(one, Finding)]
    return [one for one in found if isinstance(one, Part)], reasons


def test_bodies_and_files() -> None:
    content = write.outlook_message(
        "Bonjour",
        write.attachment("facture n° 1.pdf", b"%PDF-1.7" + bytes(9000), "application/pdf"),
        write.attachment("logo.png", b"png", "image/png", "logo@x"),
        html="<p>voilà</p>".encode(),
    )
    parts, reasons = read(content)
    assert reasons == []
    assert [
        (part.path, part.filename, part.declared_type, len(part.content)) for part in parts
    ] == [
        ("2/body.txt", "", "text/plain", 7),
        ("2/body.html", "", "text/html", 13),
        ("2/facture n° 1.pdf", "facture n° 1.pdf", "application/pdf", 9008),
        ("2/logo.png", "logo.png", "image/png", 3),
    ]
    assert parts[2].trail == ("mail", "facture.msg", "facture n° 1.pdf")
    assert parts[3].content_id == "logo@x"


def test_embedded_messages_have_their_own_paths() -> None:
    inner = write.embedded("TR: facture", "inner", write.attachment("a.xml", b"<a/>"))
    parts, reasons = read(write.outlook_message("outer", inner, inner))
    assert reasons == []
    assert [(part.path, part.parent) for part in parts if part.content != b"inner"] == [
        ("2/body.txt", "2"),
        ("2/TR: facture", "2"),
        ("2/TR: facture/a.xml", "2/TR: facture"),
        ("2/TR: facture~2", "2"),
        ("2/TR: facture~2/a.xml", "2/TR: facture~2"),
    ]


@pytest.mark.parametrize(("limit", "reasons"), [(2, ["too-many-parts"]), (3, []), (4, [])])
def test_embedded_messages_end_at_the_limit(limit: int, reasons: list[str]) -> None:
    made = write.embedded("three", "3", write.attachment("a.xml", b"<a/>"))
    for name in ("two", "one"):
        made = write.embedded(name, name, made)
    case = Case(company=None, today=CASE.today, limits=Limits(message_depth=limit))
    parts, said = read(write.outlook_message("outer", made), case)
    assert said == reasons
    assert any(part.filename == "a.xml" for part in parts) is not bool(reasons)


def test_it_is_told_from_other_compound_files() -> None:
    word = write.compound_file({"WordDocument": b"word" * 2000, "1Table": b"x"})
    around = write.compound_file({"WordDocument": b"w", "Object": {"__properties_version1.0": b""}})
    message = write.outlook_message("x", write.attachment("a.doc", word))
    assert kinds.detect(message, name="a.msg") == kinds.OUTLOOK
    assert kinds.detect(message, "application/octet-stream", "facture.pdf") == kinds.OUTLOOK
    assert kinds.OUTLOOK not in (kinds.detect(word), kinds.detect(around))


def test_what_is_only_referred_to_comes_out_empty() -> None:
    parts, reasons = read(write.outlook_message("x", write.attachment("cloud.pdf", b"")))
    assert (parts[1].filename, parts[1].content, reasons) == ("cloud.pdf", b"", [])


def test_streams_that_share_their_octets_are_refused() -> None:
    """A hundred directory entries over one chain of sectors: 30 MB that would read as 3 GB."""
    content = bytearray(
        write.outlook_message(
            "x", *(write.attachment(f"{n}.pdf", bytes([n]) * 5000) for n in range(9))
        )
    )
    name = "__substg1.0_37010102".encode("utf-16-le")
    places = [at for at in range(len(content)) if content.startswith(name, at)]
    for at in places[1:]:
        content[at + 116 : at + 124] = content[places[0] + 116 : places[0] + 124]
    assert read(bytes(content)) == ([], ["file-type-refused"])
    for at in places:
        content[at + 120 : at + 124] = (1 << 30).to_bytes(4, "little")
    assert read(bytes(content)) == ([], ["file-type-refused"])


def test_streams_that_run_into_each_other_are_refused() -> None:
    """Each begins a sector later in the same chain, so that none is referred to twice."""
    small = (write.attachment(f"{n}.pdf", bytes([n]) * 4100) for n in range(9))
    content = bytearray(
        write.outlook_message("x", write.attachment("big", bytes(60 * 512)), *small)
    )
    name = "__substg1.0_37010102".encode("utf-16-le")
    places = [at for at in range(len(content)) if content.startswith(name, at)]
    start = int.from_bytes(content[places[0] + 116 : places[0] + 120], "little")
    assert read(bytes(content))[1] == []
    for step, at in enumerate(places[1:], 1):
        content[at + 116 : at + 120] = (start + step).to_bytes(4, "little")
        content[at + 120 : at + 124] = ((60 - step) * 512).to_bytes(4, "little")
    assert read(bytes(content)) == ([], ["file-type-refused"])


@pytest.mark.parametrize(("count", "refused"), [(1999, False), (2000, False), (2001, True)])
def test_the_limit_of_streams_in_one_place(count: int, refused: bool) -> None:
    streams = {f"__substg1.0_{n:08X}": b"" for n in range(count - 1)}
    content = write.compound_file({"__properties_version1.0": bytes(32), **streams})
    assert read(content) == ([], ["file-type-refused"] if refused else [])


def test_damage_is_refused() -> None:
    whole = write.outlook_message("x", write.attachment("a.pdf", bytes(9000)))
    for content in (b"", whole[:512], whole[:2000], whole[:512] + bytes(len(whole)), b"x" * 4000):
        assert read(content) == ([], ["file-type-refused"])


WHOLE = write.outlook_message(
    "body", write.attachment("a.pdf", b"%PDF" * 20), write.embedded("b", "c"), html=b"<p>"
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_is_parts_or_a_reason(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    parts, reasons = read(bytes(content))
    assert set(reasons) <= {"file-type-refused", "too-many-parts"}
    assert sum(len(part.content) for part in parts) <= 3 * len(WHOLE)
    msg.is_message(bytes(content))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_any_octets(octets: bytes) -> None:
    assert read(WHOLE[:512] + octets)[1] in ([], ["file-type-refused"])
