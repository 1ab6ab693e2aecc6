"""The dialog that says what went wrong: in our words first, then in the server's own, then the details for support."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from procedure_viewer import __version__
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.outcome import Issue, Kind, Problem
from procedure_viewer.fhir.words import translate
from procedure_viewer.ui.advice import Asked, Remedy, advice_for
from procedure_viewer.ui.clipboard_guard import put_on_clipboard
from procedure_viewer.ui.cover import Covers
from procedure_viewer.ui.hindrances import lines_of
from procedure_viewer.ui.icons import pixmap
from procedure_viewer.ui.labels import PlainLabel

Action = Callable[[], None]
MOST_ISSUES = 5
"""Issues of a server that are written out."""
_ABOUT_A_FILE = frozenset({Kind.FILE, Kind.FILE_EXISTS})
"""Each of these is said by itself: two files may fail alike."""


class ErrorDialog(QDialog):
    """Shows one `Problem`; `action` is what its remedy's button does. It doesn't block the event loop."""

    def __init__(
        self,
        problem: Problem,
        action: Action | None,
        parent: QWidget | None,
        asked: Asked = Asked.OTHER,
        file: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("errorDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.problem = problem
        self.action = action
        self.is_about_chart = is_about_chart(problem, asked)
        self._is_about_file = is_about_file(problem, file)
        advice = advice_for(problem, asked)
        self.setWindowTitle(advice.title)

        picture = QLabel()
        picture.setPixmap(pixmap("warning", 36, self.devicePixelRatioF()))
        title = PlainLabel("errorTitle")
        title.setText(advice.title)
        title.emphasise(1.2)
        self.meaning = PlainLabel("errorMeaning")
        self.meaning.setText(advice.meaning)
        self.file = PlainLabel("errorFile", selectable=True)
        self.file.setText(self._file_words(file) if file else "")
        self.server_words = PlainLabel("errorServerWords", selectable=True)
        self.server_words.setText(server_lines(problem.issues))
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
        layout.addWidget(picture, 0, 0, 4, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(title, 0, 1)
        layout.addWidget(self.meaning, 1, 1)
        layout.addWidget(self.file, 2, 1)
        layout.addWidget(self.server_words, 3, 1)
        layout.addWidget(self.details, 4, 1)
        layout.addWidget(self._buttons(advice.remedy), 5, 0, 1, 2)
        self.file.setVisible(bool(file))
        self.server_words.setVisible(bool(problem.issues))
        self.setMinimumWidth(480)
        self._default.setFocus()

    def _file_words(self, file: str) -> str:
        """Which file it is, and the reason that the system gives: a full disk is not a missing folder."""
        words = self.tr("File: {name}").format(name=printable(file))
        if self.problem.kind is not Kind.FILE or not self.problem.technical:
            return words
        reason = self.tr("Reason: {reason}").format(reason=printable(self.problem.technical))
        return f"{words}\n{reason}"

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
        self._remedy: QPushButton | None = None
        box.rejected.connect(self.reject)
        words = {
            Remedy.SIGN_IN: self.tr("Sign in again"),
            Remedy.RETRY: self.tr("Retry"),
            Remedy.CHOOSE_PLACE: self.tr("Choose another place"),
            Remedy.MEMORY_ONLY: self.tr("Go on in memory only"),
        }
        if remedy in words and self.action is not None:
            button = QPushButton(words[remedy])
            button.setObjectName("errorRemedyButton")
            box.addButton(button, role.AcceptRole)
            box.accepted.connect(self.accept)
            self._default = self._remedy = button
        self._default.setDefault(True)
        return box

    def leave_chart(self) -> None:
        """Another chart is opened: a file of the one before is no longer named, nor offered another place.

        That nobody is signed in is still so; what the server said of it may name whom it was asked about.
        """
        if self.problem.kind is Kind.SIGNED_OUT:
            self.problem = replace(self.problem, issues=())
            self.server_words.clear()
            self.server_words.hide()
        if not self._is_about_file:
            return
        self.file.clear()
        self.file.hide()
        self.action = None
        if self._remedy is not None:
            self._remedy.hide()

    @Slot(bool)
    def _show_details(self, show: bool) -> None:
        self.details.setVisible(show)
        self.adjustSize()

    @Slot()
    def _copy(self) -> None:
        words = server_lines(self.problem.issues)
        put_on_clipboard(f"{words}\n{details(self.problem)}" if words else details(self.problem))


@dataclass(frozen=True, slots=True)
class _Waiting:
    problem: Problem
    action: Action | None
    asked: Asked
    file: str


def _without_chart(item: _Waiting) -> _Waiting:
    """The same with nothing of the chart that was open; see `ErrorDialog.leave_chart`."""
    if item.problem.kind is Kind.SIGNED_OUT:
        return replace(item, problem=replace(item.problem, issues=()))
    return replace(item, action=None, file="") if is_about_file(item.problem, item.file) else item


class ErrorDialogs(QObject):
    """One dialog at a time: the same failure from several requests is one dialog, others wait their turn."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[_Waiting] = []
        self.current: ErrorDialog | None = None
        self.over_covers = False
        """Whether dialogs are seen although the windows are covered: they are about coming back, then."""

    def show(self, problem: Problem, action: Action | None = None, asked: Asked = Asked.OTHER, file: str = "") -> None:
        """Show the problem, now or after the dialog that is open. `file` names the file that it is about."""
        item = _Waiting(problem, action, asked, file)
        if not is_about_file(problem, file) and self._is_said(item):
            return
        self._waiting.append(item)
        self._next()

    def _is_said(self, new: _Waiting) -> bool:
        """Whether a dialog that is open or waits says the same; it then stays for as long as the new one would."""
        about_chart = is_about_chart(new.problem, new.asked)
        if self.current is not None and same_failure(self.current.problem, new.problem):
            self.current.is_about_chart = self.current.is_about_chart and about_chart
            return True
        for place, item in enumerate(self._waiting):
            if same_failure(item.problem, new.problem):
                if not about_chart:
                    self._waiting[place] = replace(item, asked=new.asked)
                return True
        return False

    @Slot()
    def _next(self) -> None:
        if self.current is not None or not self._waiting:
            return
        item = self._waiting.pop(0)
        self.current = ErrorDialog(item.problem, item.action, self._window, item.asked, item.file)
        self.current.finished.connect(self._finished)
        if self.over_covers:
            Covers.admit(self.current)
        self.current.open()

    @Slot()
    def clear(self) -> None:
        """Close the dialog that is open and forget those that wait: what they offer is no longer to be had."""
        self._waiting.clear()
        if self.current is not None:
            self.current.reject()

    def leave_chart(self) -> None:
        """Forget what is about the chart that was open: its words may name a patient. The rest is still said."""
        self._waiting = [_without_chart(item) for item in self._waiting if not is_about_chart(item.problem, item.asked)]
        if self.current is None:
            return
        if self.current.is_about_chart:
            self.current.reject()
        else:
            self.current.leave_chart()

    @Slot(int)
    def _finished(self, result: int) -> None:
        dialog, self.current = self.current, None
        if dialog is not None and result == QDialog.DialogCode.Accepted and dialog.action is not None:
            if advice_for(dialog.problem).remedy is Remedy.SIGN_IN:
                self._waiting.clear()  # what else failed did so for want of a sign-in, or will fail again
            dialog.action()
        self._next()


def is_about_chart(problem: Problem, asked: Asked) -> bool:
    """Whether it is about the chart that is open, and not about the connection to the server as a whole."""
    return asked in (Asked.CHART, Asked.REFRESH) and problem.kind is not Kind.SIGNED_OUT


def is_about_file(problem: Problem, file: str) -> bool:
    """Whether it is about one file, whatever kept that from being written: also a fault of this program."""
    return bool(file) or problem.kind in _ABOUT_A_FILE


def same_failure(one: Problem, other: Problem) -> bool:
    """Whether two problems would read the same to a person, or ask for the same: signed out is signed out."""
    if one.kind is other.kind is Kind.SIGNED_OUT:
        return True
    return _read_as(one) == _read_as(other)


def _read_as(problem: Problem) -> tuple[object, ...]:
    return problem.kind, problem.status, problem.issues, problem.hindrance


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
    if problem.hindrance is not None:
        lines += lines_of(problem.hindrance)
    return "\n".join(lines)
