"""Encrypted and damaged PDFs are read from a form written anew; what came stays as it is."""

import gc
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Finding, Part, ScanResult
from ingestd.readers import _pdf_repair, pdf
from tests.unit._invoices import CASE
from tests.unit._pdfs import PAGES, XML, document, file, files, findings, read, reasons_of, written

SPEC = b"/AF[<</F(a.xml)/EF<</F 4 0 R>>>>]"
WHOLE = document(SPEC, file())
ONE = [("a.xml", XML)]
Options = dict[str, object]


def locked(user: str, content: bytes = WHOLE, **options: object) -> bytes:
    wishes: Options = {"R": 6, "aes": True, "metadata": True} | options
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="o", user=user, **wishes))  # type: ignore[arg-type]
    return out.getvalue()


OLD = {"aes": False, "metadata": False}
HANDLERS: dict[str, Options] = {
    "RC4 40": {"R": 2, **OLD},
    "RC4 128": {"R": 3, **OLD},
    "AES 128": {"R": 4},
    "AES 128, plain metadata": {"R": 4, "metadata": False},
    "AES 256": {"R": 6},
    "AES 256, plain metadata": {"R": 6, "metadata": False},
}


@pytest.mark.parametrize("name", HANDLERS)
def test_an_owner_password_hinders_nobody(name: str) -> None:
    content = locked("", **HANDLERS[name])
    assert (files(content), findings(content)) == (ONE, [])


@pytest.mark.filterwarnings("ignore:Encryption R=5")
def test_an_owner_password_of_the_withdrawn_kind() -> None:
    assert files(locked("", R=5)) == ONE


@pytest.mark.parametrize("name", HANDLERS)
def test_a_password_to_open_is_told(name: str) -> None:
    content = locked("u", **HANDLERS[name])
    assert (files(content), reasons_of(content)) == ([], ["pdf-password"])


@pytest.mark.parametrize(
    "handler",
    [
        b"/Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4/Recipients[<00>]",
        b"/Filter/FOPN_foweb/V 1",
    ],
)
def test_a_key_to_open_is_told(handler: bytes) -> None:
    content = written(
        [b"<</Type/Catalog/Pages 2 0 R>>", *PAGES], b"/Encrypt<<%s>>/ID[<00><00>]" % handler
    )
    assert reasons_of(content) == ["pdf-password"]


def crypt_filters(stream: str, string: str, embedded: str) -> bytes:
    """Return WHOLE, AES 128 by some of its crypt filters (7.6.6)."""
    content = locked("", R=4)
    start = content.index(b"<< /CF")
    end = content.index(b"endobj", start)
    old, new = content[start:end], f"/StmF /{stream} /StrF /{string} /EFF /{embedded}".encode()
    shorter = (
        old.replace(b"/OE <> ", b"").replace(b"/UE <> ", b"").replace(b"/AuthEvent /DocOpen ", b"")
    )
    changed = shorter.replace(b"/StmF /StdCF /StrF /StdCF", new)
    assert changed != shorter
    return content.replace(old, changed.ljust(len(old)))


@pytest.mark.parametrize(
    ("filters", "name"),
    [(("StdCF", "StdCF", "Identity"), "a.xml"), (("StdCF", "Identity", "StdCF"), None)],
)
def test_crypt_filters_of_every_sort(filters: tuple[str, str, str], name: str | None) -> None:
    ((found, data),) = files(crypt_filters(*filters))
    assert data == XML
    assert name is None or found == name


def test_files_that_alone_are_encrypted_are_told() -> None:
    """Acrobat's "encrypt only attachments": the page opens, the files want a password."""
    assert reasons_of(crypt_filters("Identity", "StdCF", "StdCF")) == ["pdf-password"]


def test_a_damaged_and_encrypted_document_is_read_as_far_as_can_be() -> None:
    """qpdf, when it has to look for the objects, leaves names encrypted."""
    content = locked("", R=4).replace(b"startxref\n", b"startxref\n9")
    ((_, data),) = files(content)
    assert data == XML


