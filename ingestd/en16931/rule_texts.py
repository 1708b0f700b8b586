"""One plain sentence for each of the rules that invoices break most, in both languages.

The official texts are written for programmers (and the German ones in German only); a supplier is told
both. A rule without a sentence here is told in its official words alone.
"""

import csv
import pkgutil
from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

from ingestd.model import Bilingual


def _load() -> Mapping[str, Bilingual]:
    packaged = pkgutil.get_data(__package__, "rule_texts.csv") or b""
    rows = csv.DictReader(packaged.decode("utf-8").splitlines())
    return MappingProxyType({row["rule"]: Bilingual(row["en"], row["fr"]) for row in rows})


SENTENCES: Mapping[str, Bilingual] = _load()
"""Official rule id -> what it means; an id with `*` or `[` stands for a family of rules that say the
same of other fields (`UBL-CR-*`, as a pattern of fnmatch)."""

_FAMILIES = tuple(rule for rule in SENTENCES if set(rule) & set("*["))


def sentence(rule: str | None) -> Bilingual | None:
    """Return the plain sentence for an official rule id (`BR-CO-15`), or None where there is none."""
    if not rule:
        return None
    if rule in SENTENCES:
        return SENTENCES[rule]
    family = next((one for one in _FAMILIES if fnmatchcase(rule, one)), "")
    return SENTENCES.get(family)
