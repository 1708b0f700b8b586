"""What is opened of a mail: every wrapping inside every other, within one budget for all of them."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ingestd.gathering import Gathered, gather
from ingestd.model import Case, Company, Limits, Part, Role, ScanResult
from ingestd.readers import kinds
from tests.documents import _cfb, _tnef
from tests.documents._zip import aes as locked
from tests.documents.mails import compose, mail

XML = b'<?xml version="1.0"?><note>facture</note>'
CASE = Case(company=None, today=date(2026, 10, 5))
LONG_NAME = 0x3707
COMPANY = Company(vat="FR40303265045", archive_passwords=("Sésame",))
LOCKED = ScanResult(clean=False, signature="Heuristics.Encrypted.Zip", inconclusive=True)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def tnef(name: str, content: bytes) -> bytes:
    return _tnef.tnef(_tnef.attachment("A", content, {LONG_NAME: name}))


def outlook(name: str, content: bytes) -> bytes:
    return _cfb.outlook_message("voir ci-joint", _cfb.attachment(name, content))


def opened(content: bytes, case: Case = CASE) -> Gathered:
    root = Part(path="", kind=kinds.MESSAGE, content=content, trail=("mail",), role=Role.CONTAINER)
    return gather(root, case, {}, lambda part: None)


def said(gathered: Gathered) -> dict[str, set[str]]:
    """Return the reasons by path, empty ones left out."""
    found = gathered.findings.items()
    return {path: {one.reason for one in listed} for path, listed in found if listed}


def limited(**limits: int) -> Case:
    return replace(CASE, limits=Limits(**limits))  # type: ignore[arg-type] # all given are numbers


WRAPPINGS: list[tuple[str, Callable[[str, bytes], bytes], str]] = [
    ("f.zip", lambda name, content: zipped((name, content)), "{}"),
    ("winmail.dat", tnef, "{}"),
    ("f.msg", outlook, "{}"),
    ("f.eml", lambda name, content: mail("inner", (name, content)), "2"),
]


@pytest.mark.parametrize("outer", WRAPPINGS, ids=lambda one: one[0])
@pytest.mark.parametrize("inner", WRAPPINGS, ids=lambda one: one[0])
def test_every_wrapping_in_every_other(
    outer: tuple[str, Callable[[str, bytes], bytes], str],
    inner: tuple[str, Callable[[str, bytes], bytes], str],
) -> None:
    name, wrap, path = inner
    content = outer[1](name, wrap("facture.xml", XML))
    gathered = opened(mail("Facture", (outer[0], content)))
    whole = f"2/{outer[2].format(name)}/{path.format('facture.xml')}"
    assert gathered.parts[whole].content == XML
    assert gathered.parts[whole].trail == ("mail", outer[0], name, "facture.xml")
    assert set(said(gathered)) <= {whole}


def test_forwarded_messages_each_with_their_own_path() -> None:
    outer = compose("Fwd")
    for number in (1, 2):
        outer.add_attachment(compose(f"F{number}", ("a.xml", XML)))
    encoded = mail("base64", ("a.xml", XML))
    outer.add_attachment(encoded, "application", "octet-stream", filename="mail.eml")
    wild = outer.as_bytes().replace(b"application/octet-stream", b"message/rfc822")
    for content in (outer.as_bytes(), wild):  # base64 on message/rfc822 is forbidden, and sent
        gathered = opened(content)
        inside = [path for path, part in gathered.parts.items() if part.content == XML]
        assert inside == ["2/2", "3/2", "4/2"]


@pytest.mark.parametrize(("depth", "reasons"), [(4, set()), (5, set()), (6, {"too-many-parts"})])
def test_the_limit_of_forwards(depth: int, reasons: set[str]) -> None:
    content = mail("inner", ("a.xml", XML))
    for _ in range(depth):
        content = mail("Fwd", ("f.eml", content))
    gathered = opened(content)
    found = {one.reason for path, listed in gathered.findings.items() for one in listed}
    assert found - {"xml-unknown"} == reasons
    assert any(part.content == XML for part in gathered.parts.values()) is not bool(reasons)


@pytest.mark.parametrize(("depth", "refused"), [(1, False), (2, False), (3, True)])
def test_the_limit_of_archives_in_archives(depth: int, refused: bool) -> None:
    import gzip

    content, name = XML, "a.xml"
    for level in range(depth):
        content = gzip.compress(content) if level % 2 else zipped((name, content))
        name = "a.gz" if level % 2 else "a.zip"
    gathered = opened(mail("x", (name, content)))
    found = {one for reasons in said(gathered).values() for one in reasons}
    assert ("archive-refused" in found) is refused
    assert any(part.content == XML for part in gathered.parts.values()) is not refused


@pytest.mark.parametrize(("attached", "refused"), [(9, False), (10, False), (11, True)])
def test_the_limit_of_attachments(attached: int, refused: bool) -> None:
    content = mail("x", *((f"{n}.xml", XML) for n in range(attached)))
    gathered = opened(content, limited(attachments=10))
    found = [one for listed in gathered.findings.values() for one in listed]
    assert any(one.reason == "too-many-parts" for one in found) is refused
    assert len(gathered.parts) == attached + 2  # and all are there to be seen


@pytest.mark.parametrize(("parts", "refused"), [(9, True), (10, False), (11, False)])
def test_the_limit_of_parts(parts: int, refused: bool) -> None:
    content = mail("x", *((f"{n}.xml", XML) for n in range(8)))
    assert (said(opened(content, limited(parts=parts))).get("") == {"too-many-parts"}) is refused


@pytest.mark.parametrize(("limit", "refused"), [(-1, True), (0, False), (1, False)])
def test_the_limit_of_decoded_octets(limit: int, refused: bool) -> None:
    inner = mail("inner", ("a.xml", XML))
    whole = mail("outer", ("f.eml", inner), ("good.xml", XML))
    size = sum(len(part.content) for path, part in opened(whole).parts.items() if path)
    gathered = opened(whole, limited(decoded_bytes=size + limit))
    assert ("document-bomb" in said(gathered).get("2", set())) is refused
    assert gathered.parts["3"].content == XML
    assert said(gathered).get("3") == {"xml-unknown"}


def test_a_bomb_is_refused_alone_and_its_siblings_stay_good() -> None:
    bomb = zipped(("a.bin", bytes(60 << 20)))
    good = zipped(("a.xml", XML))
    gathered = opened(mail("x", ("good.zip", good), ("bomb.zip", bomb), ("last.zip", good)))
    assert said(gathered)["3"] == {"archive-refused"}
    assert gathered.parts["2/a.xml"].content == gathered.parts["4/a.xml"].content == XML


@pytest.mark.parametrize(("limit", "refused"), [(199, True), (200, False), (201, False)])
def test_archives_share_one_budget(limit: int, refused: bool) -> None:
    one = zipped(("a.bin", bytes(100)), method=zipfile.ZIP_STORED)
    gathered = opened(mail("x", ("1.zip", one), ("2.zip", one)), limited(archive_bytes=limit))
    assert gathered.parts["2/a.bin"].content == bytes(100)
    assert ("archive-refused" in said(gathered).get("3", set())) is refused


def test_members_beyond_the_parts_of_a_mail_refuse_their_archive_alone() -> None:
    many = zipped(*((f"{n}.txt", b"x") for n in range(30)))
    gathered = opened(mail("x", ("good.xml", XML), ("many.zip", many)), limited(parts=20))
    assert said(gathered)["3"] == {"archive-refused"}
    assert "" not in said(gathered)


def scan(*infected: bytes) -> Callable[[bytes], ScanResult]:
    """Return a scanner that, like ClamAV, says of any mail and archive around WinZip's AES only that."""

    def scanned(content: bytes) -> ScanResult:
        if any(one in content for one in infected):
            return ScanResult(clean=False, signature="Eicar")
        around = b"\x01\x99\x07\x00" in content or (
            b"MIME-Version" in content and b".zip" in content
        )
        return LOCKED if around else ScanResult(clean=True)

    return scanned


