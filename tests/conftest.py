"""What every test shares: an offscreen Qt, no stray settings, the records beside the checkout where they are there."""

import atexit
import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from procedure_viewer.background.garbage import collect_if_due

pytest_plugins = ["tests.desk", "tests.oauth.plugin", "tests.zones"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# httpx obeys these; a test that speaks TLS must see only the trust that it set up itself.
for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
    os.environ.pop(variable, None)

# The servers of the tests run in threads of this process: see `background.garbage` for why they may not collect.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Collect between two tests, in the GUI thread."""
    collect_if_due()


# How long an example takes is the machine's affair: other tests run beside it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

_exit_status = pytest.StashKey[int]()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """What is left goes while Qt's application is still there."""
    session.config.stash[_exit_status] = exitstatus
    gc.collect()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End here, when everything has been said.

    At the interpreter's own end hundreds of windows' remains and Qt's static objects go in no order that either of them
    promises: a crash was seen in one run of two. How the program itself ends is tested with processes of its own.
    """
    if _exit_status in config.stash:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[_exit_status])


ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of the person who runs it."""
    monkeypatch.setenv("PROCEDURE_VIEWER_SETTINGS", str(tmp_path_factory.mktemp("settings")))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of records that nobody here wrote; a clone without it skips the tests that need it."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared/data, which is not beside this clone")
    return folder
