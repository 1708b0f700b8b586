"""Which official rule sets an invoice is held against: one table of document, profile and countries.

Names are those of the installed rule sets (`ingestd rules list`). A rule set is chosen by what the
invoice claims to be (BT-24), never by what would be kind to it.
"""

import re
from collections.abc import Mapping

from ingestd.model import Invoice, Profile, Syntax, Weight

UBL, CII = Syntax.UBL, Syntax.CII

_EN16931: Mapping[Syntax, tuple[str, ...]] = {UBL: ("en16931-ubl",), CII: ("en16931-cii",)}

CLAIMED: Mapping[tuple[Syntax, Profile], tuple[str, ...]] = {
    (CII, Profile.MINIMUM): ("factur-x-minimum",),
    (CII, Profile.BASIC_WL): ("factur-x-basic-wl",),
    (CII, Profile.BASIC): ("factur-x-basic",),
    (CII, Profile.EXTENDED): ("factur-x-extended",),
    (CII, Profile.EXTENDED_CTC_FR): ("extended-ctc-fr-cii",),
    (UBL, Profile.EXTENDED_CTC_FR): ("extended-ctc-fr-ubl",),
    (CII, Profile.XRECHNUNG): (*_EN16931[CII], "xrechnung-cii"),
    (UBL, Profile.XRECHNUNG): (*_EN16931[UBL], "xrechnung-ubl"),
    (UBL, Profile.PEPPOL_BIS_3): (*_EN16931[UBL], "peppol-ubl"),
}
"""Syntax and profile to rule sets; all others are held against EN 16931 itself. The sheets of the
Factur-X profiles and of EXTENDED-CTC-FR contain the rules of EN 16931 as far as they apply."""

NATIONAL: Mapping[Syntax, tuple[tuple[str, str], ...]] = {
    UBL: (
        ("#conformant#urn:fdc:nen.nl:gaccount:", "nlcius-gaccount-ubl"),
        ("#compliant#urn:fdc:nen.nl:nlcius:", "nlcius-ubl"),
    ),
    CII: (("#compliant#urn:fdc:nen.nl:nlcius:", "nlcius-cii"),),
}
"""What a national specification adds to EN 16931, by what BT-24 holds: the first that it holds. The
Dutch rules are for those who claim NLCIUS; between two Dutch parties nobody asks for more."""

DOMESTIC: Mapping[tuple[Syntax, str], tuple[str, ...]] = {
    (UBL, "FR"): ("br-fr-ubl",),
    (CII, "FR"): ("br-fr-cii",),
}
"""Syntax and country to what is asked of invoices between two parties of that country besides."""

STAND_INS: Mapping[str, str] = {"en16931-cii": "factur-x-en16931"}
"""What takes the place of a rule set that is not installed. The Factur-X sheet has all rules of
EN 16931, and others about what its own profile may contain, which are nobody else's."""

_FRENCH_AND_GRAVE = re.compile(r"BR-FR-(03|CO-07)(_|$)")
"""The rules of the French set that are about the invoice and not about its way through a platform:
an impossible date, and payment due before the invoice."""


def choose(invoice: Invoice) -> tuple[str, ...]:
    """Return the names of the rule sets for an invoice; none for a PDF, a picture or ZUGFeRD 1."""
    syntax = invoice.syntax
    if syntax is None:
        return ()
    claimed = _EN16931[syntax]
    if invoice.profile:
        claimed = CLAIMED.get((syntax, invoice.profile), claimed)
    return (*claimed, *_national(syntax, invoice), *_domestic(syntax, invoice))


def _national(syntax: Syntax, invoice: Invoice) -> tuple[str, ...]:
    claimed = (invoice.specification_identifier or "").lower()
    return tuple(name for mark, name in NATIONAL[syntax] if mark in claimed)[:1]


def _domestic(syntax: Syntax, invoice: Invoice) -> tuple[str, ...]:
    seller = _country(invoice.seller_country_code, invoice.seller_vat_identifier)
    buyer = _country(invoice.buyer_country_code, invoice.buyer_vat_identifier)
    return DOMESTIC.get((syntax, seller), ()) if seller == buyer else ()


def _country(code: str | None, vat: str | None) -> str:
    return (code or (vat or "")[:2]).strip().upper()


def weight(rule_set: str, rule: str, flag: str) -> Weight:
    """Return what a broken rule does to an invoice: fatal rules of EN 16931 and of the profile it
    claims hold it, warnings are noted. The French rules are for the exchange between platforms, which
    a mail is not: they are noted as well, but for those about the invoice itself. A rule without a
    flag (Factur-X code lists) is fatal.
    """
    if flag not in ("fatal", "error", ""):
        return Weight.NOTE
    if rule_set.startswith("br-fr") and not _FRENCH_AND_GRAVE.match(rule):
        return Weight.NOTE
    return Weight.HOLD


def counts_as_stand_in(rule: str) -> bool:
    """Tell whether a rule of a stand-in counts: those of EN 16931 itself do."""
    return rule.startswith("BR-")