def with_password(*passwords: str, body: bool = False, **more: object) -> Case:
    company = Company(vat="FR40303265045", archive_passwords=passwords, password_from_body=body)
    return replace(CASE, company=company, scan=scan(), **more)  # type: ignore[arg-type] # see Case


def test_what_was_opened_with_the_password_is_no_longer_unseen() -> None:
    archive = locked("Sésame", ("a.xml", XML), ("b.xml", XML))
    gathered = opened(mail("x", ("f.eml", mail("y", ("a.zip", archive)))), with_password("Sésame"))
    assert said(gathered) == {"2/2/a.xml": {"xml-unknown"}, "2/2/b.xml": {"xml-unknown"}}
    assert gathered.stopped == {"2/2/a.xml", "2/2/b.xml"}


@pytest.mark.parametrize("passwords", [(), ("wrong",)])
def test_what_was_not_opened_stays_held(passwords: tuple[str, ...]) -> None:
    archive = locked("Sésame", ("a.xml", XML))
    gathered = opened(mail("x", ("a.zip", archive)), with_password(*passwords))
    assert said(gathered)["2"] == {"scan-inconclusive", "archive-refused"}
    assert "2/a.xml" not in gathered.parts


def test_malware_behind_a_password_is_found() -> None:
    archive = locked("Sésame", ("a.xml", XML), ("b.com", b"EVIL"))
    case = replace(with_password("Sésame"), scan=scan(b"EVIL"))
    gathered = opened(mail("x", ("a.zip", archive)), case)
    assert "virus-found" in said(gathered)["2/b.com"]
    assert said(gathered)["2"] == {"scan-inconclusive"}


