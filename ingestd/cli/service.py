"""The long-running commands; what they do is in `serve.py`."""

from typing import Literal

from ingestd.cli.terminal import Here


def serve(*, terminal: Here) -> int:
    """Run the door and the workers until SIGTERM; what is being received and judged is finished."""
    from ingestd.cli import serve as service

    return service.serve(terminal.settings)


def smtpd(*, terminal: Here) -> int:
    """Run the door alone: it needs the spool directory, but neither the database nor ClamAV."""
    from ingestd.cli import serve as service

    if terminal.settings.smtp.processes == 1:
        service.begin_anew(terminal.settings)
    return service.smtpd(terminal.settings)


def metrics(*, terminal: Here) -> int:
    """Answer /metrics on metrics.listen for `ingestd smtpd` and `ingestd worker`; `ingestd serve` does
    so by itself."""
    from ingestd.cli import serve as service

    return service.expose(terminal.settings)


def worker(*, lane: Literal["main", "ocr"] | None = None, terminal: Here) -> int:
    """Run the workers alone: as many processes as worker.processes and ocr.processes say.

    Args:
        lane: Only those of one lane: `main`, or `ocr` for mail with pages to recognise. Each lane needs
            its own somewhere.
    """
    from ingestd.cli import serve as service
    from ingestd.model import Lane

    return service.worker(terminal.settings, Lane(lane) if lane else None)
