"""What can be the name of a company or person, and what cannot: forms of companies, streets, towns,
slogans; and how much an e-mail or web address agrees with a name."""

import re
from collections.abc import Iterable
from functools import cache

from ingestd.extraction.labels import folded, phrases
from ingestd.extraction.parties._addressees import is_aside, is_title, without_title
from ingestd.extraction.parties._places import POSTCODE, is_place
from ingestd.legal_forms import CLOSED, FORM, FRONT

_FRONT_ENDS = re.compile(r"\s[-–—·•|]\s|,\s|:\s|\s+au capital|\s*\(")
_DOTTED = re.compile(
    r"(?:\.\w+|& [cC]|\b(?i:ltd|inc|corp|co|cie|kft|pty|plc|bhd|coop|zn|bros|hnos|cia))\.$"
)
_WORDS = (
    r"invoice|facture|rechnung|factuur|factura|fattura|credit note|gutschrift|avoir"
    r"|creditnota|tax invoice|nota di credito"
)
_HEADING = re.compile(rf"\W*(?:tax |vat )?(?:{_WORDS})\W*", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    rf"^\W*(?:{_WORDS}|receipt|statement|page|seite|pagina|p[áa]gina|bladzijde|date|datum"
    r"|fecha|data|tel|t[ée]l|phone|fax|telefon|telefoon"
    r"|tel[ée]fono|telefono|mobile?|mobil|portable|e-?mail|mail|web|www|http|iban|bic|swift"
    r"|bank|banque|banca|banco|konto|compte|gln|ean|copy|copie|kopie|original|duplicata?"
    r"|duplicate|ansprechpartner|sachbearbeiter|contact|kontakt|attn|z\.? ?hd|t\.?a\.?v|c/o"
    r"|postfach|po box|p\.o\. box|b\.?p\.? \d|deutschland|germany|france|nederland"
    r"|the netherlands|netherlands"
    r"|belgi(?:um|que|ë|e)|espa(?:ñ|n)a|spain|italia|italy|united kingdom|great britain"
    r"|england|ireland|[öo]sterreich|austria|schweiz|suisse|svizzera|switzerland"
    r"|luxe?mb(?:ourg|urg)"
    r"|sehr geehrte|dear|madame|monsieur|beste|geachte|estimad|gentile|hello|hallo|bonjour"
    r"|thank|merci|vielen|dank|grazie|gracias|total|amount|subtotal|order|bestellung"
    r"|commande|customer"
    r"|kunden(?:nummer|nr)|client n|your|ihre?\b|votre|uw\b|su\b|vostr|unsere?|our\b|notre"
    r"|nos\b|number|nummer|num[ée]ro|n[°º]|vat\b|tva\b|btw\b|ust|mwst|steuer|siren|siret|rcs"
    r"|hrb|kvk|amtsgericht"
    r"|gesch[äa]ftsf[üu]hr|handelsregister|finanzamt|payment|paiement|zahlung|betaling|pago"
    r"|pagamento|due\b|attention|confidential|anlage|betreff|objet|onderwerp|asunto|oggetto"
    r"|subject|description"
    r"|reference|referenz|r[ée]f[ée]rence|registered|registration|registre|anschrift|adresse"
    r"|address\b|direcci[óo]n|indirizzo|name$|nom$|naam$|abteilung|nummer|globale|art-nr"
    r"|soci[ée]t[ée] (?:à responsabilit|par actions|anonyme (?:au|à))\w*"
    r"|coupon|talon|erstellt mit|created (?:with|by)|powered by|generated (?:with|by)"
    r"|g[ée]n[ée]r[ée]e? par"
    r"|artikel|sitz|capital|au capital|soci[ée]t[ée] au)(?![a-zà-ÿ])",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"rechnung\b|rechnungs|factuur\b|korrektur|gutschrift|lieferschein|stylesheet|\binvoice"
    r"|\bfacture\b|\bfattura\b|\bfactura\b",
    re.IGNORECASE,
)
_SAID_OF_ONE = re.compile(
    r"^\W*(?:meisterbetrieb|fachbetrieb|innungsbetrieb|handwerksbetrieb|freelancer?|ind[ée]pendant|artisan"
    r"|aut[óo]nomo|rechtsanw[äa]lt(?:e|in)?|steuerberater(?:in)?|architekt(?:en|in)?|notar|avocats?"
    r"|week ending|solicitors?|freiberufler(?:in)?)\W*$"
    r"|^\W*(?:w[äa]hrung|betrag|currency|monnaie|montant|valuta|importo|importe|bedrag|tipologia|zahlteil"
    r"|empfangsschein|annahmestelle|r[ée]c[ée]piss[ée]|section paiement|ricevuta|sezione pagamento)\b"
    r"|(?<=\s)(?-i:your?|our|votre|vos|notre|nos|ihre?[mnrs]?|unsere?[mnrs]?|uw|onze|vostr[aoei]|nostr[aoei])\s",
    re.IGNORECASE,
)
"""What lines without a legal form say of a party or to it."""
MAIL = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})")
WEB = re.compile(r"\b(?:https?://)?www\.([\w-]{2,63}(?:\.[\w-]{2,63}){1,3})", re.IGNORECASE)
_OPEN_TO_ALL = frozenset(
    "gmail googlemail gmx web t-online outlook hotmail yahoo icloud orange wanadoo free laposte sfr live"
    " libero aol freenet arcor proximus skynet telenet ziggo kpnmail planet msn me mail posta pec bluewin"
    " btinternet virgilio tin alice telefonica telecom legalmail arubapec".split()
)
_LEADING = re.compile(
    r"^\W*(?:(?:company|firmen?|raison sociale|denominazione|ragione sociale|raz[óo]n social"
    r"|name|nom|naam|nombre|nome|bedrijf|bedrijfsnaam|entreprise|soci[ée]t[ée]|ditta|firma"
    r"|kontoinhaber|account holder)"
    r"(?: ?name)?\s*:\s*|(?:inh\.?|inhaber(?:in)?|prop\.|proprietor|t/a)\s*:?\s+)+",
    re.IGNORECASE,
)
_BANK = re.compile(
    r"bank\b|sparkasse|\bbanque|\bbanco\b|\bbanca\b|cr[ée]dit\b|\bcaisse|raiffeisen"
    r"|volksbank|\bcassa\b|\bcaja\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\s:.]+\d[\d\s./-]*$")