def test_what_is_active_in_an_encrypted_document_is_seen() -> None:
    content = document(b"/OpenAction<</S/JavaScript/JS(x)>>")
    assert reasons_of(locked("", content)) == ["pdf-active"]


def scanning(answers: Callable[[bytes], ScanResult], content: bytes) -> list[str]:
    case = replace(CASE, scan=answers)
    return [each.reason for each in read(content, case) if isinstance(each, Finding)]


def test_the_decrypted_form_is_scanned_as_well() -> None:
    """A scanner may take what it cannot decrypt for clean."""
    secret = document(b"/X(X5O!P)")

    def scan(data: bytes) -> ScanResult:
        return ScanResult(clean=b"X5O!P" not in data, signature="Eicar")

    content = locked("", secret)
    assert b"X5O!P" not in content
    assert scanning(scan, content) == ["virus-found"]
    assert scanning(scan, WHOLE) == []


def test_a_scanner_that_gives_up_on_the_decrypted_form() -> None:
    result = ScanResult(clean=False, signature="Heuristics.Limits.Exceeded", inconclusive=True)
    assert scanning(lambda _: result, locked("")) == ["scan-inconclusive"]


def test_what_is_whole_is_not_scanned_twice() -> None:
    seen: list[bytes] = []

    def scan(data: bytes) -> ScanResult:
        seen.append(data)
        return ScanResult(clean=True)

    assert scanning(scan, WHOLE) == []
    assert seen == []


DAMAGE: dict[str, bytes] = {
    "no end mark": WHOLE[: WHOLE.rindex(b"%%EOF")],
    "wrong startxref": WHOLE.replace(b"startxref\n", b"startxref\n9"),
    "no table": document(SPEC, file(), has_table=False),
    "wrong offsets": WHOLE.replace(b"0000000", b"0000009"),
    "line ends": WHOLE.replace(b"\n", b"\r\n"),
    "no trailer": WHOLE[: WHOLE.index(b"xref\n")] + b"%%EOF",
    "wrong lengths": WHOLE.replace(b"/Length 10", b"/Length 99"),
    "no version": b"%PDF-\n" + WHOLE[9:],
    "junk before": b"\r\n" + b"Received: by gateway\r\n" * 40 + WHOLE,
    "junk after": WHOLE + b"\r\n-- \r\nscanned by gateway\r\n" * 200,
    "zeros after": WHOLE + bytes(9_000),
    "no types": WHOLE.replace(b"/Type/Page/", b"/").replace(b"/Type/Pages", b""),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_repaired_for_reading(name: str) -> None:
    assert (files(DAMAGE[name]), findings(DAMAGE[name])) == (ONE, [])


def test_two_readers_that_see_different_files_give_both() -> None:
    """One takes the table's word, the other finds what the table points past."""
    other = WHOLE.replace(b"<invoice/>", b"<INVOICE/>")
    content = WHOLE[: WHOLE.index(b"xref\n")] + other.replace(b"startxref\n", b"startxref\n9")
    assert set(files(content)) <= {("a.xml", XML), ("a.xml", b"<INVOICE/>")}
    assert files(content)


def test_of_a_cut_document_the_file_is_read_and_the_document_is_held() -> None:
    """Its page may be the half that is missing."""
    cut = WHOLE[: WHOLE.index(b"xref\n") - 20] + b"\n5 0 obj\n<</Type/X"
    assert findings(cut) == [("pdf-damaged", "its end is missing")]
    update = WHOLE + b"5 0 obj\n<</A 1>>\nend"
    assert (files(update), reasons_of(update)) == (ONE, ["pdf-damaged"])


@pytest.mark.parametrize(
    "pages",
    [
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
        b"<</Type/Pages>>",
        b"null",
    ],
)
def test_without_a_page_there_is_nothing_to_show(pages: bytes) -> None:
    content = written([b"<</Type/Catalog/Pages 2 0 R" + SPEC + b">>", pages, b"null", file()])
    assert (files(content), reasons_of(content)) == (ONE, ["pdf-damaged"])


def saved(content: bytes, **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode))
def test_linearised_and_packed_documents(linear: bool, mode: pikepdf.ObjectStreamMode) -> None:
    assert files(saved(WHOLE, linearize=linear, object_stream_mode=mode)) == ONE


