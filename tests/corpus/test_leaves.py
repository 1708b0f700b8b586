"""No term of EN 16931 that stands in a valid invoice of the corpus is left out without a word."""

from ingestd.model import Invoice
from tests.corpus.conftest import CorpusFile, read_all
from tests.corpus.leaves import FIRST_ONLY, NOT_TERMS, cover


def test_every_text_is_read_or_is_no_term(corpus_files: list[CorpusFile]) -> None:
    covered = cover(
        file for file in corpus_files if file.path.endswith(".xml") and file.expected == "valid"
    )
    assert covered.files > 600
    assert covered.unexplained == []
    needless = [end for end in FIRST_ONLY if not any(p.endswith(end) for p in covered.dropped)]
    needless += [part for part in NOT_TERMS if not any(part in path for path in covered.dropped)]
    assert needless == []  # nothing is excused that is read


def test_every_field_says_where_it_stood(corpus_files: list[CorpusFile]) -> None:
    files = [one for one in corpus_files if one.path.endswith(".xml") and one.expected == "valid"]
    read = [(one.path, found) for one in files for found in read_all(one.content)]
    nowhere = [
        (path, name)
        for path, invoice in read
        if isinstance(invoice, Invoice)
        for name, source in invoice.sources.items()
        if not source.place
    ]
    assert nowhere == []
