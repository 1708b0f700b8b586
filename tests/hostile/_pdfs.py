"""Hostile PDFs: active content in every hiding place, embedded files that may not be filed, bombs,
loops, damage of what a PDF cannot be read without, passwords, files that are two things at once."""

from random import Random

from tests.hostile import _pdf_active, _pdf_bombs, _pdf_files, _pdf_structure
from tests.hostile._hostile import Bait, damaged, sample, wrapped
from tests.hostile._pdf_builder import Pdf

SHAPES = (
    _pdf_active.javascript, _pdf_active.launch, _pdf_active.submit, _pdf_active.rich_media,
    _pdf_active.rendition, _pdf_files.in_object_stream, _pdf_active.in_update, _pdf_files.embedded,
    _pdf_files.embedded_wrapped, _pdf_files.hostile_invoice, _pdf_files.two_invoices,
    _pdf_files.name_tree_loop, _pdf_structure.page_tree_loop, _pdf_structure.many_pages,
    _pdf_structure.cut,
    _pdf_structure.cut_sample, _pdf_structure.no_catalog, _pdf_structure.only_header,
    _pdf_structure.xref_loop, _pdf_structure.xref_chain, _pdf_structure.wrong_xref,
    _pdf_files.encrypted, _pdf_files.encrypted_openly,
    _pdf_files.odd_encryption, _pdf_structure.with_archive, _pdf_structure.with_front,
    _pdf_structure.other_file, _pdf_files.wrong_streams, _pdf_files.many_filters,
    _pdf_structure.looping_objects,
    _pdf_active.javascript, _pdf_active.launch, _pdf_active.submit, _pdf_files.embedded,
)  # fmt: skip


HEAVY = (
    _pdf_bombs.page_bomb,
    _pdf_bombs.file_bomb,
    _pdf_bombs.lzw_bomb,
    _pdf_bombs.object_stream_bomb,
    _pdf_bombs.million_objects,
    _pdf_structure.deep_arrays,
)


def damaged_pdf(rng: Random, bait: Bait) -> bytes:
    return damaged(
        rng, sample(rng.choice(("factur-x-basic.pdf", "plain-invoice.pdf", "terms.pdf")))
    )


def damaged_objects(rng: Random, bait: Bait) -> bytes:
    return damaged(rng, Pdf().build())


DAMAGED = (damaged_pdf, damaged_objects)


def mail(rng: Random, content: bytes) -> bytes:
    """Return the mail that brings a PDF."""
    kind = rng.choice(("application/pdf", "application/octet-stream"))
    return wrapped(rng, rng.choice(("facture.pdf", "FACTURE.PDF", "2026-0455.pdf")), content, kind)
