"""Hostile archives: each one lies about its structure, is a bomb, or holds what may not be filed."""

import io
import zipfile
from random import Random

from tests.hostile import _pdf_active, _xml_doctypes, _zip_bombs, _zip_contents, _zip_lies
from tests.hostile._hostile import Bait, damaged, sample, wrapped
from tests.hostile._zip_builder import Member, build, invoice


def zip_of_pdf_bomb(rng: Random, bait: Bait) -> bytes:
    return build([Member(b"facture.pdf", _pdf_active.javascript(rng, bait))])


def zip_of_doctype(rng: Random, bait: Bait) -> bytes:
    return build([Member(b"facture.xml", _xml_doctypes.external_entity(rng, bait))])


SHAPES = (
    _zip_contents.eicar, _zip_contents.program, _zip_contents.eicar_in_zips,
    _zip_contents.many_levels, _zip_lies.overlap_same_file, _zip_lies.quoted_overlap,
    _zip_lies.partial_overlap,
    _zip_lies.lying_size, _zip_lies.lying_packed_size, _zip_lies.zip64_lie, _zip_lies.bad_crc,
    _zip_lies.two_names, _zip_lies.two_sizes, _zip_lies.two_methods, _zip_lies.hidden_member,
    _zip_lies.two_directories, _zip_contents.symlink, _zip_contents.special_mode,
    _zip_contents.escaping_name, _zip_contents.deceptive_name, _zip_contents.nul_in_name,
    _zip_contents.one_name_twice,
    _zip_contents.encrypted, _zip_contents.odd_method, _zip_bombs.too_many_members,
    _zip_bombs.ratio_bomb, _zip_contents.macro_office, _zip_contents.polyglot, _zip_lies.truncated,
    _zip_lies.wrong_directory, _zip_lies.damaged_member, _zip_contents.empty,
    _zip_contents.other_archives, zip_of_pdf_bomb, zip_of_doctype,
)  # fmt: skip


HEAVY = (
    _zip_bombs.flat_bomb,
    _zip_bombs.many_bombs,
    _zip_bombs.bomb_10_by_10,
    _zip_bombs.thousands_of_members,
    _zip_bombs.long_names,
)


def damaged_zip(rng: Random, bait: Bait) -> bytes:
    return damaged(rng, build([invoice(rng, b"a.xml"), invoice(rng, b"b.xml")]))


def damaged_plain_zip(rng: Random, bait: Bait) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo("facture.pdf", (2026, 9, 14, 9, 30, 0))
        archive.writestr(member, sample("factur-x-basic.pdf"), zipfile.ZIP_DEFLATED)
    return damaged(rng, buffer.getvalue())


DAMAGED = (damaged_zip, damaged_plain_zip)


def mail(rng: Random, content: bytes) -> bytes:
    """Return the mail that brings an archive, under one of the names that archives come with."""
    kind = rng.choice(
        ("application/zip", "application/octet-stream", "application/x-zip-compressed")
    )
    return wrapped(rng, rng.choice(("factures.zip", "2026-09.zip", "FACTURES.ZIP")), content, kind)
