"""VAT in brackets behind the total that holds it: `119,00 € (inkl. 19,00 € MwSt.)`."""

import re
from collections.abc import Iterable

_HOLDS = re.compile(
    r"\(\s*(?:inkl|incl|inbegr|einschl|enth|davon|darin|hiervon|waarvan|dont|compr|ttc dont|of which"
    r"|thereof|contien|conten|di cui|de los)[^()\t\d]{0,30}$",
    re.IGNORECASE,
)
_BETWEEN = 16


def is_included(before: str, behind: str, names: Iterable[str]) -> bool:
    """Tell whether an amount is the VAT that the amount before it holds: by the text between the two, and
    one of the row's names of VAT right behind it, in the same brackets."""
    if not _HOLDS.search(before):
        return False
    near = re.split(r"[()\t]", behind, maxsplit=1)[0]
    return any(0 <= near.find(name) <= _BETWEEN for name in names)
