"""Mails that are invoices themselves, and some that are not, for a company that takes such."""

from collections.abc import Callable

from tests.documents.mails import compose

HTML = """<html><body>
<h1>Facture n° HT-1001</h1>
<p>Date de la facture : 05/10/2026</p>
<p>Total HT 100,00 EUR</p>
<p>TVA 20 % 20,00 EUR</p>
<p>Total TTC 120,00 EUR</p>
</body></html>
"""
TYPED = """Facture n° HT-1002
Date de la facture : 05/10/2026

Total HT 100,00 EUR
TVA 20 % 20,00 EUR
Total TTC 120,00 EUR
"""
REMINDER = "Relance\n\nLa facture HT-1002, Total TTC 120,00 EUR, reste impayée.\n"
FORGOTTEN = "Veuillez trouver ci-joint la facture HT-1003, Total TTC 120,00 EUR.\n"


def html() -> bytes:
    """Return a mail whose HTML is the invoice, beside a text that says nothing."""
    message = compose("Votre facture", body="Voir ci-dessous.\n")
    message.add_alternative(HTML, subtype="html")
    message.set_boundary("==body==")
    return message.as_bytes()


CASES: dict[str, Callable[[], bytes]] = {
    "printed-html": html,
    "printed-typed": lambda: compose("Facture", body=TYPED).as_bytes(),
    "printed-not-a-reminder": lambda: compose("Relance", body=REMINDER).as_bytes(),
    "printed-not-what-is-attached": lambda: compose("Facture", body=FORGOTTEN).as_bytes(),
}
