"""What a hostile file is, and the bricks that all families of them are built of.

A shape is one named attack: a function that makes a file from a random generator and the bait. It is
hostile by construction, whatever the dice say: so the generator itself is the oracle, and what comes
of a shape may never be filed.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.documents import mails

EICAR = mails.EICAR
DOCUMENTS = Path(mails.__file__).parent


@dataclass(frozen=True, slots=True)
class Bait:
    """What hostile files try to reach: `file` is the path of a secret, `port` a listener on
    127.0.0.1, `host` a name that nobody but a victim would look up."""

    file: str = "/nowhere/secret"
    port: int = 9
    host: str = "canary.invalid"

    def urls(self) -> tuple[str, ...]:
        """Return the bait in every spelling that a careless parser follows."""
        there = f"127.0.0.1:{self.port}"
        return (
            *(f"file://{self.file}", self.file, f"file://localhost{self.file}"),
            *(f"{scheme}://{there}/secret" for scheme in ("http", "ftp", "https", "gopher")),
            *(f"{scheme}://{self.host}/secret" for scheme in ("http", "ftp", "ldap")),
            *(f"netdoc:{self.file}", f"jar:http://{there}/a.jar!/b", f"//{self.host}/share/x"),
        )


Shape = Callable[[Random, Bait], bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file, as the mail that brings it. `must_hold` is False for a file that was damaged
    at random: it may turn out to be harmless, and then be filed."""

    family: str
    seed: int
    index: int
    shape: str
    mail: bytes
    must_hold: bool = True

    @property
    def name(self) -> str:
        """How to make it again: `--seed`, `--family`, `--index`."""
        kind = "" if self.must_hold else "damaged "
        return f"{self.family} {kind}{self.index} (seed {self.seed}): {self.shape}"


@cache
def sample(name: str) -> bytes:
    """Return one of the valid sample documents."""
    return (DOCUMENTS / name).read_bytes()


def elf() -> bytes:
    """Return the head of a Linux program."""
    return b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x02\0\x3e\0\x01\0\0\0" + b"\0" * 200


def harmful(rng: Random) -> tuple[str, bytes]:
    """Return a file that may never be filed, with its name: malware, a program, or a script."""
    stem = rng.choice(("facture", "invoice-2026", "Rechnung", "scan 0412", "été"))
    name, content = rng.choice(
        (
            (".com", EICAR),
            (".pdf", EICAR),
            (".txt", EICAR),
            (".exe", sample("setup.exe")),
            (".pdf", sample("setup.exe")),
            (".pdf.exe", sample("setup.exe")),
            (".bin", elf()),
            (".js", b"WScript.Shell.Run('calc');\r\n"),
            (".hta", b"<html><script>new ActiveXObject('x')</script></html>"),
            (".lnk", bytes.fromhex("4c0000000114020000000000c000000000000046") + b"\0" * 60),
            (".bat", b"@echo off\r\nstart calc.exe\r\n"),
        )
    )
    return stem + name, content


def wrapped(
    rng: Random, name: str, content: bytes, kind: str = "application/octet-stream"
) -> bytes:
    """Return a plain mail that brings `content` as its one attachment."""
    key = hashlib.sha256(content).hexdigest()[:16]
    message = mails.compose(f"Facture {rng.randrange(10**6)}", run=key)
    maintype, _, subtype = kind.partition("/")
    message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    message.set_boundary(f"=={key}==")
    return message.as_bytes()


def noise(rng: Random, size: int) -> bytes:
    """Return random octets."""
    return rng.randbytes(size)


def damaged(rng: Random, content: bytes) -> bytes:
    """Return `content` with a few wounds: flipped bits, missing, doubled and swapped pieces."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at, size = rng.randrange(len(data)), rng.randint(1, 64)
        wound = rng.randrange(5)
        if wound == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif wound == 1 and len(data) > 200:
            del data[at : at + size]
        elif wound == 2:
            data[at:at] = data[at : at + size]
        elif wound == 3:
            data[at : at + size] = noise(rng, size)
        else:
            other = rng.randrange(len(data))
            data[at : at + size] = data[other : other + size]
    return bytes(data)
