"""One good attachment as real programs send it: mail clients, servers that forward, and the libraries
that accounting software is built on, each with its habits. All of these must pass.
"""

import base64
import quopri
from collections.abc import Callable, Iterator

from tests.hostile._disguises import BASE64, CRLF, MIME, encoded, lines, part, split

Producer = Callable[[bytes], bytes]
HEAD = (
    b"From: =?UTF-8?Q?Papeterie_du_Parc?= <factures@papeterie-du-parc.example>",
    b"To: fr40303265045@in.example.com",
    b"Subject: =?utf-8?B?RmFjdHVyZSBuwrAgMTI=?=",
    b"Date: Mon, 05 Oct 2026 09:30:00 +0200",
    b"Message-ID: <a1b2@papeterie-du-parc.example>",
)
NAME = b'name="facture.pdf"'
FILE = b'Content-Disposition: attachment; filename="facture.pdf"'
PDF = b"Content-Type: application/pdf; " + NAME
BODY = b"Bonjour,\r\n\r\nci-joint notre facture.\r\n"
HTML = b"<html><body><p>Bonjour,<br>ci-joint notre facture.</p></body></html>\r\n"


def plain(body: bytes = BODY, *fields: bytes) -> bytes:
    return part(b"Content-Type: text/plain; charset=utf-8", *fields, body=body)


def html(body: bytes = HTML) -> bytes:
    return part(b"Content-Type: text/html; charset=utf-8", body=body)


def multipart(kind: bytes, boundary: bytes, *parts: bytes, quoted: bool = True) -> bytes:
    """Return a multipart with its fields and body, to stand in another one or in a mail."""
    mark = b'"' if quoted else b""
    field = b"Content-Type: multipart/" + kind + b"; boundary=" + mark + boundary + mark
    return part(field, body=split(*parts, boundary=boundary))


def mail(*fields: bytes, entity: bytes, head: tuple[bytes, ...] = HEAD) -> bytes:
    """Return a mail: the usual fields, these, and those of its entity with the body."""
    return lines(*head, *fields) + entity


def mixed(attachment: bytes, *fields: bytes, boundary: bytes = b"=_b1", text: bytes = b"") -> bytes:
    """Return an ordinary mail of a text and an attachment."""
    return mail(MIME, *fields, entity=multipart(b"mixed", boundary, text or plain(), attachment))


def attached(content: bytes, *fields: bytes) -> bytes:
    return part(*fields, BASE64, body=encoded(content))


def both(boundary: bytes = b"=_alt") -> bytes:
    """Return the text in two forms."""
    return multipart(b"alternative", boundary, plain(), html())


