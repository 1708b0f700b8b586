"""Hostile mails: two readers see two mails, limits are broken, names deceive. Each carries malware, a
program, or a structure that may not be filed; so no reading of it is harmless."""

from random import Random

from tests.hostile import _mime_ambiguity, _mime_contents, _mime_encodings, _mime_limits
from tests.hostile._hostile import Bait, damaged, sample, wrapped
from tests.hostile._mail_builder import attached, multipart, text

SHAPES = (
    _mime_contents.malware, _mime_contents.program, _mime_ambiguity.two_content_types,
    _mime_ambiguity.two_outer_types, _mime_ambiguity.two_encodings,
    _mime_ambiguity.two_dispositions, _mime_ambiguity.two_boundaries,
    _mime_ambiguity.odd_boundary, _mime_ambiguity.boundary_in_boundary, _mime_ambiguity.no_end,
    _mime_ambiguity.behind_the_end, _mime_encodings.unknown_encoding,
    _mime_encodings.encoded_multipart,
    _mime_encodings.encoded_message, _mime_encodings.encoding_in_disguise,
    _mime_encodings.odd_base64, _mime_encodings.odd_quoted_printable, _mime_encodings.uuencoded,
    _mime_contents.partial,
    _mime_contents.external_body, _mime_ambiguity.spaced_field, _mime_ambiguity.nul_octets,
    _mime_ambiguity.bare_line_ends, _mime_ambiguity.broken_header, _mime_ambiguity.starts_folded,
    _mime_ambiguity.odd_type,
    _mime_ambiguity.no_mime_version, _mime_contents.deceptive_name, _mime_contents.odd_name,
    _mime_limits.word_bomb, _mime_limits.header_over_limit, _mime_limits.nested_multiparts,
    _mime_limits.nested_messages, _mime_limits.hundred_attachments, _mime_limits.loop,
    _mime_ambiguity.two_froms, _mime_contents.sealed, _mime_contents.signed_malware,
    _mime_contents.outlook_wrapping,
    _mime_contents.wrapped_malware, _mime_contents.malware_in_report, _mime_contents.active_page,
    _mime_contents.empty_file, _mime_contents.other_content,
)  # fmt: skip


HEAVY = (
    _mime_limits.thousands_of_parts,
    _mime_limits.thousand_levels,
    _mime_limits.million_lines,
    _mime_limits.large_noise,
)


def damaged_mail(rng: Random, bait: Bait) -> bytes:
    document = rng.choice(("plain-invoice.pdf", "factur-x-basic.pdf"))
    return damaged(rng, wrapped(rng, "facture.pdf", sample(document), "application/pdf"))


def damaged_header(rng: Random, bait: Bait) -> bytes:
    whole = multipart(
        rng, text(), attached("facture.xml", sample("ubl-invoice.xml"), b"application/xml")
    )
    at = whole.index(b"Content-Disposition")
    return damaged(rng, whole[:at]) + whole[at:]


DAMAGED = (damaged_mail, damaged_header)


def mail(rng: Random, content: bytes) -> bytes:
    """Return the mail as it is."""
    return content
