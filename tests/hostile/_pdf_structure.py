"""PDFs that loop, are cut or damaged where it matters, or are another file as well."""

from random import Random

from tests.hostile import _zip_contents
from tests.hostile._hostile import EICAR, Bait, noise, sample
from tests.hostile._pdf_builder import PAGE, PAGES, Pdf


def page_tree_loop(rng: Random, bait: Bait) -> bytes:
    """No page can be reached: the tree is a loop, empty, or of something else."""
    pdf = Pdf()
    pdf.objects[PAGES] = rng.choice(
        (b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
         b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2147483647>>",
         b"<</Type/Pages/Kids[6 0 R]/Count 1>>", b"<</Type/Pages/Kids[]/Count 0>>",
         b"<</Type/Pages>>", b"null", b"2 0 R",
         b"[2 0 R]", b"<</Type/Pages/Kids[99 0 R]/Count 1>>",
         b"<</Type/Pages/Kids 2 0 R/Count -1>>")
    )  # fmt: skip
    pdf.objects[6] = b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>"
    pdf.objects[PAGE] = b"null"
    return pdf.build()


def many_pages(rng: Random, bait: Bait) -> bytes:
    """Thousands of pages: the same one, again and again."""
    pdf = Pdf()
    count = rng.randint(2001, 6000)
    kids = b" ".join(
        pdf.add(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>") for _ in range(count)
    )
    pdf.objects[PAGES] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
    return pdf.build()


def deep_arrays(rng: Random, bait: Bait) -> bytes:
    """Arrays in arrays in arrays; a script is at the bottom, or beside."""
    pdf = Pdf()
    depth = rng.choice((100, 400, 5000, 50_000))
    opening, closing = rng.choice(((b"[", b"]"), (b"<</A", b">>")))
    pdf.catalog += b"/Deep %s" % pdf.add(opening * depth + b"[]" + closing * depth)
    pdf.catalog += b"/OpenAction<</S/JavaScript/JS(1)>>"
    return pdf.build()


def cut(rng: Random, bait: Bait) -> bytes:
    """The end is missing, and with it the page."""
    whole = Pdf().build()
    return whole[: rng.randint(20, whole.index(b"\n3 0 obj"))]


def cut_sample(rng: Random, bait: Bait) -> bytes:
    whole = sample(rng.choice(("factur-x-en16931.pdf", "factur-x-basic.pdf")))
    return whole[: rng.randint(100, len(whole) // 2)]


def no_catalog(rng: Random, bait: Bait) -> bytes:
    """What a PDF cannot be read without is gone: its catalogue, its pages, all its objects."""
    pdf = Pdf()
    pdf.objects[1] = rng.choice(
        (b"null", b"<<>>", b"<</Type/Catalog>>", b"[]", b"(x)", b"<</Type/Catalog/Pages null>>")
    )
    pdf.objects[PAGES] = pdf.objects[PAGE] = b"null"
    return pdf.build()


def only_header(rng: Random, bait: Bait) -> bytes:
    return rng.choice(
        (b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + noise(rng, 900), b"%PDF-",
         b"%PDF-1.7\nxref\n0 0\ntrailer\n<<>>\nstartxref\n0\n%%EOF",
         b"%PDF-1.7\n" + b"\0" * 3000, b"%PDF-1.7\nstartxref\n99999999999999\n%%EOF")
    )  # fmt: skip


def xref_loop(rng: Random, bait: Bait) -> bytes:
    """Cross-reference tables that point at each other; active content makes sure of the rest."""
    pdf = Pdf(catalog=b"/OpenAction<</S/Launch/F(cmd.exe)>>")
    made = pdf.build()
    start = int(made[made.rindex(b"startxref") + 9 :].split()[0])
    lie = rng.choice(
        (
            b"/Prev %d" % start,
            b"/Prev 0",
            b"/Prev 99999999",
            b"/Prev -1",
            b"/XRefStm %d" % start,
            b"/Prev 1 0 R",
            b"/Size 2147483647",
        )
    )
    return made.replace(b"trailer\n<<", b"trailer\n<<" + lie, 1)


def xref_chain(rng: Random, bait: Bait) -> bytes:
    """Thousands of updates, each pointing at the one before."""
    made = Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>").build()
    previous = int(made[made.rindex(b"startxref") + 9 :].split()[0])
    out = bytearray(made)
    for _ in range(rng.randint(100, 2500)):
        at = len(out)
        out += b"xref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            previous,
            at,
        )
        previous = at
    return bytes(out)


def wrong_xref(rng: Random, bait: Bait) -> bytes:
    """The table points nowhere: readers rebuild it and must find the script that is there."""
    pdf = Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")
    made = bytearray(pdf.build())
    at = made.rindex(b"xref\n0")
    if rng.random() < 0.5:
        made[at + 9 : at + 60] = bytes(rng.choice(b"0123456789 fn\n") for _ in range(51))
    else:
        end = made.rindex(b"startxref") + 10
        made[end : end + 3] = b"%03d" % rng.randrange(1000)
    return bytes(made)


def looping_objects(rng: Random, bait: Bait) -> bytes:
    """Lengths, parents, outlines and object streams that refer to themselves; with a script."""
    pdf = Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>")
    number = 6
    pdf.objects[number] = rng.choice(
        (b"6 0 R", b"<</Length 6 0 R>>\nstream\nx\nendstream",
         b"<</First 6 0 R/Next 6 0 R/Prev 6 0 R/Last 6 0 R/Title(x)>>",
         b"<</Type/ObjStm/N 1/First 4/Extends 6 0 R/Length 9>>\nstream\n6 0 6 0 R\nendstream",
         b"<</Parent 6 0 R/Kids[6 0 R]>>")
    )  # fmt: skip
    pdf.catalog += rng.choice(
        (
            b"/Outlines 6 0 R",
            b"/AcroForm<</Fields[6 0 R]>>",
            b"/X 6 0 R",
            b"/Metadata 6 0 R",
            b"/StructTreeRoot 6 0 R",
        )
    )
    return pdf.build()


def with_archive(rng: Random, bait: Bait) -> bytes:
    """A PDF that is a ZIP as well: who opens the one does not see the other."""
    archive = rng.choice((_zip_contents.eicar, _zip_contents.program, _zip_contents.encrypted))(
        rng, bait
    )
    made = Pdf().build()
    return rng.choice((made + archive, archive + made, archive + made + archive))


def with_front(rng: Random, bait: Bait) -> bytes:
    """A program, a page or malware whose first kilobyte has a PDF header."""
    front = rng.choice(
        (sample("setup.exe")[:400] + bytes(100), EICAR + b"\n",
         b"<html><script>alert(1)</script>\n", b"#!/bin/sh\nreboot\n",
         b"\x7fELF\x02\x01\x01" + bytes(90), b"MZ" + bytes(300), b"Rar!\x1a\x07\0" + bytes(40))
    )  # fmt: skip
    return front + Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>").build()


def other_file(rng: Random, bait: Bait) -> bytes:
    return rng.choice(
        (b"<html><script>location='x'</script></html>", sample("setup.exe"), EICAR, b"x", b"",
         noise(rng, 700), b"\x89PNG but not really",
         b"%!PS-Adobe-3.0\n(x) run\n", b"{\\rtf1 \\object}",
         b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900))
    )  # fmt: skip
