"""Is the account to be paid (BT-84) one that can exist? No official rule looks at its check digits."""

import re
from collections.abc import Iterator

from ingestd.identifiers import InvalidIdentifier, normalise_iban
from ingestd.model import Case, Finding, Invoice

_SEPA = ("58", "59")
"""UNTDID 4461: SEPA credit transfer and direct debit, which know no account but an IBAN."""
_LIKE_IBAN = re.compile(r"IBAN|[A-Z]{2}\d\d[A-Z0-9 ]{8,}")
"""What looks like one, or says that it is one (`IBAN9`)."""


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `iban-wrong` for each account that is meant as an IBAN and is none (ISO 13616).

    Accounts of other systems, without country and check digits, are not judged.
    """
    for written in invoice.payment_account_identifiers:
        meant = invoice.payment_means_type_code in _SEPA or _LIKE_IBAN.match(written.upper())
        if not meant:
            continue
        try:
            normalise_iban(written)
        except InvalidIdentifier:
            values = {"number": invoice.number or "?"}
            yield Finding("iban-wrong", invoice.part, "BT-84", detail=written, values=values)