def clients() -> Iterator[tuple[str, Producer]]:
    """Programs that people write mails with."""
    yield from {
        "Outlook": lambda c: mail(
            MIME,
            b"X-Mailer: Microsoft Outlook 16.0",
            b"Thread-Index: AdsBAAAA",
            entity=part(
                b"Content-Type: multipart/mixed;\r\n\t"
                b'boundary="----=_NextPart_000_0001_01DB1234.ABCDEF00"',
                body=b"This is a multipart message in MIME format.\r\n\r\n"
                + split(
                    multipart(
                        b"alternative",
                        b"----=_NextPart_001_0002_01DB1234.ABCDEF00",
                        plain(),
                        html(),
                    ),
                    attached(c, b"Content-Type: application/pdf;\r\n\t" + NAME, FILE),
                    boundary=b"----=_NextPart_000_0001_01DB1234.ABCDEF00",
                ),
            ),
        ),
        "Outlook, names cut by RFC 2231": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/pdf",
                b"Content-Disposition: attachment;\r\n"
                b"\tfilename*0*=UTF-8''Facture%20n%C2%B012%20de%20la%20pape;\r\n"
                b"\tfilename*1*=terie%20du%20parc.pdf",
            )
        ),
        "Apple Mail": lambda c: mail(
            b"Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))",
            b"X-Mailer: Apple Mail (2.3774.600.62)",
            entity=multipart(
                b"alternative",
                b"Apple-Mail=_4A0F1D2C-0001",
                plain(),
                multipart(
                    b"mixed",
                    b"Apple-Mail=_4A0F1D2C-0002",
                    html(),
                    attached(
                        c,
                        b"Content-Type: application/pdf;\r\n\tx-unix-mode=0644;\r\n\tname=facture.pdf",
                        b"Content-Disposition: inline;\r\n\tfilename=facture.pdf",
                    ),
                    html(b"<html><body><br></body></html>"),
                ),
            ),
        ),
        "iPhone": lambda c: mail(
            b"Mime-Version: 1.0 (1.0)",
            b"X-Mailer: iPhone Mail (22A3354)",
            entity=multipart(
                b"mixed",
                b"Apple-Mail-91AB",
                plain(),
                attached(
                    c,
                    b"Content-Type: application/pdf;\r\n\tname=facture.pdf;\r\n\tx-apple-part-url=1",
                    b"Content-Disposition: inline;\r\n\tfilename=facture.pdf",
                ),
                plain(b"\r\n\r\nEnvoy\xc3\xa9 de mon iPhone\r\n"),
            ),
        ),
        "Thunderbird": lambda c: mail(
            b"User-Agent: Mozilla Thunderbird",
            MIME,
            b"Content-Language: fr",
            entity=part(
                b'Content-Type: multipart/mixed; boundary="------------1GyW0aKb0Zc0"',
                body=b"This is a multi-part message in MIME format.\r\n"
                + split(
                    plain(BODY, b"Content-Transfer-Encoding: 8bit"),
                    attached(
                        c,
                        b'Content-Type: application/pdf; name="=?UTF-8?Q?Facture_n=C2=B012=2Epdf?="',
                        b"Content-Disposition: attachment; filename*=UTF-8''Facture%20n%C2%B012.pdf",
                    ),
                    boundary=b"------------1GyW0aKb0Zc0",
                ),
            ),
        ),
        "Gmail": lambda c: mixed(
            attached(
                c,
                b'Content-Type: application/pdf; name="facture.pdf"',
                FILE,
                b"X-Attachment-Id: f_m1abc",
                b"Content-ID: <f_m1abc>",
            ),
            boundary=b"000000000000abc06228",
            text=both(b"000000000000abc06226"),
        ),
        "Gmail on Android": lambda c: mixed(
            attached(c, b'Content-Type: application/pdf; name="facture.pdf"', FILE),
            boundary=b"0000000000003e0b05",
            text=both(b"0000000000003e0b03"),
        ),
        "Yahoo": lambda c: mixed(
            attached(c, b"Content-Type: application/pdf", FILE, b"Content-ID: <9b-1@yahoo.com>"),
            boundary=b"----=_Part_18_1234.5678",
            text=both(b"----=_Part_19_1234.5678"),
        ),
        "Notes": lambda c: mail(
            b"X-Mailer: HCL Notes Release 12.0",
            MIME,
            entity=part(
                b'Content-type: multipart/mixed; \r\n\tBoundary="0__=8FBB0EEFDFC1"',
                body=b"--0__=8FBB0EEFDFC1\r\nContent-type: text/plain; charset=ISO-8859-1\r\n"
                b"Content-transfer-encoding: quoted-printable\r\n\r\nci-joint =E0 payer\r\n"
                b'--0__=8FBB0EEFDFC1\r\nContent-type: application/pdf; \r\n\tname="facture.pdf"\r\n'
                b'Content-Disposition: attachment; filename="facture.pdf"\r\n'
                b"Content-transfer-encoding: base64\r\n\r\n"
                + encoded(c)
                + b"--0__=8FBB0EEFDFC1--\r\n",
            ),
        ),
        "eM Client": lambda c: mixed(
            attached(c, PDF, FILE), boundary=b"------=_MB3A7E-1", text=both(b"------=_MB3A7E-2")
        ),
        "Evolution": lambda c: mixed(
            attached(c, b'Content-Disposition: attachment; filename="facture.pdf"', PDF),
            boundary=b"=-5nVwEGF2qz",
        ),
        "KMail": lambda c: mixed(attached(c, FILE, PDF), boundary=b"nextPart1889387.VLH7GnMWUR"),
        "mutt": lambda c: mixed(
            attached(c, b"Content-Type: application/pdf", FILE), boundary=b"gKijDXBCEH69PxaN"
        ),
        "The Bat": lambda c: mixed(attached(c, PDF, FILE), boundary=b"----------0C012E1391C5D"),
        "Roundcube": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/pdf;\r\n name=facture.pdf",
                b"Content-Disposition: attachment;\r\n filename=facture.pdf;\r\n size=2254",
            ),
            boundary=b"=_1f0c6a3f",
        ),
        "Zimbra": lambda c: mixed(
            attached(c, PDF, FILE), boundary=b"----=_Part_11_abc.123", text=both(b"=_f1b2")
        ),
        "Horde, name in raw octets": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/pdf",
                'Content-Disposition: attachment; filename="Facture n°12.pdf"'.encode(),
            )
        ),
        "a webmail, name in latin-1": lambda c: mixed(
            attached(
                c,
                b'Content-Type: application/pdf; name="Relev\xe9.pdf"',
                b'Content-Disposition: attachment; filename="Relev\xe9.pdf"',
            )
        ),
        "a fax gateway, name unquoted": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/pdf; name=Facture 12 (1).pdf",
                b"Content-Disposition: attachment; filename=Facture 12 (1).pdf",
            )
        ),
    }.items()


