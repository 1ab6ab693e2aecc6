"""Draws a timeline's scene: the calendar, stretches, symbols and counts, in the palette of now."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPalette, QPen, QPolygonF

from procedure_viewer.chart.axis import Tick
from procedure_viewer.fhir.placing import Place
from procedure_viewer.fhir.status import Status
from procedure_viewer.tables.texts import shortened
from procedure_viewer.ui.status_look import status_colours, status_pixmap
from procedure_viewer.ui.theme import mixed
from procedure_viewer.ui.timeline_marks import OPEN_END, SYMBOL, Bar, Mark, Scene

LEAST_LABEL = 56
"""Pixels from which on a title is begun beside its mark."""
MOST_LABELLED = 60
"""Single marks in view up to which they get their titles."""
_LONGEST_LABEL = 260
_BETWEEN = 8
"""Pixels from one title to the next."""
_ONE_LINE = Qt.TextFlag.TextSingleLine
_SMALLEST = 0.6
"""How much smaller than usual a count may be written."""


class Painter:
    """Draws onto one device with one palette; everything is in device-independent pixels."""

    def __init__(self, painter: QPainter, palette: QPalette, scale: float) -> None:
        self._painter = painter
        self._scale = scale
        self._ink = palette.color(QPalette.ColorRole.Text)
        self._ground = palette.color(QPalette.ColorRole.Base)
        self._chosen = palette.color(QPalette.ColorRole.Highlight)
        self._faint = mixed(self._ink, self._ground, 0.16)
        self._quiet = mixed(self._ink, self._ground, 0.72)
        self._metrics = QFontMetricsF(painter.font())
        self._colours = status_colours()
        self._titles: list[QRectF] = []
        """Where titles stand already."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def axis(self, lines: list[Tick], scene: Scene, bottom: float) -> None:
        """The calendar: lines through the whole height where a label stands below, short ones between."""
        painter, area = self._painter, scene.area
        foot = area.bottom() + 0.5
        edge = -1e9
        for line in lines:
            x = round(scene.view.x(line.time)) + 0.5
            painter.setPen(QPen(self._faint, 1))
            painter.drawLine(
                QPointF(x, area.top() if line.label else foot), QPointF(x, foot + (6 if line.label else 3))
            )
            width = self._metrics.horizontalAdvance(line.label)
            left = min(max(x - width / 2, 3.0), area.right() - width - 3)
            if not line.label or left < edge:
                continue
            edge = left + width + 8
            painter.setPen(self._quiet)
            box = QRectF(left - 2, foot + 4, width + 4, bottom - foot - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, line.label)
        painter.setPen(QPen(mixed(self._ink, self._ground, 0.45), 1))
        painter.drawLine(QPointF(0, foot), QPointF(area.right(), foot))

    def passing(self, bar: Bar) -> None:
        """A stretch without its mark."""
        self._stretch(bar.rect, bar.place, self._colours[bar.procedure.status])

    def stretch(self, mark: Mark) -> None:
        """What is known of when it was: filled where it lasted, framed where it was somewhere in between."""
        if mark.bar is None:
            return
        if mark.group.count > 1:
            self._brace(mark.bar)
        else:
            self._stretch(mark.bar, mark.place, self._colours[mark.first.status])

    def mark(self, mark: Mark) -> None:
        """The symbol or the count itself."""
        if mark.group.count == 1:
            picture = status_pixmap(mark.first.status, SYMBOL, self._scale)
            self._painter.drawPixmap(_on_pixel(mark.body.topLeft(), self._scale), picture)
        else:
            self._block(mark)

    def title(self, mark: Mark, before: QRectF, after: QRectF) -> QRectF | None:
        """The procedure's name beside its symbol, where there is room for some of it: rather behind it, and whole.

        The room between two symbols is offered to both, the earlier first. Returns where it stands.
        """
        painter, procedure = self._painter, mark.first
        text = shortened(procedure.title, 80)
        whole = min(self._metrics.horizontalAdvance(text) + 2, float(_LONGEST_LABEL))
        behind_bar = QRectF(after)
        if mark.bar is not None:
            behind_bar.setLeft(max(after.left(), min(mark.bar.right() + 4, after.right())))
            before.setRight(min(before.right(), max(mark.bar.left() - 4, before.left())))
        for other in self._titles:
            if other.intersects(before):
                before.setLeft(min(other.right() + _BETWEEN, before.right()))
        box = next((box for box in (behind_bar, before, after) if box.width() >= whole), after)
        if box.width() < min(whole, LEAST_LABEL):
            return None
        towards = Qt.AlignmentFlag.AlignRight if box is before else Qt.AlignmentFlag.AlignLeft
        painter.save()
        if procedure.entered_in_error:
            font = QFont(painter.font())
            font.setStrikeOut(True)
            painter.setFont(font)
        painter.setPen(self._ink)
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, min(box.width(), whole))
        painter.drawText(box.adjusted(0, -2, 0, 2), towards | Qt.AlignmentFlag.AlignVCenter | _ONE_LINE, shown)
        width = min(self._metrics.horizontalAdvance(shown), box.width())
        painter.restore()
        left = box.right() - width if box is before else box.left()
        self._titles.append(QRectF(left, box.top(), width, box.height()))
        return self._titles[-1]

    def ring(self, mark: Mark, *, chosen: bool) -> None:
        """A frame around what is selected, thinner around what the pointer or the keys are at."""
        body = mark.body.adjusted(-2.5, -2.5, 2.5, 2.5)
        pen = QPen(self._chosen if chosen else self._quiet, 2.5 if chosen else 1.2)
        if not chosen:
            pen.setStyle(Qt.PenStyle.DotLine)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = 9 if mark.group.count == 1 else 4
        self._painter.drawRoundedRect(body, radius, radius)

    def needle(self, x: float, scene: Scene) -> None:
        """A line down to the calendar from what is selected."""
        self._painter.setPen(QPen(self._chosen, 1.5))
        self._painter.drawLine(QPointF(x, scene.area.top()), QPointF(x, scene.area.bottom() + 5))

    def chip(self, rect: QRectF, text: str) -> None:
        """How many stand beyond an edge."""
        painter = self._painter
        painter.setPen(QPen(self._faint, 1))
        painter.setBrush(mixed(self._ink, self._ground, 0.07))
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(self._quiet)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def focus(self, rect: QRectF) -> None:
        """That the keys come here."""
        self._painter.setPen(QPen(self._chosen, 2))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def _block(self, mark: Mark) -> None:
        painter, body = self._painter, mark.body
        counts = mark.row.statuses(mark.group.first, mark.group.stop)
        colour = self._colours[counts[0][0]] if len(counts) == 1 else self._ink
        painter.setPen(QPen(mixed(colour, self._ground, 0.75), 1))
        painter.setBrush(mixed(colour, self._ground, 0.14))
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(self._ink)
        self._count(body, str(mark.group.count))
        self._strip(body, counts, mark.group.count)

    def _count(self, body: QRectF, text: str) -> None:
        """A number in a block, smaller where the block is narrow."""
        painter = self._painter
        share = (body.width() - 3) / self._metrics.horizontalAdvance(text)
        usual = painter.font()
        if share < 1:
            font = QFont(usual)
            font.setPointSizeF(usual.pointSizeF() * max(_SMALLEST, share))
            painter.setFont(font)
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, text)
        if share < 1:
            painter.setFont(usual)

    def _strip(self, body: QRectF, counts: list[tuple[Status, int]], whole: int) -> None:
        """The statuses' shares along the foot of a block."""
        left, width = body.left() + 3, body.width() - 6
        for status, count in counts:
            share = width * count / whole
            self._painter.fillRect(QRectF(left, body.bottom() - 4, share, 3), self._colours[status])
            left += share

    def _brace(self, bar: QRectF) -> None:
        """From where to where a group's stretches reach."""
        y = bar.center().y()
        self._painter.setPen(QPen(mixed(self._ink, self._ground, 0.4), 1))
        self._painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right(), y))
        for x in (bar.left(), bar.right()):
            self._painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))

    def _stretch(self, bar: QRectF, place: Place, colour: QColor) -> None:
        painter = self._painter
        body = bar.adjusted(0.5, 2.5, -0.5, -2.5)
        if not place.lasts:
            painter.setPen(QPen(mixed(colour, self._ground, 0.8), 1, Qt.PenStyle.DashLine))
            painter.setBrush(mixed(colour, self._ground, 0.06))
            painter.drawRoundedRect(body, 3, 3)
            return
        filling = mixed(colour, self._ground, 0.24)
        painter.setPen(Qt.PenStyle.NoPen)
        if not place.open_start and not place.open_end:
            painter.setPen(QPen(mixed(colour, self._ground, 0.6), 1))
            painter.setBrush(filling)
            painter.drawRoundedRect(body, 3, 3)
            return
        near, far = (bar.left(), bar.right()) if place.open_end else (bar.right(), bar.left())
        towards = 1 if place.open_end else -1
        fade = QLinearGradient(far - towards * OPEN_END, 0, far, 0)
        fade.setColorAt(0, mixed(colour, self._ground, 0.34))
        fade.setColorAt(1, self._ground)
        painter.setBrush(fade)
        painter.drawRect(body)
        painter.setPen(QPen(mixed(colour, self._ground, 0.85), 1.4))
        painter.drawLine(QPointF(near, body.top()), QPointF(near, body.bottom()))
        tip = QPointF(far - towards * 2, body.center().y())
        painter.drawLine(QPointF(near, tip.y()), tip)
        painter.drawPolyline(
            QPolygonF([tip + QPointF(-towards * 5, -4), tip, tip + QPointF(-towards * 5, 4)]),
        )


def _on_pixel(point: QPointF, scale: float) -> QPointF:
    """The nearest place where a picture's pixels meet the screen's."""
    return QPointF(round(point.x() * scale) / scale, round(point.y() * scale) / scale)
