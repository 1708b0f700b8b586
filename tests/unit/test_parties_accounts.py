"""Accounts to pay (BT-84) and accounts of the buyer that are debited (BT-91), with their banks."""

import pytest

from ingestd.model import SURE
from tests.unit.test_parties import BANKS, Lines, given, read

NAME = "payment_account_identifiers"
IBAN = "DE89 3704 0044 0532 0130 00"
PLAIN = "DE89370400440532013000"


@pytest.mark.parametrize(
    "line",
    [
        f"Wir ziehen den Betrag am 12.03.2026 von Ihrem Konto mit der IBAN {IBAN} ein.",
        f"Der Betrag wird von Ihrem Konto bei der Commerzbank (IBAN {IBAN}) abgebucht.",
        f"Wird vom Konto IBAN {IBAN} abgebucht",
        f"Mandatsreferenz: M-123, Gläubiger-ID DE98ZZZ09999999999, IBAN: {IBAN}",
        f"Zahlungsart: SEPA-Lastschrift, IBAN: {IBAN} BIC COBADEFFXXX",
        f"The amount will be collected by direct debit from your account, IBAN {IBAN}",
        f"Your bank details: IBAN {IBAN}",
        f"Le montant sera prélevé le 5 mars 2026 sur votre compte IBAN {IBAN}",
        f"Prélèvement SEPA sur le compte IBAN {IBAN}",
        f"Se cargará en su cuenta IBAN {IBAN}",
        f"Forma de pago: Recibo domiciliado. IBAN: {IBAN}",
        f"Wij incasseren het bedrag van uw rekening met IBAN {IBAN}",
        f"Addebito diretto SEPA sul conto IBAN {IBAN}",
    ],
)
def test_an_account_that_a_sentence_debits_is_not_paid(line: str) -> None:
    values = read([(60, 40, "Nordwind Elektro GmbH"), (60, 600, line)])
    assert NAME not in values
    assert BANKS not in values


@pytest.mark.parametrize(
    "line",
    [
        f"Keine Lastschrift: bitte überweisen Sie auf IBAN {IBAN}",
        f"Prélèvement ou virement sur IBAN {IBAN}",
        f"Bonifico bancario su IBAN {IBAN}",
        f"Please transfer to our account IBAN {IBAN}",
        f"Te betalen op rekening IBAN {IBAN}",
        f"Transferencia a nuestra cuenta IBAN {IBAN}",
        f"KvK 81666060, IBAN {IBAN}, incassant-ID NL08ZZZ642188300000",
        f"Incassant-ID NL08ZZZ642188300000, IBAN {IBAN}",
        f"Gläubiger-ID DE98ZZZ09999999999, IBAN {IBAN}",
    ],
)
def test_an_account_that_a_sentence_sends_money_to_is_paid(line: str) -> None:
    value = read([(60, 40, "Nordwind Elektro GmbH"), (60, 600, line)])[NAME]
    assert value.value == (PLAIN,)
    assert value.confidence >= SURE


def test_a_sentence_of_a_debit_goes_on_in_the_next_line() -> None:
    lines: Lines = [
        (60, 600, "Den Betrag buchen wir am 12.03.2026 von Ihrem Konto"),
        (60, 612, f"IBAN {IBAN} ab."),
    ]
    assert NAME not in read(lines)
    ended: Lines = [
        (60, 600, "Der Betrag wird per Lastschrift eingezogen."),
        (60, 612, f"IBAN {IBAN}"),
    ]
    assert read(ended)[NAME].confidence < SURE


def test_how_else_to_pay_is_another_matter() -> None:
    asked: Lines = [(60, 400, "Comment payer ?"), (60, 412, f"Sur le compte {IBAN}")]
    named: Lines = [(60, 400, f"Domiciliation : Banque, {IBAN}")]
    for lines in ([*asked, (60, 424, "ou par domiciliation")], named):
        assert given(read(lines), NAME) == (PLAIN,)


def test_a_code_behind_the_account_may_be_in_the_next_line() -> None:
    lines: Lines = [
        (60, 400, f"Bitte überweisen Sie auf unser Konto {IBAN}"),
        (60, 412, "(NOLADE21BRS), Zweck: 17"),
    ]
    assert given(read(lines), BANKS) == ("NOLADE21BRS",)


def test_the_sellers_account_stays_beside_the_one_that_is_debited() -> None:
    lines: Lines = [
        (
            60,
            600,
            "Wir buchen den Betrag von Ihrem Konto IBAN NL91 ABNA 0417 1643 00, BIC ABNANL2A ab.",
        ),
        (60, 790, f"Bankverbindung: IBAN {IBAN}"),
        (60, 802, "BIC COBADEFFXXX"),
    ]
    values = read(lines)
    assert given(values, NAME) == (PLAIN,)
    assert given(values, BANKS) == ("COBADEFFXXX",)


def test_several_accounts_have_several_banks() -> None:
    lines: Lines = [
        (60, 790, f"Commerzbank IBAN {IBAN}"),
        (60, 802, "BIC COBADEFFXXX"),
        (320, 790, "ABN AMRO IBAN NL91 ABNA 0417 1643 00"),
        (320, 802, "BIC ABNANL2A"),
    ]
    values = read(lines)
    assert given(values, NAME) == (PLAIN, "NL91ABNA0417164300")
    assert given(values, BANKS) == ("COBADEFFXXX", "ABNANL2A")


def test_an_account_for_payment_slips_is_one_as_well() -> None:
    """A QR-IBAN is what the payer enters (BT-84), though its bank is numbered apart."""
    values = read([(60, 600, "Konto / Zahlbar an"), (60, 612, "CH66 3080 8001 2345 6789 0")])
    assert given(values, NAME) == ("CH6630808001234567890",)


def test_a_bank_abroad_is_named_without_an_iban() -> None:
    lines: Lines = [
        (60, 470, "Account number 40630284719066"),
        (60, 482, "SWIFT code"),
        (160, 482, "WFBIUS6S"),
    ]
    values = read(lines)
    assert given(values, BANKS) == ("WFBIUS6S",)
    assert values[BANKS].confidence < SURE


def test_a_code_in_brackets_may_stand_behind_the_banks_name() -> None:
    values = read([(60, 600, f"Transferencia a {IBAN} (Banco Norte, GENODEF1GUE)")])
    assert given(values, BANKS) == ("GENODEF1GUE",)
