"""The main job, done by the program itself on its real window, with a picture of each step.

Keys and clicks are real Qt events; each step waits until the window shows what it should, and holds or not.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QBuffer, QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.search import Progress
from procedure_viewer.export.formats import Format, suggested_name
from procedure_viewer.export.manifest import manifest_of
from procedure_viewer.export.verify import verify
from procedure_viewer.files.atomic import write_whole
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.ui import theme
from procedure_viewer.ui.export_dialog import ExportDialog
from procedure_viewer.ui.main_window import MainWindow
from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from procedure_viewer.ui.states import Link

D = TypeVar("D", bound=QDialog)

FIND = "jones 1980-11-13"
"""The patient of the API's published example, in the demo data."""
UNKNOWN_PROCEDURE = "Procedure/00000000-0000-4000-8000-000000000000"
STEP_TIMEOUT = 60.0
"""Seconds that one step may take."""
SIZE = QSize(1280, 800)
"""The window in the pictures, but for the last one."""
LOOK_AGAIN = 10
"""Milliseconds between two looks at the window."""


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    act: Callable[[], None]
    done: Callable[[], bool]
    """Whether the step has come to its end."""
    held: Callable[[], bool]
    """Whether the end is the right one."""
    provokes_an_error: bool = False
    """Whether an error dialog is what is waited for; before any other step's end it is a failure."""


@dataclass(frozen=True, slots=True)
class _Result:
    name: str
    ok: bool
    ms: float
    screenshot: str


