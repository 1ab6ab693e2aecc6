"""Two windows, each a process, share one sign-in through a real Secret Service: it is renewed once for both."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
import secretstorage

from procedure_viewer.demo import PUBLIC_CLIENT
from procedure_viewer.demo.oauth.switches import Switches
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.keychain.store import SERVICE
from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.settings.lock import locked
from tests.keychain.session import MISSING, Session, with_secret_service
from tests.oauth.browser import StandInBrowser
from tests.oauth.demo_server import Gate, RunningDemo
from tests.oauth.django_server import DjangoOAuth
from tests.oauth.window import Stop, Window

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

SEARCHES = 50
A_DAY = 24 * 3600
NEARLY_EXPIRED = 36_000 - 30
LONG_TOKENS = 520
"""Bytes: two of them, as text, take so many entries of a keyring with short ones."""
ENTRIES = 3


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with with_secret_service(tmp_path_factory.mktemp("session") / "home") as running:
        yield running


def connection_to(server: RunningDemo | DjangoOAuth) -> Connection:
    client = PUBLIC_CLIENT if isinstance(server, RunningDemo) else server.public_client
    return Connection(uuid4().hex, "Clinic", server.url, SignInMethod.BROWSER, client)


def sign_in(window: Window, browser: StandInBrowser) -> None:
    browser.visit(window.ask("sign in")["browser"])
    assert window.hear()["did"]["kept"] is True


def all_well(times: int) -> dict[str, object]:
    return {"did": {"well": times, "problems": []}}


def entries_of(session: Session, connection: Connection) -> list[str]:
    """The names of what the Secret Service keeps for a connection."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DBUS_SESSION_BUS_ADDRESS", session.environment["DBUS_SESSION_BUS_ADDRESS"])
        with closing(secretstorage.dbus_init()) as bus:
            items = secretstorage.get_default_collection(bus).search_items({"service": SERVICE})
            names = [str(item.get_attributes()["username"]) for item in items]
    return [name for name in names if name.startswith(connection.account)]


def lock_of(folder: Path, connection: Connection) -> Path:
    return folder / f"sign-in-{connection.id}.lock"


@pytest.mark.parametrize("token_bytes", [32, LONG_TOKENS])
@pytest.mark.parametrize("cause", ["refused", "expiring"])
def test_many_requests_of_two_windows_lead_to_one_renewal(
    session: Session,
    demo_oauth: RunningDemo,
    stand_in_browser: StandInBrowser,
    tmp_path: Path,
    cause: str,
    token_bytes: int,
) -> None:
    demo_oauth.switches.token_bytes = token_bytes
    connection = connection_to(demo_oauth)
    with Window(session, connection, tmp_path) as one, Window(session, connection, tmp_path) as other:
        one.ask("use")
        sign_in(one, stand_in_browser)
        assert "needs_sign_in=False" in other.ask("use")["did"]
        demo_oauth.switches.before_granting = gate = Gate()
        if cause == "refused":
            demo_oauth.switches.revoke_access_tokens()
        else:
            for window in (one, other):
                window.ask("set clock", NEARLY_EXPIRED)
        for window in (one, other):
            window.tell("find", SEARCHES)
        gate.wait_for_arrival()
        gate.open()
        assert [window.hear() for window in (one, other)] == [all_well(SEARCHES)] * 2
        assert (demo_oauth.switches.refreshes, demo_oauth.switches.refused_refreshes) == (1, 0)
        print(f"{cause}: 2 x {SEARCHES} requests, 1 renewal")  # noqa: T201 - a figure for whoever runs this with -s


def test_one_renewal_each_time_where_a_second_use_ends_the_whole_sign_in(
    session: Session, django_oauth: DjangoOAuth, stand_in_browser: StandInBrowser, tmp_path: Path
) -> None:
    connection = connection_to(django_oauth)
    with Window(session, connection, tmp_path) as one, Window(session, connection, tmp_path) as other:
        one.ask("use")
        sign_in(one, stand_in_browser)
        other.ask("use")
        for renewals in (1, 2, 3):
            django_oauth.revoke_access_tokens()
            for window in (one, other):
                window.tell("find", 20)
            assert [window.hear() for window in (one, other)] == [all_well(20)] * 2
            assert django_oauth.refreshes == renewals


def test_a_clock_that_is_set_back_by_a_day_costs_nothing(
    session: Session, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser, tmp_path: Path
) -> None:
    connection = connection_to(demo_oauth)
    with Window(session, connection, tmp_path) as window:
        window.ask("use")
        sign_in(window, stand_in_browser)
        window.ask("set clock", -A_DAY)
        assert window.ask("find", 3) == all_well(3)
        demo_oauth.switches.revoke_access_tokens()
        assert window.ask("find", 3) == all_well(3)
        window.ask("set clock", A_DAY)
        assert window.ask("find", 3) == all_well(3)
        assert demo_oauth.switches.refreshes == 2


