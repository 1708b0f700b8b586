"""VAT numbers, company numbers and tax numbers of a page, whosever they are."""

import re
from collections.abc import Callable, Iterator

from stdnum.fr import siren, siret

from ingestd.extraction.labels import folded
from ingestd.extraction.parties._cells import Cell, Hint, Sheet
from ingestd.extraction.parties._forms import unprefixed, written_in
from ingestd.extraction.parties._found import Found, hint_before
from ingestd.identifiers import InvalidIdentifier, normalise_company_number, normalise_vat

VAT_KEYS = frozenset({"vat-number", "seller-vat", "buyer-vat", "tax-representative"})
COMPANY_KEYS = frozenset({"company-number", "buyer-company-number"})
_BARE_LABELS = frozenset("vat tva btw iva uid ide id nr".split())
_MOST = 80
_NUMBER = re.compile(r"^[\s:.#(№-]{0,6}([0-9A-Z](?:[ .\-/]?[0-9A-Za-z]){6,15})(?![\w%]|[.,]\d)")
_WRONG_FORM = re.compile(r"^[\s:.#(-]{0,6}([A-Z]{2}(?:[ .\-]?\d){6,13})(?![\w%]|[.,]\d)")


def vat_numbers_in(sheet: Sheet, taken: dict[Cell, list[tuple[int, int]]]) -> Iterator[Found]:
    """Yield the VAT numbers of a page; `taken` are the places of account numbers, which often begin as
    such numbers do."""
    count = 0
    for cell in sheet.cells:
        for one in written_in(cell.text):
            if _overlaps(taken, cell, one.start, one.end) or count > _MOST:
                continue
            hint = hint_before(sheet, cell, one.start, VAT_KEYS | {"company-number"})
            if hint is None and (not one.is_valid or not _may_stand_alone(one.value, cell.text)):
                continue
            if hint is None and _is_labelled_otherwise(sheet, cell, one.start):
                continue
            if hint and not one.is_valid and not hint.keys & VAT_KEYS:
                continue
            taken.setdefault(cell, []).append((one.start, one.end))
            count += 1
            words = cell.words_of(one.start, one.end)
            yield Found(
                "vat",
                one.value,
                one.is_valid,
                cell,
                words,
                one.start,
                one.end,
                hint,
                one.is_repaired,
                shown=one.shown,
            )


def _may_stand_alone(value: str, text: str) -> bool:
    """Tell whether a number is long enough to be known for one without any label."""
    return len(value) >= 10 or value in text


def _is_labelled_otherwise(sheet: Sheet, cell: Cell, start: int) -> bool:
    hint = hint_before(
        sheet, cell, start, frozenset({"iban", "debit-account", "bic", "tax-number"})
    )
    return hint is not None


def bare_vat_numbers_in(
    sheet: Sheet, taken: dict[Cell, list[tuple[int, int]]], countries: frozenset[str]
) -> Iterator[Found]:
    """Yield the VAT numbers without country that a label names, and with one those of a wrong form."""
    for cell, hint, value, start in _labelled(sheet, VAT_KEYS):
        wrong = _WRONG_FORM.match(value.text[start:])
        found = wrong or _NUMBER.match(value.text[start:])
        if not found or _overlaps(taken, value, start + found.start(1), start + found.end(1)):
            continue
        begin, end = start + found.start(1), start + found.end(1)
        words = value.words_of(begin, end)
        if wrong:
            yield Found(
                "vat", re.sub(r"[ .\-]", "", wrong[1]), False, value, words, begin, end, hint
            )
            continue
        digits = sum(one.isdigit() for one in found[1])
        label = folded(cell.text[hint.start : hint.end])
        if digits < 7 or (label in _BARE_LABELS and digits < 9):
            continue
        number = unprefixed(found[1], hint.languages, countries)
        is_repaired = number is None and sheet.page.origin == "ocr"
        if is_repaired:
            number = unprefixed(found[1], hint.languages, countries, repair=True)
        if number:
            taken.setdefault(value, []).append((begin, end))
            yield Found("vat", number, True, value, words, begin, end, hint, is_repaired, True)


def _labelled(sheet: Sheet, keys: frozenset[str]) -> Iterator[tuple[Cell, Hint, Cell, int]]:
    """Yield the labels of these keys with the cell and the character where their value begins."""
    count = 0
    for cell in sheet.cells:
        for hint in cell.hints:
            if not hint.keys & keys:
                continue
            count += 1
            if count > _MOST:
                return
            if cell.text[hint.end :].strip(" :.#-"):
                yield cell, hint, cell, hint.end
            else:
                for other in (sheet.right_of(cell), sheet.below(cell, 2.2)):
                    if other:
                        yield cell, hint, other, 0


def _overlaps(taken: dict[Cell, list[tuple[int, int]]], cell: Cell, start: int, end: int) -> bool:
    return any(start < last and first < end for first, last in taken.get(cell, ()))


Reader = Callable[[str], tuple[str, bool, int] | None]
"""Of the text behind a label: the number in its spelling, whether it is proved, and where it ends."""


