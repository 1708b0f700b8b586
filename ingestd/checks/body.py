"""A mail without any document: what kind of nothing is it? Automatic, a link, an invoice typed into the
mail, or simply no attachment."""

import re
from collections.abc import Iterator, Sequence

from ingestd.extraction.cues import looks_like_invoice
from ingestd.model import Bilingual, Finding, Part, Weight

_LINK = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_HOME = re.compile(
    r"https?://[^/\s]+(?:/?|/(?:[a-z]{2}/?|impressum|imprint|datenschutz|privacy|agb|legal"
    r"|mentions-legales|kontakt|contact|unsubscribe|abmelden)\b.*)[.,;)\]]*",
    re.IGNORECASE,
)
"""A page that every signature names: the way to a company, not to an invoice."""
_FETCH = re.compile(
    r"\b(download\w*|herunterladen|abruf\w*|verf(ü|ue)gbar|bereit|portal|kundenkonto|t[ée]l[ée]charg\w*"
    r"|disponible|consult\w*|espace client|available|view (your|the)|online|beschikbaar"
    r"|klaarstaan|klaar|scarica\w*|descarg\w*)\b",
    re.IGNORECASE,
)
_INVOICE = re.compile(
    r"(invoice|factur|rechnung|fattur|faktur|re[çc]u\b|receipt|beleg|bill\b)", re.IGNORECASE
)
_ENCLOSED = (
    r"(?:attached|enclosed|anbei|angeh(?:ä|ae)ngt\w*|beigef(?:ü|ue)gt\w*|im anhang|als anlage"
    r"|in der anlage|ci-joint\w*|en pi[èe]ces? jointes?|bijgevoegd\w*|in (?:de )?bijlage|adjunt\w+"
    r"|in allegato|allegat[oaie])"
)
_ATTACHED = re.compile(
    rf"\b{_ENCLOSED}\b[^.]{{0,80}}{_INVOICE.pattern}|{_INVOICE.pattern}[^.]{{0,80}}\b{_ENCLOSED}\b",
    re.IGNORECASE,
)
"""Not what every signature says of attachments: they are the invoice."""
_CENTS = re.compile(r"\d[.,]\d{2}(?!\d)")
_FEW_AMOUNTS = 3
_CURRENCY = r"(?:[€£$]|\b(?:EUR|USD|GBP|CHF|PLN|CZK|HUF|RON|SEK|DKK|NOK)\b|\bzł)"
_MONEY = re.compile(rf"{_CURRENCY}\s?\d|\d\s?{_CURRENCY}", re.IGNORECASE)
"""An amount, also one without cents: who writes of an invoice and its amount may have written it."""
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}


def visible(html: str) -> str:
    """Return roughly the text that an HTML body shows."""
    text = " ".join(_shown(html))
    for entity, character in (("&nbsp;", " "), ("&euro;", "€"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _shown(html: str) -> Iterator[str]:
    """Yield what stands between the tags, outside of scripts and styles. Each character is looked at
    a few times at most: a body is as long as its sender likes."""
    place = 0
    endless: set[str] = set()
    while (start := html.find("<", place)) >= 0:
        found = _UNSEEN.match(html, start)
        name = found[1].lower() if found else ""
        end = _ENDS[name].search(html, start) if name and name not in endless else None
        if name and not end:
            endless.add(name)
        close = end.end() if end else html.find(">", start) + 1
        if not close:
            break
        yield html[place:start]
        place = close
    yield html[place:]


def links(html: str) -> list[str]:
    """Return where the links of an HTML body lead, however they are quoted."""
    return [double or single or bare for double, single, bare in _HREF.findall(html)]


def addresses(text: str) -> list[str]:
    """Return the links that stand in a plain text."""
    found: list[str] = _LINK.findall(text)
    return found


def points_elsewhere(text: str, addresses: Sequence[str]) -> bool:
    """Tell whether a text says that the invoice is attached to it, or waits behind one of its links:
    that it names a total does not make it the invoice then. One with more amounts than a total and its
    tax is, whatever links it has."""
    if _ATTACHED.search(text):
        return True
    fetched = _FETCH.search(text) and any(_LINK.match(one) for one in addresses)
    return bool(fetched) and len(_CENTS.findall(text)) < _FEW_AMOUNTS


def check(texts: Sequence[str], attached: Sequence[Part]) -> Iterator[Finding]:
    """Yield the finding for a mail in which no part can be a document.

    `texts` are the subject and the bodies as people see them, `attached` what the sender attached on
    purpose.
    """
    if attached:
        shown = ", ".join(part.filename or part.kind for part in attached[:5])
        yield Finding("nothing-usable", detail=shown, values={"n": str(len(attached))})
        return
    text = "\n".join(texts)
    about_invoice = _INVOICE.search(text)
    if looks_like_invoice(text) or (about_invoice and _MONEY.search(text)):
        detail = Bilingual(
            "the text of the e-mail itself looks like an invoice",
            "le texte de l'e-mail ressemble lui-même à une facture",
        )
        yield Finding("no-attachment", detail=detail, weight=Weight.HOLD)
    elif about_invoice and (link := _leading_link(text)):
        yield Finding("link-only", detail=link[:200])
    else:
        yield Finding("no-attachment")


def _leading_link(text: str) -> str:
    """Return the first link that may lead to an invoice, "" if there is none. The address of a company
    in a signature does not, unless the text speaks of fetching something."""
    found: list[str] = _LINK.findall(text)
    if _FETCH.search(_LINK.sub(" ", text)):
        return found[0] if found else ""
    return next((link for link in found if not _HOME.fullmatch(link)), "")
