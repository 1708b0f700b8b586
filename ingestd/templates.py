"""The operator's templates per supplier, loaded and checked once, before anything of a stranger's is
read. A mistake in one is told with its file and key, and nothing starts until it is mended.

invoice2data reads a page's text by them and does nothing else here: no file is opened and no program
run for a template, so those that ask for it (`area`, `camelot`) are refused.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from ingestd.extraction.templates import Template

SUFFIXES = (".yml", ".yaml", ".json")
_PARSERS = {"regex": ("regex",), "lines": (), "static": ("value",)}
_TYPES = ("int", "float", "date", "datetime")
_OPTIONS: dict[str, Any] = {
    "remove_whitespace": bool,
    "remove_accents": bool,
    "lowercase": bool,
    "currency": str,
    "date_formats": list,
    "languages": list,
    "decimal_separator": str,
    "replace": list,
    "strict_fields": bool,
    "extra_fields": list,
}
_REGEX_KEYS = (
    "start",
    "end",
    "line",
    "first_line",
    "last_line",
    "skip_line",
    "line_separator",
    "body",
)


class TemplatesUnusable(Exception):  # noqa: N818 - says what to mend, for the operator
    """The templates cannot be used; says which, where, and why."""


@cache
def load(directory: str) -> tuple[Template, ...]:
    """Return the templates of a directory and those below it, "" for none; read once in a process.

    Raises TemplatesUnusable with every mistake at once.
    """
    if not directory:
        return ()
    make = _invoice2data()
    root, problems, made = Path(directory), [], []
    if not root.is_dir():
        raise TemplatesUnusable(f"extraction.templates: {directory} is no directory")
    for file in sorted(one for one in root.rglob("*") if one.suffix.lower() in SUFFIXES):
        name = str(file.relative_to(root))
        found = _parsed(file)
        wrong = [found] if isinstance(found, str) else list(_mistakes(found))
        problems += [f"{name}: {one}" for one in wrong]
        if not wrong and isinstance(found, dict):
            made.append(make({**found, "template_name": name}))
    if problems:
        raise TemplatesUnusable(
            f"{len(problems)} mistakes in the templates of {directory}:\n  " + "\n  ".join(problems)
        )
    return tuple(made)


def _invoice2data() -> Any:
    """Return what makes a template of a mapping, with all that it loads late.

    Raises TemplatesUnusable.
    """
    try:
        import_module("dateutil.parser")
        kind = import_module("invoice2data.extract.invoice_template").InvoiceTemplate
        prepare = import_module("invoice2data.extract.loader").prepare_template
    except ImportError as error:
        raise TemplatesUnusable(
            "extraction.templates is set and invoice2data is not installed"
            f" ({error}): pip install 'ingestd[templates]', or set it to nothing"
        ) from error

    def make(found: dict[str, Any]) -> Template:
        made = kind(prepare(found))
        made.parse_date("no date")  # loads what it reads dates of these languages by
        template: Template = made
        return template

    return make


def _parsed(file: Path) -> dict[str, Any] | str:
    """Return the content of a file, or what is wrong with it."""
    yaml = import_module("yaml")  # comes with invoice2data
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        return " ".join(str(error).split())
    return found if isinstance(found, dict) else "it is no mapping of keys to values"


def _mistakes(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a template, with its key."""
    keywords = _listed(found.get("keywords"))
    if not keywords or not all(isinstance(one, str) and one for one in keywords):
        yield "keywords: one or more texts, all of which stand on the supplier's pages, are needed"
    if not all(isinstance(one, str) for one in _listed(found.get("exclude_keywords"))):
        yield "exclude_keywords: texts are meant"
    if not isinstance(found.get("priority", 5), int):
        yield "priority: a whole number is meant"
    if "camelot" in found:
        yield "camelot: it would open the file itself, which is not done here"
    fields = found.get("fields")
    if not isinstance(fields, dict) or not fields:
        yield "fields: one or more are needed"
    else:
        for key, value in fields.items():
            yield from _mistakes_of_field(f"fields.{key}", str(key), value)
    for number, table in enumerate(_listed(found.get("tables"))):
        yield from _expressions(f"tables[{number}]", table)
    if "lines" in found:
        yield from _expressions("lines", found["lines"])
    yield from _mistakes_of_options(found.get("options", {}))


def _mistakes_of_field(path: str, key: str, value: Any) -> Iterator[str]:
    if key.startswith("static_"):
        return
    if isinstance(value, dict):
        if "area" in value:
            yield f"{path}.area: only the text of pages is read here, not parts of a page"
        parser = value.get("parser")
        if parser not in _PARSERS:
            yield f"{path}.parser: one of {', '.join(_PARSERS)} is meant"
            return
        yield from (f"{path}.{one}: is needed" for one in _PARSERS[parser] if one not in value)
        if value.get("type", "int") not in _TYPES:
            yield f"{path}.type: one of {', '.join(_TYPES)} is meant"
        if parser == "lines":
            for number, rule in enumerate(_listed(value.get("rules", value))):
                yield from _expressions(f"{path}[{number}]", rule, ("start", "end", "line"))
        if parser == "regex":
            yield from _wrong_expressions(f"{path}.regex", value.get("regex"))
        return
    yield from _wrong_expressions(path, value)


def _expressions(path: str, rule: Any, needed: tuple[str, ...] = ("start", "end")) -> Iterator[str]:
    if not isinstance(rule, dict):
        yield f"{path}: keys and values are meant"
        return
    yield from (f"{path}.{one}: is needed" for one in needed if one not in rule)
    for key in _REGEX_KEYS:
        if key in rule:
            yield from _wrong_expressions(f"{path}.{key}", rule[key])


def _mistakes_of_options(options: Any) -> Iterator[str]:
    if not isinstance(options, dict):
        yield "options: keys and values are meant"
        return
    for key, value in options.items():
        kind = _OPTIONS.get(key)
        if kind is None:
            yield f"options.{key}: there is no such option"
        elif not isinstance(value, kind):
            yield f"options.{key}: {_KINDS[kind]} is meant"
        elif key == "languages" and not all(
            isinstance(one, str) and len(one) == 2 for one in value
        ):
            yield "options.languages: codes of two letters are meant"
        elif key == "replace":
            yield from _mistakes_of_replace(value)


def _mistakes_of_replace(pairs: list[Any]) -> Iterator[str]:
    for number, pair in enumerate(pairs):
        path = f"options.replace[{number}]"
        if not isinstance(pair, list) or len(pair) != 2:
            yield f"{path}: an expression and what to put in its place are meant"
        else:
            yield from _wrong_expressions(path, pair[0])


def _wrong_expressions(path: str, value: Any) -> Iterator[str]:
    for one in _listed(value):
        if not isinstance(one, str) or not one:
            yield f"{path}: a regular expression is meant (given: {one!r})"
            continue
        try:
            re.compile(one)
        except re.error as error:
            yield f"{path}: {one!r} is no regular expression: {error}"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


_KINDS: dict[type, str] = {bool: "true or false", str: "a text", list: "a list"}
