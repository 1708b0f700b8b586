"""What tests share: the sample documents, a private clamd, an instance of one's own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest
import structlog

from ingestd import journal
from ingestd.rules.packs import Library
from ingestd.rules.runner import Runner
from tests import _sharing
from tests._clamd import Clamd
from tests._instance import Instance
from tests._rules import PackError, install_packs, running
from tests.hostile import _fuzzing


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what waits for the fuzzing behind everything else."""
    items.sort(key=lambda item: item.path.name == _sharing.LAST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _sharing.Sharing:
    """Keep tests together that run servers, when several processes share the tests (`-n 2`)."""
    return _sharing.Sharing(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Start fuzzing with the first of the tests that end with it."""
    if _sharing.together(PurePosixPath(item.nodeid.split("::", 1)[0])) == _sharing.TOGETHER:
        _fuzzing.start(item.session)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing running."""
    _fuzzing.end(session)


@pytest.fixture(autouse=True)
def own_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test logs to its own standard error: the one of the test before is closed."""
    monkeypatch.setattr(journal, "_log", structlog.get_logger("ingestd"))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def documents() -> Path:
    """The directory of the sample documents."""
    return Path(__file__).parent / "documents"


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """A clamd for the whole run; do not stop it (`own_clamd` is for that)."""
    if not (shutil.which("clamd") or Path("/usr/sbin/clamd").exists()):
        pytest.fail("clamd is not installed; run tests/run.sh, which installs it")
    daemon = Clamd(tmp_path_factory.mktemp("clamd"))
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture(scope="session")
def bundled_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """A rule engine for the whole run, with the rule sets that need no installing."""
    with running(Library(tmp_path_factory.mktemp("rules"))) as engine:
        yield engine


@pytest.fixture(scope="session")
def rule_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """All rule packs, installed; fails loudly where they cannot be had."""
    try:
        return install_packs(tmp_path_factory.mktemp("packs"))
    except PackError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def rule_engine(rule_library: Library) -> Iterator[Runner]:
    """A rule engine for the whole run, with all rule sets."""
    with running(rule_library) as engine:
        yield engine


@pytest.fixture
def own_clamd(tmp_path: Path) -> Iterator[Clamd]:
    """A clamd of this test's own, not started yet."""
    daemon = Clamd(tmp_path / "clamd")
    yield daemon
    daemon.stop()


@pytest.fixture
def instance(tmp_path: Path, clamd: Clamd) -> Instance:
    """An embedded instance with one company, not serving yet."""
    made = Instance(tmp_path, clamd.socket)
    made.add_company()
    return made


@pytest.fixture
def make_instance(tmp_path: Path) -> Callable[..., Instance]:
    """Make an instance with settings of its own: `make_instance(socket, INGESTD_X__Y="z")`."""

    def make(clamd_socket: Path, **settings: str) -> Instance:
        made = Instance(tmp_path, clamd_socket, **settings)
        made.add_company()
        return made

    return make
