"""The reason catalogue: every code that can hold, stop, ignore or refuse, with its texts.

The rows are data (`reasons.csv` beside this file): a new reason is one new row. Codes are never
renamed or reused.
"""

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from ingestd.model import Bilingual, Finding, Outcome, Reason, Weight

LANGUAGES = ("en", "fr")
UNWAIVABLE = frozenset({"virus-found", "scan-inconclusive", "scan-pending"})
"""Security: no configuration makes these lighter and no release waives them (DESIGN section 5)."""

THE_MAIL = Bilingual("the e-mail", "l'e-mail")
"""What is meant where a text names a file, and no file is at fault."""

_ORDER = tuple(Weight)


def _load() -> Mapping[str, Reason]:
    text = files(__package__).joinpath("reasons.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    reasons = [Reason(weight=Weight(row.pop("weight")), **row) for row in rows]
    return MappingProxyType({reason.code: reason for reason in reasons})


CATALOGUE: Mapping[str, Reason] = _load()


class _Holes(dict[str, str]):
    """Fills `{holes}`; one that nobody filled shows as an ellipsis rather than as an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def say(text: str | Bilingual, lang: str) -> str:
    """Return `text` in `lang` ("en" or "fr"); a plain string is the same in both."""
    return text if isinstance(text, str) else str(getattr(text, lang))


def text(finding: Finding, lang: str) -> str:
    """Return the catalogue's sentence for `finding` in `lang`, its holes filled.

    Raises KeyError for a code that the catalogue lacks.
    """
    holes = _Holes({key: say(value, lang) for key, value in finding.values.items()})
    if finding.detail:
        holes["detail"] = say(finding.detail, lang)
    template: str = getattr(CATALOGUE[finding.reason], lang)
    return template.format_map(holes)


def reply(code: str, **values: str) -> str:
    """Return the SMTP reply line for a `door` reason, in English (RFC 5321 section 4.2, RFC 3463)."""
    return f"{CATALOGUE[code].smtp_reply} {text(Finding(code, values=values), 'en')}"


def weigh(finding: Finding, weights: Mapping[str, Weight]) -> Weight:
    """Return the weight of `finding`: the configured one, else its own, else the catalogue's."""
    own = finding.weight or CATALOGUE[finding.reason].weight
    if finding.reason in UNWAIVABLE:
        return own
    return weights.get(finding.reason, own)


def heaviest(weights: list[Weight]) -> Weight:
    """Return the heaviest of `weights`, `NOTE` for none."""
    return max(weights, key=_ORDER.index, default=Weight.NOTE)


def outcome(weights: list[Weight]) -> Outcome:
    """Return what the heaviest of `weights` does to a document."""
    worst = heaviest(weights)
    if worst in (Weight.HOLD, Weight.STOP):
        return Outcome.HELD
    return Outcome.IGNORED if worst is Weight.IGNORE else Outcome.FILED
