"""What stands in an address beside the name of a party: the title of a person, a line for somebody's
attention, a department."""

import re

_TITLE = (
    r"herrn?|hr\.|hrn\.|fr\.|frau|mr|mrs|ms|mister|mme|m\.|mlle|monsieur|madame|de heer|dhr\.?"
    r"|mevr(?:ouw)?\.?"
    r"|(?:egr\. ?)?sig\.?(?:ra|na)?\.?|sr\.?|sra\.?|sres\.?|d\.|dña\."
)
_PERSON = re.compile(rf"^\W*(?:{_TITLE}|dr\.?|familie|fam\.?)(?:\.?\s|$)", re.IGNORECASE)
_TITLED = re.compile(
    rf"^\W*(?:(?:{_TITLE})\.?(?:\s+|$)(?:(?:und|et|and|&|e|y|en)\s+(?=(?:{_TITLE})[.\s]))?)+",
    re.IGNORECASE,
)
_ATTENTION = (
    r"(?:for (?:the )?)?att(?:n|ention(?: of)?|\.? ?ne)?\b[.: ]|f\.? ?a\.? ?o\.?[: ]|c/o\b|c/- "
    r"|z\. ?h(?:d|dn|änden)\b|zu h(?:änden|d)\b|zuh\. |[àa] l['’]attention|t\.? ?a\.? ?v\.?[: ]"
    r"|ter attentie|a/a[: .]|a la atenci[óo]n|c\. ?a\.[: ]|(?:alla )?c\.? ?a\.?[:.] ?"
    r"|alla (?:cortese )?att(?:enzione|\.)|alla c\. ?a\.|p\. ?c\. |contact ?: "
    r"|the (?:secretary|treasurer|manager|directors?|bursar|owner|occupier)$"
    r"|(?:madame|monsieur) l[ea] \w+$"
)
_DEPARTMENT = (
    r"(?:kreditoren|debitoren|finanz|haupt)?buchhaltung\b|rechnungs(?:eingang|prüfung|wesen|abteilung)\b"
    r"|abteilung\b|abt\. |(?:zentral)?einkauf\b|finanzabteilung\b|finanzen\b"
    r"|accounts? (?:payable|department|dept)\b|account(?:s|ing)(?: (?:department|dept|team|office))?$"
    r"|(?:finance|purchas(?:e|ing)|procurement|billing|accounts)(?: (?:department|dept|team|office))\b"
    r"|purchase ledger\b|(?:procurement|purchasing|finance)$"
    r"|service (?:des )?(?:achats?|comptab|factur|fournisseurs?|financier|administratif|client)"
    r"|comptabilit[ée]\b|direction (?:des achats|financi|administrative|g[ée]n[ée]rale)"
    r"|(?:de )?crediteuren(?:administratie)?\b|(?:financi[ëe]le )?administratie$|afd(?:eling|\.) "
    r"|inkoop\b|boekhouding\b|(?:departamento|dpto\.?|dto\.?|depto\.?) |contabilidad\b|compras$"
    r"|(?:cuentas a pagar|proveedores|administraci[óo]n)$|(?:uff(?:icio|\.)|reparto) "
    r"|contabilit[àa]\b|acquisti$|amministrazione$"
)
_ASIDE = re.compile(rf"^\W*(?:{_ATTENTION}|{_DEPARTMENT})", re.IGNORECASE)

_PROFESSION = re.compile(
    r",\s*(?:fachanw|rechtsanw|anw[aä]lt|steuerb|wirtschaftspr|notar|avocat|abogad|avvocat|advoca|solicitor"
    r"|barrister|partner|gesellsch|gesch[äa]ftsf|expert|architekt|dipl)",
    re.IGNORECASE,
)


def has_profession(text: str) -> bool:
    """Tell whether a line goes on with a profession behind a name: `Max Beck, Rechtsanwalt`."""
    return _PROFESSION.search(text) is not None


def is_person(text: str) -> bool:
    """Tell whether a line begins with the title of a person (`Herr`, `Mme`)."""
    return _PERSON.match(text) is not None


def without_title(text: str) -> str:
    """Return the first and last name of a person without how it is addressed: `Herrn Max Beck` -> `Max
    Beck`. A doctor stays one, and what may be an initial."""
    plain = _TITLED.sub("", text)
    return plain if 2 <= len(plain.split()) <= 4 else text


def is_title(text: str) -> bool:
    """Tell whether a line is nothing but the title of a person, whose name stands below."""
    return not _TITLED.sub("", f"{text.strip()} ").strip()


def is_aside(text: str) -> bool:
    """Tell whether a line says for whose attention, or which department; it names no party."""
    return _ASIDE.match(text) is not None
