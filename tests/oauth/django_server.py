"""django-oauth-toolkit as a child process: an OAuth server that nobody here wrote. `django_site` is what runs there."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.conftest import ROOT

PUBLIC_CLIENT = "django-public"
CONFIDENTIAL_CLIENT = "django-confidential"
BACKEND_CLIENT = "django-backend"
"""A confidential client for client credentials: there a client has one grant type only."""
CLIENT_SECRET = "django-secret"
USERNAME = "staff"
PASSWORD = "staff-password"
FULL_NAME = "Sam Staff"


class DjangoOAuth:
    """The running server, as a context manager. Its methods return when the server has done what they say."""

    public_client = PUBLIC_CLIENT
    confidential_client = CONFIDENTIAL_CLIENT
    backend_client = BACKEND_CLIENT
    client_secret = CLIENT_SECRET

    def __init__(self, folder: Path) -> None:
        """`folder` takes the database and what the server says on standard error."""
        self._folder = folder
        self._lock = threading.Lock()
        self.url = ""
        """The FHIR base URL."""

    def __enter__(self) -> Self:
        self._errors = (self._folder / "stderr").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.oauth.django_site", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
        )
        self.url = self._answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def set_access_token_seconds(self, seconds: int) -> None:
        """How long access tokens live that are given from now on; 0 is taken for an hour."""
        self._tell("set_access_token_seconds", seconds)

    def revoke_access_tokens(self) -> None:
        """End all access tokens; the refresh tokens stay."""
        self._tell("revoke_access_tokens")

    def revoke_refresh_tokens(self) -> None:
        """End all refresh tokens. The access tokens stay until one of these comes again, which ends all it gave."""
        self._tell("revoke_refresh_tokens")

    def reset(self) -> None:
        """As at the start: no tokens, no sessions, usual lifetimes, counts at zero."""
        self._tell("reset")

    @property
    def refreshes(self) -> int:
        """How often tokens were given for a refresh token since the last `reset`."""
        return int(self._tell("refreshes"))

    def _tell(self, command: str, *arguments: object) -> Any:
        with self._lock:
            assert self._process.stdin
            self._process.stdin.write(json.dumps([command, *arguments]) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(10)
            raise AssertionError((self._folder / "stderr").read_text("utf-8", "replace"))
        return json.loads(line)
