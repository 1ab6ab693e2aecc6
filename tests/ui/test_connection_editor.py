"""Making and changing a connection: what each way in asks for, what is refused, and where secrets stay."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.settings.connections import Connection, Network, SignInMethod
from procedure_viewer.ui.connection_editor import ConnectionEditor
from procedure_viewer.ui.typed_address import TypedAddress, address_words

SECRET = "canary-3f0a1b"
ADDRESS = "https://fhir.example.org/r4"
BROWSER = Connection("1" * 32, "Clinic", ADDRESS, SignInMethod.BROWSER, "viewer")


def opened(
    qtbot: QtBot, connection: Connection | None = None, *, preset: bool = False, keeps: bool = False, paste: bool = True
) -> ConnectionEditor:
    editor = ConnectionEditor(connection, preset=preset, allow_pasted_tokens=paste, keeps_secret=keeps)
    qtbot.addWidget(editor)
    editor.open()
    qtbot.waitExposed(editor)
    return editor


def choose(editor: ConnectionEditor, method: SignInMethod) -> None:
    editor.method.setCurrentIndex(editor.method.findData(method.value))
    assert editor.chosen is method


def fields(editor: ConnectionEditor) -> set[str]:
    """The names of what can be filled in."""
    ours = (
        editor.client_id,
        editor.confidential,
        editor.client_secret_field,
        editor.token_field,
        editor.scopes,
        editor.port,
        editor.network.authority,
        editor.network.certificate,
        editor.network.key,
        editor.network.several_pages,
    )
    return {field.objectName().removeprefix("editor") for field in ours if field.isVisible()}


def save(editor: ConnectionEditor) -> None:
    QTest.mouseClick(editor.save, Qt.MouseButton.LeftButton)


def test_a_connection_made_with_the_keyboard_alone(qtbot: QtBot) -> None:
    editor = opened(qtbot)
    QTest.keyClicks(editor.focusWidget(), "My clinic")
    QTest.keyClick(editor.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClicks(editor.focusWidget(), f"{ADDRESS}/metadata")
    QTest.keyClick(editor.focusWidget(), Qt.Key.Key_Tab)
    assert editor.focusWidget() is editor.method
    QTest.keyClick(editor.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClicks(editor.focusWidget(), " viewer ")
    QTest.keyClick(editor.focusWidget(), Qt.Key.Key_Return)
    assert editor.result() == QDialog.DialogCode.Accepted
    made = editor.connection
    assert (made.name, made.base_url, made.sign_in) == ("My clinic", ADDRESS, SignInMethod.BROWSER)
    assert (made.client_id, made.confidential, made.network) == ("viewer", False, Network())
    assert len(made.id) == 32
    assert (editor.token, editor.client_secret) == ("", "")


@pytest.mark.parametrize(
    ("method", "needed"),
    [
        (SignInMethod.BROWSER, {"ClientId", "Confidential"}),
        (SignInMethod.TOKEN, {"Token"}),
        (SignInMethod.CLIENT_CREDENTIALS, {"ClientId", "ClientSecret"}),
        (SignInMethod.OPEN, set()),
    ],
)
def test_only_what_the_way_in_needs_is_asked_for(qtbot: QtBot, method: SignInMethod, needed: set[str]) -> None:
    editor = opened(qtbot)
    choose(editor, method)
    assert fields(editor) == needed
    network = {"AuthorityField", "CertificateField", "KeyField", "SeveralPages"}
    more = {
        SignInMethod.BROWSER: {"Scopes", "Port", *network},
        SignInMethod.CLIENT_CREDENTIALS: {"Scopes", *network},
    }.get(method, network)
    QTest.mouseClick(editor.more, Qt.MouseButton.LeftButton)
    assert fields(editor) == needed | more
    says_nobody = "no person is identified" in editor.secret_note.text()
    assert says_nobody is (method is SignInMethod.CLIENT_CREDENTIALS)


def test_what_another_way_in_needed_is_not_saved(qtbot: QtBot) -> None:
    editor = opened(qtbot)
    editor.address.setText(ADDRESS)
    editor.client_id.setText("viewer")
    editor.confidential.setChecked(True)
    editor.client_secret_field.setText(SECRET)
    editor.scopes.setText("user/Patient.read  user/Procedure.read")
    editor.port.setValue(8400)
    choose(editor, SignInMethod.OPEN)
    save(editor)
    made = editor.connection
    assert (made.client_id, made.confidential, made.scopes, made.redirect_port) == ("", False, "", 0)
    assert editor.client_secret == ""


def test_a_confidential_program(qtbot: QtBot) -> None:
    editor = opened(qtbot, BROWSER)
    QTest.mouseClick(editor.confidential, Qt.MouseButton.LeftButton, pos=editor.confidential.rect().center() * 0.1)
    editor.confidential.setChecked(True)
    QTest.keyClicks(editor.client_secret_field, SECRET)
    editor.scopes.setText("user/Patient.read  user/Procedure.read")
    editor.port.setValue(8400)
    save(editor)
    made = editor.connection
    assert (made.confidential, made.scopes, made.redirect_port) == (True, "user/Patient.read user/Procedure.read", 8400)
    assert editor.client_secret == SECRET


@pytest.mark.parametrize(
    ("pasted", "token"),
    [(SECRET, SECRET), (f" {SECRET}\n", SECRET), (f"Bearer {SECRET}", SECRET), ("canary-\n3f0a1b", SECRET)],
)
def test_a_pasted_token_is_cleaned(qtbot: QtBot, pasted: str, token: str) -> None:
    editor = opened(qtbot)
    editor.address.setText(ADDRESS)
    choose(editor, SignInMethod.TOKEN)
    editor.token_field.setText(pasted)
    save(editor)
    assert editor.token == token


def test_a_token_of_16_kib_is_whole(qtbot: QtBot) -> None:
    editor = opened(qtbot)
    editor.address.setText(ADDRESS)
    choose(editor, SignInMethod.TOKEN)
    editor.token_field.setText("x" * 50_000)
    save(editor)
    assert len(editor.token) == 50_000


@pytest.mark.parametrize("accepts", [True, False])
def test_secrets_stay_in_no_field_and_in_no_words(qtbot: QtBot, accepts: bool) -> None:
    editor = opened(qtbot)
    editor.address.setText(ADDRESS)
    for method, field in (
        (SignInMethod.CLIENT_CREDENTIALS, editor.client_secret_field),
        (SignInMethod.TOKEN, editor.token_field),
    ):
        choose(editor, method)
        assert field.echoMode() is QLineEdit.EchoMode.Password
        QTest.keyClicks(field, SECRET)
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert SECRET not in QApplication.clipboard().text()
        assert SECRET not in field.displayText()
    save(editor) if accepts else QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    for line in editor.findChildren(QLineEdit):
        line.undo()
        assert SECRET not in line.text()
    for widget in [editor, *editor.findChildren(QWidget)]:
        assert SECRET not in f"{widget!r} {widget.windowTitle()} {widget.accessibleName()} {widget.toolTip()}"
    assert SECRET not in repr(editor.connection)
    assert editor.token == (SECRET if accepts else "")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://fhir.example.org", "https"),
        ("https://user:secret@fhir.example.org", "user name"),
        ("", "Enter the address"),
    ],
)
def test_an_address_that_will_not_do_is_said(qtbot: QtBot, address: str, words: str) -> None:
    editor = opened(qtbot)
    QTest.keyClicks(editor.address, address)
    save(editor)
    assert editor.isVisible()
    assert editor.complaint.isVisible()
    assert words in editor.complaint.text()
    assert "secret" not in editor.complaint.text() + editor.address_reading.text()
    assert editor.focusWidget() is editor.address
    QTest.keyClicks(editor.address, "x")
    assert not editor.complaint.isVisible()


def test_how_the_address_was_read_is_said_while_typing(qtbot: QtBot) -> None:
    editor = opened(qtbot)
    assert "Canvas" in editor.address_reading.text()
    editor.address.setText("HTTPS://FHIR.example.org:443/r4/")
    assert ADDRESS in editor.address_reading.text()
    assert editor.address.accessibleDescription() == editor.address_reading.text()


def test_a_canvas_instance_is_said_with_both_addresses() -> None:
    clinic = TypedAddress("https://fumage-myclinic.canvasmedical.com", "myclinic", "https://myclinic.canvasmedical.com")
    assert address_words(clinic) == (
        "Canvas instance myclinic: FHIR at https://fumage-myclinic.canvasmedical.com, "
        "sign-in at https://myclinic.canvasmedical.com"
    )


def test_what_can_not_be_used_is_refused_where_it_stands(qtbot: QtBot, tmp_path: Path) -> None:
    certificate = tmp_path / "client.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----")
    editor = opened(qtbot, BROWSER)
    for field, wrong, right in (
        (editor.client_id, "", "viewer"),
        (editor.client_id, "vi\u00e9wer", "viewer"),
        (editor.scopes, 'user/"Patient".read', ""),
        (editor.network.authority.line, str(tmp_path / "none.pem"), ""),
        (editor.network.key.line, str(certificate), ""),
    ):
        field.setText(wrong)
        save(editor)
        assert editor.isVisible()
        assert editor.complaint.isVisible(), field.objectName()
        field.setText(right)
    assert editor.more.isChecked()
    editor.port.setValue(80)
    save(editor)
    assert "1024" in editor.complaint.text()
    editor.port.setValue(0)
    editor.network.certificate.line.setText(str(certificate))
    editor.network.key.line.setText(f" {certificate} ")
    save(editor)
    assert editor.connection.network == Network("", str(certificate), str(certificate))


def test_a_file_on_a_drive_that_is_away_does_not_stop_another_change(qtbot: QtBot) -> None:
    away = Network(authority_file="/nowhere/hospital.pem")
    editor = opened(qtbot, Connection("1" * 32, "Clinic", ADDRESS, network=away))
    editor.name.setText("Clinic 2")
    save(editor)
    assert (editor.connection.name, editor.connection.network) == ("Clinic 2", away)


def test_reading_several_pages_at_once_can_be_switched_off(qtbot: QtBot) -> None:
    editor = opened(qtbot, BROWSER)
    box = editor.network.several_pages
    assert (box.isChecked(), box.isVisible()) == (True, False)
    editor.more.setChecked(True)
    assert "limits how many requests" in box.accessibleDescription() == box.toolTip()
    QTest.keyClick(box, Qt.Key.Key_Space)
    save(editor)
    assert not editor.connection.several_pages
    again = opened(qtbot, editor.connection)
    assert not again.network.several_pages.isChecked()


def test_what_it_set_of_several_pages_is_only_shown(qtbot: QtBot) -> None:
    editor = opened(qtbot, msgspec.structs.replace(BROWSER, several_pages=False), preset=True)
    assert not editor.network.several_pages.isEnabled()
    assert not editor.network.several_pages.isChecked()


def test_a_file_can_be_picked(qtbot: QtBot, tmp_path: Path) -> None:
    authority = tmp_path / "hospital.pem"
    authority.write_text("x")
    editor = opened(qtbot, BROWSER)
    editor.more.setChecked(True)
    QTest.mouseClick(editor.network.authority.choose, Qt.MouseButton.LeftButton)
    picker = editor.findChild(QFileDialog)
    assert picker is not None
    qtbot.waitUntil(picker.isVisible)
    picker.fileSelected.emit(str(authority))
    picker.reject()
    assert editor.network.authority.path == str(authority)


def test_a_stored_secret_is_kept_for_the_same_server_only(qtbot: QtBot) -> None:
    editor = opened(qtbot, Connection("1" * 32, "Clinic", ADDRESS, SignInMethod.TOKEN), keeps=True)
    assert "keep the stored one" in editor.token_field.placeholderText()
    editor.address.setText("https://other.example.org")
    assert "asked for at sign-in" in editor.token_field.placeholderText()
    choose(editor, SignInMethod.CLIENT_CREDENTIALS)
    assert "asked for at sign-in" in editor.client_secret_field.placeholderText()


def test_a_test_shows_its_answer_until_something_changes(qtbot: QtBot) -> None:
    editor = opened(qtbot, BROWSER)
    editor.client_id.clear()  # it is not needed for reaching a server
    with qtbot.waitSignal(editor.test_wanted) as asked:
        QTest.mouseClick(editor.test, Qt.MouseButton.LeftButton)
    assert asked.args is not None
    tested = asked.args[0]
    assert isinstance(tested, Connection)
    assert (tested.id, tested.base_url) == (BROWSER.id, ADDRESS)
    assert "Testing" in editor.result_words.text()
    editor.show_test_result("Reached; <b>FHIR</b> R4", ok=True)
    assert editor.result_words.text() == "Reached; <b>FHIR</b> R4"
    assert not editor.result_words.warns
    QTest.mouseClick(editor.test, Qt.MouseButton.LeftButton)
    editor.show_test_result("Not reached", ok=False)
    assert editor.result_words.warns
    QTest.mouseClick(editor.test, Qt.MouseButton.LeftButton)
    QTest.keyClicks(editor.address, "x")
    assert not editor.result_words.isVisible()
    editor.show_test_result("Reached the one before", ok=True)
    assert not editor.result_words.isVisible()


def test_what_it_set_can_only_be_looked_at(qtbot: QtBot) -> None:
    editor = opened(qtbot, BROWSER, preset=True)
    editor.more.setChecked(True)
    assert not editor.save.isVisible()
    lines = [line for line in editor.findChildren(QLineEdit) if line.isVisible()]
    assert len(lines) > 5
    for line in lines:
        before = line.text()
        QTest.keyClicks(line, "changed")
        assert line.text() == before
    assert editor.method.count() == 1
    with qtbot.waitSignal(editor.test_wanted) as asked:
        QTest.mouseClick(editor.test, Qt.MouseButton.LeftButton)
    assert asked.args == [BROWSER]
    QTest.mouseClick(editor.cancel, Qt.MouseButton.LeftButton)
    assert editor.connection == BROWSER


def test_pasted_tokens_can_be_forbidden(qtbot: QtBot) -> None:
    editor = opened(qtbot, Connection("1" * 32, "Clinic", ADDRESS, SignInMethod.TOKEN), paste=False)
    assert editor.method.findData(SignInMethod.TOKEN.value) == -1
    assert editor.chosen is SignInMethod.BROWSER
    notice = editor.findChild(QWidget, "editorNotice")
    assert notice is not None
    assert notice.isVisible()