_PARTED = re.compile(r"\s+[-–—·•|∙●▪‧*]\s+|,\s")
_NUMBERED = re.compile(r"\s*\([^()]{0,20}\d{5,}")
"""`(SIREN 512 684 339)` behind a name."""
_TRAIL = " ,;:·•|–—*_/"


def has_form(text: str) -> bool:
    """Tell whether a text names the legal form of a company, behind its name or before it."""
    return FORM.search(text) is not None or FRONT.match(text) is not None


def is_closed(text: str) -> bool:
    """Tell whether a name ends with its legal form, so that nothing of it or of another one can be
    amiss behind it."""
    form = FORM.search(text)
    if form is None or FRONT.match(text) or is_form(text.split(maxsplit=1)[0]):
        return False
    closed = CLOSED.match(text, form.end())
    return not any(one.isalpha() for one in text[closed.end() if closed else form.end() :])


def is_form(text: str) -> bool:
    """Tell whether a text is a legal form and nothing more: `GmbH & Co. KG`, `Limited`."""
    whole = f"X {text.strip()}"
    form = FORM.match(whole, 1)
    closed = CLOSED.match(whole, form.end()) if form else None
    end = closed or form
    return end is not None and not any(one.isalnum() for one in whole[end.end() :])


_GOES_ON = re.compile(
    r"[\d:@|·•]|^\s*[-–—,]|au capital"
    r"|^\.?\s+(?:with|mit|avec|con|met|is|ist|est|es|è|wird|has|hat|are|der|die|which|inscrita|sede)\b",
    re.IGNORECASE,
)
"""Behind a legal form: what no longer is the name."""
_IS_SAID = re.compile(
    r"\s(?:is|ist|est|es|è|gehört|fait|forms|maakt|belongs)\s(?=[a-zà-ÿ])|,?\s(?:a|an|eine?|une?|een|una?)"
    r"\s(?:member|subsidiary|division|unternehmen|marke|tochter|filiale|soci[ée]t[ée]|onderdeel|empresa)\s"
)
"""What a sentence goes on with behind the name that it begins with."""


