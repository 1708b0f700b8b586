"""What BT-24 (specification identifier) says: which format, and which of the profiles we tell apart.

Suppliers write the same specification in several ways (`:compliant:` for `#compliant#`, other letter
case, `zugferd.de:2p0` for Factur-X); the marks below are what those ways have in common.
"""

import re

from ingestd.model import Format, Profile

_MARKS = (
    (r"xrechnung", Profile.XRECHNUNG),
    (r"extended-ctc-fr", Profile.EXTENDED_CTC_FR),
    (r"peppol\.eu:2017:poacc:(self)?billing:3", Profile.PEPPOL_BIS_3),
    (r"(factur-x\.eu|zugferd\.de|ferd:.*invoice):\w+:minimum$", Profile.MINIMUM),
    (r"(factur-x\.eu|zugferd\.de|ferd:.*invoice):\w+:basic-?wl$", Profile.BASIC_WL),
    (r"(factur-x\.eu|zugferd\.de|ferd:.*invoice):\w+:basic$", Profile.BASIC),
    (r"(factur-x\.eu|zugferd\.de|ferd:.*invoice):\w+:extended$", Profile.EXTENDED),
    (r"^urn:cen\.eu:en16931:2017", Profile.EN16931),
)
_HYBRID = re.compile(r"factur-x|zugferd")
_XRECHNUNG = re.compile(r"xrechnung")
_VERSION_ONLY = re.compile(r"[\d.]*")


def profile_of(specification: str | None) -> Profile | None:
    """Return the profile that a specification identifier (BT-24) claims, or None for another.

    National CIUSes of EN 16931 that we do not tell apart are `en16931`. COMFORT of ZUGFeRD 1 is
    older than EN 16931 and has no successor of its name: None.
    """
    claimed = (specification or "").strip().lower()
    return next((profile for mark, profile in _MARKS if re.search(mark, claimed)), None)


def format_of(specification: str | None, syntax: Format) -> Format:
    """Return the format of an XML file of `syntax` (`ubl` or `cii`) from its BT-24.

    Factur-X and ZUGFeRD 2 exist in CII only; XRechnung in both.
    """
    claimed = (specification or "").lower()
    if _XRECHNUNG.search(claimed):
        return Format.XRECHNUNG
    if syntax is Format.CII and _HYBRID.search(claimed):
        return Format.FACTUR_X
    return syntax


def names_specification(specification: str | None) -> bool:
    """Tell whether BT-24 names a specification at all; a bare version number (`2.0`) names none."""
    return not _VERSION_ONLY.fullmatch((specification or "").strip())
