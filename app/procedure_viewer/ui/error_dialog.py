"""The dialog that says what went wrong: in our words first, then in the server's own, then the details for support."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from procedure_viewer import __version__
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.outcome import Issue, Problem
from procedure_viewer.fhir.words import translate
from procedure_viewer.ui.advice import Asked, Remedy, advice_for
from procedure_viewer.ui.icons import pixmap
from procedure_viewer.ui.labels import PlainLabel

Action = Callable[[], None]
MOST_ISSUES = 5
"""Issues of a server that are written out."""


class ErrorDialog(QDialog):
    """Shows one `Problem`; `action` is what its remedy's button does. It doesn't block the event loop."""

    def __init__(
        self, problem: Problem, action: Action | None, parent: QWidget | None, asked: Asked = Asked.OTHER
    ) -> None:
        super().__init__(parent)
        self.setObjectName("errorDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.problem = problem
        self.action = action
        advice = advice_for(problem, asked)
        self.setWindowTitle(advice.title)

        picture = QLabel()
        picture.setPixmap(pixmap("warning", 36, self.devicePixelRatioF()))
        title = PlainLabel("errorTitle")
        title.setText(advice.title)
        title.emphasise(1.2)
        self.meaning = PlainLabel("errorMeaning")
        self.meaning.setText(advice.meaning)
        self.server_words = PlainLabel("errorServerWords", selectable=True)
        self.server_words.setText(server_lines(problem.issues))
        self.server_words.setVisible(bool(problem.issues))
        self.details = QPlainTextEdit(details(problem))
        self.details.setObjectName("errorDetails")
        self.details.setAccessibleName(self.tr("Details for support"))
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setMaximumHeight(130)
        self.details.hide()

        layout = QGridLayout(self)
        layout.setColumnStretch(1, 1)
        layout.setHorizontalSpacing(14)
        layout.setVerticalSpacing(8)
        layout.addWidget(picture, 0, 0, 3, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(title, 0, 1)
        layout.addWidget(self.meaning, 1, 1)
        layout.addWidget(self.server_words, 2, 1)
        layout.addWidget(self.details, 3, 1)
        layout.addWidget(self._buttons(advice.remedy), 4, 0, 1, 2)
        self.setMinimumWidth(480)
        self._default.setFocus()

    def _buttons(self, remedy: Remedy) -> QDialogButtonBox:
        role = QDialogButtonBox.ButtonRole
        box = QDialogButtonBox()
        details_button = QPushButton(self.tr("Details"))
        details_button.setObjectName("errorDetailsButton")
        details_button.setCheckable(True)
        details_button.toggled.connect(self._show_details)
        box.addButton(details_button, role.ActionRole)
        copy = QPushButton(self.tr("Copy details"))
        copy.setObjectName("errorCopyButton")
        copy.clicked.connect(self._copy)
        box.addButton(copy, role.ActionRole)
        close = QPushButton(self.tr("Close"))
        close.setObjectName("errorCloseButton")
        box.addButton(close, role.RejectRole)
        self._default = close
        box.rejected.connect(self.reject)
        words = {
            Remedy.SIGN_IN: self.tr("Sign in again"),
            Remedy.RETRY: self.tr("Retry"),
            Remedy.CHOOSE_PLACE: self.tr("Choose another place"),
        }
        if remedy in words and self.action is not None:
            button = QPushButton(words[remedy])
            button.setObjectName("errorRemedyButton")
            box.addButton(button, role.AcceptRole)
            box.accepted.connect(self.accept)
            self._default = button
        self._default.setDefault(True)
        return box

    @Slot(bool)
    def _show_details(self, show: bool) -> None:
        self.details.setVisible(show)
        self.adjustSize()

    @Slot()
    def _copy(self) -> None:
        words = server_lines(self.problem.issues)
        QGuiApplication.clipboard().setText(f"{words}\n{details(self.problem)}" if words else details(self.problem))


@dataclass(frozen=True)
class _Waiting:
    problem: Problem
    action: Action | None
    asked: Asked


class ErrorDialogs(QObject):
    """One dialog at a time: the same failure from several requests is one dialog, others wait their turn."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[_Waiting] = []
        self.current: ErrorDialog | None = None

    def show(self, problem: Problem, action: Action | None = None, asked: Asked = Asked.OTHER) -> None:
        """Show the problem, now or after the dialog that is open."""
        open_problem = [self.current.problem] if self.current else []
        if any(same_failure(problem, other) for other in [*open_problem, *(item.problem for item in self._waiting)]):
            return
        self._waiting.append(_Waiting(problem, action, asked))
        self._next()

    @Slot()
    def _next(self) -> None:
        if self.current is not None or not self._waiting:
            return
        item = self._waiting.pop(0)
        self.current = ErrorDialog(item.problem, item.action, self._window, item.asked)
        self.current.finished.connect(self._finished)
        self.current.open()

    @Slot()
    def clear(self) -> None:
        """Close the dialog that is open and forget those that wait: what they offer is no longer to be had."""
        self._waiting.clear()
        if self.current is not None:
            self.current.reject()

    @Slot(int)
    def _finished(self, result: int) -> None:
        dialog, self.current = self.current, None
        if dialog is not None and result == QDialog.DialogCode.Accepted and dialog.action is not None:
            if advice_for(dialog.problem).remedy is Remedy.SIGN_IN:
                self._waiting.clear()  # what else failed did so for want of a sign-in, or will fail again
            dialog.action()
        self._next()


def same_failure(one: Problem, other: Problem) -> bool:
    """Whether two problems would read the same to a person."""
    return (one.kind, one.status, one.issues) == (other.kind, other.status, other.issues)


def server_lines(issues: Sequence[Issue]) -> str:
    """The server's own words, a line an issue with severity and code; of many the first few."""
    lines = [_server_line(issue) for issue in issues[:MOST_ISSUES]]
    if len(issues) > MOST_ISSUES:
        more = translate("ErrorDialog", "and {count} more")
        lines.append(more.format(count=len(issues) - MOST_ISSUES))
    return "\n".join(lines)


def _server_line(issue: Issue) -> str:
    line = f"{issue.severity} ({issue.code}): {issue.text}" if issue.text else f"{issue.severity} ({issue.code})"
    return printable(f"{line} [{', '.join(issue.expression)}]" if issue.expression else line)


def details(problem: Problem) -> str:
    """What helps support: never a token, a name or a query."""
    lines = [
        translate("ErrorDialog", "Procedure Viewer {version}").format(version=__version__),
        translate("ErrorDialog", "Kind: {kind}").format(kind=problem.kind),
    ]
    if problem.status is not None:
        lines.append(translate("ErrorDialog", "HTTP status: {status}").format(status=problem.status))
    if problem.request_id:
        lines.append(translate("ErrorDialog", "Request id: {id}").format(id=printable(problem.request_id)))
    if problem.retry_after is not None:
        lines.append(
            translate("ErrorDialog", "Wait asked for: {seconds} s").format(seconds=math.ceil(problem.retry_after))
        )
    lines.append(translate("ErrorDialog", "Time: {time} UTC").format(time=f"{problem.at:%Y-%m-%d %H:%M:%S}"))
    if problem.technical:
        lines.append(translate("ErrorDialog", "Technical: {reason}").format(reason=printable(problem.technical)))
    return "\n".join(lines)
