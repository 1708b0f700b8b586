"""The rule engine: a process that compiles stylesheets and runs them over invoices, and nothing else.

Started by `runner` as `python -m ingestd.rules.engine`, with one socket as its standard input.
Everything it needs comes through that socket, so it opens no file, no connection and starts nothing;
before the first message it gives up the means to. One processor for its whole life (SaxonC aborts when
two threads each make one). Imports nothing of ours but what confines it.
"""

import os
import resource
import socket
import sys
import xml.etree.ElementTree as ET
from typing import Any

from ingestd.rules.wire import receive, send
from ingestd.sandbox.confinement import (
    LAYERS,
    SOCKET,
    Allowance,
    Mode,
    Unconfinable,
    confine,
    prepare,
)

_ALLOWANCE = Allowance(cpu_s=1 << 30, memory_bytes=resource.RLIM_INFINITY)
"""SaxonC reserves address space by the gigabyte, so memory is limited as it is used (RLIMIT_DATA);
the time of one judgement is the supervisor's to limit."""
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_VERDICTS = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
LINES_TOLD = 10
"""So many invoice lines are told of one broken rule; `checks.rules` shows fewer."""
_FEATURE = "http://saxon.sf.net/feature/"
_APACHE = "http%3A//apache.org/xml/features/"
LOCKS = {
    f"{_FEATURE}allowedProtocols": "",
    f"{_FEATURE}parserFeature?uri={_APACHE}disallow-doctype-decl": "true",
    f"{_FEATURE}parserFeature?uri={_APACHE}nonvalidating/load-external-dtd": "false",
    f"{_FEATURE}allow-external-functions": "false",
}
"""What Saxon is forbidden: to fetch anything by any protocol, also from files, and to read a DTD."""

_REHEARSAL = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:svrl="http://purl.oclc.org/dsdl/svrl" xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <xsl:key name="k" match="*" use="string(.)"/>
 <xsl:template match="/"><svrl:schematron-output><xsl:if test="key('k', '1') and
 matches(string(.), '^\\d+$') and xs:decimal(.) gt 0 and xs:date('2026-01-01') lt current-date()">
 <svrl:failed-assert id="r"><svrl:text>!</svrl:text></svrl:failed-assert></xsl:if>
 </svrl:schematron-output></xsl:template></xsl:stylesheet>"""
"""A sheet that does a little of everything: Java reads the directory, user and time zone it is in
when it first needs them, and after confinement it cannot."""


class Engine:
    """One Saxon processor with the stylesheets that were compiled so far."""

    def __init__(self) -> None:
        from saxonche import PySaxonApiError, PySaxonProcessor  # noqa: PLC0415 - its absence is told

        self._error = PySaxonApiError
        self._processor = PySaxonProcessor(license=False)
        for name, value in LOCKS.items():
            self._processor.set_configuration_property(name, value)
        self._compiler = self._processor.new_xslt30_processor()
        self._sheets: dict[str, Any] = {}
        self.version = str(self._processor.version)

    def load(self, name: str, text: str, codes: str) -> str:
        """Compile a stylesheet under a name; return what is wrong with it, or ""."""
        try:
            sheet = self._compiler.compile_stylesheet(stylesheet_text=text)
            if codes:
                sheet.set_parameter("ingestd-codes", self._processor.parse_xml(xml_text=codes))
        except self._error as error:
            return str(error) or "it cannot be compiled"
        self._sheets[name] = sheet
        return ""

    def unload(self, name: str) -> bool:
        """Forget a stylesheet; tells whether it was here."""
        return self._sheets.pop(name, None) is not None

    def judge(self, xml: str, names: list[str]) -> list[list[Any]]:
        """Return for each sheet its name, why it gave up (or "") and what it found."""
        try:
            document = self._processor.parse_xml(xml_text=xml)
        except self._error as error:
            return [[name, _reason(error), []] for name in names]
        return [[name, *self._run(name, document)] for name in names]

    def _run(self, name: str, document: Any) -> tuple[str, list[list[str]]]:
        try:
            report = self._sheets[name].transform_to_string(xdm_node=document)
        except self._error as error:
            return _reason(error), []
        return "", found_in(report)


def _reason(error: Exception) -> str:
    """Return what Saxon says, without where in the stylesheet it was."""
    lines = str(error).strip().splitlines()
    return lines[0][:500] if lines else "no reason was given"


def found_in(report: str) -> list[list[str]]:
    """Return (rule id, flag, text, invoice line) of everything that a Schematron report (SVRL) holds
    against a document; the flag is "" where the sheet gives none.

    A rule that is broken in many lines is told for the first few: nobody reads on, and an invoice of
    thousands of wrong lines would take longer to tell than to judge.
    """
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for element in ET.fromstring(report):  # noqa: S314 - what our own sheet wrote
        if element.tag not in _VERDICTS:
            continue
        rule, flag, line = (element.get(name, "") for name in ("id", "flag", "location"))
        text = " ".join("".join(element.itertext()).split())
        lines = found.setdefault((rule or text, flag), {})
        if len(lines) < LINES_TOLD:
            lines.setdefault(line, [rule, flag, text, line])
    return [told for lines in found.values() for told in lines.values()]


def converse(pipe: socket.socket, engine: Engine) -> None:
    """Answer until the supervisor goes. Messages are a word and its arguments:

    `load` NAME TEXT CODES -> what is wrong, or ""; `unload` NAME -> whether it was here;
    `judge` XML NAMES -> a result for each.
    """
    while True:
        try:
            word, *arguments = receive(pipe)
        except EOFError:
            return
        if word == "load":
            send(pipe, engine.load(*arguments))
        elif word == "unload":
            send(pipe, engine.unload(*arguments))
        else:
            send(pipe, engine.judge(*arguments))


def main(memory_bytes: int, mode: Mode) -> None:
    """Confine this process and converse; says `ready` and the version, or why it cannot."""
    os.dup2(0, SOCKET)
    with socket.socket(fileno=SOCKET) as pipe:
        try:
            engine = Engine()
            _rehearse(engine)
            resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
            prepare(mode)
            confine(os.getppid(), _ALLOWANCE, LAYERS[mode])
        except (ImportError, OSError, Unconfinable) as error:
            send(pipe, ["failed", str(error)])
            return
        send(pipe, ["ready", engine.version])
        converse(pipe, engine)


def _rehearse(engine: Engine) -> None:
    """Have everything loaded that is loaded when it is first used. Raises OSError."""
    wrong = engine.load("", _REHEARSAL, "")
    if wrong or engine.judge("<a>1</a>", [""]) != [["", "", [["r", "", "!", ""]]]]:
        raise OSError(f"SaxonC does not work: {wrong}")
    engine.judge("<a>", [""])


if __name__ == "__main__":
    main(int(sys.argv[1]), Mode(sys.argv[2]))
