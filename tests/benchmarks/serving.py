"""The server of `server` as a child process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server."""

    url: str
    """The FHIR base URL."""

    def warm(self, *patients: str) -> None:
        """Have the records of these patients made, so that no client waits for that."""
        for patient in patients:
            self._get(f"/Procedure?patient=Patient/{patient}&_count=1")
        self.figures()

    def figures(self) -> tuple[int, int]:
        """How many requests came since this was asked last, and how many of them were under way at once."""
        told = json.loads(self._get("/figures"))
        return told["requests"], told["most"]

    def _get(self, target: str) -> bytes:
        with urlopen(self.url + target, timeout=60) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def serving(*, delay: float = 0, each: float = 0, largest: int = 100) -> Iterator[Serving]:
    """A server that ends with the block: `delay` and `each` in milliseconds, `largest` in procedures."""
    arguments = ["--delay", str(delay), "--each", str(each), "--largest", str(largest)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.server", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Serving(process.stdout.readline().decode().strip())
        finally:
            process.stdin.close()
            process.wait(10)
