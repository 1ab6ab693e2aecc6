"""The columns of the procedures: moved, hidden, made wider, put back, and remembered; whatever the file holds."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from procedure_viewer.bootstrap import wired
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.settings.preferences import ColumnLayout, load_preferences
from procedure_viewer.tables.columns import DEFAULT_ORDER, Column
from procedure_viewer.ui.column_fit import longest_dated
from procedure_viewer.ui.help import KeysDialog
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.main_window import MainWindow
from tests.desk import Desk
from tests.listed import chart_of, record

DOUBLE = (("http://snomed.info/sct", "24165007"), ("http://www.cms.gov/Medicare/Coding/ICD10", "HZ30ZZZ"))
RECORDS = [record("a", "2023", title="Colonoscopy"), record("b", "2023", title="Colonoscopy")]


def columns(window: MainWindow) -> list[str]:
    """The names of the columns that are there, from the left."""
    header = window.procedures.view.horizontalHeader()
    places = [header.logicalIndex(place) for place in range(header.count())]
    return [Column(place).name for place in places if not header.isSectionHidden(place)]


def trigger(menu: QMenu, name: str) -> None:
    for inner in (menu, *menu.findChildren(QMenu)):
        for action in inner.actions():
            if action.objectName() == name:
                action.trigger()
                return
    raise LookupError(name)


def opened(window: MainWindow) -> QMenu:
    menu = window.procedures.filters.view.menu()
    menu.aboutToShow.emit()
    return menu


def test_columns_are_arranged_in_the_menu_and_remembered(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    with chart_of(desk, RECORDS):
        window = desk.window
        assert columns(window) == ["DATE", "TITLE", "REPEATS", "CODE", "SYSTEM", "STATUS"]
        trigger(opened(window), "column_status_left")
        trigger(opened(window), "column_code")
        trigger(opened(window), "column_status_left")
        assert columns(window) == ["DATE", "TITLE", "STATUS", "REPEATS", "SYSTEM"]
        window.procedures.view.horizontalHeader().resizeSection(Column.SYSTEM, 133)
        window.close()
    kept = load_preferences(tmp_path / "settings").columns
    assert kept.hidden == ("code",)
    assert kept.widths["system"] == 133
    again = wired(tmp_path / "settings").window
    qtbot.addWidget(again)
    again.show()
    again.procedures.view.fit.add_texts(Column.REPEATS, ["2×"])
    again.procedures.view.fit.fit()
    assert columns(again) == ["DATE", "TITLE", "STATUS", "REPEATS", "SYSTEM"]
    assert again.procedures.view.columnWidth(Column.SYSTEM) == 133
    trigger(opened(again), "columnsReset")
    assert columns(again) == [column.name for column in DEFAULT_ORDER]
    assert again.procedures.columns.layout == ColumnLayout()


def test_the_date_and_the_procedure_are_never_both_hidden(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        arrangement = desk.window.procedures.columns
        for first, second in ((Column.DATE, Column.TITLE), (Column.TITLE, Column.DATE)):
            arrangement.show(first, False)
            menu = opened(desk.window)
            inner = menu.actions()[-1].menu()
            assert isinstance(inner, QMenu)
            offered = {action.objectName(): action.isEnabled() for action in inner.actions()}
            assert not offered[f"column_{second.name.lower()}"]
            arrangement.show(second, False)
            assert second.name in columns(desk.window)
            arrangement.reset()


def test_a_chart_without_repeats_has_no_column_for_them(desk: Desk) -> None:
    with chart_of(desk, RECORDS[:1]):
        assert "REPEATS" not in columns(desk.window)
        assert desk.window.procedures.columns.layout == ColumnLayout(), "which is nobody's choice"


RUBBISH = [
    {"version": 99, "order": ["status"], "hidden": ["date"], "widths": {"date": 500}},
    {"order": ["status", "nonsense", "status"], "hidden": ["date", "title", "nonsense"], "widths": {"nonsense": 70}},
    {"order": [1, 2], "hidden": "date", "widths": []},
    {"widths": {"date": -5}},
    {"widths": {"date": 10**9}},
    {"order": ["x" * 1_000] * 1_000},
    {"version": "one"},
    ["date"],
    None,
    7,
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_in_the_file_does_not_keep_the_window_from_starting(
    qtbot: QtBot, tmp_path: Path, rubbish: object
) -> None:
    (tmp_path / "preferences.json").write_text(json.dumps({"columns": rubbish, "appearance": "light"}))
    window = wired(tmp_path).window
    qtbot.addWidget(window)
    window.show()
    there = columns(window)
    assert "TITLE" in there or "DATE" in there
    assert len(there) == len(set(there)) >= 4


def test_a_long_period_is_shortened_to_its_days_and_whole_in_the_tooltip(desk: Desk) -> None:
    stay = {"start": "2021-05-04T09:10:00+02:00", "end": "2021-05-16T11:00:00+02:00"}
    with chart_of(desk, [record("a", stay, title="Ventilation")]):
        desk.window.resize(1024, 700)
        pane = desk.window.procedures
        index = pane.table.index(0, Column.DATE)
        whole = "04 May 2021, 09:10 +02:00 to 16 May 2021, 11:00 +02:00"
        assert index.data() == whole
        assert whole in str(index.data(Qt.ItemDataRole.ToolTipRole))
        needed = pane.view.fontMetrics().horizontalAdvance("04 May 2021 to 16 May 2021 …")
        desk.wait(lambda: pane.view.columnWidth(Column.DATE) > needed)


def test_what_is_rare_in_a_column_gives_way_to_long_titles(desk: Desk) -> None:
    times = {"start": "2019-03-26T12:55:00-07:00", "end": "2019-03-26T13:25:00-07:00"}
    codes = {"coding": [{"system": system, "code": code} for system, code in DOUBLE]}
    wide = [
        record("a", times, title="Appendectomy"),
        record("b", "2002") | {"code": codes | {"text": "Rehabilitation"}},
    ]
    view = desk.window.procedures.view

    def share() -> float:
        return view.columnWidth(Column.TITLE) / view.viewport().width()

    with chart_of(desk, wide):
        assert view.columnWidth(Column.DATE) > view.fontMetrics().horizontalAdvance(
            "26 Mar 2019, 12:55 to 13:25 -07:00"
        )
        assert view.columnWidth(Column.CODE) > view.fontMetrics().horizontalAdvance("24165007, HZ30ZZZ")
    with chart_of(
        desk,
        [
            *wide,
            record(
                "c",
                "2020",
                "not-done",
                statusReason={"text": "Pre-eclampsia"},
                title="Insertion of a permanent implantable system " * 3,
            ),
        ],
    ):
        assert share() > 0.25


def test_the_keys_of_the_list_are_listed(desk: Desk) -> None:
    dialog = KeysDialog(list(desk.window.actions_by_name.values()), desk.window)
    texts = {label.text() for label in dialog.findChildren(PlainLabel)}
    assert {"Ctrl+L", "Ctrl+Shift+L", "Ctrl+G", "Alt+6", "Left, Right", "Space"} <= texts
    dialog.deleteLater()


def test_the_header_has_the_menu_too(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        header = desk.window.procedures.view.horizontalHeader()
        assert header.sectionsMovable()
        assert header.contextMenuPolicy() is Qt.ContextMenuPolicy.CustomContextMenu
        QTest.keyClick(desk.window, Qt.Key.Key_6, Qt.KeyboardModifier.AltModifier)
        assert desk.window.foot.note.whole_text == "Sorted by Times, most first"


def test_the_dates_that_read_longest_are_those_that_are_measured() -> None:
    period = {"start": "2019-05-02T10:00:00+05:30", "end": "2020-05-02T10:00:00-07:00"}
    dates = [None, "2019", {"end": "2020"}, period, *(f"2019-05-02T10:{minute}:00+05:30" for minute in range(10, 40))]
    procedures = [read_procedure(json.dumps(record(number, date)).encode()) for number, date in enumerate(dates * 2)]
    measured = {procedure.when.text for procedure in longest_dated(procedures)}
    assert (
        sorted(map(len, measured))
        == sorted(len(text) for text in {one.when.text for one in procedures})[-len(measured) :]
    )
    assert procedures[3].when.text in measured
    assert 1 < len(measured) < 20
