"""What the invoice claims to be (BT-24): a specification we know, and one that is a full invoice."""

from collections.abc import Iterator

from ingestd.model import Case, Finding, Format, Invoice, Profile

_BOOKING_AIDS = (Profile.MINIMUM, Profile.BASIC_WL)
_ACCEPTED_IN = {"FR": _BOOKING_AIDS}
"""Where a profile without lines may accompany the PDF that is the invoice: Factur-X 1.0 allows
MINIMUM and BASIC WL in France only; elsewhere they are a booking aid (in Germany by the letter of the
finance ministry of 15 October 2024)."""
_NAMES = {Profile.MINIMUM: "MINIMUM", Profile.BASIC_WL: "BASIC WL"}
_JUDGED = (Format.UBL, Format.CII, Format.FACTUR_X, Format.XRECHNUNG)


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `profile-unknown` for a specification identifier we do not know, `profile-incomplete` for
    a profile that is no full invoice in the buyer's country (BT-55)."""
    claimed = invoice.specification_identifier
    values = {"number": invoice.number or "?"}
    if invoice.format in _JUDGED and claimed and invoice.profile is None:
        yield Finding("profile-unknown", invoice.part, "BT-24", detail=claimed, values=values)
    if invoice.profile in _BOOKING_AIDS and invoice.profile not in _accepted(invoice, case):
        detail = _NAMES[invoice.profile]
        yield Finding("profile-incomplete", invoice.part, "BT-24", detail=detail, values=values)


def _accepted(invoice: Invoice, case: Case) -> tuple[Profile, ...]:
    company = case.company
    country = (company.country or company.vat[:2]) if company else invoice.buyer_country_code
    return _ACCEPTED_IN.get(country or "", ())
