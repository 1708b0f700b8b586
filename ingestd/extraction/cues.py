"""Words that tell an invoice from the papers that travel with it: whole in the six languages we read,
of the others of the Union the word for an invoice."""

import re
from functools import lru_cache

_INVOICE = re.compile(
    r"\b(invoice|facture|gutschrift|credit note|avoir"
    r"|(?:handels|waren|korrektur|schluss|teil|abschlags|storno|sammel|monats|voraus|anzahlungs|end)?rechnung"
    r"(?:en|s(?:nummer|nr|datum|betrag|korrektur))?"
    r"|note de cr[ée]dit|factuur(?:nummer|nr|datum|bedrag)?|creditnota"
    r"|factura|fattura|nota di credito|nota de cr[ée]dito|receipt|quittung|re[çc]u"
    r"|fatura|fakt[uú]r[aęy]?|sz[aá]mla|factur[aă]|ra[čc]un|lasku|arve|r[ēe]ķins|s[ąa]skaita"
    r"|τιμολόγιο|фактура)\b",
    re.IGNORECASE,
)
# Not the first two parts of a date: 25.03.2021.
_AMOUNT = re.compile(r"(?<![\d.,])-?\d{1,3}(?:[ .,’'\u00a0\u202f]?\d{3})*[.,]\d{2}(?![.,]?\d)")
_MORE_TOTALS = (
    r"\b(?:razem|suma|do zap[łl]aty|celkem|k [úu]hrad[ěe]|spolu|i alt|at betale|att betala|summa"
    r"|yhteens[äa]|maksettava|[öo]sszesen|fizetend[őo]|ukupno|skupaj|za pla[čc]ilo|kokku|kop[āa]"
    r"|i[šs] viso|σύνολο|πληρωτέο|общо|amount|balance|to pay|due|zahlbar|solde|saldo|bedrag|somme"
    r"|bruto|brutto|netto)\b"
)
_TOTAL = re.compile(
    r"\b(total|totaal|totale|gesamt\w*|summe|betrag|montant|amount due|balance due|net [àa] payer"
    r"|zu zahlen|te betalen|importe|importo|zahlbetrag|endbetrag|rechnungsbetrag)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"(€|\beur\b|£|\bgbp\b|\$|\busd\b|\bchf\b|\b[sdn]kr?\b|\bkr\b)", re.IGNORECASE
)
_HEADING_LINES = 6
_CREDIT = re.compile(
    r"\b(gutschrift|stornorechnung|rechnungskorrektur|credit (note|memo)|avoir|note de cr[ée]dit"
    r"|creditnota|creditfactuur|nota di credito|nota de cr[ée]dito|factura rectificativa)\b",
    re.IGNORECASE,
)
_ENCLOSURE_NAME = re.compile(
    r"\b(agb|avb|cgv|cgu|terms|conditions|bedingungen|widerruf\w*|lieferschein\w*|bon de livraison"
    r"|delivery note|packing (slip|list)|leverbon|pakbon|bolla|ddt|albar[áa]n|time ?sheets?"
    r"|stundenzettel|\w*nachweis|feuille de temps|relev[ée] d heures|urenstaat|zertifikat|certificat\w*"
    r"|attestation|preisliste|price list|tarifs?|mandat\w*|rib|kbis|mahnung|reminder|relance|rappel"
    r"|bestellung|auftragsbest\w+|order|bon de commande|devis|angebot|quotation|offerte|datenschutz\w*"
    r"|anlage|anhang|annexe?|appendix|flyer|brosch(ü|ue)re|brochure)\b"
)
_INVOICE_NAME = re.compile(
    r"\b(\w*rechnung\w*|gutschrift|invoices?|credit note|factures?|avoir|fact(uur|ura|uren)|fattur[ae]"
    r"|nota credito|fakt[uú]r[ay]|receipts?|quittung|\w*beleg|re[çc]us?|kassenbon|bon|ticket|ricevuta"
    r"|recibo)\b"
)
_DECORATION_NAME = re.compile(
    r"\b(logos?|\w*logo|signatures?|signatur|banner|banni[èe]re|icons?|icone|facebook|linked ?in|twitter"
    r"|instagram|xing|youtube|whatsapp|pixel|spacer|footer|header|divider|image ?\d{3}|outlook|wrd\d*"
    r"|avatar|badge|siegel)\b"
)
_PAGE_NAME = re.compile(
    r"^(?P<stem>.*?) ?\b(?:page|seite|pagina|p[áa]gina|pag|blatt|feuille)s? ?(?P<page>\d{1,3})\b"
)
_LONG_NUMBER = 6
"""Characters from which a number is itself however it is spaced; fewer may be an amount or a date."""
# No sentence may end between: terms say "is to be paid." and name a fee in the next clause.
_SHOWN_TOTAL = re.compile(rf"{_TOTAL.pattern}[^.;]{{0,80}}{_AMOUNT.pattern}", re.IGNORECASE)
_CODE = (
    r"(?:€|£|\$|¥|eur|euros?|usd|gbp|chf|pln|czk|huf|ron|sek|dkk|nok|bgn|rmb|cny|jpy|rm|fr|k[cč]|zł|ft"
    r"|kr)"
)
_MONEY = re.compile(
    rf"(?<!\w){_CODE}\.?[^\S\n]?-?\d|\d[^\S\n]?{_CODE}(?!\w)|{_TOTAL.pattern}\D{{0,40}}\d",
    re.IGNORECASE,
)
_SUM_TO_PAY = re.compile(
    rf"(?:{_TOTAL.pattern}|{_MORE_TOTALS})[^\d\n]{{0,25}}"
    rf"(?:{_AMOUNT.pattern}|\d[\d ]{{0,12}}[^\S\n]?{_CODE}(?!\w)|(?<!\w){_CODE}[^\S\n]?\d)",
    re.IGNORECASE,
)
_OF_SELLER = re.compile(
    r"\b(?:iban|bic|swift|vat|gst|tva|mwst|ust|btw|iva|steuer(?:nummer|nr)?|moms|alv|dph|[áa]fa|φπα|αφμ"
    r"|ддс|pvm|pdv|ddv|k[äa]ibemaks|pvn|nip|i[čc]o|di[čc]|cvr|sire[nt]|kvk|nif|cif|partita|uid)\b",
    re.IGNORECASE,
)
_OF_MONEY = re.compile(
    r"[€£$¥]|\b(?:eur|euros?|usd|gbp|chf|iban|bic|vat|gst|tva|mwst|ust|btw|iva|tax|taxe|steuer|moms|alv"
    r"|dph|áfa|φπα|ддс|pvm|davek|price|prix|preis|prijs|precio|prezzo)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:change|cash|card|visa|mastercard|maestro|contactless|tender(?:ed)?|r(?:ü|ue)ckgeld|gegeben"
    r"|girocard|ec-?karte|esp[èe]ces|carte bancaire|monnaie|rendu|contant|pinnen|wisselgeld|bancontact"
    r"|efectivo|tarjeta|cambio|contanti|bancomat|resto)\b[^\n]{0,30}?" + _AMOUNT.pattern,
    re.IGNORECASE,
)


