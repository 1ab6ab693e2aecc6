"""About: what the program is for, what it is made of, and what support may be told."""

import getpass
import sys
from dataclasses import replace
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt, qVersion
from PySide6.QtGui import QAction, QGuiApplication, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from procedure_viewer import __version__
from procedure_viewer.settings.connections import Connection, SignInMethod, change_connections
from procedure_viewer.settings.policy import NO_POLICY, Setting
from procedure_viewer.ui.about_dialog import AboutDialog
from procedure_viewer.ui.licences import Part, parts
from procedure_viewer.ui.support_details import support_details, without_person
from procedure_viewer.ui.window_rules import WindowRules
from tests.conftest import ROOT
from tests.desk import SEED_PATIENT, SEED_PROCEDURE, Desk
from tests.ui.rules import brackets, cut_off, guessing_labels, nameless, untranslated


def about(desk: Desk) -> AboutDialog:
    """The dialog, as the menu opens it, once it knows the keyring."""
    action = desk.window.findChild(QAction, "action_about")
    assert action is not None
    action.trigger()
    dialog = desk.window.findChild(AboutDialog)
    assert dialog is not None
    desk.wait(lambda: "not known yet" not in dialog.details.toPlainText())
    return dialog


def words_on(dialog: AboutDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_it_says_what_the_program_is_for(desk: Desk) -> None:
    said = words_on(about(desk))
    assert f"Procedure Viewer {__version__}" in said
    assert "Intended use: reading procedures" in said
    assert "not made for diagnosis" in said
    assert "LGPL" in said


def test_it_is_worked_from_the_keyboard_alone(desk: Desk) -> None:
    dialog = about(desk)
    dialog.tabs.tabBar().setFocus()
    QTest.keyClick(dialog.tabs.tabBar(), Qt.Key.Key_Right)
    assert dialog.tabs.currentWidget() is dialog.licences
    QTest.keyClick(dialog.tabs.tabBar(), Qt.Key.Key_Tab)
    assert dialog.licences.list.hasFocus()
    first = dialog.licences.text.toPlainText()
    QTest.keyClick(dialog.licences.list, Qt.Key.Key_Down)
    assert dialog.licences.text.toPlainText() != first
    QTest.keyClick(dialog.licences.list, Qt.Key.Key_Tab)
    assert dialog.licences.text.hasFocus()
    QTest.keyClick(dialog.licences.text, Qt.Key.Key_Tab)
    assert dialog.copy.hasFocus()
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert closed


def test_every_widget_has_a_name_and_every_word_can_be_translated(desk: Desk) -> None:
    with brackets():
        dialog = about(desk)
        for tab in range(dialog.tabs.count()):
            dialog.tabs.setCurrentIndex(tab)
            assert nameless(dialog) == []
            assert guessing_labels(dialog) == []
            assert untranslated(dialog) == []
        unsaid = [line for line in dialog.details.toPlainText().splitlines() if "⟦" not in line]
        assert unsaid == []


@pytest.mark.parametrize("screen", [QRect(0, 0, 1024, 700), QRect(0, 0, 512, 350)])
def test_no_button_lies_beyond_a_small_screen(desk: Desk, monkeypatch: pytest.MonkeyPatch, screen: QRect) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _self: screen)
    dialog = about(desk)
    for tab in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(tab)
        size = dialog.size().expandedTo(dialog.minimumSizeHint())
        assert (size.width() <= screen.width(), size.height() < screen.height()) == (True, True)
        assert [one for one in cut_off(dialog) if one.startswith("aboutC")] == []


# Licences


def test_the_licences_are_read_when_they_are_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def asked_parts() -> list[Part]:
        asked.append("asked")
        return parts()

    monkeypatch.setattr("procedure_viewer.ui.licence_view.parts", asked_parts)
    dialog = about(desk)
    assert asked == []
    for _ in range(2):
        dialog.tabs.setCurrentWidget(dialog.licences)
        dialog.tabs.setCurrentIndex(0)
    assert asked == ["asked"]


