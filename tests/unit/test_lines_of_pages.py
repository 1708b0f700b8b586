"""The lines of pages: tables with heads whose amounts sum up, as rows of cells (see totals of pages)."""

from decimal import Decimal

from ingestd.extraction import totals
from ingestd.extraction.totals._grid import lines_of
from ingestd.model import SURE
from tests.unit.test_totals_of_pages import KNOWN, SUMS, TABLE, page, read, tight


def test_freight_below_the_table_is_no_line() -> None:
    rows = (
        "Fracht|||20,00",
        "||Nettobetrag|120,00",
        "||MwSt. 19 %|22,80",
        "||Rechnungsbetrag|142,80",
    )
    for more, is_sure in ((), False), (("||Summe Positionen|100,00",), True):
        values = read(*TABLE, *more, *rows)
        assert [one.net_amount for one in values["lines"].value] == [60, 40]
        assert (values["lines"].confidence >= 0.95) == is_sure


def test_rows_of_the_table_of_vat_are_no_lines() -> None:
    vat = ("Satz|Netto|MwSt.", "19 %|60,00|11,40", "7 %|40,00|2,80")
    sums = ("||Nettobetrag|100,00", "||MwSt.|14,20", "||Rechnungsbetrag|114,20")
    assert "lines" not in read(TABLE[0], *vat, *sums)
    values = read(*TABLE, *vat, *sums)
    assert [one.item_name for one in values["lines"].value] == ["Kupferrohr 22 mm", "Montage"]


def test_a_table_needs_no_head_over_its_amounts() -> None:
    rows = ("Pos|Bezeichnung|Menge|Preis", "1|Rohr|3|20,00|60,00", "2|Montage|1|40,00|40,00")
    values = read(*rows, "|||Nettobetrag|100,00", "|||MwSt. 19 %|19,00", "|||Brutto|119,00")
    assert [one.net_amount for one in values["lines"].value] == [60, 40]


def test_lines_are_sure_only_if_what_is_printed_makes_their_amounts() -> None:
    assert read(*TABLE, *SUMS)["lines"].confidence >= SURE
    wrong = read(TABLE[0], TABLE[1].replace("|3|", "|4|"), TABLE[2], *SUMS)
    assert wrong["lines"].confidence < 0.95
    unlike = read(*TABLE[:2], "Nachlass|||40,00", *SUMS)
    assert "lines" not in unlike or unlike["lines"].confidence < 0.95


def test_a_discount_of_a_row_is_part_of_its_product() -> None:
    head = "Description|Qty|Unit price|Discount|Amount"
    rows = ("Pipe|3|25.00|20%|60.00", "Work|1|40.00||40.00")
    sums = ("|||Subtotal|100.00", "|||VAT 20%|20.00", "|||Total|120.00")
    values = read(head, *rows, *sums)
    (first, _), confidence = values["lines"].value, values["lines"].confidence
    assert confidence >= SURE
    assert (first.quantity, first.net_price, first.net_amount) == (3, 25, 60)


def test_a_page_without_heads_goes_on_with_the_table() -> None:
    pages = [page(*TABLE[:2], "Übertrag|||60,00"), page(TABLE[2], *SUMS, number=2)]
    assert [one.net_amount for one in totals.read(pages, KNOWN)["lines"].value] == [60, 40]


def test_heads_that_touch_each_other_are_two() -> None:
    head = "Désignation|QuantitéPrix unitaire|Montant HT"
    rows = ("Pose|3|25,00|75,00", "Dépose|1|25,00|25,00")
    sums = ("||Total HT|100,00", "||TVA 20 %|20,00", "||Total TTC|120,00")
    assert [one.net_amount for one in read(head, *rows, *sums)["lines"].value] == [75, 25]