class Tour(QObject):
    """Finds a patient, reads the chart, exports the first procedure into `folder`, writes pictures and tour.json."""

    finished = Signal()

    def __init__(self, window: MainWindow, folder: Path, find: str, *, seal: bool = False) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._find = find or FIND
        self._seal = seal
        self._results: list[_Result] = []
        self._pending: list[_Step] = []
        self._started = 0.0
        self._exported: Path | None = None
        self._records = 0
        self._complete = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN)
        self._timer.timeout.connect(self._look)
        window.exporter.exported.connect(self._note_export)
        self.held = False
        self.complaint = ""
        """The system's reason why the folder could not be written to."""

    def start(self) -> None:
        """Run all steps; `finished` is emitted at the end, and `held` says whether every one of them held."""
        self._window.resize(SIZE)  # whatever size this person likes: the pictures are to be comparable
        self._pending = self._steps()
        self._begin_step()

    def _steps(self) -> list[_Step]:
        window, session = self._window, self._window.session
        steps = [
            _Step(
                "connected",
                _nothing,
                lambda: session.link in (Link.READY, Link.FAILED) or window.errors.current is not None,
                lambda: session.link is Link.READY,
            ),
            _Step(
                "patient found",
                self._search,
                # A procedure's id opens its patient's chart without a list to choose from.
                lambda: session.chart is not None or session.progress not in (Progress.LOADING, Progress.NOTHING),
                lambda: (
                    session.chart is not None or (session.progress is Progress.DONE and bool(session.found.patients))
                ),
            ),
            _Step(
                "chart read",
                self._open_first_patient,
                lambda: session.chart is not None and session.chart.standing is not Standing.LOADING,
                self._note_chart,
            ),
            _Step(
                "procedure selected",
                self._select_first_procedure,
                lambda: window.detail.procedure is not None,
                lambda: self._window.detail.pane.shows_content,
            ),
            *(
                _Step(f"{name} tab", self._turner(index), _at_once, lambda: window.detail.pane.shows_content)
                for index, name in enumerate(("summary", "everything", "json"))
            ),
            _Step("print preview", self._preview_pages, self._shows_pages, _at_once),
            _Step("export dialog", self._ask_export, lambda: self._export_dialog() is not None, _at_once),
            _Step("exported", self._accept_export, lambda: self._exported is not None, self._export_is_whole),
        ]
        if session.server is not None and session.server.is_demo:
            steps += [
                _Step(
                    "error dialog",
                    self._provoke_error,
                    lambda: window.errors.current is not None,
                    lambda: bool(window.errors.current and window.errors.current.problem.issues),
                    provokes_an_error=True,
                ),
            ]
        return [
            *steps,
            _Step("dark", self._turn_dark, _at_once, theme.is_dark),
            _Step("small window", self._shrink, _at_once, lambda: window.banner.isVisible()),
        ]

    # Acting

    def _search(self) -> None:
        field = self._window.search.field
        field.setFocus()
        field.clear()
        for character in self._find:
            _press(field, Qt.Key.Key_unknown, character)
        _press(field, Qt.Key.Key_Return, "\r")

    def _open_first_patient(self) -> None:
        if self._window.session.chart is not None:
            return
        _press(self._window.search.field, Qt.Key.Key_Down)
        _press(self._window.search.results, Qt.Key.Key_Return, "\r")

    def _select_first_procedure(self) -> None:
        if self._window.session.selected is not None:
            return  # it was looked for by its id
        view = self._window.procedures.view
        view.setFocus()
        _press(view, Qt.Key.Key_Home, modifiers=Qt.KeyboardModifier.ControlModifier)
        if not view.selectionModel().hasSelection():
            view.selectRow(0)

    def _turner(self, index: int) -> Callable[[], None]:
        return lambda: self._window.detail.tabs.setCurrentIndex(index)

    def _preview_pages(self) -> None:
        self._window.detail.tabs.setCurrentIndex(0)
        self._window.actions_by_name["print"].trigger()

    def _shows_pages(self) -> bool:
        dialog = self._dialog(PrintPreviewDialog)
        return dialog is not None and dialog.is_ready

    def _ask_export(self) -> None:
        pages = self._dialog(PrintPreviewDialog)
        if pages is not None:
            pages.reject()
        self._window.actions_by_name["export"].trigger()

    def _accept_export(self) -> None:
        dialog, procedure = self._export_dialog(), self._window.session.selected
        if dialog is None or procedure is None:
            return
        path = self._folder.resolve() / suggested_name(dialog.extract, Format.JSON)
        for former in (path, manifest_of(path)):
            former.unlink(missing_ok=True)  # of an earlier tour into the same folder
        dialog.choose_path(path)
        dialog.seal.setChecked(self._seal)
        dialog.accept()

    def _provoke_error(self) -> None:
        self._window.search.search_for(UNKNOWN_PROCEDURE)

    def _turn_dark(self) -> None:
        if self._window.errors.current is not None:
            self._window.errors.current.reject()
        theme.apply(Appearance.DARK)

    def _shrink(self) -> None:
        theme.apply(Appearance.LIGHT)
        self._window.resize(QSize(1024, 700))

    # Checking

    def _note_chart(self) -> bool:
        chart = self._window.session.chart
        if chart is None:
            return False
        self._records, self._complete = chart.received, chart.standing is Standing.COMPLETE
        return self._complete and self._window.procedures.table.rowCount() > 0

    @Slot(object)
    def _note_export(self, path: Path) -> None:
        self._exported = path

    def _export_is_whole(self) -> bool:
        procedure = self._window.session.selected
        if self._exported is None or procedure is None:
            return False
        try:
            is_whole = self._exported.read_bytes() == procedure.raw
        except OSError:
            return False
        return is_whole and (not self._seal or verify(self._exported).holds)

    def _export_dialog(self) -> ExportDialog | None:
        return self._dialog(ExportDialog)

    def _dialog(self, kind: type[D]) -> D | None:
        return next((dialog for dialog in self._window.findChildren(kind) if dialog.isVisible()), None)

    # Running

    def _begin_step(self) -> None:
        self._started = time.perf_counter()
        self._timer.start()  # before it acts: a step that the program itself fails in has to end, too
        try:
            self._pending[0].act()
        except OSError as error:
            self._timer.stop()
            self._complain(error)
            self._end_step(held=False)

    @Slot()
    def _look(self) -> None:
        step = self._pending[0]
        late = time.perf_counter() - self._started > STEP_TIMEOUT
        stuck = self._window.errors.current is not None and not step.provokes_an_error
        if not step.done() and not late and not stuck:
            return
        self._timer.stop()
        self._end_step(held=step.done() and not late and step.held())

    def _end_step(self, *, held: bool) -> None:
        step = self._pending.pop(0)
        milliseconds = (time.perf_counter() - self._started) * 1000
        screenshot = f"{len(self._results) + 1:02d}-{step.name.replace(' ', '-')}.png"
        saved = self._save_picture(screenshot)
        ok = held and saved
        self._results.append(_Result(step.name, ok, round(milliseconds, 1), screenshot if saved else ""))
        if ok and self._pending:
            self._begin_step()
            return
        self._results.extend(_Result(step.name, ok=False, ms=0.0, screenshot="") for step in self._pending)
        self._finish()

    def _complain(self, error: OSError) -> None:
        self.complaint = error.strerror or type(error).__name__

    def _save_picture(self, name: str) -> bool:
        """Whether the picture is on the disk, whole: Qt itself says so of one that a full disk has cut off."""
        buffer = QBuffer()
        if not self._picture().save(buffer, "PNG"):
            return False
        try:
            write_whole(self._folder / name, bytes(buffer.data().data()), replace=True)
        except OSError as error:
            self._complain(error)
            return False
        return True

    def _picture(self) -> QPixmap:
        """The window with the dialog that stands before it."""
        picture = self._window.grab()
        dialog = QApplication.activeModalWidget()
        if dialog is not None and dialog is not self._window:
            painter = QPainter(picture)
            middle = self._window.rect().center() - dialog.rect().center()
            place = QPoint(max(0, middle.x()), max(0, middle.y()))
            painter.drawPixmap(place, dialog.grab())
            # A grabbed dialog lacks the frame that the desktop draws around it, and would blend into the window.
            painter.setPen(dialog.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawRect(dialog.rect().translated(place).adjusted(-1, -1, 0, 0))
            painter.end()
        return picture

    def _finish(self) -> None:
        try:
            report = {
                "steps": [asdict(result) for result in self._results],
                "records": self._records,
                "complete": self._complete,
                "export": self._export_entry(),
            }
            content = json.dumps(report, indent=2) + "\n"
            write_whole(self._folder / "tour.json", content.encode(), replace=True)
        except OSError as error:
            self._complain(error)
        self.held = all(result.ok for result in self._results) and not self.complaint
        self.finished.emit()

    def _export_entry(self) -> dict[str, str] | None:
        if self._exported is None:
            return None
        digest = hashlib.sha256(self._exported.read_bytes()).hexdigest()
        entry = {"path": self._exported.relative_to(self._folder.resolve()).as_posix(), "sha256": digest}
        if self._seal:
            entry["manifest"] = manifest_of(self._exported).name
        return entry


def _nothing() -> None:
    """The step is only waited for."""


def _at_once() -> bool:
    """The step needs no waiting, or nothing to hold beyond having come so far."""
    return True


def _press(
    widget: QWidget,
    key: Qt.Key,
    text: str = "",
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """A key pressed and released, as the window system would send it."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers, text))
