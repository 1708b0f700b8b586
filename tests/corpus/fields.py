"""The fields of the corpus' electronic invoices beside the truth of the manifest."""

from collections.abc import Iterator

from ingestd.model import Invoice
from tests.corpus.conftest import CorpusFile, read_all

TRUTH = {
    "invoice_number": "number",
    "issue_date": "issue_date",
    "doc_type": "type_code",
    "currency": "currency_code",
    "profile_id": "specification_identifier",
    "seller_name": "seller_name",
    "seller_vat": "seller_vat_identifier",
    "seller_taxno": "seller_tax_registration_identifier",
    "seller_country": "seller_country_code",
    "buyer_name": "buyer_name",
    "buyer_vat": "buyer_vat_identifier",
    "buyer_country": "buyer_country_code",
    "total_without_vat": "total_amount_without_vat",
    "total_vat": "total_vat_amount",
    "total_with_vat": "total_amount_with_vat",
    "due_payable": "amount_due_for_payment",
}
"""Column of the manifest -> field of the model."""

ELSEWHERE = ("national", "not-invoice", "malformed", "pdf-plain", "pdf-synthetic")
DRAFT_ZUGFERD = "MustangGnuaccountingBeispielRE-20140522_501.pdf"
"""Valid by its folder upstream, but its XML is of a 2013 draft that nothing reads."""


def invoices(file: CorpusFile) -> list[Invoice]:
    """Return the invoices that are read of a file."""
    return [found for found in read_all(file.content) if isinstance(found, Invoice)]


def electronic(files: list[CorpusFile], *expected: str) -> list[CorpusFile]:
    """Return the electronic invoices that the manifest expects something of."""
    return [
        file
        for file in files
        if file.expected in expected
        and file.path.split("/")[1] not in ELSEWHERE
        and not file.path.endswith(DRAFT_ZUGFERD)
    ]


def differences(file: CorpusFile, invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    """Yield each field that is not as in the manifest: its name, the truth, and what was read."""
    for column, field in TRUTH.items():
        value = getattr(invoice, field)
        read = "" if value is None else str(value)
        written = file.truth[column]
        if column == "issue_date":
            written = written[:10]  # two files have a time zone behind the day
        if read != written:
            yield field, written, read
    if str(len(invoice.lines)) != (file.truth["lines"] or "0"):
        yield "lines", file.truth["lines"], str(len(invoice.lines))


def nearest(file: CorpusFile) -> list[tuple[str, str, str]]:
    """Return what differs: field, in the manifest, as read. One PDF carries the same invoice in
    ZUGFeRD 1 and 2, and the manifest has the first of them."""
    found = invoices(file)
    if len({(each.number, each.total_amount_with_vat) for each in found}) != 1:
        return [("invoices", "1", str(len(found)))]
    return min((list(differences(file, each)) for each in found), key=len)
