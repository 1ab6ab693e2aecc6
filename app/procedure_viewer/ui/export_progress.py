"""How far an export is that takes a while, and a way to stop it; at the foot of the window."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from procedure_viewer.ui.exports import ExportJob, Exports
from procedure_viewer.ui.labels import PlainLabel

PATIENCE = 400
"""Milliseconds after which an export is told of: most are written sooner."""


class ExportProgressLine(QWidget):
    """It says nothing of whose records they are: they may be of the chart before."""

    def __init__(self, exports: Exports) -> None:
        super().__init__()
        self.setObjectName("exportProgressLine")
        words = PlainLabel("exportProgressWords")
        words.setWordWrap(False)
        words.setText(self.tr("Exporting…"))
        self.bar = QProgressBar()
        self.bar.setObjectName("exportProgress")
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.bar.setMaximumWidth(120)
        self.bar.setTextVisible(False)
        self.cancel = QPushButton(self.tr("Cancel export"))
        self.cancel.setObjectName("exportCancel")
        self.cancel.clicked.connect(exports.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (words, self.bar, self.cancel):
            layout.addWidget(widget)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self.show)
        self.hide()
        exports.progressed.connect(self._show_progress)
        exports.ended.connect(self._end)

    @Slot(object, int, int)
    def _show_progress(self, _job: ExportJob, done: int, total: int) -> None:
        if self.isHidden() and not self._patience.isActive():
            self._patience.start()
        if (self.bar.value(), self.bar.maximum()) != (done, total):
            self.bar.setRange(0, total)
            self.bar.setValue(min(done, total))

    @Slot()
    def _end(self) -> None:
        self._patience.stop()
        self.hide()
