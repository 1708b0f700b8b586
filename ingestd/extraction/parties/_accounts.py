"""Account numbers (IBAN, ISO 13616) and the codes of banks (BIC, ISO 9362) as they stand on pages: in
groups of four over several words, and over the end of a line."""

import re
from collections.abc import Container, Iterator, Sequence

from stdnum import bic

from ingestd.accounts import banks_of, iban_length, normalise_iban
from ingestd.extraction.page import CLEAR, clearness
from ingestd.extraction.parties._cells import Cell, Sheet
from ingestd.extraction.parties._found import Found, hint_before
from ingestd.extraction.parties._repairs import repaired, repaired_code
from ingestd.identifiers import InvalidIdentifier

_START = re.compile(
    r"(?:(?<![A-Z0-9])|(?<=IBAN)|(?<=[a-z]))([A-Z]{2}[\dOIlSB]{2})(?=[\s.\-]?[A-Z\dOl])"
)
_SEPARATORS = " .-\u00a0\u202f\u2011_"
_BIC = re.compile(r"(?<![A-Za-z\d])[A-Z]{4} ?[A-Z]{2} ?[A-Z\d]{2}(?: ?[A-Z\d]{3})?(?![A-Za-z\d])")
_BIC_AS_READ = re.compile(_BIC.pattern + r"|(?<![A-Za-z\d])[A-Z\d]{8}(?:[A-Z\d]{3})?(?![A-Za-z\d])")
KEYS = frozenset({"iban", "debit-account"})
_BANK = re.compile(r"\W{0,3}\([^()\d]{2,40}[,:]\s*")
"""Between an account and its code in brackets, where the bank is named: `ES.. (Banco, BSABESBB)`."""
_MOST = 40
_REPAIRS = 80
"""So often a page's accounts are repaired; each costs a tenth of a millisecond."""
_NEAR = 6
"""Characters between an account and its bank's code: `DE... (NOLADE21BRS)`."""


def ibans_in(sheet: Sheet) -> Iterator[Found]:
    """Yield the account numbers of a page, also such whose check digits are wrong."""
    count, repairs = 0, iter(range(_REPAIRS))
    for cell in sheet.cells:
        place = 0
        for start in _START.finditer(cell.text):
            if start.start(1) < place or count > _MOST:
                continue
            found = _read(sheet, cell, start.start(1), repairs)
            if found:
                place = found.end
                count += 1
                yield found


def _read(sheet: Sheet, cell: Cell, start: int, repairs: Iterator[int]) -> Found | None:
    length = iban_length(cell.text[start : start + 2])
    if not length:
        return None
    doubtful = None
    for follower in (
        None,
        sheet.right_of(cell, 0.15),
        sheet.below(cell, 1.8),
        _next_row(sheet, cell),
    ):
        tail = f"{cell.text} {follower.text}" if follower else cell.text
        if not follower and doubtful is None and len(tail) - start < length:
            continue
        found = _taken(tail, start, length)
        if not found:
            continue
        squeezed, end = found
        words = cell.words_of(start, min(end, len(cell.text)))
        if follower and end > len(cell.text):
            words += follower.words_of(0, end - len(cell.text) - 1)
        hint = hint_before(sheet, cell, start, KEYS | {"bic"})
        one = _judged(squeezed, repairs)
        made = Found("iban", one[0], one[1], cell, words, start, end, hint, one[2])
        if one[1]:
            return made
        doubtful = doubtful or (None if follower else made)
    is_labelled = doubtful is not None and doubtful.hint is not None
    return doubtful if is_labelled else None


def _next_row(sheet: Sheet, cell: Cell) -> Cell | None:
    """Return the first cell of the next row, where a broken line goes on."""
    following = sheet.rows[cell.row + 1 : cell.row + 2]
    return following[0][0] if following and cell.column + 1 == len(sheet.rows[cell.row]) else None


def _taken(text: str, start: int, length: int) -> tuple[str, int] | None:
    """Return `length` letters and digits from `start` on and where they end; None where they do not end
    with a word, or too much stands between."""
    taken, place, skipped = 0, start, 0
    while place < len(text) and taken < length:
        letter = text[place]
        place += 1
        if letter in _SEPARATORS:
            skipped += 1
            if skipped > 2:
                return None
        elif letter.isascii() and letter.isalnum():
            taken, skipped = taken + 1, 0
        else:
            return None
    if taken < length:
        return None
    goes_on = place < len(text) and text[place].isalnum() and text[place - 1].isalnum()
    if goes_on and text[place : place + 3].upper() not in ("BIC", "SWI"):
        return None
    return "".join(one for one in text[start:place] if one not in _SEPARATORS), place


