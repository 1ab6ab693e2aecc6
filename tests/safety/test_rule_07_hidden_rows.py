"""Rule 7: a local filter says how many rows it hides, and which filters hold."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.status import Status
from procedure_viewer.tables.filters import Filters
from procedure_viewer.tables.procedures import ProcedureTable
from tests.desk import Desk
from tests.listed import CPT, HCPCS, answers, chart_of, record, shown
from tests.servers import Exchange, ScriptedServer, bundle, by_path, reply

RECORDS = [
    record("a", "2019-05-04", title="Colonoscopy", code=(CPT, "45378")),
    record("b", "2023", status="not-done", title="Colonoscopía de control", code=(CPT, "45378")),
    record("c", {"start": "2018-03", "end": "2021-02-03"}, title="Home visits", code=(HCPCS, "G0156")),
    record("d", {"start": "2022-06-01"}, status="in-progress", title="Dialysis"),
    record("e", status="unknown", title="Appendectomy"),
    record("f", {"end": "2017"}, title="Physiotherapy", code=(CPT, "97110")),
    record("g", "2023-12-31T23:30:00-05:00", status="done", title="X-ray"),
    record("h", "2020-01-01", status="entered-in-error", title="Colonoscopy", code=(CPT, "45378")),
]

CASES = [
    (Filters(text="colonoscopia"), "b", "“colonoscopia”"),
    (Filters(text="COLONO 2019"), "a", "“COLONO 2019”"),
    (Filters(statuses=frozenset({Status.COMPLETED, Status.NOT_DONE})), "abcf", "Status: Not done, Completed"),
    (Filters(statuses=frozenset({Status.UNLISTED})), "g", "Status: Unlisted"),
    (Filters(first_year=2019, last_year=2021), "ac", "2019–2021"),
    (Filters(first_year=2023), "bdg", "from 2023"),
    (Filters(first_year=2024), "d", "from 2024"),
    (Filters(last_year=2018), "cf", "until 2018"),
    (Filters(first_year=2019, last_year=2019), "ac", "2019"),
    (Filters(undated=True), "e", "Not dated"),
    (Filters(first_year=2023, last_year=2023, undated=True), "bdeg", "2023 or not dated"),
    (Filters(systems=frozenset({"CPT"})), "abf", "Code system: CPT"),
    (Filters(systems=frozenset({"HCPCS", ""})), "cdeg", "Code system: No code system, HCPCS"),
    (Filters("o", frozenset({Status.COMPLETED}), 2019, 2023), "ac", "“o”; Status: Completed; 2019–2023"),
]


def test_what_each_filter_hides_is_counted_and_the_filter_is_named(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        pane = desk.window.procedures
        assert not pane.notice.label.isVisible()
        for filters, ids, words in CASES:
            pane.filters.choose(filters)
            assert sorted(shown(desk)) == list(ids)
            assert pane.notice.label.isVisible()
            assert pane.notice.label.text() == f"{7 - len(ids)} of 7 rows hidden by the filter: {words}"
            assert "All 8 records" in pane.statement.text(), "a filter takes nothing from what was received"
            QTest.mouseClick(pane.notice.button, Qt.MouseButton.LeftButton)
            assert not pane.filters.filters.active
            assert not pane.notice.label.isVisible()
            assert len(shown(desk)) == 7


def test_a_filter_that_hides_nothing_still_says_that_it_holds(desk: Desk) -> None:
    with chart_of(desk, RECORDS[:2]):
        pane = desk.window.procedures
        pane.filters.choose(Filters(systems=frozenset({"CPT"})))
        assert pane.notice.label.isVisible()
        assert pane.notice.label.text() == "No row of 2 hidden by the filter: Code system: CPT"
        pane.filters.choose(Filters(text="nothing like this"))
        assert pane.pane.message[0] == "The filter hides every row"
        assert pane.notice.label.text().startswith("2 of 2 rows hidden")


def ticks(menu: QMenu) -> dict[str, QAction]:
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_menus_offer_what_is_there_with_its_number(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        bar = desk.window.procedures.filters
        statuses, systems, years = (button.menu() for button in (bar.statuses, bar.systems, bar.years))
        assert set(ticks(statuses)) == {
            "In progress (1)", "Not done (1)", "Completed (3)", "Unknown (1)", "Unlisted (1)",
        }  # fmt: skip
        assert list(ticks(systems)) == ["CPT (3)", "HCPCS (1)", "No code system (3)"]
        assert list(ticks(years)) == ["From", "To", "Not dated (1)"]
        first = ticks(years)["From"].menu()
        assert isinstance(first, QMenu)
        offered = [action.text() for action in first.actions()]
        assert offered == [
            "Any year", "2023 (3)", "2022 (1)", "2021 (1)", "2019 (2)", "2018 (1)", "2017 (1)",
        ]  # fmt: skip
        ticks(statuses)["Completed (3)"].trigger()
        ticks(statuses)["Unknown (1)"].trigger()
        assert sorted(shown(desk)) == ["a", "c", "e", "f"]
        assert bar.statuses.text() == "Status (2)"
        assert bar.statuses.accessibleName() == "Filter by status, 2 chosen"
        ticks(statuses)["Completed (3)"].trigger()
        assert shown(desk) == ["e"]
        desk.window.procedures.errors.setChecked(True)
        assert "Entered in error (1)" in ticks(statuses)


@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_several_choices_are_ticked_from_the_keyboard_in_a_menu_that_stays_open(desk: Desk) -> None:
    with chart_of(desk, RECORDS):
        bar = desk.window.procedures.filters
        desk.window.activateWindow()
        QTest.keyClick(desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        desk.wait(bar.text.hasFocus)
        QTest.keyClick(bar.text, Qt.Key.Key_Tab)
        desk.wait(bar.statuses.hasFocus)
        menu = bar.statuses.menu()
        menu.popup(bar.statuses.mapToGlobal(bar.statuses.rect().bottomLeft()))
        desk.wait(menu.isVisible)
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Space)
        assert menu.isVisible()
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Space)
        assert bar.filters.statuses == {Status.IN_PROGRESS, Status.NOT_DONE}
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        assert not menu.isVisible()
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(desk.window, Qt.Key.Key_L, modifiers)
        assert not bar.filters.active


def test_a_page_that_arrives_obeys_the_filter_and_is_counted(desk: Desk) -> None:
    gate = asyncio.Event()

    async def second_page(exchange: Exchange) -> None:
        await gate.wait()
        await reply(200, bundle([record("y", title="Biopsy"), record("z", title="X-ray")], total=3))(exchange)

    person = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alice"}]}
    pages = {
        "/Patient": reply(200, bundle([person], total=1)),
        "/Procedure": reply(200, bundle([record("x", title="Biopsy")], total=3, next_link="/Page2")),
        "/Page2": second_page,
    }
    with ScriptedServer(by_path(pages)) as server:
        desk.connect(server.url)
        desk.find("alice")
        desk.open_first()
        desk.wait(lambda: shown(desk) == ["x"])
        pane = desk.window.procedures
        pane.filter.setText("biopsy")
        assert pane.notice.label.text().startswith("No row of 1 hidden")
        server.call(gate.set)
        desk.wait_for_chart()
        assert shown(desk) == ["x", "y"]
        assert pane.notice.label.text() == "1 of 3 rows hidden by the filter: “biopsy”"


def test_another_patient_is_not_read_through_the_filters_of_the_last(desk: Desk, tmp_path: Path) -> None:
    with ScriptedServer(answers(alice=RECORDS, bob=[record("bobs", "1999", patient="bob")])) as server:
        desk.connect(server.url)
        desk.read_chart("alice")
        pane = desk.window.procedures
        pane.filters.choose(Filters("colonoscopy", frozenset({Status.COMPLETED}), 2019, 2023))
        pane.errors.setChecked(True)
        desk.read_chart("bob")
        assert shown(desk) == ["bobs"]
        assert not pane.filters.filters.active
        assert pane.filter.text() == ""
        assert not pane.notice.label.isVisible()
        assert not pane.errors.isChecked()
        pane.filters.choose(Filters("colonoscopy", frozenset({Status.UNKNOWN}), 1987, 1988))
        desk.window.close()
        written = "\n".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
        assert "preferences" in {path.stem for path in tmp_path.rglob("*.json")}
        assert not [word for word in ("colonoscopy", "unknown", "1987", "bobs") if word in written]


days = st.dates(date(2018, 1, 1), date(2022, 12, 31)).map(str)
precise = st.tuples(days, st.sampled_from([4, 7, 10])).map(lambda pair: pair[0][: pair[1]])


@st.composite
def spans(draw: st.DrawFn) -> tuple[dict[str, object], int, int]:
    """What a record may say of its time, and the first and the last year that it may mean."""
    start, end = draw(precise), draw(precise)
    kind = draw(st.sampled_from(["date", "period", "open end", "open start", "text", "nothing"]))
    years = int(start[:4]), int(end[:4])
    match kind:
        case "date":
            return {"performedDateTime": start}, years[0], years[0]
        case "period":
            return {"performedPeriod": {"start": start, "end": end}}, min(years), max(years)
        case "open end":
            return {"performedPeriod": {"start": start}}, years[0], 9999
        case "open start":
            return {"performedPeriod": {"end": end}}, 0, years[1]
        case "text":
            return {"performedString": f"in {start}"}, -1, -1
    return {}, -1, -1


def read(number: int, performed: dict[str, object], status: str) -> Procedure:
    return read_procedure(json.dumps(record(number, status=status) | performed).encode())


@given(
    st.lists(st.tuples(spans(), st.sampled_from(["completed", "unknown", "entered-in-error"])), max_size=12),
    st.none() | st.integers(2017, 2023),
    st.none() | st.integers(2017, 2023),
    st.booleans(),
    st.booleans(),
)
@pytest.mark.usefixtures("qapp")
def test_shown_and_hidden_add_up_and_years_count_by_what_they_cover(
    rows: list[tuple[tuple[dict[str, object], int, int], str]],
    first: int | None,
    last: int | None,
    undated: bool,
    errors: bool,
) -> None:
    table = ProcedureTable()
    table.show_entered_in_error(errors)
    half = len(rows) // 2
    records = [read(number, span[0], status) for number, (span, status) in enumerate(rows)]
    table.add(records[:half])
    table.set_filters(Filters(first_year=first, last_year=last, undated=undated))
    table.add(records[half:])
    expected = set()
    admitted = 0
    for number, ((_, starts, ends), status) in enumerate(rows):
        if status == "entered-in-error" and not errors:
            continue
        admitted += 1
        no_range = first is None and last is None
        in_range = starts >= 0 and (first is None or ends >= first) and (last is None or starts <= last)
        if (starts < 0 and (undated or no_range)) or (starts >= 0 and (in_range if not no_range else not undated)):
            expected.add(str(number))
    assert {procedure.id for procedure in table.visible()} == expected
    assert table.hidden_by_filter == admitted - len(expected)
    assert table.admitted == admitted
