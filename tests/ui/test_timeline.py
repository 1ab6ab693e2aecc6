"""The timeline as a person meets it: what it says, what mouse and keys do to it, and when it is empty."""

import json
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QColor,
    QImage,
    QPainter,
    QPalette,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QStyleOption, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.settings.preferences import Appearance
from procedure_viewer.ui import status_look, theme
from procedure_viewer.ui.status_look import status_colour
from procedure_viewer.ui.timeline import Timeline
from procedure_viewer.ui.timeline_drawing import FRAME
from procedure_viewer.ui.timeline_marks import Mark
from procedure_viewer.ui.timeline_painter import Painter
from tests.wheel import turn_wheel

KEY = Qt.Key


def procedure(number: int, title: str = "Colonoscopy", status: str = "completed", **elements: object) -> Procedure:
    content = {"resourceType": "Procedure", "id": f"p{number}", "status": status, "code": {"text": title}, **elements}
    return read_procedure(json.dumps(content).encode())


def on(date: str, number: int = 0, title: str = "Colonoscopy", status: str = "completed") -> Procedure:
    return procedure(number, title, status, performedDateTime=date)


SPARSE = [
    on("1998-04-12", 0, "Appendectomy"),
    on("2011", 1, "Colonoscopy", "not-done"),
    procedure(2, "Haemodialysis", "in-progress", performedPeriod={"start": "2019-03-02"}),
    on("2023-09-20T21:18:54+00:00", 3, "Biopsy", "unknown"),
    procedure(4, "Vaccination", performedString="as a child"),
]
CROWD = [on(f"2019-{1 + number % 12:02}-{1 + number % 28:02}", number) for number in range(120)]


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    """What the timeline is a part of; it has to live as long."""
    place = QWidget()
    qtbot.addWidget(place)
    QVBoxLayout(place).setContentsMargins(0, 0, 0, 0)
    place.resize(800, 300)
    with qtbot.waitExposed(place):
        place.show()
    place.activateWindow()
    return place


@pytest.fixture
def timeline(place: QWidget) -> Timeline:
    widget = Timeline()
    layout = place.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.addWidget(widget)
    layout.addStretch(1)
    return widget


def show(timeline: Timeline, procedures: list[Procedure], total: int | None = None) -> None:
    timeline.show_procedures(procedures, len(procedures) if total is None else total, loading=False)
    QApplication.processEvents()


def marks(timeline: Timeline) -> list[Mark]:
    scene = timeline.canvas.scene
    return [] if scene is None else scene.in_order


def mark_of(timeline: Timeline, wanted: Procedure) -> Mark:
    mark = timeline.canvas.sight.mark_of(wanted)
    assert mark is not None
    return mark


def middle(mark: Mark) -> QPoint:
    return (mark.body.center() + QPointF(FRAME, FRAME)).toPoint()


def click(timeline: Timeline, mark: Mark) -> None:
    QTest.mouseClick(timeline.canvas, Qt.MouseButton.LeftButton, pos=middle(mark))


def tooltip(timeline: Timeline, mark: Mark) -> str:
    return timeline.canvas.tooltip_at(QPointF(middle(mark)))


# Saying what there is


@pytest.mark.parametrize(
    ("procedures", "total", "words", "drawn"),
    [
        (SPARSE, 5, "Timeline: 5 procedures, 1998 to 2023", True),
        (SPARSE[:1], 1, "Timeline: 1 procedure, 1998", True),
        (SPARSE[:2], 312, "Timeline: 2 of 312 procedures, 1998 to 2011", True),
        (SPARSE[4:], 1, "Timeline: nothing here has a date", False),
        ([], 7, "Timeline: none of 7 procedures", False),
    ],
)
def test_the_heading_says_how_many(
    timeline: Timeline, procedures: list[Procedure], total: int, words: str, *, drawn: bool
) -> None:
    show(timeline, procedures, total)
    assert timeline.heading.whole_text == words
    assert timeline.canvas.isVisible() is drawn
    assert timeline.isVisible()
    assert timeline.shown == tuple(procedures)


