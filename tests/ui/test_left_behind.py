"""What goes at once with the chart that it tells of, although the thing itself may stay for a moment or for longer."""

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.ui.advice import Asked
from procedure_viewer.ui.error_dialog import ErrorDialogs
from procedure_viewer.ui.floating import empty_menu

SIGNED_OUT = Problem(Kind.SIGNED_OUT, status=401, issues=(Issue("error", "login", "no access to Kestrel"),))
POLICY = Problem(Kind.POLICY)


def test_that_nobody_is_signed_in_is_still_said_in_another_chart_but_not_of_whom_it_was_said(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    for first in (SIGNED_OUT, POLICY):
        dialogs = ErrorDialogs(window)
        dialogs.show(first)
        dialogs.show(SIGNED_OUT, asked=Asked.CHART)
        dialogs.leave_chart()
        if first is POLICY:
            assert dialogs.current is not None
            dialogs.current.reject()
        dialog = dialogs.current
        assert dialog is not None
        assert dialog.problem.kind is Kind.SIGNED_OUT
        assert dialog.server_words.text() == ""
        assert dialog.server_words.isHidden()
        copy = dialog.findChild(QPushButton, "errorCopyButton")
        assert isinstance(copy, QPushButton)
        copy.click()
        assert "Kestrel" not in QGuiApplication.clipboard().text()
        dialogs.clear()


def test_an_emptied_menu_has_no_words_left_in_the_menus_within(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addMenu("From").addMenu("Century").addAction("1931 (3)")
    empty_menu(menu)
    assert [action.text() for action in menu.findChildren(QAction) if "1931" in action.text()] == []
