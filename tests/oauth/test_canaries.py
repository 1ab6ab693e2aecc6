"""Secrets that are planted are looked for wherever a process leaves something that others may read."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from procedure_viewer.demo import CLIENT_SECRET, CONFIDENTIAL_CLIENT
from procedure_viewer.demo.oauth import grants
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.settings.connections import Connection
from tests.keychain.session import MISSING, Session, with_secret_service
from tests.oauth.at_work import connection_to
from tests.oauth.browser import StandInBrowser, answer_in
from tests.oauth.demo_server import RunningDemo
from tests.oauth.window import Window

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

CANARY = "canary"
"""Stands in each code and token that the server gives, and in the verifier that the window makes."""
IDENTITY = "eyJhbGciOi"
"""How every identity token begins."""
LOOKED_FOR = (CANARY, CLIENT_SECRET, IDENTITY)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with with_secret_service(tmp_path / "home") as running:
        yield running


@pytest.fixture
def planting(demo_oauth: RunningDemo, monkeypatch: pytest.MonkeyPatch) -> RunningDemo:
    """A demo server whose secrets can be told."""
    tellable = SimpleNamespace(token_urlsafe=lambda number: CANARY + secrets.token_urlsafe(number))
    monkeypatch.setattr(grants, "secrets", tellable)
    return demo_oauth


def left_by(window: Window, folders: list[Path]) -> dict[str, str]:
    """What the process can be seen by from outside, and all files."""
    process = Path(f"/proc/{window.process.pid}")
    left = {name: (process / name).read_text("utf-8", "replace") for name in ("cmdline", "environ")}
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return left | {str(file): file.read_text("utf-8", "replace") for file in files}


def test_no_secret_is_left_anywhere_but_in_the_keyring(
    session: Session, planting: RunningDemo, stand_in_browser: StandInBrowser, tmp_path: Path
) -> None:
    connection: Connection = connection_to(planting.url, client_id=CONFIDENTIAL_CLIENT, confidential=True)
    folder = tmp_path / "settings"
    folder.mkdir()
    told: list[object] = []
    with Window(session, connection, folder, log=folder / "log") as window:

        def ask(command: str, *arguments: object) -> object:
            told.append(window.ask(command, *arguments))
            return told[-1]

        ask("use")
        assert ask("sign in") == {"problem": Kind.SECRET_WANTED, "told": told[-1]["told"]}  # type: ignore[index]
        address = window.ask("sign in", {"secret": CLIENT_SECRET})["browser"]
        stand_in_browser.visit(address)
        told.append(window.hear())
        kept = session.ask("get", connection.account)["secret"]
        assert kept.count(CANARY) == 2
        assert session.ask("get", connection.secret_account) == {"secret": CLIENT_SECRET}
        ask("find", 3)
        planting.switches.revoke_access_tokens()
        ask("find", 3)
        assert planting.switches.refreshes == 1
        planting.switches.refuse_refreshes = True
        planting.switches.revoke_access_tokens()
        assert ask("find", 3)["did"]["problems"] == [Kind.SIGNED_OUT]  # type: ignore[index]
        planting.switches.refuse_refreshes = False

        address = window.ask("sign in, pasting")["browser"]
        redirect = stand_in_browser.redirect_of(address)
        assert CANARY in answer_in(redirect)["code"]
        window.tell_text(redirect.replace("state=", "state=x"))
        told.append(window.hear())
        assert told[-1]["problem"] == Kind.SIGN_IN  # type: ignore[index]
        window.tell_text(redirect)
        told.append(window.hear())
        ask("find", 3)
        ask("sign out")
        ask("news")
        left = left_by(window, [folder])

    log = left[str(folder / "log")]
    assert "GET Patient" in log, "the log was at debug level"
    for canary in LOOKED_FOR:
        assert canary not in json.dumps(told)
        assert [place for place, text in left.items() if canary in text] == []
    print(f"searched {sum(map(len, left.values()))} characters in {len(left)} places")  # noqa: T201
