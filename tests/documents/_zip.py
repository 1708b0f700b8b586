"""Writes locked ZIP archives for the tests, the same octets at each run."""

import io
import struct
import zlib
from unittest.mock import patch

import pyzipper


class _NoRandom:
    """Salts that are the same at each run."""

    def read(self, count: int) -> bytes:
        return bytes(range(count))


def aes(password: str, *members: tuple[str, bytes], bits: int = 256, version: int = 2) -> bytes:
    """Return an archive with WinZip's AES (AE-1 or AE-2)."""
    out = io.BytesIO()
    with (
        patch("pyzipper.zipfile_aes.Random.new", _NoRandom),
        pyzipper.AESZipFile(out, "w", pyzipper.ZIP_DEFLATED) as made,
    ):
        made.setpassword(password.encode())
        made.setencryption(pyzipper.WZ_AES, nbits=bits, force_wz_aes_version=version)
        for name, content in members:
            info = pyzipper.zipfile_aes.AESZipInfo(name, (2026, 10, 5, 9, 30, 0))
            made.writestr(info, content, compress_type=pyzipper.ZIP_DEFLATED)
    return out.getvalue()


def zipcrypto(password: bytes, name: bytes, content: bytes) -> bytes:
    """Return an archive with the encryption of PKZIP 2, which no library of ours writes."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(octet: int) -> None:
        keys[0] = ~zlib.crc32(bytes([octet]), ~keys[0] & 0xFFFFFFFF) & 0xFFFFFFFF
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = ~zlib.crc32(bytes([keys[1] >> 24]), ~keys[2] & 0xFFFFFFFF) & 0xFFFFFFFF

    for octet in password:
        update(octet)
    crc = zlib.crc32(content)
    sealed = bytearray()
    for octet in bytes(11) + bytes([crc >> 24]) + content:
        key = keys[2] | 2
        sealed.append(octet ^ (key * (key ^ 1) >> 8 & 0xFF))
        update(octet)
    shared = struct.pack("<5H3L2H", 20, 1, 0, 0, 0, crc, len(sealed), len(content), len(name), 0)
    local = b"PK\x03\x04" + shared + name + sealed
    central = b"PK\x01\x02\x14\0" + shared + struct.pack("<3H2L", 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end