def test_all_that_the_program_needs_is_listed_with_its_text() -> None:
    listed = {part.name.lower().replace("_", "-"): part for part in parts()}
    # requirements.lock has what an installation gets; what only other systems need is not here.
    locked = {line.partition("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    here = {(one.name or "").lower().replace("_", "-") for one in distributions()}
    building = {"hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
    assert (locked & here) - building <= set(listed)
    assert listed["httpx"].licence == "BSD-3-Clause"
    assert {"h2", "pytest", "mypy"} & set(listed) == {"h2"}
    for part in listed.values():
        assert part.version, part
        assert part.licence, part
        assert len(part.text()) > 500, part
    assert listed["procedure-viewer"].text() == (ROOT / "LICENSE").read_text()
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in listed["python"].text()


def test_qt_s_licence_says_where_its_sources_are_and_that_it_may_be_replaced() -> None:
    for part in parts():
        if "LGPL" not in part.licence:
            continue
        text = part.text()
        assert "You may replace them" in text
        assert "https://download.qt.io/" in text
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
        assert "GNU GENERAL PUBLIC LICENSE" in text.replace("LESSER", "")
        assert "END OF TERMS AND CONDITIONS" in text


def test_an_installed_program_lists_whatever_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no RECORD of its packages' files, and a list of the libraries that are no packages."""
    for name, told, file in (
        ("new", "License-Expression: MIT\nLicense-File: inner/TERMS\n", "licenses/inner/TERMS"),
        ("old", "License: BSD\nLicense-File: TERMS\n", "TERMS"),
        ("older", "Classifier: License :: OSI Approved :: MIT License\n", "LICENSE.txt"),
    ):
        folder = tmp_path / f"{name}-2.0.dist-info"
        (folder / file).parent.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n{told}")
        (folder / file).write_text(f"as it pleases the {name}")
    (tmp_path / "LICENCES.txt").write_text("libraries in C")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "procedure-viewer"))
    monkeypatch.setattr(
        "procedure_viewer.ui.licences.distributions", lambda: iter(Distribution.discover(path=[str(tmp_path)]))
    )
    python, *packages, libraries = parts()
    assert python.name == "Python"
    assert [(one.name, one.version, one.licence, one.text()) for one in packages] == [
        ("new", "2.0", "MIT", "as it pleases the new"),
        ("old", "2.0", "BSD", "as it pleases the old"),
        ("older", "2.0", "MIT License", "as it pleases the older"),
    ]
    assert (libraries.name, libraries.text()) == ("All libraries of this installation", "libraries in C")


# For support


def test_the_details_are_what_support_needs(desk: Desk) -> None:
    told = about(desk).details.toPlainText()
    for words in (__version__, "from source", str(qVersion()), "OpenSSL", "offscreen", "fusion", "dpi", "100%"):
        assert words in told
    assert "Policy of the machine: none" in told
    assert "Keyring: " in told


def test_of_a_policy_is_told_how_much_stands_in_it(desk: Desk, tmp_path: Path) -> None:
    policy = replace(NO_POLICY, locked=frozenset({Setting.ALLOW_DEMO}), complaints=("a mistake",))
    told = support_details(desk.window, WindowRules(tmp_path, policy), "")
    assert "Policy of the machine: 1 settings locked, 0 connections, 1 mistakes" in told


def test_they_are_copied_as_they_are_shown(desk: Desk) -> None:
    dialog = about(desk)
    button = dialog.findChild(QPushButton, "aboutCopy")
    assert button is not None
    button.click()
    assert QGuiApplication.clipboard().text() == dialog.details.toPlainText()
    assert dialog.copied.isVisible()
    assert "cleared after a while" in dialog.copied.text()


def test_nothing_of_patients_servers_sign_ins_or_the_person_is_told(
    demo_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a chart open, a token in memory, saved connections, and an environment that is full of names."""
    desk, settings = demo_desk, demo_desk.window.rules.folder
    monkeypatch.setenv("HOME", str(settings.parent))
    monkeypatch.setenv("USER", "annmiller")
    monkeypatch.setenv("LOGNAME", "annmiller")
    monkeypatch.setenv("HTTPS_PROXY", "http://annmiller:canary-password@proxy.clinic.example:3128")
    monkeypatch.setenv("QT_STYLE_OVERRIDE", "/home/annmiller/canary-style")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    monkeypatch.setenv("XDG_SESSION_TYPE", "canary of annmiller's")
    secret = Connection("1" * 32, "Canary ward", "https://canary-server.example/fhir", SignInMethod.TOKEN)
    change_connections(settings, lambda _: [secret])
    desk.read_chart("jones 1980-11-13")
    desk.select(SEED_PROCEDURE)
    told = about(desk).details.toPlainText()
    assert "HTTPS_PROXY" in told
    assert "Settings folder: ~/settings" in told
    assert "Desktop: GNOME" in told
    server = desk.session.server
    assert server is not None
    assert server.token
    for secret_word in (
        *("annmiller", "canary", "Canary", "example", "proxy.", "3128", "127.0.0.1", desk.session.base_url),
        *("Jones", "Samantha", "1980", SEED_PATIENT, SEED_PROCEDURE, f" {server.token} ", str(settings.parent)),
    ):
        assert secret_word not in told, secret_word


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("/home/annmiller/.config/x", "~/.config/x"),
        ("/home/annmiller", "~"),
        ("/home/annmillerson/x", "/home/annmillerson/x"),
        ("/HOME/AnnMiller/x", "~/x"),
        (r"C:\Users\annmiller\AppData", r"C:\Users\<user>\AppData"),
        ("/srv/profiles/annmiller/x", "/srv/profiles/<user>/x"),
        ("/srv/annmillerson", "/srv/annmillerson"),
        ("asked by ann.miller@clinic", "asked by <user>@clinic"),
    ],
)
def test_a_name_is_taken_out_wherever_it_stands(monkeypatch: pytest.MonkeyPatch, text: str, without: str) -> None:
    monkeypatch.setenv("HOME", "/home/annmiller")
    monkeypatch.setenv("USER", "annmiller")
    monkeypatch.setenv("USERNAME", "ann.miller")
    monkeypatch.setattr(getpass, "getuser", lambda: "annmiller")
    assert without_person(text) == without


def test_an_account_without_home_and_name_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("HOME", "USER", "LOGNAME", "USERNAME", "LNAME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.setattr(Path, "home", homeless)
    assert without_person("/x: y") == "/x: y"
