"""The generator: the same files for the same seed, every attack in every run, and an honest oracle."""

from collections import Counter
from random import Random

import pytest

from tests._clamd import Clamd
from tests.hostile import _mime, _zips, generator
from tests.hostile._hostile import Bait, Hostile, sample, wrapped
from tests.hostile._judging import Judge
from tests.hostile._pdf_builder import Pdf

BAIT = Bait()
CI_COUNT = 500


def test_five_thousand_are_shared_out_as_promised() -> None:
    shares = dict(generator.counts(5000, tuple(generator.FAMILIES)))
    assert shares == {"mime": 1500, "zip": 1000, "xml": 1000, "pdf": 1500}


@pytest.mark.parametrize("family", generator.FAMILIES)
def test_the_same_seed_gives_the_same_files(family: str) -> None:
    for index in range(45):
        once, again = (generator.generate(family, 7, index, BAIT) for _ in range(2))
        assert once == again
    assert (
        generator.generate(family, 8, 0, BAIT).mail != generator.generate(family, 7, 0, BAIT).mail
    )
    assert generator.damage(family, 7, 0, BAIT) == generator.damage(family, 7, 0, BAIT)


@pytest.mark.parametrize("family", generator.FAMILIES)
def test_every_shape_comes_in_each_run(family: str) -> None:
    count = dict(generator.counts(CI_COUNT, tuple(generator.FAMILIES)))[family]
    module = generator.FAMILIES[family]
    met = Counter(generator.shape_at(module, index) for index in range(count))
    assert set(met) == {*module.SHAPES, *module.HEAVY}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("facture.pdf", Pdf().build()),
        ("facture.xml", sample("ubl-invoice.xml")),
        ("factures.zip", _zips.build([_zips.Member(b"a.xml", sample("ubl-invoice.xml"))])),
    ],
)
def test_what_attacks_are_built_of_is_harmless(name: str, content: bytes, clamd: Clamd) -> None:
    """Else everything would be held for nothing, and the attacks would prove nothing."""
    mail = wrapped(Random(1), name, content)
    assert outcome_of(mail, clamd) == "filed"


def test_a_mail_built_by_hand_is_harmless(clamd: Clamd) -> None:
    attachment = _mime.attached("facture.xml", sample("ubl-invoice.xml"), b"application/xml")
    assert outcome_of(_mime.multipart(Random(1), _mime.text(), attachment), clamd) == "filed"


def outcome_of(mail: bytes, clamd: Clamd) -> str:
    result = Judge(str(clamd.socket), b"no secret").judge(Hostile("own", 0, 0, "own", mail))
    return result.outcome