def _register(text: str) -> tuple[str, bool, int] | None:
    found = re.match(
        r"\W{0,4}(?:(HR\s?[AB]|H\s?[AB]|GnR|VR|PR)\b\W{0,2})?(?:Nr\b\W{0,3})?(\d{1,6}(?:\s?[A-Z]{1,2}\b)?)(?![\d.,]\d)",
        text,
    )
    return (
        (" ".join(filter(None, (found[1], found[2]))), bool(found[1]), found.end())
        if found
        else None
    )


def _of_form(form: str, proof: Callable[[str], bool] = lambda number: False) -> Reader:
    pattern = re.compile(rf"[\s:.#°º(-]{{0,6}}(?:n[°ºr.o]{{0,2}}[\s:.]{{0,3}})?({form})(?![\w])")

    def read(text: str) -> tuple[str, bool, int] | None:
        found = pattern.match(text)
        if not found:
            return None
        squeezed = re.sub(r"[\s.\-/\u00a0\u202f]", "", found[1]).upper()
        return squeezed, proof(squeezed), found.end()

    return read


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


_TOWN = r"[A-ZÀ-Þ][\w'’ -]{2,24}?\s"
_READERS: tuple[tuple[str, tuple[Reader, ...]], ...] = (
    ("siret", (_of_form(_digits(14), siret.is_valid), _of_form(_digits(9), siren.is_valid))),
    ("siren", (_of_form(_digits(9), siren.is_valid),)),
    (
        "rcs",
        (
            _of_form(_digits(9), siren.is_valid),
            _of_form(r"B ?\d{1,3}[. ]?\d{3}"),
        ),
    ),
    ("kvk|kamer|k v k|coc|chamber", (_of_form(_digits(8)),)),
    (
        "kbo|bce|rpr|rpm|ondernem|banque carrefour|kruispunt|entreprise",
        (
            _of_form("(?:BE)?" + _digits(10), _is_belgian),
            _of_form("(?:BE)?" + _digits(9), _is_belgian),
        ),
    ),
    ("firmenbuch|^fn|^fb|fbnr", (_of_form(r"(?:FN ?)?\d{4,6} ?[a-zA-Z]"),)),
    ("uid|unternehmens|^ide", (_of_form("CHE[ -]?" + _digits(9), _is_swiss),)),
    (
        "rea|r e a|imprese|cciaa|c c i a a|^r i",
        (
            _of_form(r"[A-Z]{2}[ \-–]{0,3}\d{5,7}"),
            _of_form(_digits(11)),
            _of_form(r"\d{5,7}"),
        ),
    ),
    ("^hr|^h r|^gnr|^vr|^pr|handels|register", (_register,)),
    (
        "",
        (
            _of_form(r"(?:SC|NI|OC|R)?\d{5,8}"),
            _of_form(_digits(8)),
            _of_form(r"[A-Z]{0,4}[ -]?\d{5,10}"),
        ),
    ),
)


def company_numbers_in(sheet: Sheet) -> Iterator[Found]:
    """Yield the company numbers of a page that are labelled as such (BT-30, BT-47)."""
    for cell, hint, value, start in _labelled(sheet, COMPANY_KEYS):
        label = folded(cell.text[hint.start : hint.end])
        readers = next(readers for words, readers in _READERS if re.search(words, label))
        text = value.text[start:]
        shift = re.match(rf"[\s:]{{0,3}}{_TOWN}(?=[\dBH])", text) if not readers[0](text) else None
        shift_by = shift.end() if shift else 0
        for reader in readers:
            found = reader(text[shift_by:])
            if found:
                number, proved, end = found
                if readers == (_register,):
                    number = _with_register(label, cell, hint, number)
                begin, end = start + shift_by, start + shift_by + end
                words = value.words_of(begin + 1, end)
                yield Found("company", number, proved, value, words, begin, end, hint)
                break


def _with_register(label: str, cell: Cell, hint: Hint, number: str) -> str:
    """Return a German register's number with the register, where that stands in the label."""
    if re.match(r"[A-Z]", number):
        return number
    part = re.search(r"(?i)\b(HR ?[AB]|GnR|VR|PR)\b", cell.text[hint.start : hint.end])
    return f"{part[1].upper()} {number}" if part and part[1].upper() != "GNR" else number


_TAX = re.compile(
    r"^[\s:.#(-]{0,6}(\d{2,5} ?/ ?\d{3,5}(?: ?/ ?\d{4,5})?|\d{10,13}|\d{2,3} \d{3} \d{5})(?![\w/])"
)


def tax_numbers_in(sheet: Sheet) -> Iterator[Found]:
    """Yield the national tax numbers of a page that are labelled as such (BT-32)."""
    for _, hint, value, start in _labelled(sheet, frozenset({"tax-number"})):
        found = _TAX.match(value.text[start:])
        if found:
            begin, end = start + found.start(1), start + found.end(1)
            words = value.words_of(begin, end)
            yield Found("tax", found[1].replace(" ", ""), False, value, words, begin, end, hint)