def test_without_a_chart_it_takes_no_room(timeline: Timeline) -> None:
    assert not timeline.isVisible()
    show(timeline, [], 0)
    assert not timeline.isVisible()


def test_the_room_is_kept_while_the_chart_loads(timeline: Timeline) -> None:
    timeline.show_procedures((), 0, loading=True)
    assert timeline.canvas.isVisible()
    assert timeline.heading.whole_text == "Timeline"
    timeline.show_procedures(SPARSE[:2], 2, loading=True)
    assert timeline.heading.whole_text == "Timeline: 2 procedures so far, 1998 to 2011"


def test_what_has_no_date_is_counted_and_gone_through(timeline: Timeline, qtbot: QtBot) -> None:
    undated = [procedure(number) for number in range(3)]
    show(timeline, [*SPARSE, *undated])
    assert timeline.undated.text() == "4 without a date"
    chosen: list[Procedure] = []
    timeline.chosen.connect(chosen.append)
    timeline.chosen.connect(timeline.select)
    for _ in range(5):
        QTest.mouseClick(timeline.undated, Qt.MouseButton.LeftButton)
    assert [one.id for one in chosen] == ["p4", "p0", "p1", "p2", "p4"]
    show(timeline, SPARSE[:2])
    assert not timeline.undated.isVisible()


def test_a_reader_who_hears_is_told_what_the_eye_sees(timeline: Timeline) -> None:
    show(timeline, [*CROWD, on("2017", 900), procedure(901)], 130)
    assert timeline.canvas.accessibleName() == "Timeline"
    assert timeline.canvas.accessibleDescription() == (
        "Timeline: 122 of 130 procedures, 2017 to 2019, most in 2019, 1 without a date"
    )


def test_a_tooltip_says_name_date_and_status_and_nothing_is_run(timeline: Timeline) -> None:
    bold = on("2023", 9, "<b>Bold</b> & <img src='file:///x'>", "unknown")
    show(timeline, [bold])
    text = tooltip(timeline, mark_of(timeline, bold))
    assert text == ("<qt>&lt;b&gt;Bold&lt;/b&gt; &amp; &lt;img src=&#x27;file:///x&#x27;&gt;<br>2023<br>Unknown</qt>")
    assert timeline.canvas.tooltip_at(QPointF(3, 3)) == ""


def test_the_tooltip_of_a_group_says_what_is_in_it(timeline: Timeline) -> None:
    same_day = [on("2019-05-06", number, f"Kind {number % 6}") for number in range(30)]
    show(timeline, [*same_day, on("2019-05-06", 99, "Kind 0", "not-done")])
    (group,) = marks(timeline)
    lines = tooltip(timeline, group).removeprefix("<qt>").removesuffix("</qt>").split("<br>")
    assert lines[:2] == ["31 procedures, 06 May 2019", "Kind 0 (6 times)"]
    assert lines[-3:] == ["and 2 others", "Completed (30 times), Not done", "Click to go through them"]
    show(timeline, CROWD)
    assert "Click to look closer" in tooltip(timeline, next(mark for mark in marks(timeline) if mark.splits))


# Choosing


def test_a_click_chooses_what_stands_there(timeline: Timeline, qtbot: QtBot) -> None:
    show(timeline, SPARSE)
    for wanted in SPARSE[:4]:
        with qtbot.waitSignal(timeline.chosen) as caught:
            click(timeline, mark_of(timeline, wanted))
        assert caught.args == [wanted]


def test_a_stretch_is_hit_along_its_whole_length(timeline: Timeline, qtbot: QtBot) -> None:
    show(timeline, SPARSE)
    bar = mark_of(timeline, SPARSE[1]).bar
    assert bar is not None
    with qtbot.waitSignal(timeline.chosen) as caught:
        QTest.mouseClick(
            timeline.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.left()) + 4, round(bar.center().y()) + 2)
        )
    assert caught.args == [SPARSE[1]]