def test_a_second_row_of_heads_begins_no_other_table() -> None:
    head = ("Art-Nr|Beschreibung|Menge|Nettopreis|Betrag", "Lieferant||USt.|USt.|ohne USt.")
    rows = ("A1|Rohr|3|20,00|60,00", "A2|Montage|1|40,00|40,00")
    sums = ("|||Nettobetrag|100,00", "|||MwSt. 19 %|19,00", "|||Brutto|119,00")
    assert [one.net_amount for one in read(*head, *rows, *sums)["lines"].value] == [60, 40]


def test_allowances_of_the_whole_lead_from_the_lines_to_the_net_total() -> None:
    rows = ("||Positionssumme|100,00", "||Rabatt|10,00", "||Nettobetrag|90,00")
    values = read(*TABLE, *rows, "||MwSt. 19 %|17,10", "||Rechnungsbetrag|107,10")
    assert [one.net_amount for one in values["lines"].value] == [60, 40]
    assert values["lines"].confidence >= SURE


def test_what_is_said_of_an_item_is_no_head_of_another_table() -> None:
    said = (
        "Product description:|steel",
        "Product identification:|Item number in the list of the buyer",
    )
    *_, line = lines_of([tight(TABLE[0], TABLE[1], *said, TABLE[2])])
    assert any("item-name" in head.keys for head in line.heads)
    assert not any("article-number" in head.keys for head in line.heads)


def test_two_heads_are_a_table_where_they_name_item_and_amount() -> None:
    rows = ("Désignation|||Montant", "Honoraires mars|||60,00", "Déplacement|||40,00")
    sums = ("|||Total HT|100,00", "|||TVA 20 %|20,00", "|||Total TTC|120,00")
    values = read(*rows, *(row.replace("|||", "||", 1) for row in sums))
    assert [one.item_name for one in values["lines"].value] == ["Honoraires mars", "Déplacement"]
    assert values["lines"].confidence >= SURE


def test_lines_without_heads_are_the_column_above_the_net_total() -> None:
    rows = ("Honoraires mars|||60,00", "selon devis du 3 mars", "Déplacement|||40,00")
    values = read("Facture F-1", *rows, *SUMS)
    assert [one.item_name for one in values["lines"].value] == ["Honoraires mars", "Déplacement"]
    assert values["lines"].confidence < SURE
    parts = ("Base 20 %|||60,00", "Base 10 %|||40,00")
    assert "lines" not in read("Facture F-1", *parts, *SUMS)
    assert "lines" not in read("Facture F-1", rows[0], "Nombre|||7,00", rows[2], *SUMS)


def test_amounts_of_a_table_may_have_no_cents() -> None:
    rows = ("Kupferrohr|3|20|60", "Montage|1|40|40")
    values = read(TABLE[0], *rows, *SUMS)
    assert [one.net_amount for one in values["lines"].value] == [60, 40]


def test_what_stands_below_the_sum_of_lines_without_a_price_is_no_line() -> None:
    rows = ("Bezeichnung|||Gesamtpreis", "Rohr|||60,00", "Montage|||40,00")
    below = ("|||Positionssumme|100,00", "Lieferpauschale|||20,00")
    sums = ("||Nettobetrag|120,00", "||MwSt. 19 %|22,80", "||Rechnungsbetrag|142,80")
    values = read(*rows, below[0].replace("|||", "||", 1), below[1], *sums)
    assert [one.net_amount for one in values["lines"].value] == [60, 40]
    assert values["lines"].confidence < SURE


def test_totals_of_parts_between_lines_make_them_a_suggestion() -> None:
    part = "Zwischensumme|||60,00"
    values = read(TABLE[0], TABLE[1], part, TABLE[2], *SUMS)
    assert [one.net_amount for one in values["lines"].value] == [60, 40]
    assert values["lines"].confidence < SURE


def test_prices_that_happen_to_come_to_the_net_total_are_no_lines() -> None:
    head = "Bezeichnung|Nettopreis|Menge|Nettobetrag"
    rows = ("Drucker|300,00|2|600,00", "Tinte|150,00|3|450,00", "Gruppe A|1.050,00|1|1.050,00")
    sums = ("||Nettosumme|1.500,00", "||MwSt. 19 %|285,00", "||Rechnungsbetrag|1.785,00")
    assert "lines" not in read(head, *rows, *sums)


