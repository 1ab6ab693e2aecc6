"""Somebody who looks at the window whenever the open chart changes."""

from PySide6.QtCore import QObject, Slot

from tests.desk import Desk
from tests.listed import procedure_in


class Witness(QObject):
    """Looks at the window at each change of the session: whoever's it is, it is one patient's."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.looks = 0
        session = desk.session
        for signal in (session.chart_cleared, session.chart_opened, session.chart_changed, session.rows_added):
            signal.connect(self.look)

    @Slot()
    def look(self) -> None:
        self.looks += 1
        window, chart = self.desk.window, self.desk.session.chart
        shown = {
            procedure_in(window.procedures.table, row).subject.reference
            for row in range(window.procedures.table.rowCount())
        }
        shown |= {procedure.subject.reference for procedure in window.timeline.shown}
        detail = window.detail.procedure
        if detail is not None:
            shown.add(detail.subject.reference)
        banner = window.banner.name.text()
        if chart is None:
            assert not shown
            assert not banner
            assert not window.timeline.heading.whole_text
            assert window.timeline.canvas.scene is None
            return
        assert shown <= {f"Patient/{chart.patient.id}"}
        assert banner in ("", chart.patient.name)