def test_one_archive_opened_excuses_no_other() -> None:
    one, other = locked("Sésame", ("a.xml", XML)), locked("other", ("b.xml", XML))
    case = with_password("Sésame")
    gathered = opened(mail("x", ("1.zip", one), ("2.zip", other)), case)
    assert "2" not in said(gathered)
    assert "scan-inconclusive" in said(gathered)["3"]
    assert said(gathered)[""] == {"scan-inconclusive"}
    nested = opened(mail("x", ("n.zip", zipped(("1.zip", one), ("2.zip", other), method=0))), case)
    assert "scan-inconclusive" in said(nested)["2"]
    assert "2/1.zip" not in said(nested)


def test_only_what_clamav_says_of_locked_archives_is_taken_back() -> None:
    archive = locked("Sésame", ("a.xml", XML))
    for signature in ("Heuristics.Limits.Exceeded.MaxFiles", "Heuristics.Encrypted.PDF"):
        found = ScanResult(clean=False, signature=signature, inconclusive=True)

        def scanned(content: bytes, found: ScanResult = found) -> ScanResult:
            return found if content == archive else ScanResult(clean=True)

        case = replace(with_password("Sésame"), scan=scanned)
        assert "scan-inconclusive" in said(opened(mail("x", ("a.zip", archive)), case))["2"]


def test_a_mail_that_clamav_calls_locked_for_another_reason_stays_held() -> None:
    case = replace(with_password("Sésame"), scan=lambda content: LOCKED)
    archive = zipped(("a.xml", XML))
    assert said(opened(mail("x", ("a.zip", archive)), case))[""] == {"scan-inconclusive"}


BODY = "Bonjour,\n\nle mot de passe de l'archive est : Facture-2026!\n\nCordialement\n"


@pytest.mark.parametrize(("allowed", "read"), [(True, True), (False, False)])
def test_a_password_in_the_mail_is_tried_where_the_company_allows_it(
    allowed: bool, read: bool
) -> None:
    archive = locked("Facture-2026!", ("a.xml", XML))
    content = mail("x", ("a.zip", archive), body=BODY)
    gathered = opened(content, with_password(body=allowed))
    assert ("2/a.xml" in gathered.parts) is read
    assert ("2" in said(gathered)) is not read


def test_a_password_in_a_text_after_the_archive_is_found_as_well() -> None:
    message = compose("x")
    message.clear_content()
    archive = locked("Facture-2026!", ("a.xml", XML))
    message.add_attachment(archive, "application", "zip", filename="a.zip")
    html = f"<p>{BODY.replace(': ', ': <b>')}</b></p>"
    message.add_attachment(html, "html", disposition="inline")
    gathered = opened(message.as_bytes(), with_password(body=True))
    assert "1/a.xml" in gathered.parts


def test_a_file_is_no_text_of_the_mail() -> None:
    archive = locked("Facture-2026!", ("a.xml", XML))
    content = mail("x", ("a.zip", archive), ("note.txt", BODY.encode()))
    assert "2/a.xml" not in opened(content, with_password(body=True)).parts


@pytest.mark.parametrize(("tries", "read"), [(1, False), (2, True), (3, True)])
def test_the_limit_of_tries_is_for_the_whole_mail(tries: int, read: bool) -> None:
    archive = locked("Sésame", ("a.xml", XML))
    content = mail("x", ("1.zip", archive), ("2.zip", archive))
    case = replace(with_password("Sésame"), limits=Limits(password_tries=tries))
    gathered = opened(content, case)
    assert "2/a.xml" in gathered.parts
    assert ("3/a.xml" in gathered.parts) is read
