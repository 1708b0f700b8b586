"""A walk is made short only where that finds the same nodes; else it stays as it was published."""

import pytest
from lxml import etree

from ingestd.rules import walks

XSL = "http://www.w3.org/1999/XSL/Transform"
ONWARD = '<xsl:apply-templates select="{onward}" mode="M1"/>'


def sheet(*patterns: str, onward: str = "@*|*", start: str = "/", rule_goes_on: bool = True) -> str:
    """Return a sheet with one mode and a rule for each match pattern."""
    step = ONWARD.format(onward=onward)
    rules = "".join(
        f'<xsl:template match="{one}" mode="M1"><found/>{step if rule_goes_on else ""}</xsl:template>'
        for one in patterns
    )
    return (
        f'<xsl:stylesheet version="2.0" xmlns:xsl="{XSL}"><xsl:template match="/">'
        f'<xsl:apply-templates select="{start}" mode="M1"/></xsl:template>{rules}'
        '<xsl:template match="text()" mode="M1" priority="-1"/>'
        f'<xsl:template match="@*|node()" mode="M1" priority="-2">{step}</xsl:template>'
        "</xsl:stylesheet>"
    )


def start_of(text: str) -> str:
    root = etree.fromstring(text)
    walks.shorten(root)
    return str(root.find(f".//{{{XSL}}}apply-templates").get("select"))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a:b", "//a:b"),
        ("a:b/a:c[a:d='x/y|z']", "//a:c"),
        ("/a:b | //a:c[a:d | a:e][2]", "//a:b | //a:c"),
        ("(a:b|a:c)/a:d[matches(., ']')]", "//a:d"),
        ("a:b/@c", "//@c"),
        ("*:b", "//*:b"),
    ],
)
def test_a_walk_goes_to_the_names_of_its_rules(pattern: str, expected: str) -> None:
    assert start_of(sheet(pattern)) == expected


def test_nothing_walks_on_from_there() -> None:
    root = etree.fromstring(sheet("a:b", "a:c[a:d]"))
    walks.shorten(root)
    assert len(root.findall(f".//{{{XSL}}}apply-templates")) == 1


@pytest.mark.parametrize(
    "text",
    [
        sheet("a:b", rule_goes_on=False),  # what is below it was not reached
        sheet("a:b", onward="a:c"),  # neither was what is beside it
        sheet("a:b", start="//a:x"),
        sheet("*"),
        sheet("a:b/(a:c|a:d)"),
        sheet("a:b/@c", onward="*"),  # an attribute that no walk came by
        sheet("a:b/key('k', 'v')"),
        sheet(*(f"a:n{number}" for number in range(20))),
    ],
)
def test_what_is_not_understood_stays(text: str) -> None:
    root = etree.fromstring(text)
    walks.shorten(root)
    assert etree.tostring(root) == etree.tostring(etree.fromstring(text))


def test_an_attribute_that_no_walk_came_by_is_not_found_now() -> None:
    assert start_of(sheet("a:b", "a:c/@d", onward="*")) == "//a:b"
