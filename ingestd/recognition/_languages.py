"""Which language a page is in, told by its commonest words and those of invoices.

tesseract tries all languages it is given on every word that it doubts: six take twice as long as the
right one and read hardly better; one other takes a quarter longer and reads what is no word of any
language, numbers and codes, better.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ingestd.model import Word

_WORDS = {
    "eng": "the of and to in for with on is by from your you our we this that as at be or not are"
    " any all please thank invoice bill number date due amount customer quantity qty unit"
    " price payment description order page tax company address details bank account sort"
    " code credit note ref reference terms days within subtotal balance paid delivery"
    " shipping item items rate registered england wales limited ltd llc inc plc kingdom"
    " phone net gross services hours each month period charges statement before",
    "fra": "de la le les des du et en pour par sur au aux vos votre nos notre nous vous est sont"
    " ce cette dans avec sans ou une un qui merci facture montant client quantite qte prix"
    " unitaire reglement echeance designation commande adresse taxes numero tva siret siren"
    " rcs naf ape paiement ht ttc remise jours livraison virement societe capital sarl sas"
    " eurl rue avenue boulevard france cedex banque compte penalites retard libelle taux"
    " devis avoir total general payer articles",
    "deu": "der die das und von mit fur fuer auf den dem des ein eine einer im zum zur bei nach"
    " ist sind wir sie ihr ihre ihren uns unser unsere wird werden bitte nicht oder vom aus"
    " rechnung rechnungs rechnungsnummer rechnungsdatum datum nummer nr betrag gesamtbetrag"
    " kunde kunden kundennummer menge preis einzelpreis steuer steuernummer gesamt summe"
    " netto brutto zwischensumme seite lieferung lieferdatum leistung bezeichnung artikel"
    " zahlung zahlbar tage tagen ohne abzug ust mwst idnr gmbh kg ohg ag gbr strasse str"
    " telefon amtsgericht hrb geschaftsfuhrer geschaeftsfuehrer deutschland bankverbindung"
    " konto stuck stk std innerhalb",
    "nld": "de het een en van voor met op bij in te aan door dat die dit wij uw onze ons u is zijn"
    " wordt niet naar of factuur factuurnummer factuurdatum datum nummer bedrag klant"
    " klantnummer aantal prijs stuksprijs btw excl incl totaal subtotaal betaling betalen"
    " omschrijving levering pagina artikel rekening rekeningnummer vervaldatum kvk bv nv"
    " dagen binnen telefoon nederland straat bestelling uur ordernummer vermelding graag"
    " gelieve voldoen verzoeken stuk stuks tarief termijn belgie over uiterlijk",
    "spa": "el la los las de del y en para por con su sus al un una se que nuestro nuestra es sin"
    " o factura fecha numero importe cliente cantidad cant precio iva pago descripcion"
    " pedido direccion unidades vencimiento cif nif base imponible concepto subtotal cuota"
    " cuenta transferencia forma dias calle avda madrid barcelona espana sl sa tel telefono"
    " codigo gracias total uds plazo emision articulo dto descuento unidad servicio banco"
    " registro mercantil cobro tipo",
    "ita": "il lo la gli le di del della dei delle dello degli dal dalla al alla e ed per con da"
    " in nel un una si che fattura data numero importo cliente quantita qta prezzo iva"
    " pagamento descrizione ordine indirizzo scadenza imponibile imposta totale partita"
    " codice fiscale aliquota sconto banca bonifico spett spettabile via srl spa snc giorni"
    " unitario destinatario pec rea capitale sociale sede legale italia documento merce"
    " consegna",
}
_OF = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_FEWEST = 3
_CLEARLY = 1.5


def likely(words: Iterable[Word], languages: Sequence[str], least: int = 1) -> tuple[str, ...]:
    """Return the one of `languages` (codes of tesseract) that words are most likely in and the first of
    them, which it is where nothing tells; at `least` so many, the next likeliest where it is the same;
    and all of them where there is one that we have no words of."""
    if any(code not in _OF for code in languages):
        return tuple(languages)
    ranked = tuple(code for _, code in _ranked(words, languages))
    found = tuple(dict.fromkeys((ranked[0], languages[0])))
    return found if len(found) >= least else ranked[:least]


def is_clear(words: Iterable[Word], languages: Sequence[str]) -> bool:
    """Tell whether words are in one of `languages` much more likely than in any other."""
    ranked = _ranked(words, [code for code in languages if code in _OF])
    (hits, _), (others, _) = (*ranked, (0, ""), (0, ""))[:2]
    return hits >= max(_FEWEST, _CLEARLY * others)


def _ranked(words: Iterable[Word], languages: Sequence[str]) -> list[tuple[int, str]]:
    """Return languages with how many of their words are there, the likeliest first."""
    there = {token for word in words for token in _tokens(word.text)}
    found = [(len(there & _OF[code]), code) for code in languages]
    return sorted(found, key=lambda one: -one[0])


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[a-z]+", "".join(one for one in plain if not unicodedata.combining(one)))
