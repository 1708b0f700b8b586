"""What the extraction bench reads: documents with what is known to be true of them.

Of a hybrid PDF the truth is its XML, and only where the value can be seen on the page; of the others
the corpus' manifest, and of generated pages what they were generated from.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
from stdnum import bic

from ingestd.model import Invoice, VatBreakdown
from tests.bench.plain_text import page_texts
from tests.corpus.conftest import find_corpus, read_all
from tests.corpus.fields import TRUTH
from tests.documents.pages import Made

FIELDS = (
    "number",
    "issue_date",
    "payment_due_date",
    "type_code",
    "currency_code",
    "seller_name",
    "seller_vat_identifier",
    "seller_legal_registration_identifier",
    "buyer_name",
    "buyer_vat_identifier",
    "total_amount_without_vat",
    "total_vat_amount",
    "vat_breakdown",
    "total_amount_with_vat",
    "amount_due_for_payment",
    "payment_account_identifiers",
    "payment_service_provider_identifiers",
    "purchase_order_reference",
    "remittance_information",
    "lines",
)
"""The fields of `model.Invoice` that are read of pages."""

AMOUNTS = frozenset(field for field in FIELDS if "amount" in field)
_SEALED_LAYOUTS = ("synthetic-C", "synthetic-G")
_MANY_PAGES = 20


@dataclass(frozen=True)
class Sample:
    """One document. `truth` has the value of each field that is known, None for a field of which it is
    known that the page has none; what is not in it is unknown. `family` is the kind of layout, `sealed`
    tells that nobody who works on the readers may look at it."""

    name: str
    family: str
    sealed: bool
    content: bytes
    truth: Mapping[str, object]
    is_invoice: bool = True
    language: str = ""
    kind: str = "application/pdf"
    layout: str = ""

    @property
    def is_scan(self) -> bool:
        """Whether there is no text layer, so that text must be recognised."""
        return "dpi" in self.family or self.family.startswith("receipts")


def samples(families: tuple[str, ...] = ()) -> Iterator[Sample]:
    """Yield the corpus' documents whose family begins with one of `families`; all without."""
    corpus = find_corpus()
    if corpus is None:
        return
    stripped = {row["path"]: row for row in _rows(corpus / "STRIPPED.csv")}
    for row in _rows(corpus / "MANIFEST.csv"):
        family = _family(row, stripped)
        if family and (not families or family.startswith(families)):
            yield _sample(corpus, row, stripped.get(row["path"]), family)


def made(documents: Iterable[Made], family: str) -> Iterator[Sample]:
    """Yield documents that we made; pictures have their resolution behind the name of the family."""
    for one in documents:
        yield Sample(
            name=f"{one.family}/{one.name}",
            family=f"{family} {one.dpi} dpi" if one.dpi else family,
            sealed=one.sealed,
            content=one.content,
            truth=one.truth,
            is_invoice=one.paper == "invoice",
            language=one.language,
            kind=one.kind,
            layout=one.family,
        )


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


def _family(row: Mapping[str, str], stripped: Mapping[str, Mapping[str, str]]) -> str:
    path = row["path"]
    if path in stripped:
        real = stripped[path]["layout"] == "invoice-layout"
        return "real" if real else "stylesheet"
    if path.startswith("invoices/pdf-plain/"):
        return "plain"
    if path.startswith("invoices/pdf-synthetic/"):
        return row["layout"]
    if path.startswith("scans/derived/"):
        return "scan"
    if path.startswith("scans/receipts"):
        return "receipts"
    if path.startswith("not-invoice-docs/"):
        return "not an invoice"
    return "not an invoice" if row["category"] == "not-invoice" and path.endswith(".pdf") else ""


def _sample(
    corpus: Path, row: Mapping[str, str], stripped: Mapping[str, str] | None, family: str
) -> Sample:
    path, content = row["path"], (corpus / row["path"]).read_bytes()
    if stripped is not None:
        truth = _of_the_xml(stripped, content)
    elif family == "scan":
        truth = _of_a_scan(corpus, row)
        family = f"scan {_dpi(path, content)} dpi"
    else:
        truth = _of_the_manifest(row, tuple(TRUTH))
    kind = "application/pdf" if path.endswith(".pdf") else "image/" + path.rpartition(".")[2]
    is_invoice = family != "not an invoice"
    return Sample(
        path, family, is_sealed(row), content, truth if is_invoice else {}, is_invoice, kind=kind
    )


def is_sealed(row: Mapping[str, str]) -> bool:
    """Tell whether a file of the corpus is of the half that nobody tunes on: by its issuer, so that
    the layouts of one half are not in the other; receipts and what is no invoice by their names."""
    path = row["path"]
    if row["layout"].startswith("synthetic"):
        return row["layout"] in _SEALED_LAYOUTS
    if path.startswith("invoices/pdf-plain/"):
        return True  # too few to share
    if path.startswith(("scans/receipts", "not-invoice", "invoices/not-invoice")):
        return _odd(path)
    return _odd(row["seller_name"].casefold())