_TRADES_AS = re.compile(
    r"\s+(?:t/a|d/b/a|trading as|h\.? ?o\.? ?d\.? ?n\.?|handelend onder(?: de naam)?)\s",
    re.IGNORECASE,
)
"""Between the name of who sells and a trade mark."""
_MARK_OF = re.compile(
    r"^.{2,60}?\b(?:trad(?:ing name|ing style|e ?mark) of|marke (?:der|des|von)"
    r"|marque (?:commerciale )?d[eu]s?|(?:handelsnaam|merk) van"
    r"|(?:marca|marchio)(?: comercial| commerciale)? d(?:e|i|el|ella))\s+",
    re.IGNORECASE,
)


_ENDED = re.compile(r"^(?:\S+\s+){4,40}?\S*[a-zà-ÿ]{4}\. (?=[A-ZÀ-Þ])")
"""A sentence before a name: `Paiement par chèque accepté. Blanc SARL`."""
_WORDS_OF_TRADE = tuple(
    "t/a|d/b/a|trad|odn|o.d|o. d|handel|mark|marque|marca|marchio|merk".split("|")
)
"""Without any of them no line is looked at closely."""
_SENTENCE = re.compile(r"\s+[A-Z]")
"""What follows the dot of a sentence, behind a name."""
_INITIALS = re.compile(r"\.\w+\.$")


def name_in(text: str) -> str | None:
    """Return the name that a line holds: up to its legal form where an address or more follows on the
    same line; None where it can be no name (a street, a town, a label, a number)."""
    text = _TRADES_AS.split(_LEADING.sub("", text), maxsplit=1)[0]
    text = _MARK_OF.sub("", text) if has_form(text) else text
    text = (text if has_form(text) else without_title(text)).strip(_TRAIL)
    if re.match(r"[^:]{1,40}:\s", text) and not has_form(text.partition(":")[0]):
        return None
    form, rest = FORM.search(text), ""
    ended = _ENDED.match(text)
    if form and ended and ended.end() <= form.start() + 1:
        return name_in(text[ended.end() :])
    said = _IS_SAID.search(text)
    if form and said and said.start() < form.start():
        form, text = None, text[: said.start()]  # `Waldkraft is a branch of Holzwurm Ltd`
    if form:
        closed = CLOSED.match(text, form.end())
        end = closed.end() if closed else form.end()
        rest = text[end:]
        apart = re.search(r"\s[-–—]\s*$|,\s*$", text[: form.start() + 1])
        if apart and ("–" in apart[0] or "-" in apart[0] or "capital" in rest):
            end = apart.start()  # `Name - SAS au capital de ...`: the form is said of it
            rest = rest or "-"
        if _GOES_ON.search(rest):
            text = text[:end]
    elif FRONT.match(text):
        text = _FRONT_ENDS.split(text, maxsplit=1)[0]
    elif said:
        text = text[: said.start()]
    else:
        text = _before_address(text.partition(" | ")[0])
    text = text.strip(_TRAIL)
    is_said = _SENTENCE.match(rest) and not _INITIALS.search(text)
    if form and text.endswith(".") and (is_said or not _DOTTED.search(text)):
        text = text[:-1]  # of the sentence
    return text if is_name(text) else None


_OF_A_NAME = re.compile(
    r"(?:swift|tele|mobil|bank|banc|banq|order|total|data|page|web|mail|contact|number|capital|original|copy"
    r"|date|receipt|england|name|address|germany|deutschland|france|italia|ireland)\w*\s+(?:[&+]\s+)?[^\W\d_]",
    re.IGNORECASE,
)
"""Words of labels that companies have in their names, too: `Total Fleet Services PLC`."""


