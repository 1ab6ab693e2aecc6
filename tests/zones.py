"""The zones in which dates are tried: the machine's own, from one end of the world to the other."""

import time
from collections.abc import Iterator

import pytest

ZONES = {"UTC-12": "<-12>12", "UTC": "UTC0", "UTC+14": "<+14>-14"}
"""As POSIX writes them: with the sign turned round."""


@pytest.fixture(params=ZONES)
def machine_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the zone that this machine is in during a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", ZONES[request.param])
        time.tzset()
        yield request.param
    time.tzset()
