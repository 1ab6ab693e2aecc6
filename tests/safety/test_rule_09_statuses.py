"""Rule 9: the eight statuses, an unlisted one and a missing one look distinct, by more than colour."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.status import Status
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.tables.columns import Column
from procedure_viewer.ui import status_look, theme
from procedure_viewer.ui.row_delegate import RowDelegate
from tests.desk import Desk
from tests.listed import chart_of, record, shown, spoken

WORDS = {
    "preparation": "In preparation",
    "in-progress": "In progress",
    "not-done": "Not done: Patient declined",
    "on-hold": "On hold",
    "stopped": "Stopped",
    "completed": "Completed",
    "entered-in-error": "Entered in error",
    "unknown": "Unknown",
    "done": "Unlisted: “done”",
    None: "Status not stated",
}
SIZE = 16
UNLIKE = 0.1
"""The part of a picture's points that have to differ, by a quarter of the way from black to white or more."""


@pytest.fixture(params=[Appearance.LIGHT, Appearance.DARK])
def appearance(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Appearance]:
    theme.apply(request.param)
    yield request.param
    theme.apply(Appearance.SYSTEM)


def in_grey(status: Status, scale: int) -> list[int]:
    """The points of a status's picture on the ground of a list, without colour."""
    picture = status_look.status_pixmap(status, SIZE, scale)
    picture.setDevicePixelRatio(1)
    image = QImage(SIZE * scale, SIZE * scale, QImage.Format.Format_RGB32)
    image.fill(QApplication.palette().color(QPalette.ColorRole.Base))
    painter = QPainter(image)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    points = range(SIZE * scale)
    return [grey.pixelColor(x, y).red() for y in points for x in points]


@pytest.mark.parametrize("high_contrast", [False, True])
@pytest.mark.parametrize("scale", [1, 2])
def test_any_two_pictures_differ_without_their_colours(
    appearance: Appearance, scale: int, high_contrast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_look, "wants_high_contrast", lambda: high_contrast)
    pictures = {status: in_grey(status, scale) for status in Status}
    assert len(pictures) == 10
    for one, other in combinations(Status, 2):
        differing = sum(abs(a - b) >= 64 for a, b in zip(pictures[one], pictures[other], strict=True))
        assert differing / len(pictures[one]) >= UNLIKE, (one, other)


def test_each_reads_in_its_own_words_and_has_its_own_picture(desk: Desk) -> None:
    records = [
        record(number, "2020", status, statusReason={"text": "Patient declined"} if status == "not-done" else None)
        for number, status in enumerate(WORDS)
    ]
    with chart_of(desk, records):
        pane = desk.window.procedures
        pane.errors.setChecked(True)
        delegate = pane.view.itemDelegate()
        assert isinstance(delegate, RowDelegate)
        drawn = {}
        for row, name in enumerate(shown(desk)):
            index = pane.table.index(row, Column.STATUS)
            words = list(WORDS.values())[int(name)]
            assert index.data() == words
            assert spoken(desk, row, Column.STATUS) == f"Status: {words}"
            option = QStyleOptionViewItem()
            delegate.initStyleOption(option, index)
            image = option.icon.pixmap(SIZE, SIZE).toImage()
            drawn[name] = bytes(image.constBits())
        assert len(set(drawn.values())) == len(WORDS) == 10


def test_not_done_never_looks_done_where_the_room_is_short(desk: Desk) -> None:
    """The words that matter come first: a narrow column cuts off the reason, not the status."""
    reason = {"text": "Contraindicated after all, see the note of the consultant"}
    with chart_of(desk, [record(1, "2020", "not-done", statusReason=reason)]):
        desk.window.resize(900, 560)
        view = desk.window.procedures.view
        needed = view.fontMetrics().horizontalAdvance("Not done: …") + SIZE
        desk.wait(lambda: view.columnWidth(Column.STATUS) > needed)
        assert spoken(desk, 0, Column.STATUS) == f"Status: Not done: {reason['text']}"


@pytest.mark.parametrize("code", ["Completed", "COMPLETED", "complete", "unlisted", "not-stated", " completed"])
def test_what_only_resembles_a_status_is_not_taken_for_it(desk: Desk, code: str) -> None:
    with chart_of(desk, [record(1, "2020", code)]):
        (procedure,) = desk.window.procedures.table.visible()
        expected = Status.COMPLETED if code.strip() == "completed" else Status.UNLISTED
        assert procedure.status is expected


def test_pictures_follow_the_theme(qtbot: QtBot) -> None:
    theme.apply(Appearance.LIGHT)
    light = in_grey(Status.COMPLETED, 1)
    theme.apply(Appearance.DARK)
    try:
        assert in_grey(Status.COMPLETED, 1) != light
    finally:
        theme.apply(Appearance.SYSTEM)
