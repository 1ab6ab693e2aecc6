"""A keyring with short entries, a locked one, one that hangs, and one that is gone, below a worker that signs in."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail

from procedure_viewer.background import secrets as module
from procedure_viewer.background.requests import ForgetConnection, SignOut, TryConnection
from procedure_viewer.fhir.outcome import Kind
from tests.keychain.limited import LARGEST, LimitedKeyring
from tests.keychain.session import MISSING, with_secret_service, with_silent_service
from tests.oauth.at_work import AtWork, Hostile, at_work, connection_to, hostile, nobody
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import RunningDemo
from tests.servers import reply

needs_secret_service = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

SIXTEEN_KIB = 12 * 1024
"""Random bytes that are 16 KiB of text."""

Use = Callable[[KeyringBackend], None]


@pytest.fixture
def use_keyring(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Makes a backend the one that this process finds."""

    def use(backend: KeyringBackend) -> None:
        monkeypatch.setattr(keyring.core, "_keyring_backend", backend)

    return use


@pytest.fixture
def limited(use_keyring: Use) -> LimitedKeyring:
    """A keyring with Windows' limit."""
    backend = LimitedKeyring()
    use_keyring(backend)
    return backend


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as running:
        yield running


def test_tokens_of_16_kib_in_a_keyring_with_short_entries(
    limited: LimitedKeyring, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    demo_oauth.switches.token_bytes = SIXTEEN_KIB
    connection = connection_to(demo_oauth.url)

    async def first_run(work: AtWork) -> None:
        assert (await work.use(memory_only=False)).needs_sign_in
        assert (await work.sign_in()).kept
        await work.find()

    async def later_run(work: AtWork) -> None:
        used = await work.use(memory_only=False)
        assert used.grant is not None
        assert used.grant.kept
        demo_oauth.switches.revoke_access_tokens()
        await work.find()
        assert (work.not_kept, demo_oauth.switches.refused_refreshes) == (0, 0)

    async def last_run(work: AtWork) -> None:
        await work.ask(ForgetConnection(connection=connection))

    at_work(connection, first_run, stand_in_browser)
    sizes = [len(limited.entries)]
    for _ in range(3):
        at_work(connection, later_run, nobody)
        sizes.append(len(limited.entries))
    assert demo_oauth.switches.refreshes == 3
    assert sizes == sizes[:1] * 4
    assert sizes[0] > 2 * 16 * 1024 / 640
    assert max(len(entry.encode("utf-16-le")) for entry in limited.entries.values()) <= LARGEST
    at_work(connection, last_run, nobody)
    assert limited.entries == {}


def test_a_set_that_lost_a_part_costs_a_sign_in_and_no_more(
    limited: LimitedKeyring, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    demo_oauth.switches.token_bytes = 1000

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        await work.sign_in()
        limited.entries.pop(max(limited.entries))
        assert (await work.use(memory_only=False)).needs_sign_in
        await work.sign_in()
        used = await work.use(memory_only=False)
        assert used.grant is not None

    at_work(connection_to(demo_oauth.url), job, stand_in_browser)


class Trouble:
    """Ways in which a Secret Service fails while a window is open."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self.session = self._stack.enter_context(with_secret_service(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def lock(self) -> None:
        """As a screen saver may."""
        self.session.ask("lock")

    def kill(self) -> None:
        """The daemon crashes."""
        self.session.kill_secret_service()

    def end(self) -> None:
        """The bus goes, too. May be called twice."""
        self._stack.close()


@pytest.fixture
def tidy() -> Iterator[None]:
    """The keyring's library forgets to close a connection where it fails: that comes out here and in no later test."""
    yield
    gc.collect()


library_leaves_sockets = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@needs_secret_service
@library_leaves_sockets
@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize("trouble", ["lock", "kill", "end"])
def test_a_keyring_that_fails_while_a_window_is_open(
    use_keyring: Use,
    demo_oauth: RunningDemo,
    stand_in_browser: StandInBrowser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    with Trouble(tmp_path / "home") as keyring_trouble:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring_trouble.session.environment["DBUS_SESSION_BUS_ADDRESS"])
        use_keyring(SecretService.Keyring())  # type: ignore[no-untyped-call]

        async def job(work: AtWork) -> None:
            await work.use(memory_only=False)
            assert (await work.sign_in()).kept
            await asyncio.to_thread(getattr(keyring_trouble, trouble))
            for _ in range(3):
                demo_oauth.switches.revoke_access_tokens()
                await asyncio.gather(*(work.find() for _ in range(5)))
            assert (demo_oauth.switches.refreshes, work.not_kept) == (3, 1)
            assert (await work.problem(work.use(memory_only=False))).kind is Kind.KEYCHAIN
            assert (await work.problem(work.ask(ForgetConnection(connection=work.connection)))).kind is Kind.KEYCHAIN
            await work.use()
            assert not (await work.sign_in()).kept
            await work.find()

        at_work(connection_to(demo_oauth.url), job, stand_in_browser)


def test_without_a_keyring_a_sign_in_lasts_for_this_run(
    use_keyring: Use, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    use_keyring(fail.Keyring())  # type: ignore[no-untyped-call]

    async def job(work: AtWork) -> None:
        assert (await work.problem(work.use(memory_only=False))).kind is Kind.KEYCHAIN
        assert (await work.use()).needs_sign_in
        assert not (await work.sign_in()).kept
        demo_oauth.switches.revoke_access_tokens()
        await work.find()
        assert work.not_kept == 0, "it was known before"
        await work.ask(SignOut())
        assert (await work.problem(work.find())).kind is Kind.SIGNED_OUT

    at_work(connection_to(demo_oauth.url), job, stand_in_browser)


@needs_secret_service
@library_leaves_sockets
@pytest.mark.usefixtures("tidy")
def test_a_keyring_that_hangs_is_told_in_time_and_holds_nothing_else_up(
    use_keyring: Use,
    demo_oauth: RunningDemo,
    stand_in_browser: StandInBrowser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "KEYCHAIN_TIMEOUT", 1.0)
    with with_silent_service(tmp_path / "home") as session:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.environment["DBUS_SESSION_BUS_ADDRESS"])
        use_keyring(SecretService.Keyring())  # type: ignore[no-untyped-call]

        async def job(work: AtWork) -> None:
            using = asyncio.create_task(work.problem(work.use(memory_only=False)))
            await asyncio.sleep(0)
            await work.ask(TryConnection(connection=work.connection))
            assert not using.done(), "another request is answered in the meantime"
            problem = await using
            assert (problem.kind, problem.technical) == (Kind.KEYCHAIN, "no answer in time")
            await work.use()
            await work.sign_in()
            await work.find()

        at_work(connection_to(demo_oauth.url), job, stand_in_browser)


@pytest.mark.parametrize("operation", ["get_password", "set_password"])
def test_a_keyring_that_hangs_in_a_renewal_costs_nothing_but_the_keeping(
    limited: LimitedKeyring,
    demo_oauth: RunningDemo,
    stand_in_browser: StandInBrowser,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
) -> None:
    monkeypatch.setattr(module, "KEYCHAIN_TIMEOUT", 0.3)
    answer = threading.Event()

    def hanging(*_: str) -> None:
        answer.wait()

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        await work.sign_in()
        monkeypatch.setattr(limited, operation, hanging)
        for _ in range(2):
            demo_oauth.switches.revoke_access_tokens()
            await asyncio.gather(*(work.find() for _ in range(5)))
        assert (demo_oauth.switches.refreshes, work.not_kept) == (2, 1)

    try:
        at_work(connection_to(demo_oauth.url), job, stand_in_browser)
    finally:
        answer.set()


def test_a_refused_renewal_is_one_also_where_the_keyring_does_not_forget(
    limited: LimitedKeyring, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        await work.sign_in()
        demo_oauth.switches.revoke_access_tokens()
        demo_oauth.switches.refuse_refreshes = True
        limited.delete_password = failing  # type: ignore[method-assign]
        assert (await work.problem(work.find())).kind is Kind.SIGNED_OUT

    at_work(connection_to(demo_oauth.url), job, stand_in_browser)


def test_a_sign_out_reaches_the_server_also_where_the_keyring_does_not_forget(
    limited: LimitedKeyring, server: Hostile
) -> None:
    server.answers["/revoke"] = reply(200)

    async def job(work: AtWork) -> None:
        await work.use(memory_only=False)
        await work.sign_in()
        limited.delete_password = failing  # type: ignore[method-assign]
        assert (await work.problem(work.ask(SignOut()))).kind is Kind.KEYCHAIN
        assert (await work.problem(work.find())).kind is Kind.SIGNED_OUT

    at_work(connection_to(server.url), job, server.browser)
    assert [request.target for request in server.server.requests if request.target == "/revoke"] == ["/revoke"]


def failing(service: str, username: str) -> None:
    raise OSError
