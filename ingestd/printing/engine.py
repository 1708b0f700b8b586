"""The printer's engine: a process that makes one body a PDF, and ends.

Started by `printer` as `python -m ingestd.printing.engine`, with one socket as its standard input. It
loads WeasyPrint and opens every font; then it gives up the means to open anything else, and only then
it asks for the body. Pango looks for fonts in threads of its own, which are as confined.
"""

import os
import resource
import socket
import sys
import traceback
from typing import Any

from ingestd.printing.rehearsal import REHEARSAL
from ingestd.printing.wire import receive, send
from ingestd.sandbox.confinement import (
    LAYERS,
    SOCKET,
    Allowance,
    Mode,
    confine,
    prepare,
)

NESTING = 4000
"""How deep Python may recurse: some 160 tables within tables."""
RESULT_BYTES = 20 << 20
_FAULT_CHARACTERS = 4000


class Press:
    """What is loaded and open."""

    def __init__(self) -> None:
        """Load it all. Raises ImportError, OSError for a library that is not installed, NoFonts."""
        from PIL import Image  # noqa: PLC0415 - its absence is told
        from weasyprint import VERSION  # noqa: PLC0415

        from ingestd.printing import faces, press  # noqa: PLC0415

        self.version = str(VERSION)
        self._fonts = faces.load()
        self._too_long = press.TooLong
        self._print = press.print_pdf
        Image.init()
        os.getcwd = lambda: "/"  # Pillow asks as it saves, also what it saves to memory
        said, _ = self.work(REHEARSAL, {})
        if said != ["printed"]:
            raise OSError(f"WeasyPrint does not work: {said[1]}")

    def work(self, html: str, pictures: dict[str, bytes]) -> tuple[list[str], bytes]:
        """Return the answer to a body: its head and its octets."""
        try:
            pdf = self._print(html, pictures, self._fonts)
        except self._too_long:
            return ["stopped", "pages"], b""
        except RecursionError:
            return ["stopped", "nesting"], b""
        except MemoryError:
            return ["stopped", "memory"], b""
        except Exception:  # noqa: BLE001 - WeasyPrint's own, whatever it is; the printer tells
            return ["fault", traceback.format_exc()[-_FAULT_CHARACTERS:]], b""
        return (["printed"], pdf) if len(pdf) <= RESULT_BYTES else (["stopped", "result"], b"")


def _unpack(head: Any, octets: bytes) -> tuple[str, dict[str, bytes]]:
    """Return the text of a body and its pictures: `head` has the length of the text, and the name and
    length of each picture, one after the other in `octets`."""
    length, listed = head
    html, place, pictures = octets[:length].decode("utf-8", "replace"), length, {}
    for name, size in listed:
        pictures[str(name)] = octets[place : place + size]
        place += size
    return html, pictures


def main(cpu_s: int, memory_bytes: int, mode: Mode) -> None:
    """Load, confine this process, say `ready` and the version, or why it cannot; print one body."""
    os.dup2(0, SOCKET)
    sys.setrecursionlimit(NESTING)
    with socket.socket(fileno=SOCKET) as pipe:
        try:
            press = Press()
            used_s = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
            prepare(mode)
            allowance = Allowance(cpu_s=cpu_s + used_s, memory_bytes=memory_bytes, threads=True)
            confine(os.getppid(), allowance, LAYERS[mode])
        except Exception as error:  # noqa: BLE001 - whatever is not as it should be, is told
            send(pipe, ["failed", f"{type(error).__name__}: {error}"])
            return
        send(pipe, ["ready", press.version])
        head, octets = receive(pipe)
        send(pipe, *press.work(*_unpack(head, octets)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Mode(sys.argv[3]))
