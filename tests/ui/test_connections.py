"""Connections: made in the dialog, kept without the token, chosen from the menu, remembered."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections, load_connections
from procedure_viewer.settings.preferences import Appearance, Preferences, load_preferences, save_preferences
from procedure_viewer.ui.connection_editor import ConnectionEditor
from procedure_viewer.ui.states import Link
from tests.desk import Desk, another_window
from tests.servers import ScriptedServer, bundle, by_path, reply


def editor(desk: Desk) -> ConnectionEditor:
    """The dialog for one connection that is open, waited for."""
    desk.wait(lambda: any(dialog.isVisible() for dialog in desk.window.findChildren(ConnectionEditor)))
    return next(dialog for dialog in desk.window.findChildren(ConnectionEditor) if dialog.isVisible())


def fill(dialog: ConnectionEditor, name: str, address: str, method: SignInMethod = SignInMethod.OPEN) -> None:
    """Type into the dialog and press Save."""
    for field, text in ((dialog.name, name), (dialog.address, address)):
        field.clear()
        QTest.keyClicks(field, text)
    dialog.method.setCurrentIndex(dialog.method.findData(method))
    dialog.save.click()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://fhir.example.org", "https"),
        ("https://user:secret@fhir.example.org", ""),
        ("", ""),
    ],
)
def test_an_address_that_will_not_do_is_said_in_the_dialog(desk: Desk, address: str, words: str) -> None:
    desk.window.server_menu.new_connection()
    dialog = editor(desk)
    fill(dialog, "Clinic", address)
    assert dialog.isVisible()
    assert dialog.complaint.isVisible()
    assert words in dialog.complaint.text()
    assert "secret" not in dialog.complaint.text()
    dialog.reject()
    assert desk.session.link is Link.NONE


def test_a_new_connection_is_used_saved_and_offered_again(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(by_path({"/fhir/Patient": reply(200, bundle([], total=0))})) as server:
        desk.window.server_menu.new_connection()
        fill(editor(desk), "My && clinic", f"{server.url}/fhir/")
        desk.wait(lambda: desk.session.link is Link.READY)
        desk.find("jones")
        assert server.targets[0].startswith("/fhir/Patient?")
        assert "authorization" not in server.requests[0].headers
    (saved,) = load_connections(tmp_path / "settings")
    assert (saved.name, saved.base_url, saved.sign_in) == ("My && clinic", f"{server.url}/fhir", SignInMethod.OPEN)
    desk.window.close()
    assert load_preferences(tmp_path / "settings").connection == saved.id
    again = another_window(desk.session, desk.access, tmp_path / "settings")
    desk.bot.addWidget(again)
    assert again.use_connection("")
    assert desk.session.server is not None
    assert desk.session.server.connection == saved


def test_searching_without_a_server_asks_for_one(desk: Desk) -> None:
    assert desk.window.welcome.isVisible()
    desk.type_and_search("jones")
    assert not desk.session.busy


def test_a_damaged_list_of_connections_is_said(desk: Desk, tmp_path: Path) -> None:
    settings = tmp_path / "damaged"
    change_connections(settings, lambda _: [Connection("0" * 32, "Clinic", "https://fhir.example.org")])
    (settings / "connections.json").write_text("{")
    window = another_window(desk.session, desk.access, settings)
    desk.bot.addWidget(window)
    assert not window.use_connection("")
    dialog = window.errors.current
    assert dialog is not None
    assert "it is kept as connections.broken-" in dialog.details.toPlainText()
    dialog.reject()


def test_the_appearance_is_remembered(desk: Desk, tmp_path: Path) -> None:
    desk.window.rules.like(appearance=Appearance.DARK)
    desk.window.close()
    assert load_preferences(tmp_path / "settings").appearance is Appearance.DARK
    desk.window.rules.like(appearance=Appearance.SYSTEM)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"appearance": "pink"}', b'{"window": 5}', b"\xff"])
def test_broken_preferences_are_the_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "preferences.json").write_bytes(content)
    assert load_preferences(tmp_path) == Preferences()


def test_preferences_are_whole_and_private(tmp_path: Path) -> None:
    wanted = Preferences(appearance=Appearance.LIGHT, window="AAAA", connection="x")
    save_preferences(tmp_path / "new", wanted)
    assert load_preferences(tmp_path / "new") == wanted
    assert (tmp_path / "new" / "preferences.json").stat().st_mode & 0o777 == 0o600


def test_what_another_window_saved_meanwhile_is_offered(desk: Desk, tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    mine = Connection("1" * 32, "Mine", "http://127.0.0.1:9/mine", SignInMethod.OPEN)
    theirs = Connection("2" * 32, "Theirs", "http://127.0.0.1:9/theirs", SignInMethod.OPEN)
    change_connections(settings, lambda _: [mine])
    menu = desk.window.server_menu
    menu.menu().aboutToShow.emit()
    assert menu.connections == (mine,)
    change_connections(settings, lambda saved: [*saved, theirs])
    menu.menu().aboutToShow.emit()
    assert "action_connection_" + theirs.id in [action.objectName() for action in menu.menu().actions()]
    change_connections(settings, lambda saved: saved[1:])
    menu.show_list()
    assert menu.connections == (theirs,)


def test_a_list_that_was_damaged_meanwhile_is_said(desk: Desk, tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    change_connections(settings, lambda _: [Connection("1" * 32, "Mine", "http://127.0.0.1:9", SignInMethod.OPEN)])
    (settings / "connections.json").write_text("{")
    desk.window.server_menu.menu().aboutToShow.emit()
    desk.wait_for_error()
    dialog = desk.window.errors.current
    assert dialog is not None
    assert "it is kept as connections.broken-" in dialog.details.toPlainText()
    dialog.reject()
