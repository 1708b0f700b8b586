"""The official rule sets that apply to an invoice, run by the rule engine.

Its schema was held against it when it was read. Here each broken rule becomes a finding of its own,
with its official id as the term; what it does to the invoice is said in `en16931.rule_sets`.
"""

from collections.abc import Callable, Iterator

from ingestd.en16931 import rule_sets, rule_texts
from ingestd.model import Bilingual, Case, Finding, Invoice, RuleFinding, RuleReport, Weight

Ask = Callable[[bytes, tuple[str, ...]], RuleReport]

_DETAIL_CHARACTERS = 1_500
"""Nearly all official texts are shorter; some have a whole code list in them, or repeat a value."""
_LINES = 5
"""So many invoice lines are named where one rule is broken in several."""


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `rules-broken` for each rule that the invoice breaks, with the weight of the rule, and for
    each rule set that gave up on it; `document-bomb` for an invoice that no engine can judge.

    Raises Unavailable when the engine is away.
    """
    names = rule_sets.choose(invoice)
    if case.rules is None or not names or not invoice.xml:
        return
    reports = list(_reports(invoice, names, case.rules))
    values = {"number": invoice.number or "?"}
    for report in reports:
        if report.stopped:
            yield Finding("document-bomb", invoice.part, detail=_STOPPED, values=values)
        for run in report.runs:
            if run.aborted:
                weight = rule_sets.weight(run.name, "", "fatal")
                detail = _gave_up(run.aborted)
                counted = values | {"n": "1"}
                yield Finding("rules-broken", invoice.part, run.name, detail, weight, counted)
    yield from _broken(invoice, reports, values)


_STOPPED = Bilingual(
    "the official rules could not be calculated", "les règles officielles n'ont pu être calculées"
)


def _gave_up(why: str) -> Bilingual:
    return Bilingual(
        f"the official rules cannot be calculated: {why}",
        f"les règles officielles ne peuvent être calculées : {why}",
    )


def _reports(invoice: Invoice, names: tuple[str, ...], ask: Ask) -> Iterator[RuleReport]:
    """Yield what the engine says, and what the stand-in of a rule set says that is not installed."""
    report = ask(invoice.xml, names)
    yield report
    stand_ins = tuple(
        rule_sets.STAND_INS[name] for name in report.missing if name in rule_sets.STAND_INS
    )
    if stand_ins:
        instead = ask(invoice.xml, stand_ins)
        counting = tuple(one for one in instead.findings if rule_sets.counts_as_stand_in(one.rule))
        yield RuleReport(runs=instead.runs, findings=counting, stopped=instead.stopped)


def _broken(
    invoice: Invoice, reports: list[RuleReport], values: dict[str, str]
) -> Iterator[Finding]:
    """Yield one finding for each distinct rule, heavy ones first, in the order of the rule sets."""
    rules: dict[tuple[str, str], list[RuleFinding]] = {}
    for report in reports:
        for one in report.findings:
            # A rule without an id is known by its words.
            rules.setdefault((one.rule, "" if one.rule else one.text), []).append(one)
    for weight in (Weight.HOLD, Weight.NOTE):
        ours = [found for found in rules.values() if _weight(found[0]) is weight]
        for found in ours:
            yield Finding(
                "rules-broken",
                invoice.part,
                found[0].rule or found[0].rule_set,
                _told(found),
                weight=None if weight is Weight.HOLD else weight,
                values=values | {"n": str(len(ours))},
            )


def _weight(one: RuleFinding) -> Weight:
    return rule_sets.weight(one.rule_set, one.rule, one.flag)


def _told(found: list[RuleFinding]) -> Bilingual:
    """Return the official text with its id, after a plain sentence where there is one, and the lines
    where it was broken."""
    first = found[0]
    text = first.text.rstrip(".")
    if len(text) > _DETAIL_CHARACTERS:
        text = text[: _DETAIL_CHARACTERS - 1] + "…"
    if first.rule and first.rule not in text:
        text = f"[{first.rule}] {text}"
    plain = rule_texts.sentence(first.rule)
    en, fr = (f"{plain.en} {text}", f"{plain.fr} {text}") if plain else (text, text)
    lines = list(dict.fromkeys(one.line for one in found if one.line))
    if not lines:
        return Bilingual(en, fr)
    listed = ", ".join(lines[:_LINES]) + (" …" if len(lines) > _LINES else "")
    return Bilingual(f"{en} (line {listed})", f"{fr} (ligne {listed})")
