"""A window without its widgets, as a process: a worker at one connection, that does what the test tells it.

`python -m tests.oauth.window SETUP` reads commands from standard input and answers on standard output, each a line of
JSON. It may be told to stop at a step of a renewal, where the test then kills it; see `Stop`.
"""

import asyncio
import json
import logging
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from procedure_viewer.fhir.outcome import Failure
from procedure_viewer.settings.connections import Connection
from tests.conftest import ROOT
from tests.keychain.session import Session


class Stop(StrEnum):
    """Where a window stops and says so, for good. Which entry it is that `ENTRY` stops before, the test says."""

    BEFORE_LOCK = "before-lock"
    LOCKED = "locked"
    ANSWERED = "answered"  # the server's answer is there, nothing of it is stored
    ENTRY = "entry"  # before an entry of the keyring is written
    REMOVAL = "removal"  # before the first entry of an older grant is removed
    WRITTEN = "written"


class Window:
    """The process, as a context manager that kills it."""

    def __init__(self, session: Session, connection: Connection, folder: Path, *, log: Path | None = None) -> None:
        """`folder` is for the settings, and for what the process says on standard error."""
        self._setup = {"connection": json.loads(msgspec.json.encode(connection)), "log": str(log or "")}
        self._errors = (folder / "window-errors").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.oauth.window", json.dumps(self._setup)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env={**session.environment, "PROCEDURE_VIEWER_SETTINGS": str(folder)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self._errors.close()

    def kill(self) -> None:
        """End it as `kill -9` does. May be called twice."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def tell(self, command: str, *arguments: object) -> None:
        """Have it begin something."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([command, *arguments]) + "\n")
        self.process.stdin.flush()

    def tell_text(self, text: str) -> None:
        """What is pasted."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(text) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        """What it says next."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"the window ended with {self.process.wait()}"
        return json.loads(line)

    def ask(self, command: str, *arguments: object) -> Any:
        """Have it do something; what came of it."""
        self.tell(command, *arguments)
        return self.hear()


class _Child:
    """What runs in the process."""

    def __init__(self, connection: Connection) -> None:
        from procedure_viewer.background.worker import Worker

        self._connection = connection
        self._worker = Worker(lambda news: self.news.append(type(news).__name__))
        self.news: list[str] = []

    async def do(self, command: str, *arguments: Any) -> object:
        """One command."""
        from procedure_viewer.background.requests import SignIn, SignOut, UseServer

        match command:
            case "use":
                used = await self._worker.perform(UseServer(connection=self._connection, **dict(*arguments)), _ignore)
                return repr(used)
            case "sign in":
                return asdict(await self._worker.perform(SignIn(**dict(*arguments)), self._say))  # type: ignore[call-overload]
            case "sign in, pasting":
                return await self._sign_in_pasting()
            case "sign out":
                return await self._worker.perform(SignOut(), _ignore)
            case "find":
                return await self._find(*arguments)
            case "news":
                return self.news
            case "stop at":
                _Stopping.at, _Stopping.entry = Stop(arguments[0]), int(arguments[1])
            case "set clock":
                _Clock.ahead = float(arguments[0])
        return None

    async def _sign_in_pasting(self) -> object:
        """The lines that come now are pasted, until one of them is the answer."""
        from procedure_viewer.background.requests import PasteAnswer, SignIn

        signing_in = asyncio.create_task(self._worker.perform(SignIn(), self._say))
        while True:
            text = json.loads(await asyncio.to_thread(sys.stdin.readline))
            try:
                await self._worker.perform(PasteAnswer(text=text), _ignore)
            except Failure as failure:
                _tell(_told(failure))
            else:
                return repr(await signing_in)

    async def _find(self, times: int) -> object:
        """Search so many times at once; how often it went well, and which problems came."""
        from procedure_viewer.background.requests import FindPatients
        from procedure_viewer.chart.search import PatientsFound
        from procedure_viewer.fhir.query import read_query

        reading = read_query("Nobody", date(2024, 1, 1), "http://127.0.0.1")
        searches = (self._worker.perform(FindPatients(reading=reading), _ignore) for _ in range(times))
        answers = await asyncio.gather(*searches, return_exceptions=True)
        problems = [answer.problem for answer in answers if isinstance(answer, Failure)]
        odd = [repr(answer) for answer in answers if not isinstance(answer, PatientsFound | Failure)]
        assert not odd, odd
        told = {"well": times - len(problems), "problems": sorted({problem.kind for problem in problems})}
        logging.getLogger(__name__).debug("%r %r", answers, problems)
        return told

    @staticmethod
    def _say(page: object) -> None:
        from procedure_viewer.background.requests import BrowserWanted

        assert isinstance(page, BrowserWanted)
        _tell({"browser": page.address})