def updated(content: bytes, number: int, body: bytes) -> bytes:
    """Return a document with an object replaced in an incremental update (7.5.6)."""
    at, before = len(content), int(content.rpartition(b"startxref")[2].split()[0])
    body = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    tail = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\n"
    tail = tail % (number, at, before) + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))
    return content + body + tail


def test_only_the_current_revision_counts() -> None:
    assert files(updated(WHOLE, 4, file(b"<new/>"))) == [("a.xml", b"<new/>")]
    gone = updated(WHOLE, 1, b"<</Type/Catalog/Pages 2 0 R>>")
    assert (files(gone), findings(gone)) == ([], [])


def test_the_readable_form_of_what_is_whole_is_itself() -> None:
    assert pdf.readable(WHOLE) is WHOLE
    assert pdf.readable(b"nothing") == b"nothing"
    secret = locked("u")
    assert pdf.readable(secret) is secret


def test_writing_anew_needs_no_clock_and_no_dice() -> None:
    assert b"/ID [<" in (anew := _pdf_repair.rewritten(locked("")) or b"")
    assert b"31415926535897932384626433832795" in anew  # qpdf's constant identifier


def test_a_form_that_is_far_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pdf_repair, "MOST_BYTES", 100)
    assert reasons_of(locked("")) == ["document-bomb"]


ALONE = """
import io, sys
from ingestd.readers import pdf
from ingestd.model import Case, Part
from datetime import date
pdf.warm()
opened = []
contents = [open(name, "rb").read() for name in sys.argv[1:]]
sys.addaudithook(lambda event, words: opened.append((event, words[0])) if event in (
    "open", "import", "socket.__new__", "subprocess.Popen", "os.listdir", "os.exec") else None)
case = Case(company=None, today=date(2026, 11, 1))
for content in contents:
    list(pdf.read(Part(path="1", kind="application/pdf", content=content), case))
    pdf.readable(content)
print(opened)
"""


def test_nothing_is_opened_or_imported_once_it_is_warm(tmp_path: Path, documents: Path) -> None:
    strange = [WHOLE, locked(""), locked("u"), locked("", R=3, **OLD), *DAMAGE.values()]
    strange.append(document(SPEC, file(b"~>", b"/Filter[/ASCII85Decode/LZWDecode]")))
    strange.append(document(b"/AcroForm<</XFA 4 0 R>>", file(b"<script>")))
    names = [str(each) for each in documents.glob("*.pdf")]
    for number, content in enumerate(strange):
        (tmp_path / f"{number}.pdf").write_bytes(content)
        names.append(str(tmp_path / f"{number}.pdf"))
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *names], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def mangled(content: bytes, seed: int) -> bytes:
    dice = Random(seed)
    octets = bytearray(content)
    for _ in range(dice.choice((1, 4, 16, 64))):
        octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
    start = dice.randrange(len(octets))
    if dice.random() < 0.3:
        del octets[start : start + dice.randrange(1, 300)]
    return bytes(octets[: dice.randrange(len(octets))] if dice.random() < 0.3 else octets)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from(["factur-x-basic", "active", "protected", "whole"]))
def test_mangled_documents_give_parts_and_findings_and_nothing_else(seed: int, name: str) -> None:
    folder = Path(__file__).parent.parent / "documents"
    content = WHOLE if name == "whole" else (folder / f"{name}.pdf").read_bytes()
    for found in read(mangled(content, seed)):
        assert isinstance(found, Part | Finding)
    gc.collect(0)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 5))
def test_any_octets_in_any_place(octets: bytes, place: int) -> None:
    holes = [b"%PDF-1.7\n" + octets, document(octets), document(SPEC, octets)]
    holes += [document(b"/AF[<<" + octets + b"/EF<</F 4 0 R>>>>]", file())]
    holes += [document(SPEC, file(octets, b"/Filter/LZWDecode")), WHOLE + octets]
    for found in read(holes[place]):
        assert isinstance(found, Part | Finding)
