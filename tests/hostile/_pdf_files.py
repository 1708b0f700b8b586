"""PDFs with embedded files that may not be filed, and PDFs that are locked."""

from random import Random
from typing import Any

import pikepdf

from tests.hostile import (
    _pdf_active,
    _xml_annexes,
    _xml_contents,
    _xml_doctypes,
    _zip_bombs,
    _zip_contents,
    _zip_lies,
)
from tests.hostile._hostile import EICAR, Bait, harmful, sample
from tests.hostile._pdf_builder import FILTERS, Pdf, packed, rewritten, text


def _attach(pdf: Pdf, rng: Random, name: str, content: bytes) -> None:
    """Embed a file in one of the places that files are embedded in."""
    data, filters = packed(content, rng.choice(FILTERS))
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
        (("a.zip", _zip_contents.eicar), ("a.zip", _zip_lies.overlap_same_file),
         ("a.zip", _zip_bombs.ratio_bomb), ("a.pdf", _pdf_active.javascript),
         ("factur-x.xml", _xml_annexes.embedded_malware), ("a.zip", _zip_contents.encrypted),
          ("a.pdf", _pdf_active.launch))
    )  # fmt: skip
    _attach(pdf, rng, name, shape(rng, bait))
    return pdf.build()


def hostile_invoice(rng: Random, bait: Bait) -> bytes:
    """The invoice data inside are hostile XML."""
    pdf = Pdf()
    shape = rng.choice(
        (
            _xml_doctypes.external_entity,
            _xml_doctypes.laughs,
            _xml_doctypes.external_dtd,
            _xml_contents.wrong_sum,
            _xml_contents.xinclude,
            _xml_doctypes.parameter_entity,
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


def in_object_stream(rng: Random, bait: Bait) -> bytes:
    """The same active content after qpdf has put every object into compressed object streams."""
    made = rng.choice((_pdf_active.javascript, _pdf_active.launch, _pdf_active.submit, embedded))(
        rng, bait
    )
    return rewritten(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def wrong_streams(rng: Random, bait: Bait) -> bytes:
    """Lengths, filters and parameters that lie, around malware."""
    pdf = Pdf()
    data, entry = packed(EICAR, ("FlateDecode",))
    extra, length = rng.choice(
        ((b"", 0), (b"", 1 << 40), (b"", -1), (b"/DecodeParms<</Predictor 12/Columns 1>>", None),
         (b"/DecodeParms<</Predictor 15/Columns 2000000000/Colors 32>>", None), (b"/F(x)", None),
          (b"/DL 99999999", None))
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


def _rc4(rng: Random) -> dict[str, Any]:
    """Return one of the ciphers that need no random octets: the file is the same at each run."""
    revision = rng.choice((2, 3, 4))
    return {"R": revision, "aes": False, "metadata": False}


def encrypted(rng: Random, bait: Bait) -> bytes:
    """A password opens it, which nobody here has."""
    if rng.random() < 0.3:
        return sample("protected.pdf")
    lock = pikepdf.Encryption(user="geheim", owner="o", **_rc4(rng))
    return rewritten(sample("plain-invoice.pdf"), encryption=lock)


def encrypted_openly(rng: Random, bait: Bait) -> bytes:
    """Encrypted with the empty password, which everybody has: what is inside is malware or active."""
    made = rng.choice((_pdf_active.javascript, _pdf_active.launch, _pdf_active.submit, embedded))(
        rng, bait
    )
    lock = pikepdf.Encryption(user="", owner="o", **_rc4(rng))
    return rewritten(made, encryption=lock)


def odd_encryption(rng: Random, bait: Bait) -> bytes:
    """A security handler that does not exist, or makes no sense."""
    pdf = Pdf()
    entry = rng.choice(
        (b"<</Filter/Foo/V 1>>", b"<</Filter/Standard/V 99/R 99/O(x)/U(y)/P 0>>",
         b"<</Filter/Standard>>", b"<</Filter/Adobe.PubSec/V 4>>",
         b"<</Filter/Standard/V 2/R 3/Length 128/O<00>/U<00>/P -4>>",
         b"<</Filter/Standard/V 5/R 6/O(x)/U(y)/OE(x)/UE(y)/P -4>>")
    )  # fmt: skip
    pdf.trailer = b"/Encrypt %s/ID[(a)(a)]" % pdf.add(entry)
    return pdf.build()
