"""The legal forms of companies as they stand behind a name or before it, in the countries that we read:
what does not tell one company from another, and what tells a company's name from other words."""

import re

_LONG = (
    r"g?gmbh(?: ?& ?co\.? ?(?:kg(?:aa)?|ohg)\.?)?|gesmbh|ges\.? ?m\.? ?b\.? ?h\.?"
    r"|ug(?: ?\(haftungsbeschr(?:ä|ae)nkt\))"
    r"(?: ?& ?co\.? ?kg)?|partg(?: ?mbb)?|partgmbb|e\.? ?k(?:fm|fr)?\.|e\.k\.|e\.? ?v\."
    r"|e\.v\.|e\.? ?u\.|eingetragene genossenschaft"
    r"|s\.?à\.? ?r\.?l\.?(?:-s)?|s\.a\.r\.l\.?|sarl|s\.a\.s\.?u?\.?|sasu|eurl|eirl|selarl|selas"
    r"|scop|sprl|s\.p\.r\.l\.|b\.? ?v\.? ?b\.? ?a\.?|sagl"
    r"|b\.v\.|n\.v\.|v\.o\.f\.|vof|vzw|asbl|cvba|limited|ltd\.?|p\.?l\.?c\.?|l\.?l\.?p\.?"
    r"|l\.?l\.?c\.?|inc\.?|incorporated|corp\.?|corporation"
    r"|s\.? ?r\.? ?l\.?(?: ?s\.?)?|s\.? ?p\.? ?a\.?|s\.n\.c\.|snc|s\.a\.p\.a\."
    r"|soc\.? coop\.?|societ(?:à|a['’`]?) cooperativa|s\.? ?l\.? ?u?\.|s\.l\.l\.|s\.a\.u\.?"
    r"|s\.? ?coop\.?"
    r"|s\.c\.|s\.a\.|s\.e\.|a\.g\.|sociedad limitada|sociedad an[óo]nima|aps|a/s|oyj|o[üy]"
    r"|sp\. ?z ?o\.? ?o\.?|s\.r\.o\.|kft\.?|d\.o\.o\.|sdn\.? ?bhd\.?|pty\.?|lda\."
    r"|e?gbr|ohg|kgaa|mbh|mbb|gie"
)
_SHORT = (
    r"AG|KG|SE|SA|SAS|SNC|SCI|SL|SLU|SAU|SLL|BV|NV|CV|SC|AB|AS|ASA|DAC|CLG|UC|UG|eG|EG|eK|eV|OG|EI"
    r"|e\.G\.|SRL|SpA|SPA|Srl|Sarl|Sas|SCRL|SCA|CB|CIO|Lda"
)
FORM = re.compile(
    rf"(?<=\S)(?<!\d{{4}})(?:[\s,(]{{1,4}}|-(?=(?i:gmbh)))(?=[^\W\d_])(?:(?i:{_LONG})"
    rf"|(?:{_SHORT}))(?![\w-])(?:\.(?=\s|$))?"
)
"""A form behind a name; short ones only in the letters that they are written in."""
FRONT = re.compile(
    r"^\W*(?:(?i:sarl|eurl|sasu|selarl|selas|s\.a\.r\.l\.|e\.u\.r\.l\.|s\.a\.s\.|stichting|vereniging"
    r"|co[öo]peratie|maatschap)|SAS|SA|SCI|SNC|GAEC|EARL|EI)\s+(?=[^\W\d_])(?!d['’]|au\s)"
)
"""A form before a name."""
CLOSED = re.compile(r"\s*[&+]\s*(?i:co\.?\s*(?:kgaa|kg|ohg))\b\.?")
"""What a form goes on with: `& Co. KG`."""
_WORD = re.compile(rf"{_LONG}|{_SHORT}", re.IGNORECASE)
_LETTERS = 12


def is_form_word(word: str) -> bool:
    """Tell whether a word of letters alone is a form, in whatever case: `sarl`, `SPA`."""
    dotted = "".join(f"{letter}." for letter in word[:_LETTERS])
    return len(word) <= _LETTERS and any(_WORD.fullmatch(one) for one in (word, dotted))
