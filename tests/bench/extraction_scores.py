"""Right or wrong: what was read beside what is true, field by field; and sums of that."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ingestd.model import SURE, Invoice, InvoiceLine, VatBreakdown
from tests.bench.extraction_samples import FIELDS, Sample
from tests.documents.pages import Either

_IDENTIFIERS = re.compile(r"identifier")
_CENT = Decimal("0.005")


@dataclass(frozen=True)
class Answer:
    """What was read for one field of one document. `truth` is None where the page has no such field,
    `given` None where nothing was read."""

    sample: Sample
    field: str
    truth: object | None
    given: object | None
    confidence: float
    is_right: bool
    language: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it was given as read, not as a suggestion."""
        return self.given is not None and self.confidence >= SURE


@dataclass
class Score:
    """Sums over answers: of how many the truth is known, how many were given and right, and the same
    of those that were given as sure."""

    known: int = 0
    given: int = 0
    right: int = 0
    sure: int = 0
    sure_right: int = 0
    wrong: list[Answer] = field(default_factory=list, repr=False)

    def add(self, answer: Answer) -> None:
        """Count one answer in."""
        self.known += answer.truth is not None
        self.given += answer.given is not None and answer.truth is not None
        self.right += answer.is_right and answer.truth is not None
        self.sure += answer.is_sure
        self.sure_right += answer.is_sure and answer.is_right
        if not answer.is_right:
            self.wrong.append(answer)

    @property
    def accuracy(self) -> float | None:
        """Right of all whose truth is known; None without any."""
        return self.right / self.known if self.known else None

    @property
    def coverage(self) -> float | None:
        """Given, sure or not, of all whose truth is known."""
        return self.given / self.known if self.known else None

    @property
    def precision(self) -> float | None:
        """Right of those that were given as sure."""
        return self.sure_right / self.sure if self.sure else None


def answers(
    sample: Sample, read: Mapping[str, object], sure: Mapping[str, float]
) -> Iterator[Answer]:
    """Yield what was read of a document beside its truth. `sure` has each field's confidence."""
    for name, truth in sample.truth.items():
        given = read.get(name)
        right = is_same(name, truth, given)
        if given is None and right:
            continue  # neither there nor seen
        yield Answer(sample, name, truth, given, sure.get(name, 0.0), right, sample.language)


def of_invoice(invoice: Invoice) -> tuple[dict[str, object], dict[str, float]]:
    """Return an invoice's fields, and their confidence where its page was read."""
    read = {name: getattr(invoice, name) for name in FIELDS}
    given = {name: value for name, value in read.items() if value not in (None, (), "")}
    return given, {name: source.confidence for name, source in invoice.sources.items()}


def total(found: Iterable[Answer]) -> dict[str, Score]:
    """Return the score of each field, in the order of the fields."""
    scores: dict[str, Score] = {}
    for answer in found:
        scores.setdefault(answer.field, Score()).add(answer)
    return {name: scores[name] for name in FIELDS if name in scores}


def is_same(name: str, truth: object, given: object) -> bool:
    """Tell whether a value is the true one: amounts by value, dates as dates, identifiers without
    spaces and punctuation, names without regard to case and space."""
    if isinstance(truth, Either):
        return any(is_same(name, one, given) for one in truth.answers)
    if truth is None or given is None:
        return truth is given
    if name == "vat_breakdown":
        return _rates(truth) == _rates(given)
    if name == "lines":
        return _lines(truth) == _lines(given)
    if name == "seller_legal_registration_identifier":
        return _is_same_company(_letters(str(truth)), _letters(str(given)))
    if isinstance(truth, Decimal):
        return isinstance(given, Decimal) and abs(truth - given) < _CENT
    return _plain(name, truth) == _plain(name, given)


def _is_same_company(one: str, other: str) -> bool:
    """Tell whether two register numbers are of one company: the same, one with its register named
    (`HRB 1234`), or a French company (nine digits) and an establishment of it (fourteen)."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 9 and len(longer) == 14 and longer.isdigit():
        return longer.startswith(shorter)
    digits = (re.sub(r"\D", "", text) for text in (shorter, longer))
    return longer.endswith(shorter) and len(set(digits)) == 1


def _plain(name: str, value: object) -> object:
    if isinstance(value, tuple | list | frozenset | set):
        return frozenset(_letters(str(one)) for one in value)
    if not isinstance(value, str):
        return value
    if name.endswith("_name"):
        return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    if name == "number" or not _IDENTIFIERS.search(name):
        return re.sub(r"\s+", "", value).casefold()
    return _letters(value)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _rates(value: object) -> frozenset[tuple[str, str]]:
    """Return rate and VAT of each row that has any: what pages show of rows without is not one thing."""
    rows = [one for one in _rows(value) if isinstance(one, VatBreakdown)]
    return frozenset(
        (_number(one.category_rate), _number(one.tax_amount)) for one in rows if one.tax_amount
    )


def _lines(value: object) -> tuple[str, ...]:
    rows = [one for one in _rows(value) if isinstance(one, InvoiceLine)]
    return tuple(_number(one.net_amount) for one in rows)


def _rows(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else ()


def _number(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
