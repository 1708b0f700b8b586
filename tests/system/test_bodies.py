"""The e-mail is the invoice: by SMTP, printed, filed beside its text, for a company that takes such."""

import json
import subprocess
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tests._clamd import Clamd
from tests._instance import PROGRAM, Instance
from tests.documents.mails import COMPANY, RECIPIENT, SENDER

HTML = """<html><body><h1>Rechnung Nr. K-2026-88</h1><img src="https://tracker.invalid/p.gif">
<p>Rechnungsdatum: 05.10.2026</p><table>
<tr><td>Nettobetrag<td>100,00 \u20ac<tr><td>USt 19 %<td>19,00 \u20ac
<tr><td>Gesamtbetrag<td>119,00 \u20ac</table><p>IBAN DE89 3704 0044 0532 0130 00</body></html>"""
TYPED = """Facture no F-2026-301 du 5 octobre 2026

Hébergement, septembre      100,00
Total HT                    100,00 EUR
TVA 20 %                     20,00 EUR
Total TTC                   120,00 EUR
"""
CHAT = "Bonjour,\n\nmerci pour la facture, 119,00 EUR c'est bien. A lundi !\n\nClaire\n"


def letter(subject: str, text: str, html: str = "") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = SENDER, RECIPIENT, subject
    message["Date"] = "Mon, 05 Oct 2026 09:30:00 +0200"
    message["Message-ID"] = f"<{len(text)}.{len(html)}@supplier.example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


MAILS = (
    letter("Rechnung", "Unsere Rechnung.\n", HTML),
    letter("Facture", TYPED),
    letter("x", CHAT),
)


def test_bodies_are_printed_and_filed(tmp_path: Path, clamd: Clamd) -> None:
    instance = Instance(tmp_path, clamd.socket, INGESTD_OCR__ENABLED="false")
    instance.add_company()
    assert instance.run("company", "set", COMPANY, "body_is_invoice=true").returncode == 0
    with instance.serving():
        html, typed, chat = [instance.send(one) for one in MAILS]
        for one in (html, typed, chat):
            instance.judged(one)
    (filed,) = instance.invoices(html)
    assert (filed["format"], filed["status"]) == ("body", "to_confirm")
    assert filed["total_amount_with_vat"] == "119.00"
    shown = instance.json("inbox", "show", html)
    roles = {part["path"]: part["role"] for part in shown["parts"]}
    assert (roles["2~printed"], roles["2"], roles["1"]) == ("document", "annex", "ignored")
    assert all(part["sha256"] for part in shown["parts"])
    paper = tmp_path / "paper.pdf"
    assert instance.run("invoice", "original", filed["id"], "-o", str(paper)).returncode == 0
    assert paper.read_bytes().startswith(b"%PDF-")
    (filed,) = instance.invoices(typed)
    assert filed["total_amount_with_vat"] == "120.00"
    assert instance.invoices(chat) == []
    assert [row["outcome"] for row in instance.inbox(chat)] in (["held"], ["ignored"])


def test_what_is_held_without_the_rule_is_filed_once_it_is_there(
    tmp_path: Path, clamd: Clamd
) -> None:
    instance = Instance(tmp_path, clamd.socket, INGESTD_OCR__ENABLED="false")
    instance.add_company()
    with instance.serving():
        mail = instance.send(MAILS[0])
        instance.judged(mail)
    (held,) = instance.inbox(mail)
    assert [one["reason"] for one in held["findings"]] == ["no-attachment"]
    instance.run("company", "set", COMPANY, "body_is_invoice=true")
    assert instance.run("inbox", "retry", held["id"]).returncode == 0
    (filed,) = instance.invoices(mail)
    assert (filed["format"], filed["number"]) == ("body", "K-2026-88")
    assert instance.inbox(mail) == []


def test_bad_templates_are_told_before_anything_starts(tmp_path: Path, clamd: Clamd) -> None:
    (tmp_path / "bad.yml").write_text("keywords: x\nfields: {amount: '('}", encoding="utf-8")
    instance = Instance(tmp_path, clamd.socket, INGESTD_EXTRACTION__TEMPLATES=str(tmp_path))
    for command in ("serve", "worker"):
        done = instance.run(command)
        assert done.returncode == 2
        assert "bad.yml: fields.amount: '(' is no regular expression" in done.stderr
    told = subprocess.run(
        [PROGRAM, "doctor", "--json"],
        env=instance.environment,
        capture_output=True,
        check=False,
    )
    lines = {one["check"]: one for one in json.loads(told.stdout)["checks"]}
    assert lines["templates"]["state"] == "missing"
    assert "bad.yml" in lines["templates"]["detail"]
