"""Gateways that are shut down whatever a test does."""

from collections.abc import Awaitable, Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from procedure_viewer.background.gateway import Gateway, Perform
from tests.background.support import Ears, nothing_to_close

MakeGateway = Callable[..., tuple[Gateway, Ears]]


@pytest.fixture
def make_gateway(qtbot: QtBot) -> Iterator[MakeGateway]:
    """Makes a started gateway and the ears that hear it."""
    made: list[tuple[Gateway, Ears]] = []

    def make(perform: Perform, close: Callable[[], Awaitable[None]] = nothing_to_close) -> tuple[Gateway, Ears]:
        gateway = Gateway(perform, close)
        ears = Ears(gateway)
        made.append((gateway, ears))
        gateway.start()
        return gateway, ears

    yield make
    ended = [gateway.shutdown(5) for gateway, _ in made]
    assert all(ended)