def speaks_of_invoice(text: str) -> bool:
    """Tell whether a page names an invoice, a credit note or a receipt anywhere."""
    return bool(_INVOICE.search(text) or _INVOICE_NAME.search(text.lower()))


def shows_total(text: str) -> bool:
    """Tell whether a page names a total and its amount."""
    return bool(_SHOWN_TOTAL.search(text))


def shows_money(text: str) -> bool:
    """Tell whether a page shows an amount of money, be it without cents or without currency."""
    if _MONEY.search(text) or _SUM_TO_PAY.search(text):
        return True
    return bool(_AMOUNT.search(text) and _OF_MONEY.search(text))


def asks_for_money(text: str) -> bool:
    """Tell whether a page has anything of a demand for money: a sum to pay in any language, the tax or
    bank account of a seller, or how it was paid."""
    return bool(_SUM_TO_PAY.search(text) or _OF_SELLER.search(text) or _PAID.search(text))


def was_paid_at_once(text: str) -> bool:
    """Tell whether a page says how it was paid on the spot, as receipts do."""
    return bool(_PAID.search(text))


def is_credit_note(text: str) -> bool:
    """Tell whether a page calls itself a credit note in its heading."""
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(_CREDIT.search("\n".join(lines[: 2 * _HEADING_LINES])))


def names_enclosure(name: str) -> bool:
    """Tell whether a file's name is one of terms, a delivery note, a timesheet and their like."""
    return bool(_ENCLOSURE_NAME.search(_words(name)))


def names_invoice(name: str) -> bool:
    """Tell whether a file's name is one of an invoice, credit note or receipt."""
    words = _words(name)
    return bool(_INVOICE_NAME.search(words)) and not _ENCLOSURE_NAME.search(words)


def names_decoration(name: str) -> bool:
    """Tell whether a picture's name is one of a logo, a signature or an icon."""
    return bool(_DECORATION_NAME.search(_words(name)))


def page_number(name: str) -> tuple[str, int] | None:
    """Return what a file is a page of, and which: `Rechnung 17 Seite 2.jpg` is `rechnung 17`, 2. None
    where the name does not say `page`: `IMG_2.jpg` and `scan-2.jpg` may be anything."""
    found = _PAGE_NAME.search(_words(name.rpartition(".")[0] or name))
    return (found["stem"].strip(), int(found["page"])) if found else None


def _words(name: str) -> str:
    """Return a file name as words: `AGB_2026-neu.pdf` -> `agb 2026 neu pdf`."""
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", name)).lower()


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
    if letters.lower() not in _letters_of(text):  # an archive of pairs asks this of each with each
        return False
    if len(letters) < _LONG_NUMBER:
        squeezed = re.escape(re.sub(r"\s+", " ", number.strip()))
    else:
        squeezed = r"[\s./_-]?".join(map(re.escape, letters))
    return re.search(rf"(?<![\w]){squeezed}(?![\w])", text, re.IGNORECASE) is not None


@lru_cache(maxsize=1024)
def _letters_of(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()
