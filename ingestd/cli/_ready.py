"""What is proved before anything that runs for long starts: each says on standard error what is wrong,
and returns what tells that it is."""

import sys
from socket import socket

from ingestd import supervision
from ingestd.config import Settings


def sockets(settings: Settings) -> "list[list[socket]] | None":
    """Prove the spool and the certificate and bind the ports, for each door process; None, having said
    why, when that cannot be."""
    from ingestd.certificate import CertificateUnusable
    from ingestd.sources import ports, smtp

    if not prepared(settings):
        return None
    try:
        smtp.prove_certificate(settings.smtp)
        return ports.bind(settings.smtp)
    except (CertificateUnusable, ports.CannotListen, supervision.NotInherited) as error:
        say(error)
        return None


def prepared(settings: Settings) -> bool:
    """Prove that the spool can be written to; False, having said why not."""
    from ingestd.spool import SpoolUnusable
    from ingestd.spool.local import LocalSpool

    try:
        LocalSpool(settings.spool_path).prepare()
    except SpoolUnusable as error:
        say(error)
        return False
    return True


def confined(settings: Settings) -> bool:
    """Prove that documents can be read in the confinement that is set; False, having said why not."""
    from ingestd.sandbox import proof
    from ingestd.sandbox.confinement import Mode, Unconfinable

    try:
        proof.demand(Mode(settings.sandbox.mode))
    except Unconfinable as error:
        say(error)
        return False
    return True


def templated(settings: Settings) -> bool:
    """Prove that the templates that are set can be used; False, having said what is wrong with them."""
    if not settings.extraction.templates:
        return True
    from ingestd.templates import TemplatesUnusable, load

    try:
        load(settings.extraction.templates)
    except TemplatesUnusable as error:
        say(error)
        return False
    return True


def say(error: Exception) -> None:
    """Tell whoever starts it what is wrong."""
    sys.stderr.write(f"ingestd: {error}\n")


def exposable(settings: Settings) -> bool:
    """Prove that metrics can be exposed where that is set; False, having said why not."""
    if not settings.metrics.listen:
        return True
    from ingestd.metrics.exposition import CannotExpose, prove

    try:
        prove(settings.metrics.listen)
    except CannotExpose as error:
        say(error)
        return False
    return True
