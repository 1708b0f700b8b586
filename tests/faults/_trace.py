"""What processes did to files, read from strace with every octet (`strace -f -y -xx`)."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TRACED = (
    "openat,creat,close,dup,dup2,dup3,fcntl,lseek,write,writev,pwrite64,pwritev,pwritev2,ftruncate,"
    "fallocate,fsync,fdatasync,syncfs,sync,link,linkat,rename,renameat,renameat2,unlink,unlinkat,"
    "mkdir,mkdirat,sendto,sendmsg,copy_file_range,sendfile,splice"
)
_LINE = re.compile(r"(\d+) +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)")
_END = re.compile(r"\) += (-?\d+)(?:<.*?>)?(?: E\w+ .*)?$")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass(slots=True)
class Event:
    """One system call: when it began and when it ended (line numbers), what it was given and gave."""

    pid: int
    call: str
    arguments: str
    start: int
    end: int = 0
    result: int = 0
    strings: list[bytes] = field(default_factory=list)

    @property
    def descriptor(self) -> int:
        """Its first argument, a file descriptor."""
        return int(self.arguments.partition("<")[0].partition(",")[0])

    @property
    def path(self) -> Path | None:
        """The file that its first argument stands for, None for a socket and the like."""
        found = re.match(r"\d+<((?:\\x[0-9a-f]{2})+)>", self.arguments)
        return Path(os.fsdecode(_octets(found[1]))) if found else None

    @property
    def numbers(self) -> list[int]:
        """Its last arguments that are numbers."""
        bare = re.sub(r"[\[{].*[\]}]|<[^>]*>|\"[^\"]*\"", "", self.arguments)
        return [int(one, 0) for one in re.findall(r"(?<![\w])-?(?:0x[0-9a-f]+|\d+)(?!\w)", bare)]


def read_trace(text: str) -> list[Event]:
    """Return the calls that succeeded, in the order in which they ended."""
    return sorted(_events(text), key=lambda event: event.end)


def _events(text: str) -> Iterator[Event]:
    open_calls: dict[int, Event] = {}
    for number, line in enumerate(text.splitlines()):
        if not (found := _LINE.match(line)):
            continue
        pid, call, rest = int(found[1]), found[2], found[3]
        if " resumed>" in line[: line.find(call) + len(call) + 9]:
            if (event := open_calls.pop(pid, None)) is None:
                continue
            event.arguments += rest
        else:
            event = Event(pid, call, rest, number)
        if event.arguments.endswith("<unfinished ...>"):
            event.arguments = event.arguments.removesuffix("<unfinished ...>")
            open_calls[pid] = event
            continue
        if not (ended := _END.search(event.arguments)) or int(ended[1]) < 0:
            continue
        event.end, event.result = number, int(ended[1])
        event.arguments = event.arguments[: ended.start()]
        for octets, cut in _STRING.findall(event.arguments):
            assert not cut, "strace cut an argument off"
            event.strings.append(_octets(octets))
        yield event


def _octets(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
