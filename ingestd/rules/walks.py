"""The walks of a compiled Schematron through the document, made short.

Each pattern of a sheet walks the whole document in a mode of its own, 59 times in one French sheet,
to come by the few nodes that its rules are about. Their names are known: so the walk goes to the nodes
of those names only, in the same order, and finds the same. A mode with rules about many names, or
written in a way that is not understood here, keeps its walk.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from lxml import etree

_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_TEMPLATE = f"{_XSL}template"
_APPLY = f"{_XSL}apply-templates"
_WALKERS = ("text()", "@*|node()")
"""What the templates match that only walk on."""
_EVERYWHERE = ("*", "@*|*", "@*|node()")
_NAME = re.compile(r"@?(?:[\w.-]+:)?[\w.-]+|\*:[\w.-]+")
_MANY_NAMES = 15
"""So many names are as dear to look for as everything."""
_OPENING, _CLOSING = "[(", "])"


def shorten(root: etree._Element) -> None:
    """Have every mode of a sheet go straight to the nodes that its rules are about."""
    templates = defaultdict(list)
    applied = defaultdict(list)
    for template in root.findall(_TEMPLATE):
        templates[template.get("mode")].append(template)
    for apply in root.iter(_APPLY):
        applied[apply.get("mode")].append(apply)
    for mode, found in templates.items():
        if mode:
            _shorten_mode(found, applied[mode])


def _shorten_mode(templates: list[etree._Element], applied: list[etree._Element]) -> None:
    walkers = [one for one in templates if one.get("match") in _WALKERS]
    rules = [one for one in templates if one not in walkers]
    starts = [one for one in applied if one.get("select") == "/"]
    onward = [one for one in applied if one not in starts]
    if len(starts) != 1 or not _walks_everywhere(rules, walkers, onward):
        return
    names = _names(one.get("match", "") for one in rules)
    if names is None or len(names) > _MANY_NAMES:
        return
    if any("@" not in one.get("select", "") for one in onward):
        names = {name for name in names if not name.startswith("@")}  # it never came by one
    if not names:
        return
    starts[0].set("select", _straight_to(names))
    for one in onward:
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)


def _walks_everywhere(
    rules: list[etree._Element], walkers: list[etree._Element], onward: list[etree._Element]
) -> bool:
    """Tell whether every rule, and the walk where there is none, goes on to all children."""
    walking = [one for one in walkers if one.get("match") != "text()"]
    each_once = {id(one.getparent()) for one in onward} == {id(one) for one in [*rules, *walking]}
    return (
        each_once
        and len(onward) == len(rules) + len(walking)
        and all(one.get("select") in _EVERYWHERE for one in onward)
    )


def _straight_to(names: Iterable[str]) -> str:
    return " | ".join(f"//{name}" for name in sorted(names))


def _names(patterns: Iterable[str]) -> set[str] | None:
    """Return the names of the nodes that any of the match patterns can be about, None for a pattern
    that is not understood."""
    names = set()
    for pattern in patterns:
        for alternative in _split(pattern, "|"):
            name = _without_predicates(_split(alternative, "/")[-1].strip())
            if not _NAME.fullmatch(name):
                return None
            names.add(name)
    return names or None


def _split(text: str, separator: str) -> list[str]:
    """Split at a separator that is in no bracket and no quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == separator and not depth:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _without_predicates(step: str) -> str:
    return step.partition("[")[0].strip()
