"""A disk of one's own: a file system in an image, mounted through a loop device.

`commit=300` keeps ext4 from writing anything out by itself while a test lasts, so that the image holds
only what somebody asked to be made durable; a copy of it is what a power cut leaves.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

_OPTIONS = {"ext4": "loop,commit=300", "xfs": "loop,nouuid"}
_MAKE = {"ext4": ("mkfs.ext4", "-q", "-F"), "xfs": ("mkfs.xfs", "-q", "-f")}
_SIZE = {"ext4": 192 << 20, "xfs": 320 << 20}  # mkfs.xfs makes nothing smaller


class CannotMount(Exception):  # noqa: N818 - a state of the machine, told to whoever runs the tests
    """No image can be mounted on this machine; the text says why."""


class Disk:
    """One image and the place where it is mounted, or not."""

    def __init__(self, image: Path, place: Path, filesystem: str = "ext4", size: int = 0) -> None:
        self.image = image
        self.place = place
        self.filesystem = filesystem
        self._size = size or _SIZE[filesystem]

    def make(self) -> "Disk":
        """Make an empty file system."""
        self.image.unlink(missing_ok=True)
        with self.image.open("xb") as file:
            file.truncate(self._size)
        _run(*_MAKE[self.filesystem], str(self.image))
        return self

    def mount(self) -> "Disk":
        """Mount it; what a power cut left unfinished is settled by its journal now."""
        self.place.mkdir(exist_ok=True)
        _run("mount", "-o", _OPTIONS[self.filesystem], str(self.image), str(self.place))
        return self

    def unmount(self) -> None:
        """Unmount it, which waits a moment for a process that has just been killed."""
        for _ in range(50):
            if subprocess.run(["umount", self.place], capture_output=True, check=False).returncode:
                time.sleep(0.02)
            else:
                return
        _run("umount", "--lazy", str(self.place))

    def cut(self) -> None:
        """Go on with what a power cut at this moment would leave."""
        left = self.image.with_suffix(".cut")
        _run("cp", "--sparse=always", str(self.image), str(left))
        self.unmount()  # which writes all the rest into the image that is given up here
        left.replace(self.image)
        self.mount()


def why_not(directory: Path, filesystem: str = "ext4") -> str:
    """Tell why no image can be mounted here, "" if one can."""
    if os.geteuid():
        return "mounting a disk image needs root"
    if not shutil.which(_MAKE[filesystem][0]):
        return f"{_MAKE[filesystem][0]} is not installed"
    disk = Disk(directory / "proof.img", directory / "proof", filesystem)
    try:
        disk.make().mount().unmount()
    except CannotMount as error:
        return str(error)
    finally:
        disk.image.unlink(missing_ok=True)
    return ""


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMount(f"{' '.join(command)}: {done.stderr.strip()}")
