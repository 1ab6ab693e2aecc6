"""The keychain over a real Secret Service, and where there is none, a locked one, or one that keeps no secrets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from procedure_viewer.keychain.store import Reason
from tests.keychain.session import MISSING, Session, with_secret_service, without_bus

needs_secret_service = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

SHORT = "canary-token-ü-漢-😀"
LONG = "canary-" + "".join(chr(0x1F600 + number % 60) for number in range(3000))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with with_secret_service(tmp_path_factory.mktemp("session") / "home") as running:
        yield running


@pytest.fixture
def no_bus(tmp_path: Path) -> Session:
    return without_bus(tmp_path / "home")


@needs_secret_service
@pytest.mark.parametrize("secret", [SHORT, "", LONG, f"procedure-viewer parts 1 3 {'0' * 64}"])
def test_a_secret_is_read_back_by_another_process(session: Session, secret: str) -> None:
    account = f"read back {len(secret)}"
    assert session.ask("set", account, secret) == {}
    assert session.ask("get", account) == {"secret": secret}
    session.ask("delete", account)


@needs_secret_service
def test_an_unknown_account_has_no_secret_and_can_be_deleted(session: Session) -> None:
    assert session.ask("get", "nobody") == {"secret": None}
    assert session.ask("delete", "nobody") == {}


@needs_secret_service
def test_accounts_keep_apart_and_a_deleted_one_is_gone(session: Session) -> None:
    session.ask("set", "one", "first")
    session.ask("set", "two", "second")
    session.ask("delete", "one")
    assert session.ask("get", "one") == {"secret": None}
    assert session.ask("get", "two") == {"secret": "second"}
    session.ask("delete", "two")


@needs_secret_service
def test_long_secrets_are_whole_and_leave_nothing_behind(tmp_path: Path) -> None:
    with with_secret_service(tmp_path / "home") as own:
        own.ask("set", "a", LONG)
        entries = own.ask("entries")["entries"]
        own.ask("set", "a", LONG[::-1])
        assert own.ask("get", "a") == {"secret": LONG[::-1]}
        assert len(own.ask("entries")["entries"]) == len(entries)
        own.ask("set", "a", SHORT)
        assert list(own.ask("entries")["entries"]) == ["a"]
        own.ask("set", "a", LONG)
        own.ask("delete", "a")
        assert own.ask("entries")["entries"] == {}


@needs_secret_service
def test_a_locked_keyring_says_so_at_once_where_nobody_can_be_asked(tmp_path: Path) -> None:
    with with_secret_service(tmp_path / "home") as own:
        own.ask("set", "a", SHORT)
        own.ask("lock")
        for operation in ("get", "set", "delete"):
            outcome = own.ask(operation, "a", SHORT)
            assert outcome["reason"] == Reason.LOCKED
            assert SHORT not in outcome["told"]


@needs_secret_service
def test_a_secret_that_can_not_be_written_is_not_told(session: Session) -> None:
    outcome = session.ask("set", "unwritable", "canary-\ud800")
    assert (outcome["reason"], outcome["technical"]) == (Reason.FAILED, "UnicodeEncodeError")
    assert "canary" not in outcome["told"]


@needs_secret_service
def test_a_plain_text_backend_beside_the_secret_service_is_passed_over(session: Session, plain_text: Path) -> None:
    assert session.ask("set", "chained", SHORT, PYTHONPATH=str(plain_text)) == {}
    assert session.ask("get", "chained") == {"secret": SHORT}
    assert not (plain_text / "secrets.txt").exists()
    session.ask("delete", "chained")


@pytest.fixture
def plain_text(tmp_path: Path) -> Path:
    """A folder with an installed backend that writes secrets to a file, and says that it is the best."""
    folder = tmp_path / "site"
    metadata = folder / "plain_text-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plain-text\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[keyring.backends]\nplain_text = plain_text\n")
    (folder / "plain_text.py").write_text(
        "from pathlib import Path\n"
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, username): return None\n"
        "    def set_password(self, service, username, password):\n"
        "        (Path(__file__).parent / 'secrets.txt').write_text(password)\n"
        "    def delete_password(self, service, username): pass\n"
    )
    return folder


@pytest.mark.parametrize("operation", ["get", "set", "delete"])
def test_without_a_bus_there_is_no_keyring(no_bus: Session, operation: str) -> None:
    assert no_bus.ask(operation, "a", SHORT)["reason"] == Reason.NO_BACKEND


def test_a_bus_that_is_gone_is_no_keyring(no_bus: Session) -> None:
    outcome = no_bus.ask("get", "a", DBUS_SESSION_BUS_ADDRESS=f"unix:path={no_bus.environment['HOME']}/gone")
    assert outcome["reason"] == Reason.NO_BACKEND


def test_the_only_backend_is_refused_when_it_writes_plain_text(no_bus: Session, plain_text: Path) -> None:
    outcome = no_bus.ask("set", "a", SHORT, PYTHONPATH=str(plain_text))
    assert (outcome["reason"], outcome["technical"]) == (Reason.INSECURE, "plain_text")
    assert not (plain_text / "secrets.txt").exists()


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        ("keyring.backends.null.Keyring", Reason.INSECURE),
        ("plain_text.Keyring", Reason.INSECURE),
        ("keyring.backends.fail.Keyring", Reason.NO_BACKEND),
        ("no_such_module.Keyring", Reason.FAILED),
    ],
)
def test_the_environment_can_not_choose_a_worse_keyring(
    no_bus: Session, plain_text: Path, backend: str, reason: Reason
) -> None:
    outcome = no_bus.ask("set", "a", SHORT, PYTHON_KEYRING_BACKEND=backend, PYTHONPATH=str(plain_text))
    assert outcome["reason"] == reason
    assert not (plain_text / "secrets.txt").exists()
    assert SHORT not in outcome["told"]


@needs_secret_service
def test_it_is_called_by_its_name(session: Session) -> None:
    assert session.ask("name") == {"name": "SecretService"}


def test_where_there_is_none_it_has_no_name(no_bus: Session) -> None:
    assert no_bus.ask("name")["reason"] == Reason.NO_BACKEND
