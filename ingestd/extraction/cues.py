"""Words that tell an invoice from the papers that travel with it, in the six languages we read."""

import re

_INVOICE = re.compile(
    r"\b(invoice|facture|rechnung(?:s(?:nummer|nr|datum|betrag))?|gutschrift|credit note|avoir"
    r"|note de cr[ée]dit|factuur(?:nummer|nr|datum|bedrag)?|creditnota"
    r"|factura|fattura|nota di credito|nota de cr[ée]dito|receipt|quittung|re[çc]u)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?<![\d.,])-?\d{1,3}(?:[ .,’'\u00a0\u202f]?\d{3})*[.,]\d{2}(?![\d])")
_TOTAL = re.compile(
    r"\b(total|totaal|totale|gesamt\w*|summe|betrag|montant|amount due|balance due|net [àa] payer"
    r"|zu zahlen|te betalen|importe|importo|zahlbetrag|endbetrag|rechnungsbetrag)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"(€|\beur\b|£|\bgbp\b|\$|\busd\b|\bchf\b|\b[sdn]kr?\b|\bkr\b)", re.IGNORECASE
)
_ENCLOSURE = re.compile(
    r"\b(allgemeine gesch(ä|ae)ftsbedingungen|lieferbedingungen|widerrufsbelehrung|lieferschein"
    r"|(t(ä|ae)tigkeits|leistungs|stunden)nachweis|stundenzettel|arbeitsbericht"
    r"|terms (and|&) conditions|terms of (sale|service|delivery)|delivery note|packing (slip|list)"
    r"|time ?sheet|conditions g[ée]n[ée]rales|bon de livraison|feuille de temps|relev[ée] d.heures"
    r"|algemene voorwaarden|leverbon|leveringsbon|pakbon|urenstaat|urenbriefje"
    r"|condizioni generali|documento di trasporto|condiciones generales|albar[áa]n)\b",
    re.IGNORECASE,
)
_HEADING_LINES = 6
_LONG_NUMBER = 6
"""Characters from which a number is itself however it is spaced; fewer may be an amount or a date."""
# No sentence may end between: terms say "is to be paid." and name a fee in the next clause.
_SHOWN_TOTAL = re.compile(rf"{_TOTAL.pattern}[^.;]{{0,80}}{_AMOUNT.pattern}", re.IGNORECASE)


def is_enclosure(text: str) -> bool:
    """Tell whether a page calls itself terms, delivery note or timesheet in its heading, and neither
    there an invoice nor anywhere a total: it may talk of invoices, as terms do, and still be none."""
    lines = [line for line in text.splitlines() if line.strip()]
    heading = "\n".join(lines[:_HEADING_LINES])
    named = _ENCLOSURE.search(heading)
    if not named or _SHOWN_TOTAL.search(text):
        return False
    return not _INVOICE.search(heading[: named.start()])


def looks_like_invoice(text: str) -> bool:
    """Tell whether a page's text names itself an invoice (or credit note) and shows a total."""
    amounts = _AMOUNT.search(text)
    money = _TOTAL.search(text) or _CURRENCY.search(text)
    return bool(_INVOICE.search(text) and amounts and money)


def mentions(text: str, number: str | None, shortest: int = 3) -> bool:
    """Tell whether `number` (BT-1) stands in the text as a word of its own; a long one also where it
    is spaced or dashed in another way. One of less than `shortest` characters tells nothing."""
    letters = re.sub(r"[\W_]", "", number or "")
    if not number or len(number.strip()) < shortest or not letters:
        return False
    if len(letters) < _LONG_NUMBER:
        squeezed = re.escape(re.sub(r"\s+", " ", number.strip()))
    else:
        squeezed = r"[\s./_-]?".join(map(re.escape, letters))
    return re.search(rf"(?<![\w]){squeezed}(?![\w])", text, re.IGNORECASE) is not None