def test_a_click_on_a_group_looks_into_it(timeline: Timeline) -> None:
    show(timeline, [*CROWD, on("1990-01-01", 500)])
    group = max(marks(timeline), key=lambda mark: mark.group.count)
    members = {one.id for one in group.procedures}
    click(timeline, group)
    assert timeline.canvas.selected is None
    shown = {one.id for mark in marks(timeline) for one in mark.procedures}
    assert members <= shown
    assert max(mark.group.count for mark in marks(timeline)) < len(members)


def test_what_no_look_can_tell_apart_is_gone_through(timeline: Timeline) -> None:
    same_day = [on("2019-05-06", number) for number in range(9)]
    show(timeline, same_day)
    chosen: list[Procedure] = []
    timeline.chosen.connect(chosen.append)
    timeline.chosen.connect(timeline.select)
    for _ in range(10):
        click(timeline, marks(timeline)[0])
    assert [one.id for one in chosen] == [f"p{number % 9}" for number in range(10)]


def test_what_is_selected_elsewhere_is_moved_into_view(timeline: Timeline) -> None:
    show(timeline, [*SPARSE, *CROWD])
    canvas = timeline.canvas
    canvas.sight.centre(SPARSE[0])
    canvas.zoom(40)
    assert canvas.sight.mark_of(SPARSE[3]) is None
    timeline.select(SPARSE[3])
    assert canvas.sight.mark_of(SPARSE[3]) is not None
    assert canvas.selected is SPARSE[3]


@pytest.mark.parametrize("width", [320, 500, 800])
def test_selecting_leaves_the_whole_in_view(timeline: Timeline, width: int) -> None:
    show(timeline, SPARSE)
    timeline.canvas.resize(width, timeline.canvas.height())
    whole = timeline.canvas.view
    for one in (SPARSE[0], SPARSE[3], SPARSE[1]):
        timeline.select(one)
        assert timeline.canvas.view == whole


# Mouse and keys


def test_the_wheel_zooms_at_the_pointer(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    x = 200.0
    before = canvas.view
    assert before is not None
    time = before.time(x - FRAME)
    turn_wheel(timeline.canvas, 3, x)
    after = canvas.view
    assert after is not None
    assert after.span < before.span / 1.9
    assert after.time(x - FRAME) == pytest.approx(time, abs=after.scale)
    turn_wheel(timeline.canvas, -1, x, sideways=True)
    moved = canvas.view
    assert moved is not None
    assert moved.span == pytest.approx(after.span)
    assert moved.start > after.start


def test_dragging_moves_and_chooses_nothing(timeline: Timeline, qtbot: QtBot) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    canvas.zoom(8)
    before = canvas.view
    assert before is not None
    chosen: list[Procedure] = []
    timeline.chosen.connect(chosen.append)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 30))
    QTest.mouseMove(canvas, QPoint(380, 30))
    QTest.mouseMove(canvas, QPoint(300, 30))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 30))
    after = canvas.view
    assert after is not None
    assert after.start == pytest.approx(before.start + 100 * before.scale)
    assert not chosen


def test_a_double_click_shows_all_again(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    whole = canvas.view
    canvas.zoom(8)
    assert canvas.view != whole
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(500, 12))
    assert canvas.view == whole