def _before_address(text: str) -> str:
    """Return what stands in a line before a street, a town, or a number in brackets."""
    numbered = _NUMBERED.search(text)
    text = text[: numbered.start()] if numbered else text
    if not POSTCODE.search(text + " "):
        return text
    for found in _PARTED.finditer(text):
        part = _PARTED.split(text[found.end() :], maxsplit=1)[0]
        is_town = POSTCODE.search(f" {part} ") is not None
        if "," in found[0] and is_town:
            return text  # `Parc des Pins, 69003 Lyon`: a street without number
        if is_place(part) or any(one.isdigit() for one in part):
            return text[: found.start()]
    return text


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a company or person."""
    letters = sum(one.isalpha() for one in text)
    if not 3 <= len(text) <= 120 or letters < 2 or letters < 0.5 * len(text) or "@" in text:
        return False
    if has_form(text):
        return (
            ": " not in text
            and not is_aside(text)
            and (not _NOT_A_NAME.match(text) or _OF_A_NAME.match(text) is not None)
        )
    if (
        is_label(text)
        or is_aside(text)
        or is_title(text)
        or _NOT_A_NAME.match(text)
        or _SAID_OF_ONE.search(text)
        or _TITLE.search(text)
        or text.endswith((":", "?", "!"))
        or (text.endswith(".") and not _DOTTED.search(text))
        or WEB.search(text)
    ):
        return False
    if is_place(text) or is_label(_NUMBER.sub("", text)):
        return False
    return len(text.split()) <= 8 and not re.search(r"\d{5,}|\d{4}$|\d[.,]\d\d\b|€|£|%", text)


def is_heading(text: str) -> bool:
    """Tell whether a text is nothing but the title of an invoice: `RECHNUNG`, `Tax invoice`."""
    return _HEADING.fullmatch(text) is not None


def trader_in(text: str) -> str | None:
    """Return who a line says to trade under another name, or to own a trade mark; None without either."""
    if not any(word in text.casefold() for word in _WORDS_OF_TRADE):
        return None
    says = _TRADES_AS.search(text) or (_MARK_OF.match(text) and has_form(text))
    return name_in(text) if says else None


def is_label(text: str) -> bool:
    """Tell whether a text is nothing but a label: `Klant`, `Re-Datum`."""
    return folded(text) in _labels()


@cache
def _labels() -> frozenset[str]:
    return frozenset(" ".join(words) for ones in phrases().values() for words, _, _ in ones)


def is_bank(name: str, banks: Iterable[str]) -> bool:
    """Tell whether a name is rather a bank's, as it stands beside account numbers; `banks` are the names
    of those that the accounts are of."""
    return _BANK.search(name) is not None or any(is_same_name(name, one) for one in banks)


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two texts are one name, however it is written and whether its form is named."""
    plain, there = core(one), core(other)
    return bool(plain) and bool(there) and (plain == there)


def core(text: str) -> str:
    """Return the letters and digits of a name without its legal form."""
    form = FORM.search(text)
    return folded(text[: form.start()] if form else FRONT.sub("", text)).replace(" ", "")


def domains_in(text: str) -> Iterable[str]:
    """Yield the names of a text's mail and web domains (`nordwind` of `info@nordwind.example`) that
    are not everybody's."""
    mails = (MAIL.search(word) for word in text.split()[:100] if "@" in word)
    for found in (*filter(None, mails), *WEB.finditer(text)):
        parts = found[1].lower().split(".")
        name = parts[-3] if len(parts) > 2 and parts[-2] in ("co", "com", "org") else parts[-2]
        if name not in _OPEN_TO_ALL and len(name) > 2:
            yield name.replace("-", "")


def agrees(domain: str, name: str) -> bool:
    """Tell whether a domain is made of a name: `nordwind` and `Nordwind GmbH`, `ab-bau` and
    `A & B Bau AG`."""
    plain = core(name)
    words = [word for word in folded(name).split() if len(word) > 3]
    initials = "".join(word[0] for word in folded(name).split())
    return bool(plain) and (
        plain.startswith(domain)
        or domain.startswith(plain)
        or any(word in domain for word in words[:2])
        or (len(domain) >= 3 and initials.startswith(domain))
    )