def _odd(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def _of_the_manifest(row: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for column in columns:
        field, written = TRUTH.get(column, ""), row.get(column, "")
        value = _value(field, written) if field in FIELDS and written else None
        if value is not None:
            found[field] = value
    if found.get("type_code") not in (None, "380", "381") or _is_negative_invoice(found):
        del found["type_code"]  # no page tells its many codes apart
    return found


def _is_negative_invoice(found: Mapping[str, object]) -> bool:
    """Tell whether XML calls an invoice (380) what its page, by its sums, does not."""
    total = found.get("total_amount_with_vat")
    return found.get("type_code") == "380" and isinstance(total, Decimal) and total < 0


def _value(field: str, written: str) -> object | None:
    """Return a value of the manifest as the model has it; None for one that is not plain."""
    if field in AMOUNTS:
        return Decimal(written) if re.fullmatch(r"-?\d+(\.\d+)?", written) else None
    if field.endswith("_date"):
        plain = re.match(r"\d{4}-\d\d-\d\d", written)
        return date.fromisoformat(plain[0]) if plain else None
    return written


def _of_the_xml(row: Mapping[str, str], content: bytes) -> dict[str, object]:
    """Return what the XML says and the page shows: by the list that comes with the corpus, and for
    the fields it does not have by looking for them."""
    columns = (*row["visible_fields"].split(";"), "doc_type")
    found = _of_the_manifest(row, columns)
    invoices = [one for one in read_all(content) if isinstance(one, Invoice)]
    if invoices:
        text = "\n".join(page_texts(content, _MANY_PAGES))
        found |= dict(_seen(invoices[0], text, {TRUTH[c] for c in row if c in TRUTH}))
    return found


_NAMES = frozenset({"seller_name", "buyer_name"})


def _seen(invoice: Invoice, text: str, listed: set[str]) -> Iterator[tuple[str, object]]:
    for field in FIELDS:
        value = getattr(invoice, field)
        if not value or (field in listed and field not in _NAMES):
            continue
        if field == "vat_breakdown":
            rows = tuple(one for one in value if one.tax_amount)
            if rows and all(_shows_rate(text, one) for one in rows):
                yield field, rows
        elif field == "lines":
            if all(_shows_amount(text, one.net_amount) for one in value):
                yield field, value
        elif isinstance(value, date):
            if _shows_date(text, value):
                yield field, value
        elif field == "remittance_information" and _squeezed(value) == _squeezed(
            str(invoice.number)
        ):
            continue  # a page that shows its number does not say that it is to be named
        elif _is_none(field, _each(value)):
            continue
        elif all(_squeezed(one) in _squeezed(text) for one in _each(value)):
            yield field, value


def _is_none(field: str, values: tuple[str, ...]) -> bool:
    """Tell whether XML has other words where a name or a bank's code is to stand."""
    if field == "payment_service_provider_identifiers":
        return not all(bic.is_valid(one) for one in values)
    return field in _NAMES and any(":" in one for one in values)


def _each(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _shows_amount(text: str, amount: Decimal | None) -> bool:
    if amount is None:
        return False
    digits = re.sub(r"\D", "", f"{amount:.2f}").lstrip("0") or "0"
    return digits in re.sub(r"[^\d\n]", "", re.sub(r"(?<=\d)[ .,'’](?=\d)", "", text))


def _shows_rate(text: str, row: VatBreakdown) -> bool:
    """Tell whether a page has a rate with its percent sign, and its VAT."""
    if row.category_rate is None or not _shows_amount(text, row.tax_amount):
        return False
    rate = f"{row.category_rate.normalize():f}".replace(".", "[.,]")
    return re.search(rf"(?<![\d.,]){rate}(?:[.,]0+)?\s*%", text) is not None


def _shows_date(text: str, day: date) -> bool:
    numbers = {
        f"{day:{form}}" for form in ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%y")
    }
    numbers |= {
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%Y%m%d}",
    }
    return any(one in text for one in numbers)


def _of_a_scan(corpus: Path, row: Mapping[str, str]) -> dict[str, object]:
    """Return what the scanned pages show: of a document of which the first page was kept only what is
    on that page."""
    found = _of_the_manifest(row, (*row["visible_fields"].split(";"), "doc_type"))
    named = re.search(r"embedded XML of (.+?\.pdf)", row["expected_basis"], re.IGNORECASE)
    if not named or "only page 1" not in row["notes"]:
        return found
    text = page_texts((corpus / named[1]).read_bytes(), 1)[0]
    return {field: value for field, value in found.items() if _is_shown(text, value)}


def _is_shown(text: str, value: object) -> bool:
    if isinstance(value, Decimal):
        return _shows_amount(text, value)
    if isinstance(value, date):
        return _shows_date(text, value)
    return str(value) in ("380", "381", "EUR") or _squeezed(str(value)) in _squeezed(text)


_A4_INCHES = 8.27
_RESOLUTIONS = (100, 150, 200, 300, 400, 600)


def _dpi(path: str, content: bytes) -> int:
    """Return the resolution of a scan of an A4 page, by its shorter side."""
    if path.endswith(".pdf"):
        with pypdfium2.PdfDocument(content) as document:
            pixels = [min(one.get_px_size()) for one in document[0].get_objects() if one.type == 3]
        side = max(pixels, default=0)
    else:
        from PIL import Image

        with Image.open(find_corpus() / path) as picture:
            side = min(picture.size)
    return min(_RESOLUTIONS, key=lambda dpi: abs(dpi - side / _A4_INCHES))
