"""What every packed format must keep (THREATS row A1), and how one that does not is refused."""

from ingestd.model import Bilingual, Case

RATIO_MATTERS_BYTES = 10 * 1024 * 1024
"""Below this a high compression ratio is ordinary (an empty form, a white scan)."""


class Refused(Exception):  # noqa: N818 - says why the archive is not opened
    """An archive is not opened; `detail` says why, for people."""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        self.detail = Bilingual(en, fr)


def check_ratio(unpacked_bytes: int, packed_bytes: int, case: Case) -> None:
    """Refuse what unpacks to far more than it is. Raises Refused."""
    ratio = unpacked_bytes / max(1, packed_bytes)
    if unpacked_bytes > RATIO_MATTERS_BYTES and ratio > case.limits.archive_ratio:
        raise Refused(f"compressed {ratio:.0f} times", f"compressée {ratio:.0f} fois")
