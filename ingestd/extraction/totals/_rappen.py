"""Swiss totals: no coin is less than five Rappen, and many a total is rounded to that without a word."""

from decimal import Decimal

from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._roles import Candidate, Role

COIN = Decimal("0.05")
"""The least one, in francs."""
_MOST = Decimal("0.02")
_LABELLED = 1.5


def rounded(found: Found, gross: Decimal) -> Candidate | None:
    """Return the labelled total that a gross total is when rounded to five Rappen; None where the page is
    not in Swiss money, prints the gross total itself, or says what was rounded."""
    if not found.is_swiss or gross in found.printed or any(found.of(Role.ROUNDING)):
        return None
    return next(
        (
            one
            for value, one in found.of(Role.GROSS).items()
            if one.weight >= _LABELLED and abs(value - gross) <= _MOST and not value % COIN
        ),
        None,
    )
