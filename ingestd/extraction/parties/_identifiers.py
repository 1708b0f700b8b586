"""VAT numbers and tax numbers of a page, whosever they are."""

import re
from collections.abc import Iterator

from ingestd.extraction.labels import folded
from ingestd.extraction.parties._cells import Cell, Sheet
from ingestd.extraction.parties._forms import is_cut, unprefixed, written_in
from ingestd.extraction.parties._found import Found, hint_before, labelled

VAT_KEYS = frozenset({"vat-number", "seller-vat", "buyer-vat", "tax-representative"})
_BARE_LABELS = frozenset("vat tva btw iva uid ide id nr".split())
_MOST = 80
_UPPER = 0.45
"""Of a page's height: where addresses are."""
_ALONE = re.compile(r"[A-HJNP-SUVW][ -]?\d{7}[ -]?[0-9A-J]")
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
        if count <= _MOST and is_cut(cell.text) and (found := _broken(sheet, cell, taken)):
            count += 1
            yield found


def spanish_numbers_in(sheet: Sheet) -> Iterator[Found]:
    """Yield Spanish numbers that stand alone in a line of an address, as they do there, without label
    and country."""
    for cell in sheet.cells:
        if cell.top > _UPPER * sheet.page.height or not _ALONE.fullmatch(cell.text):
            continue
        number = unprefixed(cell.text, frozenset({"es"}), frozenset({"ES"}))
        if number and sheet.above(cell) and sheet.below(cell):
            end = len(cell.text)
            yield Found("vat", number, True, cell, cell.words, 0, end, is_bare=True)


def _broken(sheet: Sheet, cell: Cell, taken: dict[Cell, list[tuple[int, int]]]) -> Found | None:
    """Return the labelled number that goes on in the line below a cell, where it is right and none ends
    in the cell."""
    below = sheet.rows[cell.row + 1 : cell.row + 2]
    if not below or cell.column + 1 < len(sheet.rows[cell.row]):
        return None
    for one in written_in(f"{cell.text} {below[0][0].text}"):
        hint = hint_before(sheet, cell, one.start, VAT_KEYS)
        is_whole = _overlaps(taken, cell, one.start, one.end)
        if hint and one.is_valid and not is_whole and one.start < len(cell.text) < one.end:
            end, shown = len(cell.text), one.shown
            words = cell.words_of(one.start, end)
            words += below[0][0].words_of(0, one.end - end - 1)
            return Found("vat", one.value, True, cell, words, one.start, end, hint, shown=shown)
    return None


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
    for cell, hint, value, start in labelled(sheet, VAT_KEYS):
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


def _overlaps(taken: dict[Cell, list[tuple[int, int]]], cell: Cell, start: int, end: int) -> bool:
    return any(start < last and first < end for first, last in taken.get(cell, ()))


_TAX = re.compile(
    r"^[\s:.#(-]{0,6}(\d{2,5} ?/ ?\d{3,5}(?: ?/ ?\d{4,5})?|\d{10,13}|\d{2,3} \d{3} \d{5})(?![\w/])"
)


def tax_numbers_in(sheet: Sheet) -> Iterator[Found]:
    """Yield the national tax numbers of a page that are labelled as such (BT-32)."""
    for _, hint, value, start in labelled(sheet, frozenset({"tax-number"})):
        found = _TAX.match(value.text[start:])
        if found:
            begin, end = start + found.start(1), start + found.end(1)
            words = value.words_of(begin, end)
            yield Found("tax", found[1].replace(" ", ""), False, value, words, begin, end, hint)
