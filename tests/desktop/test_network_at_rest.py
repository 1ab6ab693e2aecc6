"""What the program says to the network, by what the system sees of it: nothing but what its reader asks of a server.

No telemetry, no look for updates, no fonts or pages from elsewhere. What is seen are the calls of all its processes.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.desktop.conftest import Start
from tests.desktop.waiting import eventually
from tests.servers import ScriptedServer, bundle, by_path, reply

CALLS = "connect,bind,sendto,sendmsg,sendmmsg"
ADDRESS = re.compile(r"sa_family=(AF_INET6?), sin6?_port=htons\((\d+)\).*?\"([^\"]+)\"")
ONLY_ASKED = 0
"""The port of a connect by which the resolver finds out which of its own addresses it would use: nothing is sent."""


def _traces() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _traces(), reason="strace is not installed, or may not trace here")


def tracer(file: Path) -> tuple[str, ...]:
    """The command that writes down these calls of a program, which keeps its process."""
    return ("strace", "-D", "-f", "-s", "0", "-e", f"trace={CALLS}", "-o", str(file))


def calls(file: Path) -> set[tuple[str, str, int]]:
    """Which call was made with which address and port of the internet's."""
    found = set()
    for line in file.read_text().splitlines():
        call = re.search(r"\b(\w+)\(", line)
        for _, port, address in ADDRESS.findall(line):
            assert call is not None
            if int(port) != ONLY_ASKED or call[1] == "bind":
                found.add((call[1], address, int(port)))
    return found


def test_without_a_server_there_is_nothing(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "calls"
    program = start(under=tracer(file))
    program.wait_for_welcome()
    program.display.press("F1")
    program.window("^Keys$")
    program.display.press("Escape")
    eventually(lambda: not program.has_window("^Keys$"), "the end of the list of keys")
    assert program.quit() == 0
    eventually(lambda: "+++ exited" in file.read_text(), "the end of the trace")
    assert calls(file) == set()


def test_with_a_server_there_is_only_that(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "calls"
    with ScriptedServer(by_path({"/fhir/Patient": reply(200, bundle([], total=0))})) as server:
        program = start("--server", f"{server.url}/fhir", under=tracer(file))
        program.search("jones")
        server.wait_for_request()
        assert program.quit() == 0
        eventually(lambda: "+++ exited" in file.read_text(), "the end of the trace")
        port = int(server.url.rpartition(":")[2])
        assert calls(file) == {("connect", "127.0.0.1", port)}
