"""Hostile XML touches no canary, neither read nor judged; and without our protections it would."""

from pathlib import Path

import pytest

from tests.corpus import hostile_xml
from tests.corpus.hostile_xml import Touched


@pytest.fixture(scope="module")
def touched(corpus: Path) -> Touched:
    return hostile_xml.run()


def test_no_canary_is_touched(touched: Touched) -> None:
    assert touched.documents >= 29
    assert (touched.reader, touched.engine, touched.told) == (0, 0, ())


def test_without_protections_the_canaries_are_touched(touched: Touched) -> None:
    assert touched.open_reader > 0
    assert touched.open_engine > 0