def servers() -> Iterator[tuple[str, Producer]]:
    """Servers that change or wrap what passes through them, and what people forward."""
    yield from {
        "Exchange": lambda c: mail(
            b"X-MS-Has-Attach: yes",
            b"MIME-Version: 1.0",
            entity=multipart(
                b"mixed",
                b"_004_AM0PR04MB1234_",
                multipart(b"alternative", b"_000_AM0PR04MB1234_", plain(), html()),
                attached(
                    c,
                    b'Content-Type: application/pdf; name="facture.pdf"',
                    b"Content-Description: facture.pdf",
                    b'Content-Disposition: attachment; filename="facture.pdf"; size=2254;\r\n'
                    b'\tcreation-date="Mon, 05 Oct 2026 07:30:00 GMT"',
                ),
            ),
        ),
        "Exchange, text between files": lambda c: mail(
            MIME,
            entity=multipart(
                b"mixed",
                b"_002_X_",
                plain(),
                attached(c, PDF, FILE),
                part(
                    b'Content-Type: text/plain; name="ATT00001.txt"',
                    b'Content-Disposition: attachment; filename="ATT00001.txt"',
                    body=b"",
                ),
            ),
        ),
        "a mailing list with a foot": lambda c: mixed(
            attached(c, PDF, FILE), b"List-Id: <compta.example>"
        ).replace(
            b"\r\n--=_b1--",
            b"\r\n--=_b1\r\nContent-Type: text/plain\r\n\r\n-- \r\nliste\r\n--=_b1--",
        ),
        "forwarded by Gmail": lambda c: mixed(
            attached(c, PDF, FILE),
            text=plain(b"---------- Forwarded message ---------\r\nDe : X\r\n"),
        ),
        "forwarded by Outlook": lambda c: mixed(
            attached(c, PDF, FILE),
            text=plain(b"-----Message d'origine-----\r\nDe : X\r\nObjet : Facture\r\n"),
        ),
        "forwarded as attachment": lambda c: mixed(
            part(
                b"Content-Type: message/rfc822",
                b"Content-Disposition: attachment",
                body=mixed(attached(c, PDF, FILE), boundary=b"inner"),
            )
        ),
        "forwarded in base64": lambda c: mixed(
            attached(
                mixed(attached(c, PDF, FILE), boundary=b"inner"),
                b"Content-Type: message/rfc822; name=Facture.eml",
                b"Content-Disposition: attachment; filename=Facture.eml",
            )
        ),
        "an .eml file": lambda c: mixed(
            attached(
                mixed(attached(c, PDF, FILE), boundary=b"inner"),
                b"Content-Type: application/octet-stream",
                b'Content-Disposition: attachment; filename="Facture.eml"',
            )
        ),
        "a digest": lambda c: mail(
            MIME,
            entity=part(
                b"Content-Type: multipart/digest; boundary=dig",
                body=split(CRLF + mixed(attached(c, PDF, FILE), boundary=b"one"), boundary=b"dig"),
            ),
        ),
        "a virus filter that adds a preamble": lambda c: mixed(attached(c, PDF, FILE)).replace(
            b"\r\n\r\n--=_b1",
            b"\r\n\r\nThis message was scanned. Visit https://x.example\r\n--=_b1",
            1,
        ),
        "signed with a detached signature": lambda c: mail(
            MIME,
            entity=part(
                b'Content-Type: multipart/signed; protocol="application/pgp-signature";\r\n'
                b' micalg=pgp-sha256; boundary="sig"',
                body=split(
                    multipart(b"mixed", b"in", plain(), attached(c, PDF, FILE)),
                    part(
                        b'Content-Type: application/pgp-signature; name="signature.asc"',
                        body=b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----",
                    ),
                    boundary=b"sig",
                ),
            ),
        ),
        "a relay that folds every field": lambda c: mixed(
            part(
                b"Content-Type:\r\n application/pdf;\r\n " + NAME,
                b"Content-Transfer-Encoding:\r\n base64",
                b'Content-Disposition:\r\n attachment;\r\n filename="facture.pdf"',
                body=encoded(c),
            )
        ),
        "a gateway that re-encodes": lambda c: mixed(
            part(
                PDF,
                b"Content-Transfer-Encoding: quoted-printable",
                FILE,
                body=b"=\r\n".join(b"=%02X" % one for one in c),
            )
        ),
        "8bit server, binary attachment": lambda c: mixed(
            part(PDF, b"Content-Transfer-Encoding: binary", FILE, body=c)
        ),
        "LF only": lambda c: mixed(attached(c, PDF, FILE)).replace(CRLF, b"\n"),
        "from an mbox": lambda c: (
            b"From a@b.example Mon Oct  5 09:30:00 2026\r\n" + mixed(attached(c, PDF, FILE))
        ),
    }.items()


