"""Payment terms in words: `payable within 30 days`, `30 jours fin de mois`. The day that they make due
is counted from the issue date and printed nowhere."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ingestd.extraction.dates import PrintedDate, flat
from ingestd.extraction.page import Page
from ingestd.extraction.references._outline import Line, Outline
from ingestd.model import Word

MOST = 4
_LONGEST_DAYS = 180
_DAYS = re.compile(
    r"(?<![\w.,/])(\d{1,3}) ?(?:calendar |kalender|net |working )?"
    r"(days?|tage?n?|jours?|jrs|dagen|dag|dias?|giorni|gg)(?![\w])(?P<behind>.{0,30})"
)
_NET_DAYS = re.compile(r"\bnet ?(7|10|14|15|20|21|28|30|45|60|90)\b(?![.,]\d| ?[%€£$]| eur)")
"""Terms without the word for days, as English programs print them: `Net 30`."""
_PAY = re.compile(
    r"\b(pay\w*|due|terms|net|netto|zahl\w*|fallig\w*|begleichen|uberweis\w*|paiement|regl\w+|payable"
    r"|payer|echeance|betal\w*|betaal\w*|voldoen|vervalt|pag[oaeu]\w*|vencimiento|vence"
    r"|scadenza|bonifico|virement|abon[ae]\w*|liquida\w*|sald\w+|versa\w*|acquitter|settle\w*|remit\w*|transfer\w*|transferencia|overma\w+"
    r"|over te maken|verser|versement|stort\w*|incass\w*)\b"
)
_DISCOUNT = re.compile(
    r"skonto|discount|escompte|korting|descuento|sconto|\d ?%|rabatt|abzug (?:von|innerhalb)"
)
_TAKEN_OFF = re.compile(
    r"skonto|discount|escompte|korting|descuento|sconto|pronto pago|\bsave \d|\bdeduct(?!ion)"
)
_RECEIVED = re.compile(
    r"received|eingang|eingegangen|berucksichtigt|recus|enregistre|ontvangen|ricevuti|recibidos"
)
_NO_DISCOUNT = re.compile(
    r"\b(?:pas d.|sans|aucun|no|without|ohne|kein\w*|zonder|geen|sin|senza|nessuno?"
    r"|ne donne\w* pas lieu a) ?(?:\w+ )?(?:skonto|discount|escompte|korting|descuento|sconto)"
    r"|escompte ?:? ?(?:neant|0)"
)
_PENALTY = re.compile(
    r"late|overdue|verzug|mahn|retard|penalit|interest|zinsen|reminder|herinnering|ritardo|mora|demora"
    r"|return|retour|ruckgabe|garanti|widerruf|reklam|complain|notice|kundig|dispute|contest|objection"
    r"|apres (?:la )?date d.?echeance|after the due|nach falligkeit"
)
_MONTH_END = re.compile(
    r"fin (?:de|du) mois|end of (?:the )?month|\beom\b|monatsende|einde (?:van de )?maand|fin de mes"
    r"|fine mese|\bf\.?m\.?(?!\w)|d\.?f\.?f\.?m"
)
_CLAUSE = re.compile(r"[;,](?!\d)|(?<!abzgl)(?<!zzgl)(?<!inkl)\. |\t")
_SENTENCE_END = re.compile(r"\.(?: [^\W\d_]|$)")
_OPEN_WORDS = 2
_NET = re.compile(
    r"\b(?:netto|net|ohne (?:jeden )?(?:abzug|skonto)|neto|netta|sans escompte|zonder (?:aftrek|korting)"
    r"|without (?:deduction|discount)|sin descuento|senza sconto)\b"
)
BEFORE = re.compile(
    r"\b(?:by|before|until|later than|latest(?: on| by)?|au plus tard|avant|jusqu.au|d.ici"
    r"|bis(?: zum)?|spatestens(?: am| zum| bis)?|voor|uiterlijk(?: op)?|ten laatste(?: op)?|tegen"
    r"|tot|(?:^|(?:payer|regler) (?:[\w.,€]+ ){0,3})pour(?= le)"
    r"|antes (?:del?|de)|hasta|tardar|maximo|entro|oltre)"
    r"(?: (?:the|le|au|den|zum|op|el|il|del|al|la data del|dia|date du|the date))? ?:? ?$"
)
"""What stands right before the day until which one may pay."""
AFTER = re.compile(
    r",? ?(?:au plus tard|at the latest|uiterlijk|ten laatste|op zijn laatst|a mas tardar|como maximo"
    r"|al piu tardi)\b"
)
"""What stands right behind it."""
_SENTENCE_ROWS, _SAID = 2, 120
_BOX_ROWS, _BOX_POINTS, _SAME_LEFT = 6, 60.0, 3.0


@dataclass(frozen=True, slots=True)
class Terms:
    """So many days after the issue date, to the end of that month where `to_month_end`."""

    days: int
    to_month_end: bool
    page: Page
    words: tuple[Word, ...]

    def due(self, issued: date) -> date:
        """Return the day that these terms make due."""
        day = issued + timedelta(days=self.days)
        return day.replace(day=monthrange(day.year, day.month)[1]) if self.to_month_end else day


def speaks_of_paying(outline: Outline, line: Line) -> bool:
    """Tell whether a line, or its sentence before it, is about paying, and not with a discount, too late
    or about what was received."""
    plain = flat(line.text)
    if any(one.search(plain) for one in (_DISCOUNT, _PENALTY, _RECEIVED)):
        return False
    return bool(_PAY.search(plain) or _PAY.search(flat(_said_above(outline, line))))


def is_in_box(outline: Outline, line: Line, printed: PrintedDate) -> bool:
    """Tell whether a cell that is a last day only stands in a column under one that speaks of paying:
    `Amount to pay` / `100.00` / `before 4 May 2026`."""
    first = line.cell_start(line.word_at(printed.start))
    start, end = _cell_of(line, printed)
    before, behind = flat(line.text[start : printed.start]), flat(line.text[printed.end : end])
    if not BEFORE.match(before) or behind.strip(" ."):
        return False
    top, left = line.words[first].top, line.words[first].left
    return any(
        abs(above.words[place].left - left) < _SAME_LEFT
        and top - above.words[place].top < _BOX_POINTS
        and _PAY.search(flat(" ".join(w.text for w in above.words[place : above.cell_end(place)])))
        for above in outline.lines[max(0, line.number - _BOX_ROWS) : line.number]
        for place in above.cell_starts()
    )


def _said_above(outline: Outline, line: Line) -> str:
    """Return what the rows before a line say: the next one, and of the one before it what belongs to
    the same sentence."""
    rows = [
        one.text[-_SAID:]
        for one in outline.lines[max(0, line.number - _SENTENCE_ROWS) : line.number]
    ]
    while len(rows) > 1 and _SENTENCE_END.search(rows[-1]):
        rows.pop(0)
    return " ".join(rows)


def is_of_discount(outline: Outline, line: Line, printed: PrintedDate) -> bool:
    """Tell whether a date ends a discount: one is spoken of in its clause. Of several days in a clause
    the first of the calendar does, the discount ends before all is due."""
    start, end = _cell_of(line, printed)
    clause = _clause(outline, line, printed)
    if not _TAKEN_OFF.search(clause) or _NO_DISCOUNT.search(clause):
        return False
    near = [
        one.day for one in line.dates if start <= one.start and (end is None or one.start < end)
    ]
    return printed.day == min(near) or len(near) > 2


@lru_cache(maxsize=256)
def _speaks_of_discount(text: str) -> bool:
    return _TAKEN_OFF.search(flat(text)) is not None


def is_after_discount(outline: Outline, line: Line, printed: PrintedDate) -> bool:
    """Tell whether all is due without a discount until this day: the last one of those around it, and
    its clause says so: `bis 12.3. mit 3 % Skonto, bis 4.4. rein netto`."""
    near = outline.lines[max(0, line.number - 1) : line.number + 2]
    if not any(_speaks_of_discount(one.text) for one in near):
        return False
    clause = _clause(outline, line, printed)
    is_net = bool(_NET.search(clause)) and (
        not _TAKEN_OFF.search(clause) or bool(_NO_DISCOUNT.search(clause))
    )
    days = [one.day for other in near for one in other.dates]
    has_terms = min(days) < printed.day or any(_DAYS.search(flat(one.text)) for one in near)
    return is_net and max(days) == printed.day and has_terms


def _cell_of(line: Line, printed: PrintedDate) -> tuple[int, int | None]:
    """Return where in the text of a line the cell of a date begins and ends."""
    first = line.cell_start(line.word_at(printed.start))
    last = line.cell_end(first)
    return line.starts[first], line.starts[last] if last < len(line.starts) else None


def _clause(outline: Outline, line: Line, printed: PrintedDate) -> str:
    """Return what is said of a date: its clause before and behind, that may begin in the row before or
    go on in the next one."""
    start, end = _cell_of(line, printed)
    before, behind = flat(line.text[start : printed.start]), flat(line.text[printed.end : end])
    if not _CLAUSE.search(before) and not line.text[start : start + 1].isupper():
        before = f"{_cell_above(outline, line, line.word_at(start))} {before}"
    if len(behind.split()) <= _OPEN_WORDS:
        behind += " " + _row_behind(outline, line, is_open=bool(behind.strip(" .")))
    return f"{_CLAUSE.split(before)[-1]} | {_CLAUSE.split(behind)[0]}"


def _row_behind(outline: Outline, line: Line, is_open: bool = False) -> str:
    """Return how the next row begins, where a sentence goes on there: one that `is_open` does."""
    if line.number + 1 >= len(outline.lines):
        return ""
    below = outline.lines[line.number + 1].text[:40]
    return flat(below) if is_open or not below[:1].isupper() else ""


def _cell_above(outline: Outline, line: Line, place: int) -> str:
    """Return the text right above a cell that begins at word `place`, where its sentence goes on."""
    above = outline.lines[line.number - 1] if line.number else line
    if above is line or above.dates:
        return ""
    for first in above.cell_starts():
        text = " ".join(one.text for one in above.words[first : above.cell_end(first)])
        is_over = abs(above.words[first].left - line.words[place].left) < _SAME_LEFT
        if is_over and not text.endswith((".", ":")):
            return flat(text)
    return ""


def terms_of(outlines: Sequence[Outline]) -> tuple[Terms, ...]:
    """Return the payment terms of the pages; not those of a discount, a delay or a return."""
    found: list[Terms] = []
    for outline in outlines:
        before = ""
        for line in outline.lines:
            plain = flat(line.text)
            if any(one.isdigit() for one in plain) and len(found) < MOST:
                found.extend(_of_line(outline, line, plain, before))
            before = plain
    return tuple(found[:MOST])


def _of_line(outline: Outline, line: Line, plain: str, before: str) -> list[Terms]:
    found = []
    if match := _NET_DAYS.search(plain):
        words = line.words[line.word_at(match.start()) : line.word_at(match.end() - 1) + 1]
        found.append(Terms(int(match[1]), False, outline.page, words))
    for match in _DAYS.finditer(plain):
        days = int(match[1])
        start = max((cut.end() for cut in _CLAUSE.finditer(plain, 0, match.start())), default=0)
        goes_on = _row_behind(outline, line) if match.end() == len(plain) else ""
        behind = _CLAUSE.split(f"{match['behind']} {goes_on}")[0]
        clause = plain[start : match.end(2)] + behind
        context = f"{before[-80:]} {plain[:start]} {clause}"
        if days > _LONGEST_DAYS or _DISCOUNT.search(clause) or _PENALTY.search(clause):
            continue
        if not _PAY.search(context):
            continue
        to_end = bool(_MONTH_END.search(clause))
        words = line.words[line.word_at(match.start()) : line.word_at(match.end(2) - 1) + 1]
        found.append(Terms(days, to_end, outline.page, words))
    return found
