"""The demo server as a real child process, shared by all tests that only ask it something."""

from collections.abc import Iterator

import httpx
import pytest

from procedure_viewer.demo import DEMO_TOKEN
from procedure_viewer.demo.child import DemoServer, start_demo_server

PATIENCE = 30.0


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    """A running demo server."""
    server = start_demo_server()
    try:
        server.wait_until_ready(PATIENCE)
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def stranger(demo: DemoServer) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(base_url=demo.url, trust_env=False, timeout=PATIENCE) as client:
        yield client


@pytest.fixture(scope="session")
def client(demo: DemoServer) -> Iterator[httpx.Client]:
    """A client that is signed in."""
    headers = {"Authorization": f"Bearer {DEMO_TOKEN}"}
    with httpx.Client(base_url=demo.url, headers=headers, trust_env=False, timeout=PATIENCE) as client:
        yield client
