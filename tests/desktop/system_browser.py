"""The system's browser as the program finds it: `xdg-open` on the PATH, which here only notes what it is to open."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.desktop.waiting import eventually
from tests.keychain.session import Session


class SystemBrowser:
    """Stands in a session; a test hands on what was noted to a `StandInBrowser`."""

    def __init__(self, folder: Path) -> None:
        self._programs = folder / "bin"
        self._noted = folder / "opened"
        self._programs.mkdir(parents=True)
        script = self._programs / "xdg-open"
        script.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >> {shlex.quote(str(self._noted))}\n")
        script.chmod(0o700)

    @property
    def opened(self) -> list[str]:
        """The addresses so far."""
        return self._noted.read_text().splitlines() if self._noted.exists() else []

    def wait_for_address(self, number: int = 1) -> str:
        """The address of that number, from 1, once it was to be opened."""
        return eventually(lambda: self.opened[number - 1 : number], f"address {number} for the browser")[0]

    def in_session(self, session: Session) -> Session:
        """The same session with this browser."""
        environment: Mapping[str, str] = session.environment
        path = os.pathsep.join((str(self._programs), environment.get("PATH", os.defpath)))
        return replace(session, environment={**environment, "PATH": path})
