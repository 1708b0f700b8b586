"""Header fields as the wild sends them: names, parameters, charsets; read without ever failing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.readers import _charset, _field


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="facture.pdf"', "facture.pdf"),
        ("attachment; filename=facture.pdf", "facture.pdf"),
        ("attachment; filename=facture 2026.pdf", "facture 2026.pdf"),
        ('attachment;\r\n filename="fac\\"ture.pdf"', 'fac"ture.pdf'),
        ('attachment; filename="facture.pdf', "facture.pdf"),
        ('attachment (x; filename="no.pdf"); filename="yes.pdf"', "yes.pdf"),
        ("attachment; filename*=utf-8''facture%20n%C2%B01.pdf", "facture n°1.pdf"),
        ("attachment; filename*=iso-8859-1'fr'r%E9sum%E9.pdf", "résumé.pdf"),
        ('attachment; filename*0="fac"; filename*1="ture.pdf"', "facture.pdf"),
        ("attachment; filename*0*=utf-8''n%C2%B0; filename*1=1.pdf", "n°1.pdf"),
        ("attachment; filename*1=b; filename*0=a", "ab"),
        ("attachment; filename=\"plain.pdf\"; filename*=utf-8''better.pdf", "better.pdf"),
        ("attachment; filename*=%ff", "ÿ"),
        ("attachment; filename*=unicode_escape''%5Cx41", "\\x41"),
        ('attachment; filename="=?utf-8?Q?n=C2=B01.pdf?="', "n°1.pdf"),
        ('attachment; filename="=?utf-8?B?bsKwMS5wZGY=?="', "n°1.pdf"),
        ('attachment; filename="r\udce9sum\udce9.pdf"', "résumé.pdf"),
        ('attachment; filename="n\udcc2\udcb01.pdf"', "n°1.pdf"),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_file_names(value: str, name: str) -> None:
    assert _field.display_name(_field.parameters(value).get("filename", "")) == name


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        ("base64", "base64"),
        ("\r\n base64", "base64"),
        (' "Base64" ', "base64"),
        ("base64 (a comment)", "base64"),
        ("x-rot13", "x-rot13"),
    ],
)
def test_transfer_encodings(value: str, encoding: str) -> None:
    assert _field.transfer_encoding(value) == encoding


@pytest.mark.parametrize(
    ("value", "media_type"),
    [
        ("Text/PLAIN; charset=utf-8", "text/plain"),
        ("application/pdf", "application/pdf"),
        ("pdf", ""),
        ("a/b/c", ""),
        ("", ""),
    ],
)
def test_media_types(value: str, media_type: str) -> None:
    assert _field.media_type(value) == media_type


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        (b"\xe9", "iso-8859-1", "é"),
        (b"\xc3\xa9", "", "é"),
        (b"\xe9", "", "é"),
        (b"\xe9", "utf-8", "é"),
        (b"\\x41", "unicode_escape", "\\x41"),
        (b"uryyb", "rot13", "uryyb"),
        (b"abc", "no such charset", "abc"),
        (b"abc", "nul\0", "abc"),
    ],
)
def test_charsets(raw: bytes, charset: str, text: str) -> None:
    assert _charset.decode_text(raw, charset) == text


def test_encoded_words_in_a_subject() -> None:
    assert _field.decode_words("=?iso-8859-1?Q?Factur=E9?=\r\n =?utf-8?B?w6k=?= x") == "Facturéé x"


def test_repeated_parameters_are_seen() -> None:
    assert _field.duplicated_parameters("multipart/mixed; boundary=a; boundary=b") == ["boundary"]


@given(st.binary(max_size=400))
def test_nothing_makes_it_fail(raw: bytes) -> None:
    value = raw.decode("ascii", "surrogateescape")
    _field.parameters(value)
    _field.media_type(value)
    _field.transfer_encoding(value)
    _field.display_name(value).encode("utf-8", "surrogatepass")
    _field.decode_words("=?utf-8?B?" + value + "?=")
    _field.duplicated_parameters(value)


@given(st.text(alphabet=";=\"*'%(\\) ab0", max_size=300))
def test_nothing_made_of_its_syntax_makes_it_fail(value: str) -> None:
    _field.parameters(value)
    _field.duplicated_parameters(value)