class _Clock:
    """The process's own clock, which goes wrong when the test says so."""

    ahead = 0.0
    _right = time.time

    @classmethod
    def time(cls) -> float:
        return cls._right() + cls.ahead


class _Stopping:
    """Stops the process at one step."""

    at: Stop | None = None
    entry = 0

    @classmethod
    async def here(cls, step: Stop) -> None:
        if cls.at is step:
            _tell({"stopped": step})
            await asyncio.Event().wait()

    @classmethod
    def block(cls, step: Stop) -> None:
        if cls.at is step:
            if step is Stop.ENTRY and cls.entry > 0:
                cls.entry -= 1
                return
            _tell({"stopped": step})
            threading.Event().wait()


def _with_tellable_verifiers() -> None:
    """Let PKCE's verifier, which nobody outside ever sees, be known by its first letters."""
    from procedure_viewer.remote import sign_in

    made = vars(sign_in)["generate_token"]

    def tellable(length: int) -> str:
        return f"canary{made(length - 6)}" if length == 64 else str(made(length))

    vars(sign_in)["generate_token"] = tellable


def _with_stops() -> None:
    """Put the stops into the store of tokens and into the keyring."""
    from keyring.backends import SecretService

    from procedure_viewer.background import link
    from procedure_viewer.background.secrets import KeyringStore
    from procedure_viewer.remote.tokens import TokenSet

    class StoppingStore(KeyringStore):
        @asynccontextmanager
        async def exclusive(self) -> AsyncIterator[None]:
            await _Stopping.here(Stop.BEFORE_LOCK)
            async with super().exclusive():
                await _Stopping.here(Stop.LOCKED)
                yield

        async def save(self, tokens: TokenSet) -> None:
            await _Stopping.here(Stop.ANSWERED)
            await super().save(tokens)
            await _Stopping.here(Stop.WRITTEN)

    class StoppingKeyring(SecretService.Keyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            _Stopping.block(Stop.ENTRY)
            super().set_password(service, username, password)  # type: ignore[no-untyped-call]

        def delete_password(self, service: str, username: str) -> None:
            _Stopping.block(Stop.REMOVAL)
            super().delete_password(service, username)  # type: ignore[no-untyped-call]

    import keyring

    # A Secret Service that is taken for Windows' keyring, so that long secrets lie in parts.
    StoppingKeyring.__module__ = "keyring.backends.Windows"
    vars(link)["KeyringStore"] = StoppingStore
    keyring.set_keyring(StoppingKeyring())  # type: ignore[no-untyped-call]


def _ignore(_: object) -> None:
    """Hears reports that nobody has a use for."""


def _told(failure: Failure) -> object:
    """Everything that can be read off a failure."""
    trace = "".join(traceback.format_exception(failure))
    return {"problem": failure.problem.kind, "told": f"{failure!r} {failure.problem!r} {trace}"}


def _tell(said: object) -> None:
    print(json.dumps(said, default=str), flush=True)  # noqa: T201 - for the test


async def _main(setup: Mapping[str, Any]) -> None:
    child = _Child(msgspec.convert(setup["connection"], Connection))
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            _tell({"did": await child.do(*json.loads(line))})
        except Failure as failure:
            _tell(_told(failure))


if __name__ == "__main__":
    time.time = _Clock.time
    told = json.loads(sys.argv[1])
    if told["log"]:
        logging.basicConfig(filename=told["log"], level=logging.DEBUG, force=True)
    _with_stops()
    _with_tellable_verifiers()
    asyncio.run(_main(told), debug=bool(told["log"]))
