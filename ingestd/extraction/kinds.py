"""What kind of paper some pages are: an invoice, or an order, a quote, a reminder, a statement, ...

A paper is called otherwise only on clear evidence: by a title that stands out where titles stand, and
nothing that only invoices have. Whatever is in doubt is UNKNOWN, and goes to a person as an invoice.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from ingestd.extraction.cues import (
    asks_for_money,
    shows_money,
    shows_total,
    speaks_of_invoice,
    was_paid_at_once,
)
from ingestd.extraction.labels import labels_of
from ingestd.extraction.page import Page
from ingestd.extraction.sheets import Sheets
from ingestd.extraction.titles import Title, titles
from ingestd.model import Bilingual


class Kind(StrEnum):
    """What a paper is. `UNKNOWN` may be an invoice, `OTHER` is none and has no name here."""

    INVOICE = "invoice"
    UNKNOWN = "unknown"
    ORDER = "order"
    ORDER_CONFIRMATION = "order-confirmation"
    QUOTE = "quote"
    DELIVERY_NOTE = "delivery-note"
    REMINDER = "reminder"
    STATEMENT = "statement"
    PRO_FORMA = "pro-forma"
    TERMS = "terms"
    TIMESHEET = "timesheet"
    CONTRACT = "contract"
    PRICE_LIST = "price-list"
    PAYSLIP = "payslip"
    PAYMENT_ADVICE = "payment-advice"
    CERTIFICATE = "certificate"
    MANDATE = "mandate"
    PICTURE = "picture"
    OTHER = "other"


NAMES = {
    Kind.ORDER: Bilingual("purchase order", "bon de commande"),
    Kind.ORDER_CONFIRMATION: Bilingual("order confirmation", "confirmation de commande"),
    Kind.QUOTE: Bilingual("quote", "devis"),
    Kind.DELIVERY_NOTE: Bilingual("delivery note", "bon de livraison"),
    Kind.REMINDER: Bilingual("payment reminder", "rappel de paiement"),
    Kind.STATEMENT: Bilingual("statement of account", "relevé de compte"),
    Kind.PRO_FORMA: Bilingual("pro forma invoice", "facture pro forma"),
    Kind.TERMS: Bilingual("document of terms and conditions", "document de conditions générales"),
    Kind.TIMESHEET: Bilingual("timesheet", "relevé d'heures"),
    Kind.CONTRACT: Bilingual("contract", "contrat"),
    Kind.PRICE_LIST: Bilingual("price list", "liste de prix"),
    Kind.PAYSLIP: Bilingual("payslip", "bulletin de paie"),
    Kind.PAYMENT_ADVICE: Bilingual("payment advice", "avis de paiement"),
    Kind.CERTIFICATE: Bilingual("certificate", "certificat"),
    Kind.MANDATE: Bilingual("direct debit mandate", "mandat de prélèvement"),
    Kind.PICTURE: Bilingual("picture without text", "image sans texte"),
    Kind.OTHER: Bilingual("document of another kind", "document d'une autre nature"),
}
"""What people call the papers that are no invoices."""
PAPERS = frozenset(NAMES)

_SPEAKS_OF_INVOICES = frozenset(
    {Kind.REMINDER, Kind.STATEMENT, Kind.PAYMENT_ADVICE, Kind.PRO_FORMA}
)
"""Papers about invoices, which name their numbers and amounts."""
_HEAD = 0.45
"""Titles stand in this part of a page."""
_HEAD_ROWS = 14
_TOP_ROWS = 11
"""So far from the top a title in usual letters is one, if the page speaks of invoices as well."""
_LARGE = 1.18
"""Letters so much higher than the usual ones stand out."""
_HUGE, _HUGE_WORDS = 1.4, 8
"""A heading so high is a title, whatever it says more: `conditions of sale and delivery`."""
_LARGER = 1.25
"""A title so much higher than another is the title."""
_SURE_WORD = 0.8
_FEW_WORDS = 40
_MANY_WORDS = 100
"""A page that says so much would name a sum to pay, a tax or an account, if it asked for money."""
_PICTURE_WORDS = 2
"""So many words a page are seen in pictures; the least that an invoice was seen to have are 30."""


def kind_of(pages: Sequence[Page], unread: bool = False) -> Kind:
    """Return what the pages of one document are. `unread` tells that there is more than these pages
    say, so that nothing follows from what they do not say."""
    if not any(page.rows for page in pages):
        return Kind.UNKNOWN
    found = [_kind_of_page(page) for page in pages]
    first = next((kind for kind in found if kind is not Kind.UNKNOWN), Kind.UNKNOWN)
    if first in PAPERS and first not in _SPEAKS_OF_INVOICES and Kind.INVOICE in found:
        return Kind.UNKNOWN  # an invoice behind its delivery note, perhaps
    if first is Kind.UNKNOWN and not unread and _is_something_else(pages):
        return Kind.OTHER
    return first


def is_picture(sheets: Sheets) -> bool:
    """Tell whether a PDF is of pictures that say nothing: next to nothing could be recognised on its
    pages, all of which were looked at. A scanner is sharp, so there is nothing to be read on them; a
    drawing of lines may be anything."""
    pages = sheets.pages
    if not pages or sheets.unread or sheets.lines:
        return False
    recognised = all(page.origin == "ocr" for page in pages)
    words = sum(len(word.text) > 2 and word.text.isalnum() for page in pages for word in page.words)
    return recognised and words <= _PICTURE_WORDS * len(pages)


def _kind_of_page(page: Page) -> Kind:
    found = [one for one in titles(page) if one.kind != "mention"]
    named = [one for one in found if one.kind == Kind.INVOICE and (one.is_whole or one.number)]
    invoice = _best(named)
    paper = _best(one for one in found if one.kind != Kind.INVOICE and _stands_out(one))
    if paper is None:
        return (
            Kind.INVOICE if invoice and (_stands_out(invoice) or invoice.number) else Kind.UNKNOWN
        )
    kind = Kind(paper.kind)
    if invoice is None:
        is_below = any(_leads(one, paper) for one in found if one.kind == Kind.INVOICE)
        return Kind.UNKNOWN if is_below or _is_doubtful(paper, page) else kind
    if page.origin == "ocr" and invoice.row < paper.row:
        return Kind.UNKNOWN  # how high letters are is guesswork there: what stands above counts
    if kind in _SPEAKS_OF_INVOICES:
        is_title = paper.row <= invoice.row or paper.size >= _LARGER * invoice.size
        return kind if is_title else Kind.INVOICE
    if paper.row < invoice.row and paper.size > 0.9 * invoice.size and not shows_money(page.text):
        return kind  # a delivery note that names its invoice
    if invoice.is_whole and invoice.size * _LARGER > paper.size:
        return Kind.INVOICE
    if invoice.number and _is_label(paper) and paper.row > invoice.row:
        return Kind.INVOICE if invoice.size * _LARGER > paper.size else Kind.UNKNOWN
    return Kind.UNKNOWN if invoice.number else kind


def _leads(invoice: Title, paper: Title) -> bool:
    """Tell whether words that begin as an invoice's name does stand above another title, as large: the
    title may be a heading in an invoice of a name that nobody has heard of, or a label."""
    is_larger = invoice.size >= _LARGER * paper.size
    is_large = invoice.size >= paper.size and invoice.size >= _LARGE
    return invoice.row < paper.row and (is_large or is_larger)


def _best(found: Iterable[Title]) -> Title | None:
    """Return the title that is largest, of equals the first; whole ones before others."""
    return max(found, key=lambda one: (one.is_whole, round(one.size, 1), -one.row), default=None)


def _stands_out(title: Title) -> bool:
    """Tell whether a name is the title of its page rather than a label or the begin of a sentence."""
    if title.top <= _HEAD and title.size >= _HUGE and len(title.words) <= _HUGE_WORDS:
        return True
    if not title.is_whole or title.top > 2 * _HEAD:
        return False
    return title.row < _HEAD_ROWS or (title.size >= _LARGE and title.top <= _HEAD)


def _is_doubtful(title: Title, page: Page) -> bool:
    """Tell whether the only title of a page may be a label of an invoice or a line of a receipt."""
    if was_paid_at_once(page.text):
        return True
    if title.answered:
        return speaks_of_invoice(page.text) or shows_total(page.text)
    if Kind(title.kind) in _SPEAKS_OF_INVOICES:
        return False
    if _has_invoice_number(page):
        return True
    if title.size >= _LARGER:
        return False
    if _is_label(title):
        return speaks_of_invoice(page.text) or shows_total(page.text)
    return title.row >= _TOP_ROWS and speaks_of_invoice(page.text)


def _has_invoice_number(page: Page) -> bool:
    """Tell whether a page gives an invoice's number behind a label for it: only invoices have one, and
    papers about them."""
    for label in labels_of(page):
        if label.key == "number" and speaks_of_invoice(label.text):
            words = label.row.words
            place = next(at for at, word in enumerate(words) if word is label.words[-1])
            value = label.rest + "".join(word.text for word in words[place + 1 : place + 3])
            if any(one.isdigit() for one in value):
                return True
    return False


def _is_label(title: Title) -> bool:
    """Tell `Order no. 4711`, which invoices show too, from a title."""
    return title.number and title.kind in (
        Kind.ORDER,
        Kind.QUOTE,
        Kind.DELIVERY_NOTE,
        Kind.CONTRACT,
    )


def _is_something_else(pages: Sequence[Page]) -> bool:
    """Tell pages that were read well and on which nothing is of an invoice: its name in no language,
    nor any amount; where they say much, amounts that nobody is asked to pay may stand there."""
    text = "\n".join(page.text for page in pages)
    recognised = [word for page in pages if page.origin != "text" for word in page.words]
    if recognised:
        sure = sum(word.confidence >= _SURE_WORD for word in recognised)
        if len(recognised) < _FEW_WORDS or sure < 0.8 * len(recognised):
            return False
    if speaks_of_invoice(text):
        return False
    says_much = len(text.split()) >= _MANY_WORDS
    return not shows_money(text) or (says_much and not asks_for_money(text))
