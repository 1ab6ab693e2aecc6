"""An installed program upgraded or removed while it runs: what it has yet to load is another version, or gone."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal, Slot

from procedure_viewer.fhir.words import translate
from procedure_viewer.ui.status_line import StatusLine

Identity = tuple[int, int] | None
"""Which file it is, however it is called; None where there is none."""


def watched_program() -> Path | None:
    """The file that an installer puts in the place of the old one; None from source, where its author knows."""
    return Path(sys.executable) if getattr(sys, "frozen", False) else None


def warn_when_replaced(program: Path, foot: StatusLine) -> None:
    """Say so at the foot of a window, which goes on with what it has loaded."""
    text = translate("Replaced", "Upgraded or removed: please start again")
    whole = translate(
        "Replaced",
        "Procedure Viewer was upgraded or removed on this computer while this window is open. Finish what you are "
        "doing, close all its windows and start it again: until then some of what you ask for may fail.",
    )
    watched = ReplacedProgram(program, foot)
    watched.replaced.connect(lambda: foot.warn("programReplaced", text, whole))


class ReplacedProgram(QObject):
    """Tells once that the file is no longer the one that was there."""

    replaced = Signal()

    def __init__(self, program: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._program = program
        self._began_as = _identity(program)
        self._watcher = QFileSystemWatcher([os.fspath(program)], self)
        self._watcher.fileChanged.connect(self._look)

    @Slot()
    def _look(self) -> None:
        """A package manager first adds a second name to the old file, which is heard here, too."""
        if _identity(self._program) != self._began_as:
            self._watcher.fileChanged.disconnect(self._look)
            self.replaced.emit()


def _identity(path: Path) -> Identity:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
