"""Words that tell an invoice from the papers that travel with it, in the six languages we read."""

import re

_INVOICE = re.compile(
    r"\b(invoice|facture|rechnung|gutschrift|credit note|avoir|note de cr[ée]dit|factuur|creditnota"
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


def looks_like_invoice(text: str) -> bool:
    """Tell whether a page's text names itself an invoice (or credit note) and shows a total."""
    amounts = _AMOUNT.search(text)
    money = _TOTAL.search(text) or _CURRENCY.search(text)
    return bool(_INVOICE.search(text) and amounts and money)


def mentions(text: str, number: str | None) -> bool:
    """Tell whether `number` (BT-1) stands in the text as a word of its own."""
    if not number or len(number) < 3:
        return False
    squeezed = re.escape(re.sub(r"\s+", " ", number.strip()))
    return re.search(rf"(?<![\w]){squeezed}(?![\w])", text, re.IGNORECASE) is not None
