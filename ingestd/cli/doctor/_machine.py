"""The settings, the storage and database, and the packages."""

import shutil
from collections.abc import Iterator
from importlib import metadata

from ingestd.cli.doctor.line import Line, State
from ingestd.cli.sheet import bytes_for_people
from ingestd.cli.terminal import Terminal


def configuration(terminal: Terminal) -> Iterator[Line]:
    """Say where the settings come from."""
    from ingestd.config import origins

    found = set(origins(terminal.config_file).values()) - {"default"}
    yield Line("configuration", State.OK, ", ".join(sorted(found)) or "defaults")


def storage(terminal: Terminal) -> Iterator[Line]:
    """Say how much space is free."""
    storage = terminal.settings.storage
    store = terminal.store  # makes the directory; raises what is wrong with it
    free = shutil.disk_usage(store.settings.storage.path).free
    detail = f"{storage.path}: {bytes_for_people(free)} free"
    if free < storage.min_free_bytes:
        limit = bytes_for_people(storage.min_free_bytes)
        todo = f"free some space: below {limit} mail is deferred (storage.min_free_bytes)"
        yield Line("storage", State.MISSING, detail, todo)
    else:
        yield Line("storage", State.OK, detail)


def database(terminal: Terminal) -> Iterator[Line]:
    """Write to the database."""
    with terminal.store.writing():  # proves that it can be written to
        pass
    yield Line("database", State.OK, f"version {terminal.store.revision()}")


def packages(terminal: Terminal) -> Iterator[Line]:
    """Say which packages are missing."""
    missing, found = [], 0
    for requirement in metadata.requires("ingestd") or []:
        if "extra ==" in requirement:
            continue
        name = requirement.split(";")[0].split(">")[0].split("=")[0].strip()
        try:
            metadata.version(name)
            found += 1
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        todo = "pip install -r requirements.lock"
        yield Line("packages", State.MISSING, f"missing: {', '.join(missing)}", todo)
    else:
        yield Line("packages", State.OK, f"all {found} are installed")
