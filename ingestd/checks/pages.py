"""What is to be said of an invoice that was read from a page: which of its values a person should look
at, and the few doubts that sure values alone can raise. A suggestion never holds a document.
"""

from collections.abc import Iterator, Sequence

from ingestd.certainty import is_sure, sure
from ingestd.checks import account, dates, duplicate, recipient, supplier, totals
from ingestd.checks.fields import NAMES
from ingestd.extraction.kinds import NAMES as PAPERS
from ingestd.extraction.kinds import Kind
from ingestd.extraction.page import Page
from ingestd.extraction.several import Stretch, stretches
from ingestd.extraction.sheets import Sheets
from ingestd.model import Bilingual, Case, Finding, Invoice, Part

_ASKED = {
    "number": "BT-1",
    "issue_date": "BT-2",
    "payment_due_date": "BT-9",
    "currency_code": "BT-5",
    "seller_name": "BT-27",
    "seller_vat_identifier": "BT-31",
    "buyer_name": "BT-44",
    "buyer_vat_identifier": "BT-48",
    "total_amount_without_vat": "BT-109",
    "total_vat_amount": "BT-110",
    "total_amount_with_vat": "BT-112",
    "amount_due_for_payment": "BT-115",
    "payment_account_identifiers": "BT-84",
}
"""What a person is told of, field by field."""
_NEEDED = frozenset(
    {"number", "issue_date", "currency_code", "seller_name", "total_amount_with_vat"}
)
"""What every invoice has: only of these is said that they were not found."""
_OF_PAGES = {
    "BT-84": Bilingual("bank account", "compte bancaire"),
    "BT-109": Bilingual("total without VAT", "total HT"),
    "BT-110": Bilingual("VAT", "TVA"),
    "BT-112": Bilingual("total with VAT", "total TTC"),
    "BT-115": Bilingual("amount to pay", "montant à payer"),
}
"""Shorter names than those of checks.fields, for lists."""
_FEW_WORDS = 10
"""An invoice says more: what is recognised on a picture of a thing is no name."""
_CHECKS = (dates.check, supplier.check, account.check, totals.check_page)


def to_complete(part: Part, shown: Invoice | None, sheets: Sheets) -> Finding:
    """Return the note that a person has to confirm what the page says: which fields were read, which are
    only suggested, which of those that every invoice has were not found, and which pages were not read
    (by number, in order). `shown` is None where no page has any text: nothing is on them
    (`file-empty`), or nobody could read it (`no-text`)."""
    if shown is None:
        return Finding("file-empty" if sheets.empty else "no-text", part.path)
    given = _given(shown)
    read = [name for name in given if is_sure(shown, name)]
    suggested = [name for name in given if name not in read]
    missing = [name for name in _ASKED if name in _NEEDED and name not in given]
    lists = (
        (Bilingual("read", "lus"), read),
        (Bilingual("only suggested", "seulement proposés"), suggested),
        (Bilingual("not found", "introuvables"), missing),
    )
    told = [(said, [_name(one) for one in names]) for said, names in lists if names]
    if sheets.unread:
        told.append((Bilingual("pages not read", "pages non lues"), _stretches(sheets.unread)))
    detail = Bilingual(
        "; ".join(f"{said.en}: {', '.join(one.en for one in names)}" for said, names in told),
        " ; ".join(f"{said.fr} : {', '.join(one.fr for one in names)}" for said, names in told),
    )
    return Finding("to-complete", part.path, detail=detail)


def _given(shown: Invoice) -> list[str]:
    return [name for name in _ASKED if getattr(shown, name) not in (None, ())]


def is_rubbish(shown: Invoice, words: int) -> bool:
    """Tell whether text was recognised where there is none: no value makes any sense, or of so few
    `words` nothing but a name."""
    given = set(_given(shown))
    if words < _FEW_WORDS:
        given -= {"seller_name", "buyer_name"}
    return not given and not shown.lines


def _stretches(numbers: Sequence[int]) -> list[Bilingual]:
    """Return numbers in order, written as stretches: 3, 21-100."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    written = ("-".join(map(str, one)) for one in found)
    return [Bilingual(one, one) for one in written]


def _name(name: str) -> Bilingual:
    term = _ASKED[name]
    return _OF_PAGES.get(term) or NAMES[term]


def not_an_invoice(part: Part, kind: Kind) -> Finding:
    """Return the finding that a page is another kind of paper."""
    return Finding("not-an-invoice", part.path, values={"type": PAPERS[kind]})


def several(part: Part, pages: Sequence[Page]) -> Iterator[Finding]:
    """Yield `several-invoices` with their pages and numbers for a file that is more than one."""
    found = stretches(pages)
    if found:
        told = [_told(one) for one in found]
        detail = Bilingual(", ".join(one.en for one in told), ", ".join(one.fr for one in told))
        yield Finding("several-invoices", part.path, "BT-1", detail, values={"n": str(len(found))})


def _told(one: Stretch) -> Bilingual:
    several = one.last > one.first
    where = f"{one.first}-{one.last}" if several else str(one.first)
    head = "pages" if several else "page"
    number = one.number or "?"
    return Bilingual(f"{head} {where}: {number}", f"{head} {where} : {number}")


def check(shown: Invoice, text: str, case: Case) -> Iterator[Finding]:
    """Yield what the sure values of a page say against it; `text` is all that the page says."""
    believed = sure(shown)
    for one in _CHECKS:
        yield from one(believed, case)
    yield from recipient.check_page(believed, text, case)


def copies(shown: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `duplicate-invoice` when the ledger has the invoice that a page shows for sure."""
    believed = sure(shown)
    key = duplicate.page_key(believed)
    if key and case.filed_invoice and (first := case.filed_invoice(key)):
        yield duplicate.found(first, believed)
