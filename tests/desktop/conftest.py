"""A display for all tests here, and a home for each."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.desktop.display import MISSING, Display, new_display
from tests.desktop.program import Program, started
from tests.keychain.session import MISSING as MISSING_FOR_SECRETS
from tests.keychain.session import Session, with_secret_service, without_bus


class Start(Protocol):
    """Starts the program for one test; it is gone at the test's end."""

    def __call__(
        self,
        *arguments: str,
        session: Session | None = None,
        stdin: bytes = b"",
        before: str = "",
        under: Sequence[str] = (),
    ) -> Program: ...


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    """The X display; where its tools are absent the tests that need it are skipped."""
    if MISSING:
        pytest.skip(f"not installed: {', '.join(MISSING)}")
    with new_display(tmp_path_factory.mktemp("display")) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The folder of the settings; nothing is there yet."""
    return tmp_path / "settings"


@pytest.fixture
def no_bus(tmp_path: Path) -> Session:
    """A session without any D-Bus."""
    return without_bus(tmp_path / "home")


@pytest.fixture
def secret_service(tmp_path: Path) -> Iterator[Session]:
    """A session of its own with an unlocked Secret Service."""
    if MISSING_FOR_SECRETS:
        pytest.skip(f"not installed: {', '.join(MISSING_FOR_SECRETS)}")
    with with_secret_service(tmp_path / "home") as running:
        yield running


@pytest.fixture
def start(display: Display, settings: Path, no_bus: Session) -> Iterator[Start]:
    """Starts the program on the display, in a session without a D-Bus where none is given."""
    with ExitStack() as running:

        def start_one(
            *arguments: str,
            session: Session | None = None,
            stdin: bytes = b"",
            before: str = "",
            under: Sequence[str] = (),
        ) -> Program:
            return running.enter_context(
                started(
                    *arguments,
                    display=display,
                    environment=(session or no_bus).environment,
                    settings=settings,
                    stdin=stdin,
                    before=before,
                    under=under,
                )
            )

        yield start_one
