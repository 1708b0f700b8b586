"""A PDF written anew in memory by qpdf (pikepdf): decrypted, repaired, every object in plain sight.

Only for reading: what is archived, hashed and scanned first is always what came. Streams are copied as
they are packed, so that no bomb goes off here.
"""

import io
from functools import cache

import pikepdf
from pikepdf import settings

MOST_BYTES = 96 * 1024 * 1024
"""Of a document written anew: twice the largest that comes."""
_PACKED_BYTES = 8 * 1024 * 1024


class Locked(Exception):  # noqa: N818 - it names the sender's fault
    """The document does not open without a password or a key."""


class TooLarge(Exception):  # noqa: N818 - it names the sender's fault
    """Written anew, the document is far larger than what came."""


@cache
def _keep_limits() -> None:
    """Tell qpdf, once in a process, how far it may go."""
    settings.set_qpdf_limits(
        doc_max_warnings=1_000,
        parser_max_container_size=1_000_000,
        max_stream_filters=8,
        flate_max_memory=_PACKED_BYTES,
        png_max_memory=_PACKED_BYTES,
        run_length_max_memory=_PACKED_BYTES,
        tiff_max_memory=_PACKED_BYTES,
        dct_max_memory=1,
    )


def rewritten(content: bytes) -> bytes | None:
    """Return a PDF written anew, as its current revision has it, or None if qpdf cannot repair it.

    Raises Locked for a document with a password or for a public key (7.6), TooLarge.
    """
    _keep_limits()
    output = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as document:
            if b"/Encrypt" in content and not document.is_encrypted:
                return None  # when it has to look for the objects it finds no key
            document.save(
                output,
                static_id=True,  # no clock and no dice
                fix_metadata_version=False,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                compress_streams=False,
                encryption=False,
            )
    except pikepdf.PasswordError as error:
        raise Locked from error
    except MemoryError as error:
        raise TooLarge(str(error)) from error
    except Exception as error:
        if "encryption" in str(error):
            raise Locked from error  # a security handler that is not the standard one
        return None
    if output.tell() > MOST_BYTES:
        raise TooLarge(f"more than {MOST_BYTES} bytes")
    return output.getvalue()
