"""Fixtures for signing in: the servers and the browser. Every test may ask for them."""

from collections.abc import Iterator

import pytest

from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import RunningDemo
from tests.oauth.django_server import DjangoOAuth


@pytest.fixture(scope="session")
def django_oauth_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DjangoOAuth]:
    """The one django-oauth-toolkit of the run; tests ask for `django_oauth`."""
    with DjangoOAuth(tmp_path_factory.mktemp("django")) as server:
        yield server


@pytest.fixture
def django_oauth(django_oauth_process: DjangoOAuth) -> DjangoOAuth:
    """django-oauth-toolkit, as new."""
    django_oauth_process.reset()
    return django_oauth_process


@pytest.fixture
def demo_oauth() -> Iterator[RunningDemo]:
    """A demo server of the test's own, whose switches it may turn."""
    with RunningDemo() as server:
        yield server


@pytest.fixture
def stand_in_browser() -> Iterator[StandInBrowser]:
    """A browser without cookies, and a person who allows everything."""
    with StandInBrowser() as browser:
        yield browser
