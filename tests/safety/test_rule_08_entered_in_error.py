"""Rule 8: what was entered in error is struck through, counts nowhere by default, and is revealed on demand."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest

from procedure_viewer.tables.columns import Column
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.grouping import Grouping
from tests.desk import Desk
from tests.listed import CPT, chart_of, record, shown

RECORDS = [
    record("a", "2023-04-05", title="Colonoscopy", code=(CPT, "45378")),
    record("b", "2023-04-05", status="entered-in-error", title="Colonoscopy", code=(CPT, "45378")),
    record("c", "2019", status="entered-in-error", title="X-ray"),
    record("d", "2023", title="Colonoscopy", code=(CPT, "45378")),
]


def struck(desk: Desk, row: int) -> list[bool]:
    table = desk.window.procedures.table
    fonts = [table.index(row, column).data(Qt.ItemDataRole.FontRole) for column in Column]
    return [isinstance(font, QFont) and font.strikeOut() for font in fonts]


def test_it_is_hidden_counted_and_revealed_on_demand(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        assert shown(desk) == ["a", "d"]
        assert {procedure.id for procedure in desk.window.timeline.shown} == {"a", "d"}
        assert pane.errors.isVisible()
        assert pane.errors.text() == "Show 2 entered in error"
        assert "(2 entered in error hidden)" in pane.statement.text()
        assert pane.table.choices().years == {2023: 2}
        assert pane.table.index(0, Column.REPEATS).data() == "2×"
        assert not any(struck(desk, 0))

        pane.errors.setFocus()
        QTest.keyClick(pane.errors, Qt.Key.Key_Space)
        assert sorted(shown(desk)) == ["a", "b", "c", "d"]
        assert {procedure.id for procedure in desk.window.timeline.shown} == {"a", "b", "c", "d"}
        assert "(2 entered in error shown)" in pane.statement.text()
        for row, name in enumerate(shown(desk)):
            assert set(struck(desk, row)) == {name in "bc"}
            repeats = pane.table.index(row, Column.REPEATS)
            assert repeats.data() == ("2×" if name in "ad" else ""), "it doesn't make another record repeat"
        QTest.keyClick(pane.errors, Qt.Key.Key_Space)
        assert shown(desk) == ["a", "d"]


def test_in_headings_it_counts_apart(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        pane.group_by(Grouping.YEAR)
        assert shown(desk) == ["[2023 (2)]", "a", "d"]
        pane.errors.setChecked(True)
        assert shown(desk) == [
            "[2023 (2, and 1 entered in error)]", "a", "b", "d", "[2019 (0, and 1 entered in error)]", "c",
        ]  # fmt: skip
        pane.group_by(Grouping.CODE)
        assert shown(desk)[0] == "[Colonoscopy, CPT 45378 (2, and 1 entered in error)]"


def test_the_filter_does_not_count_what_is_hidden_anyway(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        pane.filters.choose(Filters(text="nowhere"))
        assert pane.notice.label.text().startswith("2 of 2 rows hidden")
        pane.errors.setChecked(True)
        assert pane.notice.label.text().startswith("4 of 4 rows hidden")


@pytest.mark.parametrize("grouping", list(Grouping))
def test_one_that_is_asked_for_by_its_id_is_revealed(desk: Desk, grouping: Grouping) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        pane.group_by(grouping)
        pane.table.collapse_all()
        desk.select("c")
        assert pane.view.chosen is desk.session.selected
        assert pane.errors.isChecked()


def test_a_chart_of_nothing_else_says_so_and_offers_it(desk: Desk) -> None:
    with chart_of(desk, RECORDS[1:3]):
        pane = desk.window.procedures
        assert pane.pane.message[0] == "Everything here was entered in error"
        pane.pane.button_clicked.emit()
        assert sorted(shown(desk)) == ["b", "c"]