def _judged(squeezed: str, repairs: Iterator[int]) -> tuple[str, bool, bool]:
    """Return an account's spelling, whether its check digits fit, and whether it was repaired for that,
    as often as there are `repairs` left on the page."""
    upper = squeezed.upper()
    try:
        return normalise_iban(upper), True, False
    except InvalidIdentifier:
        account = repaired(upper) if next(repairs, None) is not None else None
    return (account, True, True) if account else (upper, False, False)


def bics_in(sheet: Sheet, accounts: Sequence[Found]) -> Iterator[Found]:
    """Yield the bank codes of a page that are labelled as such, name the bank of one of its `accounts`,
    or stand right behind one."""
    codes = {code for one in accounts if one.is_valid for code in banks_of(one.value)}
    banks = {code[:8] for code in codes}
    count = 0
    pattern = _BIC_AS_READ if banks and sheet.page.origin == "ocr" else _BIC
    for cell in sheet.cells:
        for found in pattern.finditer(cell.text):
            read_as = _without_next_word(found[0], codes)
            squeezed = repaired_code(read_as, banks) if pattern is _BIC_AS_READ else read_as
            if count > _MOST or not bic.is_valid(squeezed):
                continue
            hint = hint_before(sheet, cell, found.start(), KEYS | {"bic"})
            hint = hint if hint and "bic" in hint.keys else None
            is_bank = squeezed[:8] in banks
            if hint or is_bank or _is_behind(accounts, cell, found.start(), squeezed[4:6]):
                count += 1
                end = found.end() - (4 if len(squeezed) == 8 and found[0][-4] == " " else 0)
                start, words = found.start(), cell.words_of(found.start(), end)
                is_repaired = squeezed != read_as
                yield Found("bic", squeezed, True, cell, words, start, end, hint, is_repaired)


def _without_next_word(written: str, codes: Container[str]) -> str:
    """Return a bank code without spaces, and without a short word behind it: `ABNANL2A BTW`."""
    squeezed = written.replace(" ", "")
    is_apart = written.count(" ") == 1 and written[-4] == " " and written[-3:].isalpha()
    is_branch = squeezed in codes or squeezed.endswith("XXX")
    return squeezed[:8] if is_apart and not is_branch else squeezed


def _is_behind(accounts: Sequence[Found], cell: Cell, start: int, country: str) -> bool:
    """Tell whether a place is right behind an account of a country, with no other word between, also
    in brackets in the next line."""
    for one in accounts:
        if one.value[:2] != country:
            continue
        between = cell.text[one.end : start] if one.cell is cell else None
        if one.cell.row + 1 == cell.row and one.cell.page is cell.page and cell.text[0] == "(":
            between = one.cell.text[one.end :] + " " + cell.text[:start]
        if between and len(between) < _NEAR and not any(map(str.isalnum, between)):
            return True
        if between and _BANK.fullmatch(between):
            return True
    return False


def nearest(code: Found, accounts: Sequence[Found]) -> Found | None:
    """Return the account of the same page that a bank's code stands nearest to."""
    return min(
        (one for one in accounts if one.cell.page is code.cell.page),
        key=lambda one: (
            abs(one.cell.row - code.cell.row),
            abs(one.cell.left - code.cell.left),
            abs(one.start - code.start),
        ),
        default=None,
    )


def names_bank_of(code: str, accounts: Sequence[str]) -> bool:
    """Tell whether the bank of one of these accounts has a bank code, whatever its branch."""
    return any(code[:8] == own[:8] for account in accounts for own in banks_of(account))


def is_bank_of(one: Found, accounts: Sequence[str]) -> bool:
    """Tell whether a bank code fits one of these accounts: by its country, and by the bank that some
    accounts name where recognition doubts the code, which has no check digits."""
    if one.cell.page.origin == "ocr" and clearness(one.words) < CLEAR:
        return any(one.value[:6] == iban[4:8] + iban[:2] for iban in accounts)
    return any(one.value[4:6] == iban[:2] for iban in accounts)
