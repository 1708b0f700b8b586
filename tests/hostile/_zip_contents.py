"""Archives with members that may not be filed, or that no archive of invoices has."""

import gzip
import struct
from dataclasses import replace
from random import Random

from tests.hostile._hostile import EICAR, Bait, noise, sample
from tests.hostile._zip_builder import Member, bad, build, invoice, mixed


def eicar(rng: Random, bait: Bait) -> bytes:
    name = rng.choice((b"facture.pdf", b"a.txt", b"dossier/sous/fichier.xml", b"EICAR.COM"))
    return mixed(rng, Member(name, EICAR, rng.choice((0, 8))))


def program(rng: Random, bait: Bait) -> bytes:
    return build([bad(rng) for _ in range(rng.randint(1, 4))])


def eicar_in_zips(rng: Random, bait: Bait) -> bytes:
    content = EICAR
    for level in range(rng.randint(2, 6)):
        content = build(
            [Member(f"{level}.zip".encode() if level else b"x.pdf", content, rng.choice((0, 8)))]
        )
    return content


def many_levels(rng: Random, bait: Bait) -> bytes:
    content = build([invoice(rng)])
    for level in range(rng.randint(3, 40)):
        content = build([Member(f"niveau{level}.zip".encode(), content, rng.choice((0, 8)))])
    return content


def symlink(rng: Random, bait: Bait) -> bytes:
    target = rng.choice((bait.file, "../../../../etc/passwd", "/proc/self/environ", "a.xml"))
    return mixed(rng, Member(b"facture.pdf", target.encode(), 0, mode=0o120777))


def special_mode(rng: Random, bait: Bait) -> bytes:
    mode = rng.choice((0o020666, 0o060660, 0o010644, 0o140755))
    return mixed(rng, Member(b"facture.xml", sample("ubl-invoice.xml"), mode=mode))


def escaping_name(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(
        ("../x.xml", "a/../../x.xml", bait.file, "C:\\x.xml", "..\\..\\x.xml", "\\\\host\\x.xml",
         "a/b/../../../x.xml", "/x.xml", "//x.xml", "c:/x.xml", "..")
    )  # fmt: skip
    return mixed(rng, Member(name.encode(), sample("cii-invoice.xml")))


def deceptive_name(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(
        ("facture\u202efdp.xml", "facture.pdf.exe", "a\x1b[2Jb.xml", "x\r\ny.xml",
         "facture.xml\u2066",
         "a.pdf   .scr", "f\x07.xml", "facture.xml.lnk", "\u200ffacture.xml")
    )  # fmt: skip
    return build([Member(name.encode(), sample("ubl-invoice.xml"), flags=0x800)])


def nul_in_name(rng: Random, bait: Bait) -> bytes:
    name = rng.choice((b"facture.xml\0.exe", b"facture.exe\0.xml", b"\0", b"a\0b.xml", b"f.xml\0"))
    return build([replace(invoice(rng), name=name)])


def one_name_twice(rng: Random, bait: Bait) -> bytes:
    other = rng.choice((b"facture.xml", b"facture.xml", b"FACTURE.XML"))
    members = [
        Member(b"facture.xml", sample("ubl-invoice.xml")),
        Member(other, sample("cii-invoice.xml")),
    ]
    return build([*members, Member(b"facture.xml", EICAR)] if other.isupper() else members)


def encrypted(rng: Random, bait: Bait) -> bytes:
    one = replace(invoice(rng), flags=rng.choice((1, 9, 0x41)))
    if rng.random() < 0.5:
        aes = struct.pack("<HHHHBH", 0x9901, 7, 2, 0x4541, 3, 8)
        return build([replace(one, method=99, extra=aes, packed=noise(rng, 400))])
    return build([replace(one, packed=noise(rng, len(one.data) // 3))])


def odd_method(rng: Random, bait: Bait) -> bytes:
    method = rng.choice((1, 6, 9, 12, 14, 20, 77, 93, 95, 97, 98, 65535))
    return mixed(rng, Member(b"f.xml", sample("ubl-invoice.xml"), method, packed=noise(rng, 900)))


def macro_office(rng: Random, bait: Bait) -> bytes:
    names = rng.choice(
        ((b"[Content_Types].xml", b"word/vbaProject.bin"), (b"META-INF/MANIFEST.MF", b"A.class"),
         (b"[Content_Types].xml", b"xl/macros/vbaProject.bin"),
          (b"AndroidManifest.xml", b"classes.dex"))
    )  # fmt: skip
    return build([Member(name, noise(rng, 300)) for name in names])


def polyglot(rng: Random, bait: Bait) -> bytes:
    """An archive behind another file: a program that unpacks itself, a PDF, a page."""
    front = rng.choice(
        (
            sample("setup.exe"),
            sample("plain-invoice.pdf"),
            b"<html><script>1</script></html>",
            EICAR,
        )
    )
    archive = build([bad(rng)], before=front)
    return archive if rng.random() < 0.5 else front + build([bad(rng)])


def empty(rng: Random, bait: Bait) -> bytes:
    return rng.choice((build([]), build([Member(b"facture.pdf", b"")]), b"PK\3\4", b"PK\5\6",
    build([Member(b"d/", b"", 0)])))  # fmt: skip


def other_archives(rng: Random, bait: Bait) -> bytes:
    """7z, RAR, gzip, cabinet, bzip2, xz: known by name, or unpacked to what may not be filed."""
    heads = (
        b"7z\xbc\xaf\x27\x1c\0\4",
        b"Rar!\x1a\x07\0",
        b"Rar!\x1a\x07\1\0",
        b"MSCF\0\0\0\0",
        b"BZh91AY&SY",
        b"\xfd7zXZ\0\0\4",
    )
    if rng.random() < 0.4:
        return gzip.compress(rng.choice((EICAR, sample("setup.exe"))), mtime=0)
    return rng.choice(heads) + noise(rng, 300)
