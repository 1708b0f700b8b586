"""Which language a page is in, told by its commonest words and those of invoices.

tesseract tries all languages it is given on every word that it doubts: six take twice as long as the
right one, and read hardly better.
"""

import re
import unicodedata
from collections.abc import Iterable

from ingestd.model import Word

_WORDS = {
    "eng": "the of and to in for with on is by from your our invoice date number amount customer"
    " quantity price due payment description order bill page tax please company address details",
    "fra": "de la le les des du et en pour par sur au aux vos notre facture montant client quantite prix"
    " reglement echeance designation commande adresse taxes numero tva siret paiement ht ttc",
    "deu": "der die das und von mit fur auf den dem ist wir ihre bei rechnung datum nummer betrag kunde"
    " menge preis steuer gesamt seite lieferung bezeichnung artikel zahlung bitte ust mwst einzelpreis",
    "nld": "de het een en van voor met op bij uw onze factuur datum nummer bedrag klant aantal prijs btw"
    " totaal betaling omschrijving levering pagina artikel rekening vervaldatum klantnummer kvk",
    "spa": "el la los las de del y en para por con su factura fecha numero importe cliente cantidad"
    " precio iva pago descripcion pedido direccion unidades vencimiento cif base imponible concepto",
    "ita": "il la le gli di del della e per con da al fattura data numero importo cliente quantita prezzo"
    " iva pagamento descrizione ordine indirizzo scadenza imponibile totale partita codice",
}
_OF = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_FEWEST = 3
_CLEARLY = 1.5


def likely(words: Iterable[Word], languages: Iterable[str]) -> tuple[str, ...]:
    """Return the one of `languages` (codes of tesseract) that words are in, the two likeliest where it
    is not clear, and all of them where there is one that we have no words of."""
    codes = tuple(languages)
    if any(code not in _OF for code in codes):
        return codes
    there = {token for word in words for token in _tokens(word.text)}
    hits = {code: len(there & _OF[code]) for code in codes}
    best, second = sorted(codes, key=lambda code: -hits[code])[:2]
    is_clear = hits[best] >= _FEWEST and hits[best] >= _CLEARLY * hits[second]
    return (best,) if is_clear else (best, second)


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[a-z]+", "".join(one for one in plain if not unicodedata.combining(one)))
