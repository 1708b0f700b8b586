"""What a rule looks for in the whole document is looked for once; what depends on its place stays."""

import pytest
from lxml import etree

from ingestd.rules import constants

XSL = "http://www.w3.org/1999/XSL/Transform"


def found_in(expression: str) -> list[str]:
    """Return the constant paths of an expression."""
    return [expression[start:end] for start, end in constants.constant_paths(expression)]


@pytest.mark.parametrize(
    ("expression", "paths"),
    [
        ("//a:b", ["//a:b"]),
        ("//a:b/a:c[@d='x/y]'] and a:e", ["//a:b/a:c[@d='x/y]']"]),
        ("(//a:b or //a:c) and not(/a:d/@e)", ["//a:b", "//a:c", "/a:d/@e"]),
        ("every $i in //a:b[a:c = 'G'] satisfies $i/a:d = 1", ["//a:b[a:c = 'G']"]),
        ("//a:b/*/..//a:c != ''", ["//a:b/*"]),
        ("a:b = //a:c[//a:d][1]", ["//a:c[//a:d][1]"]),
        ("//a:b/ancestor::a:c", ["//a:b/ancestor::a:c"]),
        ("//a:b/normalize-space(.) = 'x'", ["//a:b"]),
    ],
)
def test_a_path_from_the_document_is_constant(expression: str, paths: list[str]) -> None:
    assert found_in(expression) == paths


@pytest.mark.parametrize(
    "expression",
    [
        "a:b/a:c",
        "..//a:b",
        "$lines//a:b",
        "*/a:b",
        "a:b//a:c[1]",
        "(a:b)/a:c",
        "a:b[1]/a:c",
        "'//a:b'",
        "//a:b[a:c = $id]",
        "//a:b[a:c = current()/a:c]",
        "/",
        "key('k', 'x')/a:b",
    ],
)
def test_what_depends_on_its_place_or_a_variable_is_not(expression: str) -> None:
    assert found_in(expression) == []


def test_the_same_path_is_one_variable_of_the_sheet() -> None:
    sheet = etree.fromstring(
        f'<xsl:stylesheet version="2.0" xmlns:xsl="{XSL}" xmlns:a="a"><xsl:template match="//a:line">'
        '<xsl:if test="//a:b"/><xsl:if test="a:c = //a:b"/><xsl:apply-templates select="//a:b"/>'
        "</xsl:template></xsl:stylesheet>"
    )
    constants.hoist(sheet)
    variable = sheet.find(f"{{{XSL}}}variable")
    assert variable is not None
    name = variable.get("name")
    assert variable.get("select") == "//a:b"
    assert [one.get("test") for one in sheet.iter(f"{{{XSL}}}if")] == [f"${name}", f"a:c = ${name}"]
    template = sheet.find(f"{{{XSL}}}template")
    assert template is not None
    assert template.get("match") == "//a:line"
    assert sheet.find(f".//{{{XSL}}}apply-templates[@select='//a:b']") is not None


def test_where_prefixes_mean_something_else_nothing_is_moved() -> None:
    sheet = etree.fromstring(
        f'<xsl:stylesheet version="2.0" xmlns:xsl="{XSL}" xmlns:a="a"><xsl:template match="a:line">'
        '<xsl:if xmlns:a="other" test="//a:b"/></xsl:template></xsl:stylesheet>'
    )
    constants.hoist(sheet)
    assert sheet.find(f".//{{{XSL}}}if[@test='//a:b']") is not None
