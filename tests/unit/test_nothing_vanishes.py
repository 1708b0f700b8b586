"""Whatever a mail is made of: every part is in the verdict, in one place, with a role and a reason."""

import hashlib
import io
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestd import pipeline
from ingestd.config import Judgement
from ingestd.model import Case, Limits, Outcome, Role, ScanResult, Verdict, Weight
from tests.documents.mails import EICAR, document
from tests.unit import _attachments
from tests.unit._pages import page, with_file

SAMPLES = {
    **{name: document(name)[1] for name in (
        "ubl-invoice.xml", "ubl-credit-note.xml", "cii-invoice.xml", "factur-x-en16931.pdf",
        "plain-invoice.pdf", "terms.pdf", "logo.png", "scan.jpg", "setup.exe", "damaged.pdf",
        "protected.pdf", "active.pdf", "broken.xml", "doctype.xml", "ubl-order.xml", "feed.xml",
        "fatturapa.xml", "locked.zip",
    )},
    "print.pdf": page("Factuur 2026/187", "Totaal 1.234,00 EUR"),
    "scan.pdf": page(),
    "letter.pdf": page("Bonjour"),
    "hours.txt": b"Stunden: 9 bis 17\n",
    "table.csv": b"a;b\r\n1;2\r\n",
    "invite.ics": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    "me.vcf": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nEND:VCARD\r\n",
    "virus.com": EICAR,
    "empty.pdf": b"",
    "data.bin": bytes(range(256)),
    "x.7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
    "photo.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(30_000),
}  # fmt: skip
DECORATION = {"logo.png"}


@dataclass(frozen=True)
class Leaf:
    name: str
    content: bytes
    decoration: bool = False


@dataclass(frozen=True)
class Wrapping:
    kind: str
    name: str
    inside: tuple["Leaf | Wrapping", ...]


Node = Leaf | Wrapping
NAMES = st.sampled_from(["", "Rechnung ", "AGB ", "\u202e", "a/../", "Seite 2 ", "Facture "])
LEAVES = st.builds(
    lambda name, prefix: Leaf(prefix + name, SAMPLES[name], name in DECORATION),
    st.sampled_from(sorted(SAMPLES)),
    NAMES,
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        Wrapping,
        st.sampled_from(["zip", "eml", "mixed", "report", "pdf", "xml"]),
        NAMES,
        st.lists(inner, min_size=0, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


def octets(node: Node) -> tuple[str, bytes]:
    """Return a node as a file."""
    if isinstance(node, Leaf):
        return node.name, node.content
    files = [octets(one) for one in node.inside]
    if node.kind == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for index, (name, content) in enumerate(files):
                archive.writestr(f"{index}/{name.replace('../', '')}", content)
        return f"{node.name}.zip", out.getvalue()
    if node.kind == "pdf":
        content = page("Facture F-1", "Total TTC 2,00 EUR")
        for index, (name, inner) in enumerate(files):
            content = with_file(content, f"{index} {name}", inner)
        return f"{node.name}.pdf", content
    if node.kind == "xml":
        name, content = files[0] if files else ("t.pdf", b"%PDF-")
        return f"{node.name}.xml", _attachments.ubl(content, "t" + name[-4:])
    return f"{node.name}.eml", compose(node).as_bytes()


def compose(node: Wrapping) -> EmailMessage:
    """Return a node as a message, messages and multiparts in it as what they are."""
    message = EmailMessage()
    message["From"] = "a@supplier.example"
    message["To"] = "b@in.example"
    message["Subject"] = node.name.replace("\u202e", "")
    message.set_content("Bonjour\n")
    message.make_mixed()
    for one in node.inside:
        if isinstance(one, Wrapping) and one.kind in ("eml", "mixed", "report"):
            message.add_attachment(compose(one))
            continue
        name, content = octets(one)
        message.add_attachment(content, "application", "octet-stream", filename=name)
    if node.kind == "report":
        message.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    return message


def leaves(node: Node, archives: int = 0) -> list[Leaf]:
    """Return the leaves of a tree that a reader must find: of an XML the first alone, none of an
    archive that lies too deep in others."""
    if isinstance(node, Leaf):
        return [node]
    archives += node.kind == "zip"
    if archives > Limits().archive_depth:
        return []
    inside = node.inside[:1] if node.kind == "xml" else node.inside
    return [leaf for one in inside for leaf in leaves(one, archives)]


def scan(content: bytes) -> ScanResult:
    infected = content == EICAR
    return ScanResult(not infected, "Eicar" if infected else "")


def judge(tree: Wrapping) -> Verdict:
    case = Case(company=None, today=date(2026, 10, 5), scan=scan, weights=Judgement().weights)
    return pipeline.examine_mail(compose(tree).as_bytes(), case)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.builds(
        Wrapping, st.sampled_from(["eml", "report"]), NAMES, st.lists(TREES, max_size=4).map(tuple)
    )
)
def test_nothing_vanishes(tree: Wrapping) -> None:
    verdict = judge(tree)
    _all_found(tree, verdict)
    _each_in_one_place(verdict)
    _each_with_a_reason(verdict)
    if any(not leaf.decoration for leaf in leaves(tree)):
        assert "no-attachment" not in {one.reason for one in verdict.findings}


def _all_found(tree: Wrapping, verdict: Verdict) -> None:
    found = Counter(part.sha256 for part in verdict.parts)
    wanted = Counter(hashlib.sha256(leaf.content).hexdigest() for leaf in leaves(tree))
    if "too-many-parts" not in {one.reason for one in verdict.findings}:
        assert wanted <= found


def _each_in_one_place(verdict: Verdict) -> None:
    roles = {part.path: part.role for part in verdict.parts}
    assert len(roles) == len(verdict.parts)
    placed = Counter(path for doc in verdict.documents for path in (doc.path, *doc.annexes))
    assert set(placed.values()) <= {1}
    assert set(placed) <= set(roles)
    annexes = {path for doc in verdict.documents for path in doc.annexes}
    assert annexes == {path for path, role in roles.items() if role is Role.ANNEX}
    heads = {doc.path for doc in verdict.documents}
    read = {doc.invoice.part for doc in verdict.documents if doc.invoice}
    for path, role in roles.items():
        assert role is not Role.DOCUMENT or path in heads | read
    assert {roles[path] for path in heads} <= {Role.DOCUMENT, Role.SEALED}


def _each_with_a_reason(verdict: Verdict) -> None:
    assert verdict.documents or verdict.findings
    for doc in verdict.documents:
        weights = {one.weight for one in doc.findings}
        if doc.outcome is Outcome.HELD:
            assert weights & {Weight.HOLD, Weight.STOP}
        if doc.outcome is Outcome.IGNORED:
            assert Weight.IGNORE in weights
    viruses = [part for part in verdict.parts if part.sha256 == hashlib.sha256(EICAR).hexdigest()]
    for part in viruses:
        assert part.role is Role.SEALED
        assert verdict.outcome is Outcome.HELD
        told = [*verdict.findings, *(one for doc in verdict.documents for one in doc.findings)]
        assert ("virus-found", part.path) in {(one.reason, one.part) for one in told}