def test_a_discount_may_stand_in_a_column_without_its_sign() -> None:
    head = "Désignation|Qté|P.U. HT|Rem.|Montant HT"
    rows = ("Lave-vaisselle|2|1 190,00|10,00|2 142,00", "Pose|1|180,00||180,00")
    sums = ("|||Total HT|2 322,00", "|||TVA 20 %|464,40", "|||Total TTC|2 786,40")
    values = read(head, *rows, *sums)
    first, _ = values["lines"].value
    assert (first.quantity, first.net_price) == (2, 1190)
    assert values["lines"].confidence >= SURE


def test_a_quantity_of_thousands_is_one_number() -> None:
    row = "Étiquettes|8 000|0,071|568,00"
    sums = ("||Total HT|568,00", "||TVA 20 %|113,60", "||Total TTC|681,60")
    values = read("Désignation|Quantité|Prix|Montant", row, *sums)
    (one,) = values["lines"].value
    assert (one.quantity, one.net_price) == (8000, Decimal("0.071"))
    assert values["lines"].confidence >= SURE


def test_a_step_of_nothing_leads_on() -> None:
    rows = ("||Total|100,00", "||Rabatt|10,00", "||USt. 0 %|0,00", "||Gesamtbetrag|90,00")
    values = read(*TABLE, *rows, "Steuerfreie Ausfuhrlieferung")
    assert [one.net_amount for one in values["lines"].value] == [60, 40]
    assert values["lines"].confidence >= SURE


def test_a_price_may_be_for_a_hundred() -> None:
    head = "Bezeichnung|Menge|Preis|per|Wert"
    rows = ("Schalter|40|3.415,00|100|1.366,00", "Kabel|2|98,40|1|196,80")
    sums = ("|||Nettowert|1.562,80", "|||MwSt. 19 %|296,93", "|||Endbetrag|1.859,73")
    assert read(head, *rows, *sums)["lines"].confidence >= SURE


def test_a_row_without_a_price_is_a_line_where_the_sum_needs_it() -> None:
    rows = (TABLE[0], TABLE[1], "Kleinteile|||5,00", TABLE[2])
    sums = ("||Nettobetrag|105,00", "||MwSt. 19 %|19,95", "||Rechnungsbetrag|124,95")
    values = read(*rows, *sums)
    assert [one.net_amount for one in values["lines"].value] == [60, 5, 40]
    assert values["lines"].confidence < SURE


def test_a_row_of_totals_by_rate_ends_the_table() -> None:
    rows = ("Rohr|3|20,00|60,00", "Montage|1|40,00|40,00")
    sums = (
        "Netto 19 %|60,00|Netto 7 % 40,00|Summe netto 100,00",
        "MwSt 19 %|11,40|MwSt 7 % 2,80|Summe MwSt 14,20",
        "Gutschriftsbetrag|||114,20",
    )
    values = read(TABLE[0], *rows, *sums)
    assert [one.net_amount for one in values["lines"].value] == [60, 40]


def test_lines_without_heads_are_sure_where_their_prices_prove_them() -> None:
    rows = ("Illustraties|17|80,00|1.360,00", "Opmaak incl. omslag|1|280,00|280,00")
    sums = ("||Subtotaal|1.640,00", "||BTW 21%|344,40", "||Totaal|1.984,40")
    assert read("Factuur 2026-0023", *rows, *sums)["lines"].confidence >= SURE
    (one,) = read("Rechnung 7", "Zahnriemen-Satz inkl. Pumpe||1|100,00", *SUMS)["lines"].value
    assert (one.item_name, one.net_amount) == ("Zahnriemen-Satz inkl. Pumpe", 100)
    bare = ("Energie et taxes|||60,00", "Eau|||40,00", "||Summe|100,00", "Kleinunternehmer")
    assert [one.net_amount for one in read("Rechnung 7", *bare)["lines"].value] == [60, 40]
