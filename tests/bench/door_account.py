"""What the processes of one server use: CPU in all their life, memory now.

A control group of their own counts it all, whatever they start; where none can be made, /proc is asked,
which counts in ticks of 10 ms.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from tests._instance import descendants

_V1 = Path("/sys/fs/cgroup/cpuacct")
_V2 = Path("/sys/fs/cgroup")
_TICKS = os.sysconf("SC_CLK_TCK")
_QUIET_S = 0.006


class Account:
    """The account of one server. Start its first process with `joining` before its command line and
    tell it as `root`."""

    def __init__(self, name: str) -> None:
        self.root = 0
        self._group = _make_group(f"ingestd-bench-{name}-{os.getpid()}")

    @property
    def joining(self) -> list[str]:
        """A command that runs the command behind it in this account."""
        if not self._group:
            return []
        return ["sh", "-c", f'echo $$ > "{self._group}/cgroup.procs"; exec "$@"', "sh"]

    def pids(self) -> list[int]:
        """Return the living processes."""
        if self._group:
            return [int(pid) for pid in (self._group / "cgroup.procs").read_text().split()]
        return [self.root, *descendants(self.root)] if self.root else []

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far."""
        if not self._group:
            return sum(_cpu_s(pid) for pid in self.pids())
        if (usage := self._group / "cpuacct.usage").exists():
            return int(usage.read_text()) / 1e9
        fields = (self._group / "cpu.stat").read_text().split()
        return int(fields[fields.index("usage_usec") + 1]) / 1e6

    def settled_cpu_s(self, patience_s: float) -> float:
        """Return the same once the processes have nothing more to do, or patience is over."""
        deadline = time.monotonic() + patience_s
        now = self.cpu_s()
        while time.monotonic() < deadline:
            time.sleep(0.25)
            before, now = now, self.cpu_s()
            if now - before < _QUIET_S:
                break
        return now

    def memory_mb(self) -> float:
        """Return their memory: what they share is counted once (PSS)."""
        return sum(_pss_kb(pid) for pid in self.pids()) / 1024

    def close(self) -> None:
        """Forget the account; its processes are gone."""
        deadline = time.monotonic() + 5
        while self._group and time.monotonic() < deadline:
            with suppress(OSError):
                self._group.rmdir()
                return
            time.sleep(0.05)


def _make_group(name: str) -> Path | None:
    own = Path("/proc/self/cgroup").read_text().rpartition("0::/")[2].strip()
    for parent in (_V1, _V2 / own):
        if not (parent / "cgroup.procs").exists():
            continue
        with suppress(OSError):
            (parent / name).mkdir()
            return parent / name
    return None


def _cpu_s(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(field) for field in fields[11:15]) / _TICKS
    return 0


def _pss_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
