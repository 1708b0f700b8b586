"""Totals of which recognition took one figure for another: the others tell what it was."""

from decimal import Decimal

from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._roles import Candidate, Role

_LABELLED = 1.5


def misread(found: Found, role: Role, value: Decimal) -> Candidate | None:
    """Return the recognised amount with a label of this role that is `value` but for one figure, or for
    its sign or its decimal point; None where there is none."""
    figures = f"{abs(value):.2f}"
    for one in found.of(role).values():
        if one.page.origin == "ocr" and one.weight >= _LABELLED and one.value:
            read = f"{abs(one.value):.2f}"
            if read == figures or _is_near(read, figures) or abs(one.value) == 100 * abs(value):
                return one
    return None


def _is_near(one: str, other: str) -> bool:
    """Tell whether two numbers differ in one figure, or one of them has lost its first."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    shorter, longer = sorted((one, other), key=len)
    return len(longer) == len(shorter) + 1 and longer.endswith(shorter)
