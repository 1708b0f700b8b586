"""Are the accounts to be paid (BT-84) or debited (BT-91) such as can exist? No rule of EN 16931 looks at
their check digits."""

import re
from collections.abc import Iterator

from ingestd.accounts import normalise_iban
from ingestd.identifiers import InvalidIdentifier
from ingestd.model import Case, Finding, Invoice

_SEPA = ("58", "59")
"""UNTDID 4461: SEPA credit transfer and direct debit, which know no account but an IBAN."""
_LIKE_IBAN = re.compile(r"IBAN|[A-Z]{2}\d\d[A-Z0-9 ]{8,}")
"""What looks like one, or says that it is one (`IBAN9`)."""


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `iban-wrong` for each account that is meant as an IBAN and is none (ISO 13616).

    Accounts of other systems, without country and check digits, are not judged.
    """
    for term, written in _accounts(invoice):
        # The buyer's own account is often masked, so only what looks like an IBAN is meant as one.
        is_sepa = term == "BT-84" and invoice.payment_means_type_code in _SEPA
        if not is_sepa and not _LIKE_IBAN.match(written.upper()):
            continue
        try:
            normalise_iban(written)
        except InvalidIdentifier:
            values = {"number": invoice.number or "?"}
            yield Finding("iban-wrong", invoice.part, term, detail=written, values=values)


def _accounts(invoice: Invoice) -> Iterator[tuple[str, str]]:
    for written in invoice.payment_account_identifiers:
        yield "BT-84", written
    if invoice.debited_account_identifier:
        yield "BT-91", invoice.debited_account_identifier
