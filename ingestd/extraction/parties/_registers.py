"""Company numbers of a page (BT-30, BT-47), as each country's register writes them: behind a label, with
the court or town between, or before the register's name."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from stdnum.fr import siren, siret

from ingestd.extraction.labels import folded
from ingestd.extraction.parties._cells import Cell, Hint, Sheet
from ingestd.extraction.parties._found import NUMBERS, Found, labelled
from ingestd.identifiers import (
    InvalidIdentifier,
    normalise_company_number,
    normalise_vat,
    squeezed,
)

COMPANY_KEYS = frozenset({"company-number", "buyer-company-number"})
Reader = Callable[[str], tuple[str, bool, int] | None]
"""Of the text behind a label: the number in its spelling, whether it is proved, and where it ends."""

_NEAR = 40
_WORDS = 8
"""Between a label and its number: `Immatriculée au RCS de Lyon sous le numéro`."""
_GLUE = (
    r"n[°ºro]?|no|nr|num|number|num[ée]ro|nummer|sous|le|la|il|the|under|with|as|company|reg|registration"
    r"|de|du|di|del|da|of|in|von|zu|am|te|and|und|et|y|e|onder|met|con|al|beim|court|s"
)
_OTHER = (
    r"t[ée]l|fax|mob|phone|vat|tva|btw|ust|mwst|iva|iban|bic|swift|capital|kapital|stamm|kunde|client"
    r"|customer|inv|rech|fact|fatt|order|tomo|folio|libro|secc|inscr|ape|naf|postf|box|post|konto|blz"
    r"|steuer|date|dat[ue]|sort|acc|cap|p\.?iva"
)
_BETWEEN = re.compile(
    rf"[\s,.:;()/&'’\-–#°º]*(?:(?:{_GLUE})(?![^\W\d_])"
    rf"|(?!(?i:{_OTHER}))[A-ZÀ-Þ](?:[^\W\d_]|['’\-](?=[^\W\d_])){{0,24}})"
)
"""A word that may stand there: a small one, or that of a town, a court, a country."""


def _of_form(
    form: str, proof: Callable[[str], bool] = lambda number: False, prefix: str = ""
) -> Reader:
    before = rf"[\s:.,#°º()/\-–]{{0,6}}(?:n[°ºr.o]{{0,2}}[\s:.]{{0,3}})?(?:{prefix})"
    pattern = re.compile(rf"{before}({form})(?![\w])")

    def read(text: str) -> tuple[str, bool, int] | None:
        found = pattern.match(text)
        if not found:
            return None
        number = squeezed(found[1])
        return number, proof(number), found.end()

    return read


def _german(text: str, form: str) -> tuple[str, bool, int] | None:
    found = re.match(
        rf"\W{{0,4}}{form}"
        r"(\d{1,3}[ .]\d{3}(?!\d)|\d{1,6}(?:\s?(?!AG\b)[A-Z]{1,2}\b)?)(?!\d|[.,]\d)",
        text,
    )
    if not found:
        return None
    return " ".join(filter(None, found.groups())), (found[1] or "B") != "B", found.end()


def _register(text: str) -> tuple[str, bool, int] | None:
    """Read a number of a German register: `HRB 12345 B`."""
    return _german(text, r"(?:(HR\s?[AB]|H\s?[AB]|GnR|VR|PR)\b\W{0,2})?(?:Nr\b\W{0,3})?")


def _register_of_town(text: str) -> tuple[str, bool, int] | None:
    """Read one behind the name of a town, whose postal code is none: `Köln B 12345`."""
    return _german(text, r"(HR\s?[AB]|GnR|VR|PR|B)\b\W{0,2}(?:Nr\b\W{0,3})?")


def _austrian(text: str) -> tuple[str, bool, int] | None:
    """Read a number of the Austrian register, the last letter of which is a small one."""
    found = re.match(r"[\s:.#(-]{0,6}(FN ?)?(\d{4,6}) ?([a-zA-Z])(?!\w)", text)
    return (f"{found[1] or ''}{found[2]}{found[3].lower()}", False, found.end()) if found else None


def _is_belgian(number: str) -> bool:
    try:
        return bool(normalise_company_number("BE", number))
    except InvalidIdentifier:
        return False


def _is_swiss(number: str) -> bool:
    try:
        return bool(normalise_vat(number))
    except InvalidIdentifier:
        return False


def _digits(count: int) -> str:
    return r"\d" + r"[\s.\-\u00a0\u202f]?\d" * (count - 1)


_SIRET = _of_form(_digits(14), siret.is_valid)
_SIREN = _of_form(_digits(9), siren.is_valid)
_OF_LUXEMBOURG = _of_form(r"B ?\d{1,3}[. ]?\d{3}(?![ .]\d)")
_DUTCH = _of_form(_digits(8))
_BELGIAN = _of_form(_digits(10), _is_belgian, r"(?:BE[ .\-]?)?")
_OLD_BELGIAN = _of_form(_digits(9), _is_belgian, r"(?:BE[ .\-]?)?")
_SWISS = _of_form("CHE[ -]?" + _digits(9), _is_swiss)
_NORDIC = _of_form(rf"\d{{6}}-?\d{{4}}|\d{{7}}-?\d|{_digits(9)}")
_OF_PROVINCE = _of_form(r"[A-Z]{2}[ \-–]{0,3}\d{5,7}")
_ITALIAN = _of_form(_digits(11))
_BRITISH = _of_form(r"(?:SC|NI|OC|SO|R)?\d{5,8}")

_READERS: tuple[tuple[str, tuple[Reader, ...], tuple[Reader, ...]], ...] = (
    ("siret", (_SIRET, _SIREN), (_SIRET,)),
    ("siren|^rne|^rm", (_SIREN,), (_SIREN,)),
    ("rcs|r c s", (_SIREN, _OF_LUXEMBOURG), (_SIREN, _OF_LUXEMBOURG)),
    (
        "^rc |^no rc|^r c|commerce",
        (_OF_LUXEMBOURG, _SIREN, _DUTCH),
        (_OF_LUXEMBOURG, _SIREN, _DUTCH),
    ),
    ("kvk|kamer|k v k|coc|c o c", (_DUTCH,), (_DUTCH,)),
    (
        "kbo|bce|rpr|rpm|ondernem|banque carrefour|kruispunt|entreprise",
        (_BELGIAN, _OLD_BELGIAN),
        (_BELGIAN,),
    ),
    ("firmenbuch|^fn|^fb|fbnr", (_austrian,), (_austrian,)),
    ("uid|unternehmens|^ide", (_SWISS,), ()),
    ("^org|tunnus|^business id|^cvr", (_NORDIC,), (_NORDIC,)),
    ("^krs|^regon|code$|kood$|^ico", (_of_form(r"\d{8,14}"),), ()),
    (
        "rea|r e a|imprese|cciaa|c c i a a|^r i",
        (_OF_PROVINCE, _ITALIAN, _of_form(r"\d{5,7}")),
        (_OF_PROVINCE, _ITALIAN, _of_form(r"\d{6,7}")),
    ),
    (
        "^hr|^h r|^gnr|^vr|^pr|handels|register(?!ed)",
        (_SWISS, _register, _DUTCH),
        (_SWISS, _register_of_town, _DUTCH),
    ),
    ("^cro", (_of_form(r"\d{3} \d{3}"), _BRITISH), (_BRITISH,)),
    (
        "regist(?:ered|ration)|compan|^cro|^crn|incorporated|^reg in",
        (_BRITISH, _DUTCH, _of_form(r"[A-Z]{0,4}[ -]?\d{5,10}")),
        (_BRITISH,),
    ),
    ("", (_BRITISH, _DUTCH, _of_form(r"[A-Z]{0,4}[ -]?\d{5,10}")), ()),
)
"""By words of a label: who reads what follows it, and who what follows some words later."""
_BEFORE: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("^rcs|^r c s|^rm", re.compile(rf"(?<![\d.,])({_digits(9)})[\s,(\-–]{{0,4}}$"), siren.is_valid),
    ("^rpm|^rpr", re.compile(rf"(?<![\d.,])({_digits(10)})[\s,(\-–]{{0,4}}$"), _is_belgian),
)
"""Registers that are named behind their numbers."""


def company_numbers_in(sheet: Sheet) -> Iterator[Found]:
    """Yield the company numbers of a page that are labelled as such (BT-30, BT-47)."""
    for cell, hint, value, start in labelled(sheet, COMPANY_KEYS):
        label = folded(cell.text[hint.start : hint.end])
        first, later = next(ones for words, *ones in _READERS if re.search(words, label))
        others = [
            one.start
            for one in value.hints
            if one.start >= start and one.keys & NUMBERS and not one.keys & COMPANY_KEYS
        ]
        text = value.text[: min(others, default=len(value.text))]
        for place in islice(_places(text, start), _WORDS + 1):
            readers = first if place == start else later
            found = next((one for reader in readers if (one := reader(text[place:]))), None)
            if found:
                number, proved, end = found
                if _register in readers:
                    number = _with_register(cell, hint, number)
                begin, end = place, place + end
                words = value.words_of(begin + 1, end)
                yield Found("company", number, proved, value, words, begin, end, hint)
                break
        else:
            if value is cell or not start:
                yield from _before(cell, hint, label)


def _places(text: str, start: int) -> Iterator[int]:
    """Yield where a number may begin: behind the label, and behind each word that may be between."""
    yield start
    while found := _BETWEEN.match(text, start):
        start = found.end()
        yield start


def _before(cell: Cell, hint: Hint, label: str) -> Iterator[Found]:
    """Yield the number that stands before its register's name."""
    for words, pattern, proof in _BEFORE:
        found = pattern.search(cell.text[max(0, hint.start - _NEAR) : hint.start])
        if found and re.search(words, label) and proof(squeezed(found[1])):
            shift = max(0, hint.start - _NEAR)
            begin, end = shift + found.start(1), shift + found.end(1)
            one = squeezed(found[1])
            yield Found("company", one, False, cell, cell.words_of(begin, end), begin, end, hint)


def _with_register(cell: Cell, hint: Hint, number: str) -> str:
    """Return a German register's number with the register, where that stands in the label."""
    if re.match(r"[A-Z]", number):
        return number
    part = re.search(r"(?i)\b(HR ?[AB]|GnR|VR|PR)\b", cell.text[hint.start : hint.end])
    return f"{part[1].upper()} {number}" if part and part[1].upper() != "GNR" else number