def test_keys_zoom_move_and_fit(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    whole = canvas.view
    assert whole is not None
    spans = [whole.span]
    for key in (KEY.Key_Plus, KEY.Key_Plus, KEY.Key_Minus):
        QTest.keyClick(canvas, key)
        assert canvas.view is not None
        spans.append(canvas.view.span)
    assert spans[0] > spans[1] > spans[2] < spans[3]
    starts = []
    for key in (KEY.Key_Home, KEY.Key_Right, KEY.Key_Left, KEY.Key_End):
        QTest.keyClick(canvas, key)
        assert canvas.view is not None
        starts.append(canvas.view.start)
    assert starts[0] < starts[1] > starts[2] < starts[3]
    assert starts[2] == pytest.approx(starts[0])
    assert canvas.sight.mark_of(SPARSE[3]) is not None
    QTest.keyClick(canvas, KEY.Key_0)
    assert canvas.view == whole


@pytest.mark.parametrize("zoom", [1, 30])
def test_keys_go_from_mark_to_mark(timeline: Timeline, zoom: int) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    canvas.sight.centre(SPARSE[0])
    canvas.zoom(zoom)
    chosen: list[Procedure] = []
    timeline.chosen.connect(chosen.append)
    timeline.chosen.connect(timeline.select)
    for key in [KEY.Key_Down] * 5 + [KEY.Key_Up] * 5:
        QTest.keyClick(canvas, key)
        assert canvas.sight.mark_of(chosen[-1]) is not None, "out of view"
    assert [one.id for one in chosen] == ["p0", "p1", "p2", "p3", "p2", "p1", "p0"]


def test_keys_go_to_a_group_and_into_it(timeline: Timeline) -> None:
    show(timeline, [on("1990-01-01", 500), *CROWD])
    canvas = timeline.canvas
    QTest.keyClick(canvas, KEY.Key_Down)
    QTest.keyClick(canvas, KEY.Key_Down)
    assert canvas.cursor_at is not None
    group = mark_of(timeline, canvas.cursor_at)
    assert group.group.count > 1
    assert QToolTip.text() == tooltip(timeline, group), "what a pointer would be told"
    members = {id(one) for one in group.procedures}
    QTest.keyClick(canvas, KEY.Key_Return)
    assert max(mark.group.count for mark in marks(timeline)) < len(members)
    assert id(canvas.cursor_at) in members


def test_the_buttons_do_what_the_keys_do(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    whole = canvas.view
    assert whole is not None
    QTest.mouseClick(timeline.closer, Qt.MouseButton.LeftButton)
    assert canvas.view is not None
    assert canvas.view.span < whole.span
    QTest.mouseClick(timeline.farther, Qt.MouseButton.LeftButton)
    assert canvas.view is not None
    assert canvas.view.span == pytest.approx(whole.span)
    QTest.mouseClick(timeline.closer, Qt.MouseButton.LeftButton)
    QTest.mouseClick(timeline.whole, Qt.MouseButton.LeftButton)
    assert canvas.view == whole


def test_what_is_beyond_an_edge_is_counted_and_led_to(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    canvas.sight.centre(SPARSE[1])
    canvas.zoom(60)
    assert [(chip.count, chip.onwards) for chip in canvas.chips()] == [(1, -1), (2, 1)]
    later = canvas.chips()[1].rect.center() + QPointF(FRAME, FRAME)
    assert canvas.tooltip_at(later) == "<qt>2 later: show</qt>"
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=later.toPoint())
    assert canvas.sight.mark_of(SPARSE[2]) is not None


# While more comes, and when all goes


def test_whoever_looks_closer_is_left_there_when_more_comes(timeline: Timeline) -> None:
    show(timeline, CROWD[:50])
    canvas = timeline.canvas
    whole = canvas.view
    assert whole is not None
    show(timeline, [*CROWD, *SPARSE])
    assert canvas.view is not None
    assert canvas.view.span > whole.span, "all is to be seen as long as nobody looked closer"
    canvas.zoom(3)
    closer = canvas.view
    show(timeline, CROWD)
    assert canvas.view == closer


def test_nothing_stays_after_clearing(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    timeline.select(SPARSE[0])
    position = QPointF(middle(mark_of(timeline, SPARSE[0])))
    timeline.clear()
    assert timeline.shown == ()
    assert timeline.canvas.selected is None
    assert timeline.canvas.cursor_at is None
    assert timeline.canvas.scene is None
    assert timeline.canvas.tooltip_at(position) == ""
    said = [timeline.heading.whole_text, timeline.canvas.accessibleDescription(), timeline.undated.text()]
    assert said == ["", "", ""]
    timeline.show_procedures((), 0, loading=True)
    picture = timeline.canvas.grab().toImage()
    inner = {picture.pixelColor(x, y).name() for x in range(6, 700, 3) for y in range(6, 60)}
    assert len(inner) == 1, "something is drawn of nothing"


# Looks


@pytest.fixture
def appearances() -> Iterator[Callable[[Appearance], None]]:
    yield theme.apply
    theme.apply(Appearance.SYSTEM)


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
@pytest.mark.parametrize("status", list(Status))
def test_each_status_can_be_told_from_the_ground(
    timeline: Timeline, appearances: Callable[[Appearance], None], appearance: Appearance, status: Status
) -> None:
    appearances(appearance)
    one, other = status_colour(status), QApplication.palette().color(QPalette.ColorRole.Base)

    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_whoever_wants_strong_contrasts_gets_the_texts_own_colour(
    timeline: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = QApplication.palette().color(QPalette.ColorRole.Text)
    assert status_colour(Status.NOT_DONE) != text
    monkeypatch.setattr(status_look, "wants_high_contrast", lambda: True)
    assert {status_colour(status).name() for status in Status} == {text.name()}


def test_large_letters_get_higher_lanes(timeline: Timeline) -> None:
    same_day = [on("2019-05-06", number, "gjpqy") for number in range(2)]
    show(timeline, same_day)
    usual = timeline.canvas.sizeHint().height()
    font = timeline.canvas.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    timeline.canvas.setFont(font)
    QApplication.processEvents()
    assert timeline.canvas.sizeHint().height() > usual * 1.5
    apart = abs(mark_of(timeline, same_day[0]).body.top() - mark_of(timeline, same_day[1]).body.top())
    assert apart >= timeline.canvas.fontMetrics().height()


class _FillsFrames(QProxyStyle):
    """As Windows 11's own style does."""

    def drawPrimitive(  # noqa: N802
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        /,
        widget: QWidget | None = None,
    ) -> None:
        if element is QStyle.PrimitiveElement.PE_Frame:
            painter.fillRect(option.rect, option.palette.base())
        else:
            super().drawPrimitive(element, option, painter, widget)


def test_a_style_that_fills_frames_covers_nothing(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    style = _FillsFrames("Fusion")
    timeline.canvas.setStyle(style)
    picture = timeline.canvas.grab().toImage()
    inner = {picture.pixelColor(x, y).name() for x in range(6, 700) for y in range(6, 60)}
    assert len(inner) > 1


def painted(timeline: Timeline, scale: float) -> QImage:
    canvas = timeline.canvas
    picture = QImage(canvas.size() * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    painter = QPainter(picture)
    canvas.render(painter, QPoint())
    painter.end()
    return picture


def test_shapes_differ_without_colour(timeline: Timeline) -> None:
    """Each status alone, as a black and white picture."""
    seen = set()
    codes = [status.value for status in Status if status is not Status.NOT_STATED]
    for code in [*codes, ""]:
        only = on("2023-09-20", 0, "", code)
        show(timeline, [only])
        body = mark_of(timeline, only).body.translated(FRAME, FRAME).toAlignedRect()
        grey = painted(timeline, 1).copy(body).convertToFormat(QImage.Format.Format_Mono)
        seen.add(bytes(grey.constBits()))
    assert len(seen) == len(codes) + 1


def test_it_is_drawn_for_the_screens_resolution(timeline: Timeline) -> None:
    show(timeline, SPARSE[:1])
    body = mark_of(timeline, SPARSE[0]).body.translated(FRAME, FRAME)
    single, double = painted(timeline, 1), painted(timeline, 2)
    assert double.size() == single.size() * 2
    symbol = body.toAlignedRect()
    part = double.copy(symbol.x() * 2, symbol.y() * 2, symbol.width() * 2, symbol.height() * 2)
    part.setDevicePixelRatio(1)
    assert len({part.pixelColor(x, y).name() for x in range(part.width()) for y in range(part.height())}) > 3
    assert single.copy(symbol).scaled(part.size()) != part, "a small picture blown up"


def test_the_keys_place_is_seen(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    canvas = timeline.canvas
    timeline.closer.setFocus()
    without = canvas.grab().toImage()
    canvas.setFocus()
    with_focus = canvas.grab().toImage()
    assert without != with_focus
    edge = {with_focus.pixelColor(x, 1).name() for x in range(20, 700)}
    assert canvas.palette().color(QPalette.ColorRole.Highlight).name() in edge


def test_what_is_chosen_is_told_to_a_screen_reader(timeline: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    show(timeline, SPARSE)
    told: list[str] = []

    def listen(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            told.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    timeline.canvas.setFocus()
    QTest.keyClick(timeline.canvas, KEY.Key_Down)
    assert told == ["Appendectomy. 12 Apr 1998. Completed"]
    told.clear()
    show(timeline, CROWD)
    QTest.keyClick(timeline.canvas, KEY.Key_Home)
    QTest.keyClick(timeline.canvas, KEY.Key_Down)
    assert told
    assert "procedures, 01 Jan 2019" in told[0]


def test_a_small_window_gets_a_slim_one(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    tall = timeline.canvas.sizeHint().height()
    timeline.make_room(500)
    assert timeline.canvas.sizeHint().height() < tall * 0.7
    timeline.make_room(900)
    assert timeline.canvas.sizeHint().height() == tall


@pytest.mark.parametrize("slim", [False, True])
def test_no_mark_stands_over_another_where_years_stand_among_days(timeline: Timeline, *, slim: bool) -> None:
    """December and January, a few pixels apart and in two years: one lane could not hold both."""
    timeline.canvas.set_slim(slim=slim)
    months = [on(month, number) for number, month in enumerate(("1959-12", "1960-01", "1989-12", "1990-01", "2024-05"))]
    days = [on(f"{1935 + number * 9}-06-17", 100 + number) for number in range(10)]
    show(timeline, [*months, *days])
    canvas, singles = timeline.canvas, 0
    for factor in (1.0, *[1.3] * 12):
        canvas.zoom(factor, canvas.inner_width / 2)
        assert canvas.scene is not None
        bodies = [mark.body for mark in marks(timeline)]
        for number, body in enumerate(bodies):
            assert not any(body.intersects(other) for other in bodies[number + 1 :])
            assert canvas.scene.area.contains(body.center())
        singles += sum(mark.group.count == 1 for mark in marks(timeline))
    assert singles > 20
    assert {len(row.procedures) > 0 for row in (canvas.dated.long, canvas.dated.short)} == (
        {True, False} if slim else {True}
    )


def test_what_is_in_one_row_is_told_apart_when_there_is_room_again(timeline: Timeline) -> None:
    show(timeline, SPARSE)
    for height, kinds in ((500, (4, 0)), (900, (2, 2))):
        timeline.make_room(height)
        dated = timeline.canvas.dated
        assert (len(dated.long.procedures), len(dated.short.procedures)) == kinds
        for each in SPARSE[:4]:
            assert mark_of(timeline, each).first is each
    timeline.make_room(500)
    timeline.clear()
    show(timeline, SPARSE)
    assert not timeline.canvas.dated.short.procedures, "another chart is drawn in the same room"


@pytest.mark.parametrize("width", [500, 800, 1_200])
def test_no_title_is_written_over_another(place: QWidget, timeline: Timeline, width: int) -> None:
    """The room between two marks is offered to both: the later one has its title before it where little is behind."""
    title = "Replacement of Right Lens with Synthetic Substitute"
    dates = ("2019-03-02", "2021-02-11", "2021-12-01", "2022-01-05", "2023-05-30", "2023-06-02")
    place.resize(width, 300)
    canvas = timeline.canvas
    canvas.set_slim(slim=True)
    show(timeline, [on(date, number, title) for number, date in enumerate(dates)])
    assert canvas.scene is not None
    picture = QImage(canvas.size(), QImage.Format.Format_ARGB32)
    painter = QPainter(picture)
    drawing = Painter(painter, canvas.palette(), 1.0)
    written = [box for room in canvas.scene.rooms() if (box := drawing.title(*room)) is not None]
    painter.end()
    assert len(written) > 1
    for number, box in enumerate(written):
        assert not any(box.intersects(other) for other in written[number + 1 :])
