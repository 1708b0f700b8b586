"""What a broken official rule does to an invoice, and how it is told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ingestd import reasons
from ingestd.checks import rules
from ingestd.en16931 import rule_sets
from ingestd.model import (
    Bilingual,
    Case,
    Finding,
    Format,
    Invoice,
    Outcome,
    Profile,
    RuleFinding,
    RuleReport,
    RuleRun,
    Syntax,
    Unavailable,
    Weight,
)
from ingestd.pipeline import examine_document
from ingestd.rules.runner import Runner

Answer = Callable[[bytes, tuple[str, ...]], RuleReport]


def invoice(
    syntax: Syntax | None = Syntax.UBL, profile: Profile | None = None, **values: str
) -> Invoice:
    made = Invoice(part="1", format=Format.UBL, syntax=syntax, profile=profile, xml=b"<a/>")
    return Invoice(**{name: getattr(made, name) for name in made.__slots__} | values)


def check(answer: RuleReport | Answer, **values: str) -> list[Finding]:
    ask = answer if callable(answer) else lambda xml, names: answer
    case = Case(company=None, today=date(2026, 10, 5), rules=ask)
    return list(rules.check(invoice(number="F-1", **values), case))


def broken(*findings: tuple[str, str, str]) -> RuleReport:
    found = tuple(RuleFinding("en16931-ubl", *one) for one in findings)
    return RuleReport(runs=(RuleRun("en16931-ubl", "1"),), findings=found)


@pytest.mark.parametrize(
    ("syntax", "profile", "seller", "buyer", "expected"),
    [
        (Syntax.UBL, None, "BE", "FR", ["en16931-ubl"]),
        (Syntax.UBL, Profile.EN16931, "FR", "FR", ["en16931-ubl", "br-fr-ubl"]),
        (Syntax.UBL, Profile.PEPPOL_BIS_3, "BE", "BE", ["en16931-ubl", "peppol-ubl"]),
        (Syntax.UBL, Profile.XRECHNUNG, "DE", "DE", ["en16931-ubl", "xrechnung-ubl"]),
        (Syntax.UBL, Profile.EXTENDED, "BE", "FR", ["en16931-ubl"]),
        (Syntax.UBL, Profile.EXTENDED_CTC_FR, "FR", "FR", ["extended-ctc-fr-ubl", "br-fr-ubl"]),
        (Syntax.CII, None, "DE", "FR", ["en16931-cii"]),
        (Syntax.CII, Profile.EN16931, "DE", "", ["en16931-cii"]),
        (Syntax.CII, Profile.PEPPOL_BIS_3, "BE", "BE", ["en16931-cii"]),
        (Syntax.CII, Profile.XRECHNUNG, "DE", "DE", ["en16931-cii", "xrechnung-cii"]),
        (Syntax.CII, Profile.MINIMUM, "FR", "FR", ["factur-x-minimum", "br-fr-cii"]),
        (Syntax.CII, Profile.BASIC_WL, "DE", "FR", ["factur-x-basic-wl"]),
        (Syntax.CII, Profile.BASIC, "DE", "FR", ["factur-x-basic"]),
        (Syntax.CII, Profile.EXTENDED, "FR", "FR", ["factur-x-extended", "br-fr-cii"]),
        (Syntax.CII, Profile.EXTENDED_CTC_FR, "FR", "FR", ["extended-ctc-fr-cii", "br-fr-cii"]),
        (None, None, "FR", "FR", []),
    ],
)
def test_rule_sets_are_chosen_by_document_profile_and_countries(
    syntax: Syntax | None, profile: Profile | None, seller: str, buyer: str, expected: list[str]
) -> None:
    made = invoice(syntax, profile, seller_country_code=seller, buyer_country_code=buyer)
    assert list(rule_sets.choose(made)) == expected


@pytest.mark.parametrize(
    ("syntax", "claim", "expected"),
    [
        (Syntax.UBL, "nlcius:v1.0", ("en16931-ubl", "nlcius-ubl")),
        (Syntax.CII, "nlcius:v1.0", ("en16931-cii", "nlcius-cii")),
        (
            Syntax.UBL,
            "nlcius:v1.0#conformant#urn:fdc:nen.nl:gaccount:v1.0",
            ("en16931-ubl", "nlcius-gaccount-ubl"),
        ),
        (Syntax.UBL, "other:v1.0", ("en16931-ubl",)),
    ],
)
def test_the_dutch_rules_are_for_those_who_claim_them(
    syntax: Syntax, claim: str, expected: tuple[str, ...]
) -> None:
    specification = f"urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:{claim}"
    countries = {"seller_country_code": "NL", "buyer_country_code": "NL"}
    made = invoice(syntax, Profile.EN16931, specification_identifier=specification, **countries)
    assert rule_sets.choose(made) == expected
    other = invoice(syntax, Profile.EN16931, **countries)
    assert rule_sets.choose(other) == expected[:1]


def test_a_country_is_known_by_the_vat_number_too() -> None:
    made = invoice(seller_vat_identifier="FR40303265045", buyer_country_code="fr ")
    assert rule_sets.choose(made) == ("en16931-ubl", "br-fr-ubl")


def test_each_broken_rule_is_told_once_with_its_id_and_lines() -> None:
    found = check(
        broken(
            ("BR-25", "fatal", "[BR-25]-Each line shall have a name.", "1"),
            ("BR-25", "fatal", "[BR-25]-Each line shall have a name.", "7"),
            ("UBL-CR-001", "warning", "[UBL-CR-001]-Not this.", ""),
            ("", "", "Attribute @x marked as not used.", ""),
            ("", "", "Element 'y' marked as not used.", ""),
        )
    )
    assert [(one.term, one.weight) for one in found] == [
        ("BR-25", None),
        ("en16931-ubl", None),
        ("en16931-ubl", None),
        ("UBL-CR-001", Weight.NOTE),
    ]
    assert {one.reason for one in found} == {"rules-broken"}
    assert [one.values["n"] for one in found] == ["3", "3", "3", "1"]
    assert isinstance(found[0].detail, Bilingual)
    assert found[0].detail.en.endswith("shall have a name (line 1, 7)")
    assert found[0].detail.fr.endswith("shall have a name (ligne 1, 7)")


def test_a_rule_with_a_plain_sentence_is_told_in_both() -> None:
    (found,) = check(broken(("BR-CO-15", "fatal", "[BR-CO-15]-Official words.", "")))
    assert isinstance(found.detail, Bilingual)
    assert found.detail.en.endswith(" [BR-CO-15]-Official words")
    assert found.detail.fr.endswith(" [BR-CO-15]-Official words")
    assert found.detail.en != found.detail.fr


@pytest.mark.parametrize(
    ("rule_set", "rule", "flag", "expected"),
    [
        ("en16931-ubl", "BR-02", "fatal", Weight.HOLD),
        ("en16931-ubl", "UBL-CR-001", "warning", Weight.NOTE),
        ("xrechnung-cii", "BR-DE-TMP-32", "information", Weight.NOTE),
        ("factur-x-basic", "FX-SCH-A-000553", "", Weight.HOLD),
        ("extended-ctc-fr-ubl", "BR-FREXT-01", "fatal", Weight.HOLD),
        ("br-fr-cii", "BR-FR-08_BT-23", "fatal", Weight.NOTE),
        ("br-fr-cii", "BR-FR-03_BT-2", "fatal", Weight.HOLD),
        ("br-fr-ubl", "BR-FR-CO-07_BT-9", "fatal", Weight.HOLD),
        ("br-fr-ubl", "BR-FR-CO-071", "fatal", Weight.NOTE),
    ],
)
def test_severity_goes_by_the_situation(
    rule_set: str, rule: str, flag: str, expected: Weight
) -> None:
    assert rule_sets.weight(rule_set, rule, flag) is expected


def test_a_rule_set_that_gave_up_holds_the_invoice_and_says_why() -> None:
    runs = (RuleRun("en16931-ubl", "1", 'Cannot convert string "2400,00" to xs:decimal'),)
    (found,) = check(RuleReport(runs=runs))
    assert (found.reason, found.term, found.weight) == ("rules-broken", "en16931-ubl", Weight.HOLD)
    assert isinstance(found.detail, Bilingual)
    assert "2400,00" in found.detail.en
    assert "2400,00" in found.detail.fr


def test_an_invoice_that_no_engine_can_judge_is_a_bomb() -> None:
    (found,) = check(RuleReport(stopped="it took too long"))
    assert found.reason == "document-bomb"


def test_an_engine_that_is_away_is_nobodys_fault() -> None:
    def away(xml: bytes, names: tuple[str, ...]) -> RuleReport:
        raise Unavailable("gone")

    with pytest.raises(Unavailable):
        check(away)


def test_without_its_pack_en_16931_is_judged_by_the_factur_x_sheet() -> None:
    asked = []

    def answer(xml: bytes, names: tuple[str, ...]) -> RuleReport:
        asked.append(names)
        if names == ("en16931-cii",):
            return RuleReport(missing=names)
        found = (
            RuleFinding("factur-x-en16931", "BR-CO-15", "", "[BR-CO-15]-Sums."),
            RuleFinding("factur-x-en16931", "FX-SCH-A-000553", "", "Value is not allowed."),
        )
        return RuleReport(runs=(RuleRun("factur-x-en16931", "1.09"),), findings=found)

    case = Case(company=None, today=date(2026, 10, 5), rules=answer)
    found = list(rules.check(invoice(Syntax.CII), case))
    assert asked == [("en16931-cii",), ("factur-x-en16931",)]
    assert [one.term for one in found] == [
        "BR-CO-15"
    ]  # the profile's own rules are not everybody's


def judged(documents: Path, name: str, engine: Runner, old: str = "", new: str = "") -> object:
    content = (documents / name).read_text(encoding="utf-8")
    assert old in content
    case = Case(company=None, today=date(2026, 10, 5), rules=engine.judge)
    (document,) = examine_document(content.replace(old, new).encode(), name, case).documents
    return document


@pytest.mark.parametrize("name", ["cii-invoice.xml", "ubl-invoice.xml", "xrechnung-cii.xml"])
def test_our_samples_are_filed_with_and_without_packs(
    documents: Path, bundled_rules: Runner, rule_engine: Runner, name: str
) -> None:
    for engine in (bundled_rules, rule_engine):
        document = judged(documents, name, engine)
        assert document.outcome is Outcome.FILED
        assert document.invoice.rule_sets
        assert document.invoice.xml == b""
    assert all(run.version for run in document.invoice.rule_sets)


def test_the_verdict_says_which_rule_sets_were_not_here(
    documents: Path, bundled_rules: Runner
) -> None:
    document = judged(documents, "xrechnung-cii.xml", bundled_rules)
    told = {run.name: bool(run.version) for run in document.invoice.rule_sets}
    assert told == {"en16931-cii": False, "xrechnung-cii": False, "factur-x-en16931": True}


@pytest.mark.parametrize("pack", ["bundled_rules", "rule_engine"])
def test_a_broken_code_list_holds(
    documents: Path, request: pytest.FixtureRequest, pack: str
) -> None:
    """BR-CL-14: only an official rule sees that there is no such country."""
    engine = request.getfixturevalue(pack)
    old = "<cbc:IdentificationCode>BE</cbc:IdentificationCode>"
    document = judged(documents, "ubl-invoice.xml", engine, old, old.replace("BE", "UK"))
    assert document.outcome is Outcome.HELD
    assert "BR-CL-14" in [one.term for one in document.findings]


def test_a_long_official_text_is_told_whole_and_what_is_cut_says_so() -> None:
    (whole,) = check(broken(("BR-X-1", "fatal", "a " * 700 + "end.")))
    assert isinstance(whole.detail, Bilingual)
    assert whole.detail.en.endswith(" end")
    (cut,) = check(broken(("BR-X-1", "fatal", "a " * 9_000)))
    assert isinstance(cut.detail, Bilingual)
    assert cut.detail.en.endswith("…")
    assert len(cut.detail.en) < 2_000


def test_a_rule_set_that_gave_up_leaves_no_hole_in_the_sentence() -> None:
    run = RuleRun("en16931-ubl", "1", aborted="Cannot convert string")
    (found,) = check(RuleReport(runs=(run,)))
    assert "breaks 1 rule(s)" in reasons.text(found, "en")