def test_a_sign_out_in_one_window_is_one_in_the_other_and_at_the_server(
    session: Session, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser, tmp_path: Path
) -> None:
    connection = connection_to(demo_oauth)
    with Window(session, connection, tmp_path) as one, Window(session, connection, tmp_path) as other:
        one.ask("use")
        sign_in(one, stand_in_browser)
        other.ask("use")
        demo_oauth.switches.revoke_access_tokens()
        assert other.ask("find", 1) == all_well(1)  # what the first one holds has been used up
        assert one.ask("sign out") == {"did": None}
        assert other.ask("find", 1)["did"] == {"well": 0, "problems": [Kind.SIGNED_OUT]}
        assert one.ask("find", 1)["did"] == {"well": 0, "problems": [Kind.SIGNED_OUT]}
        assert demo_oauth.switches.refused_refreshes == 0
        sign_in(one, stand_in_browser)
        assert other.ask("find", 1) == all_well(1)
    assert entries_of(session, connection) == [connection.account]


AT_SERVER_ONLY = [(Stop.ANSWERED, 0), *((Stop.ENTRY, number) for number in (0, 1, ENTRIES))]
"""The steps between the server's rotation and the end of the storing."""
HARMLESS = [(Stop.BEFORE_LOCK, 0), (Stop.LOCKED, 0), (Stop.REMOVAL, 0), (Stop.WRITTEN, 0)]


@pytest.mark.parametrize(("step", "entry"), [*HARMLESS, *AT_SERVER_ONLY])
def test_a_window_that_is_killed_in_a_renewal(
    session: Session,
    demo_oauth: RunningDemo,
    stand_in_browser: StandInBrowser,
    tmp_path: Path,
    step: Stop,
    entry: int,
) -> None:
    demo_oauth.switches.token_bytes = LONG_TOKENS
    connection = connection_to(demo_oauth)
    with Window(session, connection, tmp_path) as window:
        window.ask("use")
        sign_in(window, stand_in_browser)
        window.ask("stop at", step, entry)
        demo_oauth.switches.revoke_access_tokens()
        assert window.ask("find", 5) == {"stopped": step}
        window.kill()
    after_a_death(session, demo_oauth, stand_in_browser, tmp_path, connection, costs=(step, entry) in AT_SERVER_ONLY)


@pytest.mark.parametrize(
    ("asked", "rotates"), [("before granting", False), ("before granting", True), ("after granting", True)]
)
def test_a_window_that_is_killed_while_the_server_is_asked(
    session: Session,
    demo_oauth: RunningDemo,
    stand_in_browser: StandInBrowser,
    tmp_path: Path,
    asked: str,
    rotates: bool,
) -> None:
    gate = Gate()
    connection = connection_to(demo_oauth)
    with Window(session, connection, tmp_path) as window:
        window.ask("use")
        sign_in(window, stand_in_browser)
        if asked == "before granting":
            demo_oauth.switches.before_granting = gate
        else:
            demo_oauth.switches.after_granting = gate
        demo_oauth.switches.revoke_access_tokens()
        window.tell("find", 5)
        gate.wait_for_arrival()
        window.kill()
    if rotates:
        gate.open()
    else:
        gate.abandon()
        demo_oauth.switches.before_granting = Switches().before_granting
    after_a_death(session, demo_oauth, stand_in_browser, tmp_path, connection, costs=rotates)


def after_a_death(
    session: Session,
    server: RunningDemo,
    browser: StandInBrowser,
    folder: Path,
    connection: Connection,
    *,
    costs: bool,
) -> None:
    """The lock is free; a new window goes on at once, or, where that `costs` a sign-in, after exactly one."""
    with locked(lock_of(folder, connection), 0):
        pass
    with Window(session, connection, folder) as window:
        assert "needs_sign_in=False" in window.ask("use")["did"]
        found = window.ask("find", 5)["did"]
        if costs:
            assert found == {"well": 0, "problems": [Kind.SIGNED_OUT]}
            assert connection.account not in entries_of(session, connection)
            sign_in(window, browser)
            found = window.ask("find", 5)["did"]
        assert found == {"well": 5, "problems": []}
        server.switches.revoke_access_tokens()
        assert window.ask("find", 5) == all_well(5)
    assert len(entries_of(session, connection)) == (1 + ENTRIES if server.switches.token_bytes == LONG_TOKENS else 1)
