"""Everything that a judgement loads, loaded before the first fork: a confined child can open nothing.

What a library loads late (a codec, libmagic's database, a schema, the code behind a rare branch) is
asked for here once, by name or by judging a mail of our own. Children then share it, which is faster
too. A thing that is forgotten fails loudly in the tests, where each golden case is judged in a child
that dies of any file it opens.
"""

import codecs
import encodings
import pkgutil
from contextlib import suppress
from datetime import date
from functools import cache
from importlib import import_module

from ingestd import accounts, identifiers, pipeline
from ingestd.chamber import _rehearsal
from ingestd.en16931 import schemas
from ingestd.extraction import labels, parties, references, titles
from ingestd.extraction.sheets import PDF, read_sheets
from ingestd.model import Case, ScanResult, Word
from ingestd.readers import pdf
from ingestd.readers import zip as zip_reader

_NOT_HERE = frozenset({"mbcs", "oem", "aliases"})
"""Codecs of other systems, and the one module of `encodings` that is none."""


_LATE = ("asn1crypto", "email", "oxmsg", "pypdf", "tnefparse")
"""Libraries that import modules of their own when a branch first needs them."""


@cache
def warm() -> None:
    """Load it all, once in a process; takes about half a second."""
    identifiers.warm()
    accounts.warm()
    references.warm()
    schemas.compile_all()
    _load_codecs()
    for library in _LATE:
        _load_modules(library)
    labels.phrases()
    parties.warm()
    titles.phrases()
    zip_reader.warm()
    pdf.warm()
    read_sheets(_rehearsal.pdf(), PDF, None)  # PDFium looks through the fonts of the system, once
    case = Case(
        company=None,
        today=date(2026, 1, 1),
        scan=lambda content: ScanResult(clean=True),
        recognise=lambda picture: (Word("Facture", 40, 40, 90, 52, 0.9),),
    )
    pipeline.examine_mail(_rehearsal.mail(), case)


def _load_modules(library: str) -> None:
    """Import every module of a library that imports its own inside functions."""
    package = import_module(library)
    for module in pkgutil.walk_packages(package.__path__, f"{library}.", onerror=lambda name: None):
        with suppress(
            ImportError
        ):  # what needs another library that is not here is not used either
            import_module(module.name)


def _load_codecs() -> None:
    """Load every character set that Python knows; they are modules, imported when they are named."""
    for module in pkgutil.iter_modules(encodings.__path__):
        if module.name in _NOT_HERE:
            continue
        codec = codecs.lookup(module.name)
        with suppress(Exception):  # the tables of Asian ones come with the first letter
            codec.decode(b"e")
            codec.encode("\u3042")