def libraries() -> Iterator[tuple[str, Producer]]:
    """What invoicing software sends with."""
    yield from {
        "SAP": lambda c: mail(
            b"X-Mailer: SAP NetWeaver 7.50",
            MIME,
            entity=multipart(
                b"mixed",
                b"=_42F2E9E0EE3E6E37E10000000A114E52",
                part(b'Content-Type: text/plain; charset="utf-8"', BASE64, body=encoded(BODY)),
                attached(
                    c,
                    b'Content-Type: application/pdf;\r\n name="facture.pdf"',
                    b"Content-Description: facture",
                    b'Content-Disposition: attachment;\r\n filename="facture.pdf"',
                ),
            ),
        ),
        "SAP, the document is the mail": lambda c: mail(MIME, entity=attached(c, PDF, FILE)),
        "Dynamics": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/octet-stream; name=facture.pdf",
                b"Content-Disposition: attachment",
            ),
            boundary=b"--boundary_0_5a9e2e",
        ),
        ".NET System.Net.Mail": lambda c: mixed(
            attached(
                c,
                b'Content-Type: application/octet-stream; name="=?utf-8?B?RmFjdHVyZS5wZGY=?="',
                b"Content-Disposition: attachment",
            ),
            boundary=b"--boundary_1_0d7c",
        ),
        "JavaMail": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/pdf; name=facture.pdf",
                b"Content-Disposition: attachment; filename=facture.pdf",
            ),
            boundary=b"----=_Part_0_1234567.1700000000000",
        ),
        "PHPMailer": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/pdf; name=facture.pdf",
                b"Content-Disposition: attachment; filename=facture.pdf",
            ),
            boundary=b"b1_5a9e2eQ",
            text=both(b"b2_5a9e2eQ"),
        ),
        "PHP mail() by hand": lambda c: mail(
            b"X-Mailer: PHP/7.4",
            MIME,
            entity=multipart(
                b"mixed",
                b"PHP-mixed-9f",
                both(b"PHP-alt-9f"),
                attached(c, PDF, b"Content-Disposition: attachment"),
                quoted=True,
            ),
        ),
        "Python": lambda c: mixed(
            attached(c, b"Content-Type: application/pdf", MIME, FILE),
            boundary=b"===============7581==",
        ),
        "nodemailer": lambda c: mixed(
            attached(c, PDF, b"Content-Disposition: attachment; filename=facture.pdf"),
            boundary=b"--_NmP-5b0cf-Part_1",
            text=both(b"--_NmP-5b0cf-Part_2"),
        ),
        "Perl MIME::Lite": lambda c: mixed(
            attached(
                c,
                b'Content-Disposition: attachment; filename="facture.pdf"',
                b'Content-Type: application/pdf; name="facture.pdf"',
            ),
            boundary=b"_----------=_16999999991230",
        ),
        "Ruby": lambda c: mixed(
            part(
                b"Content-Type: application/pdf;\r\n filename=facture.pdf",
                BASE64,
                b"Content-Disposition: attachment;\r\n filename=facture.pdf",
                b"Content-ID: <6@x.mail>",
                body=encoded(c),
            ),
            boundary=b"--==_mimepart_6501c_3fe",
        ),
        "Odoo": lambda c: mixed(
            attached(
                c,
                b"Content-Type: application/pdf",
                b'Content-Disposition: attachment; filename="INV/2026/00012.pdf"',
            ),
            boundary=b"===============0123==",
            text=both(b"===============0124=="),
        ),
        "sendgrid": lambda c: mixed(attached(c, PDF, FILE), boundary=b"d2e1f0a9c8b7"),
        "a copier, no MIME-Version": lambda c: mail(
            entity=multipart(
                b"mixed", b"KONICA_MINOLTA_0_", plain(), attached(c, PDF, FILE), quoted=False
            )
        ),
        "a copier, one endless line": lambda c: mixed(
            part(PDF, BASE64, FILE, body=base64.b64encode(c))
        ),
        "a copier, type octet-stream": lambda c: mixed(
            attached(
                c,
                b'Content-Type: APPLICATION/OCTET-STREAM; NAME="SCAN0001.PDF"',
                b'Content-Disposition: ATTACHMENT; FILENAME="SCAN0001.PDF"',
            )
        ),
        "an old library, name only in the type": lambda c: mixed(attached(c, PDF)),
        "an old library, no name": lambda c: mixed(attached(c, b"Content-Type: application/pdf")),
        "an old library, no final boundary": lambda c: mixed(attached(c, PDF, FILE))[
            : -len(b"--=_b1--\r\n")
        ],
        "an old library, no padding": lambda c: mixed(
            part(PDF, BASE64, FILE, body=base64.b64encode(c).rstrip(b"="))
        ),
        "an old library, transfer encoding quoted": lambda c: mixed(
            part(PDF, b'Content-Transfer-Encoding: "base64"', FILE, body=encoded(c))
        ),
        "an old library, everything in upper case": lambda c: mixed(
            part(
                b"CONTENT-TYPE: APPLICATION/PDF",
                b"CONTENT-TRANSFER-ENCODING: BASE64",
                b'CONTENT-DISPOSITION: ATTACHMENT; FILENAME="FACTURE.PDF"',
                body=encoded(c),
            )
        ),
        "an old library, spaces at line ends": lambda c: mixed(
            part(PDF, BASE64, FILE, body=encoded(c).replace(CRLF, b" \t\r\n"))
        ),
        "an old library, text in UTF-16": lambda c: mixed(
            attached(c, PDF, FILE),
            text=part(
                b"Content-Type: text/plain; charset=utf-16",
                BASE64,
                body=encoded("Bonjour à tous\n".encode("utf-16")),
            ),
        ),
        "an old library, text in quoted-printable": lambda c: mixed(
            attached(c, PDF, FILE),
            text=part(
                b"Content-Type: text/plain; charset=iso-8859-15",
                b"Content-Transfer-Encoding: quoted-printable",
                body=quopri.encodestring("Total : 12 €\n".encode("iso-8859-15")),
            ),
        ),
    }.items()


def all_producers() -> dict[str, Producer]:
    """Return every producer by its name."""
    return {
        name: producer for family in (clients, servers, libraries) for name, producer in family()
    }
