"""A desktop session of the tests' own: a D-Bus and a Secret Service that know nothing of the person who runs them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
MISSING = [program for program in ("dbus-run-session", "gnome-keyring-daemon") if shutil.which(program) is None]
_SESSION = """
eval "$(printf test-pass | gnome-keyring-daemon --unlock --components=secrets)"
echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat > /dev/null
"""
_SILENT_SESSION = f"""
echo "$DBUS_SESSION_BUS_ADDRESS"
exec {sys.executable} -m tests.keychain.silent_service
"""
_ASK_BUS = ("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/")
_INHERITED = ("PATH", "PYTHONDONTWRITEBYTECODE", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Session:
    """The environment in which the processes of one session run."""

    environment: Mapping[str, str]

    def kill_secret_service(self) -> None:
        """End the daemon as a crash does; the bus may start another one, which nobody has unlocked."""
        reply = subprocess.run(
            [*_ASK_BUS, "org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets"],
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=True,
        )
        os.kill(int(reply.stdout.split()[-1]), signal.SIGKILL)

    def ask(self, operation: str, account: str = "", secret: str | None = None, **environment: str) -> dict[str, Any]:
        """What `tests.keychain.child` says about one operation in a new process."""
        finished = subprocess.run(
            [sys.executable, "-m", "tests.keychain.child", operation, account],
            input=json.dumps(secret),
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        told: dict[str, Any] = json.loads(finished.stdout)
        return told


def without_bus(folder: Path) -> Session:
    """A session in which there is no D-Bus at all, and no display either."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return Session({**inherited, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)})


@contextmanager
def with_secret_service(folder: Path) -> Iterator[Session]:
    """A session with an unlocked keyring, which ends with the block."""
    with _with_bus(folder, _SESSION) as (session, _):
        yield session


@contextmanager
def with_silent_service(folder: Path) -> Iterator[Session]:
    """A session whose keyring hangs: it takes every call and answers none."""
    with _with_bus(folder, _SILENT_SESSION) as (session, said):
        assert said.readline() == "there\n"
        yield session


@contextmanager
def _with_bus(folder: Path, script: str) -> Iterator[tuple[Session, IO[str]]]:
    """A session of which the script says the address first, and what the script says after that."""
    alone = without_bus(folder)
    with subprocess.Popen(
        ["dbus-run-session", "--", "bash", "-ec", script],
        env=dict(alone.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as session:
        assert session.stdout is not None
        address = session.stdout.readline().strip()
        assert address, "the session did not start"
        yield Session({**alone.environment, "DBUS_SESSION_BUS_ADDRESS": address}), session.stdout
