"""The text of a mail as its document, for a company that takes such mails: printed as PDF, with the
text itself as its annex. What is no invoice stays what it is without this: a mail without document.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import islice

from ingestd import gathering, letter
from ingestd.checks import body
from ingestd.documents import Draft, draft, is_body, read
from ingestd.extraction.cues import looks_like_invoice, shows_total
from ingestd.extraction.kinds import Kind
from ingestd.gathering import Gathered
from ingestd.model import SURE, Bilingual, Finding, Invoice, Part, Unprintable
from ingestd.readers import mime

NAME = "e-mail.pdf"
_HTML, _PLAIN = "text/html", "text/plain"
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
_PICTURES_BYTES = 24 << 20
_MOST = 3
"""Texts of one mail that are printed to see whether one is an invoice; each takes a second or ten."""
_SHEET = "<pre style='white-space: pre-wrap; font: 13px monospace'>"
_TELLING = {"number": 0.8, "total_vat_amount": SURE, "total_amount_with_vat": SURE}
"""What tells an invoice without a title, and how sure it has to be."""
_LIMITS = {
    "cpu": Bilingual("too much computing time to print", "trop de temps de calcul à l'impression"),
    "time": Bilingual("too much time to print", "trop de temps à l'impression"),
    "memory": Bilingual("too much memory to print", "trop de mémoire à l'impression"),
    "pages": Bilingual("too many pages", "trop de pages"),
    "nesting": Bilingual("nested too deeply", "imbrication trop profonde"),
    "result": Bilingual("too large when printed", "trop volumineux une fois imprimé"),
}


def draft_of(gathered: Gathered, raw: Part, wanted: bool = False) -> Draft | None:
    """Return the mail's own text as a draft, None where the company does not take it or it is no
    invoice. `raw` is the mail; `wanted` tells that an operator says it is one.

    A text that cannot be printed is a draft with the reason to hold it. Raises Unavailable.
    """
    company, print_html = gathered.case.company, gathered.case.print_html
    if company is None or not company.body_is_invoice or print_html is None:
        return None
    if not wanted and not _may_be_invoice(gathered, raw):
        return None
    texts = ((part, html) for part, html, is_good in _bodies(gathered) if wanted or is_good)
    for part, html in islice(texts, _MOST):
        try:
            pdf = print_html(html, _pictures(gathered))
        except Unprintable as end:
            return _held(part, gathered, end.limit)
        made = _printed(part, pdf, gathered)
        if wanted:  # who says so has read it
            made.paper = Kind.UNKNOWN
        if wanted or made.is_refused or _is_invoice(made, gathered):
            return made
        gathering.forget(gathered, made.main.path)
    return None


def _may_be_invoice(gathered: Gathered, raw: Part) -> bool:
    """Tell a letter by a person or a billing program, with nothing attached, from the other mails
    without document."""
    is_machine = mime.is_automatic(raw.content) or mime.is_to_itself(raw.content)
    return not is_machine and not letter.attached(gathered)


def _bodies(gathered: Gathered) -> Iterator[tuple[Part, str, bool]]:
    """Yield the texts of the mail as HTML and as people see them, those in HTML first, and whether they
    are worth printing."""
    own = [
        part
        for path, part in gathered.parts.items()
        if path and is_body(part) and path not in gathered.stopped and part.content
    ]
    for part in (one for one in own if one.kind == _HTML):
        html = mime.body_text(part.content, part.charset)
        yield part, html, _is_promising(body.visible(html), body.links(html))
    for part in (one for one in own if one.kind == _PLAIN):
        text = mime.body_text(part.content, part.charset)
        addresses = body.addresses(text)
        yield part, f"{_SHEET}{escape(text)}</pre>", _is_promising(text, addresses)


def _is_promising(text: str, addresses: Sequence[str]) -> bool:
    """Tell whether it is worth while to print a text: it names an invoice and a total, and does not
    say that the invoice is somewhere else."""
    named = looks_like_invoice(text) and shows_total(text)
    return named and not body.points_elsewhere(text, addresses)


def _is_invoice(made: Draft, gathered: Gathered) -> bool:
    """Tell whether what is printed, and so what people see, is an invoice: it has the title of one, or
    what only invoices have, a number of its own and a total with its tax that add up."""
    if made.paper is Kind.INVOICE:
        return shows_total(made.text)
    if made.paper is not Kind.UNKNOWN:
        return False
    read([made], gathered)
    return made.shown is not None and all(
        _confidence(made.shown, name) >= least for name, least in _TELLING.items()
    )


def _confidence(invoice: Invoice, name: str) -> float:
    source = invoice.sources.get(name)
    return source.confidence if source else 0.0


def _pictures(gathered: Gathered) -> Mapping[str, bytes]:
    """Return the pictures that the text may show, by Content-ID: clean, and not too many."""
    pictures: dict[str, bytes] = {}
    left = _PICTURES_BYTES
    for path, part in gathered.parts.items():
        if part.content_id and part.kind in _PICTURES and path not in gathered.stopped:
            left -= len(part.content)
            if left >= 0:
                pictures.setdefault(part.content_id, part.content)
    return pictures


def _printed(part: Part, pdf: bytes, gathered: Gathered) -> Draft:
    """Return the draft of a printed text: its PDF is a part of the mail like any other, beside it."""
    paper = Part(
        path=f"{part.path}~printed",
        kind="",
        content=pdf,
        filename=NAME,
        declared_type="application/pdf",
        parent=part.parent,
        trail=(*part.trail[:-1], NAME),
    )
    made = draft(gathering.add(gathered, paper), gathered)
    made.is_body, made.annexes = True, [part]
    return made


def _held(part: Part, gathered: Gathered, limit: str) -> Draft:
    """Return the draft of a text that could not be printed."""
    why = _LIMITS.get(limit) or Bilingual(
        f"printing failed: {limit}", f"échec d'impression : {limit}"
    )
    name = Bilingual("The text of the e-mail", "Le texte de l'e-mail")
    found = Finding("document-bomb", part.path, detail=why, values={"file": name})
    made = draft(part, gathered)
    made.findings.append(found)
    made.is_body = made.is_refused = True
    return made
