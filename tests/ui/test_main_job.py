"""The main job by keyboard, over real HTTP: find, open, read, export."""

import json
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.search import Progress
from procedure_viewer.ui.arrivals import MOST_ROWS
from tests.desk import SEED_PATIENT, SEED_PROCEDURE, Desk
from tests.seed import SEED_PROCEDURE_JSON
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply

PATIENT_WITH_312 = "okafor ngozi"
PATIENT_WITH_NONE = "lindqvist"


def test_a_clinician_finds_a_patient_and_reads_a_procedure(demo_desk: Desk) -> None:
    demo_desk.find("jones 1980-11-13")
    found = demo_desk.session.found.patients
    assert [patient.id for patient in found] == [SEED_PATIENT]
    demo_desk.open_first()
    demo_desk.wait_for_chart()
    window = demo_desk.window
    assert "JONES, Samantha" in window.banner.name.text()
    assert "13 Nov 1980" in window.banner.facts.text()
    assert "963277285" in window.banner.facts.text()
    (row,) = demo_desk.rows()
    assert "20 Sep 2023" in row[0]
    assert row[1:] == ("Biopsy soft tissue shoulder deep", "23066", "CPT", "Unknown", "")
    window.procedures.view.setFocus()
    QTest.keyClick(window.procedures.view, Qt.Key.Key_Down)
    demo_desk.wait(lambda: window.detail.procedure is not None)
    assert "Biopsy soft tissue shoulder deep" in window.detail.summary.texts()
    window.detail.tabs.setCurrentWidget(window.detail.json)
    assert json.loads(window.detail.json.toPlainText()) == SEED_PROCEDURE_JSON


def test_every_element_is_in_the_tree(demo_desk: Desk) -> None:
    demo_desk.read_chart("jones 1980-11-13")
    window = demo_desk.window
    demo_desk.select(SEED_PROCEDURE)
    window.detail.tabs.setCurrentWidget(window.detail.tree)
    model = window.detail.elements
    values = []
    pending = [model.index(row, 0) for row in range(model.rowCount())]
    while pending:
        index = pending.pop()
        values.append(index.siblingAtColumn(1).data())
        for row in range(model.rowCount(index)):
            parent = model.parent(model.index(row, 0, index))
            assert isinstance(parent, QModelIndex)
            assert parent == index
        pending += [model.index(row, 0, index) for row in range(model.rowCount(index))]
    assert {"Procedure", SEED_PROCEDURE, "unknown", "23066", "2023-09-20T21:18:54.263690+00:00"} <= set(values)


def test_the_export_is_the_resource_as_it_came(demo_desk: Desk, tmp_path: Path) -> None:
    demo_desk.read_chart("jones 1980-11-13")
    demo_desk.select(SEED_PROCEDURE)
    procedure = demo_desk.session.selected
    assert procedure is not None
    target = tmp_path / "out.json"
    with demo_desk.bot.waitSignal(demo_desk.window.exporter.exported, timeout=5000):
        demo_desk.export(procedure, target)
    written = target.read_text(encoding="utf-8")
    assert json.loads(written) == SEED_PROCEDURE_JSON
    assert json.dumps(json.loads(written)) == json.dumps(SEED_PROCEDURE_JSON)  # the order of the keys too
    assert target.stat().st_mode & 0o777 == 0o600


def test_312_procedures_arrive_in_pages_and_are_all_there(demo_desk: Desk) -> None:
    pages: list[tuple[object, ...]] = []
    demo_desk.session.rows_added.connect(pages.append)
    demo_desk.read_chart(PATIENT_WITH_312)
    chart = demo_desk.session.chart
    assert chart is not None
    assert len(pages[0]) == 100  # the first page's rows wait for no other
    assert [row for page in pages for row in page] == list(chart.procedures)
    assert chart.received == chart.total == 312
    assert demo_desk.window.procedures.statement.text().startswith("All 312 records, loaded ")
    shown = demo_desk.window.procedures.table.rowCount()
    assert shown == 312 - chart.entered_in_error


def test_no_procedures_are_said_after_an_empty_answer(demo_desk: Desk) -> None:
    demo_desk.read_chart(PATIENT_WITH_NONE)
    assert demo_desk.window.procedures.pane.message[0] == "No procedures"
    assert demo_desk.window.procedures.statement.text().startswith("No procedures, checked ")


def test_nothing_is_said_of_procedures_before_a_patient_is_open(demo_desk: Desk) -> None:
    demo_desk.find("jones")
    assert demo_desk.session.progress is Progress.DONE
    assert demo_desk.session.chart is None
    assert demo_desk.window.procedures.pane.message[0] == "No patient is open"


def test_a_filter_says_how_many_rows_it_hides(demo_desk: Desk) -> None:
    demo_desk.read_chart("jones 1980-11-13")
    window = demo_desk.window
    QTest.keyClicks(window.procedures.filter, "nothing like this")
    assert window.procedures.notice.label.isVisible()
    assert window.procedures.notice.label.text() == "1 of 1 rows hidden by the filter: “nothing like this”"
    assert window.procedures.pane.message[0] == "The filter hides every row"
    window.procedures.filter.clear()
    assert window.procedures.table.rowCount() == 1
    assert demo_desk.session.chart is not None
    assert demo_desk.session.chart.standing is Standing.COMPLETE


def test_the_filter_keeps_the_keyboard_while_it_is_typed_into(demo_desk: Desk) -> None:
    demo_desk.read_chart(PATIENT_WITH_312)
    window = demo_desk.window
    window.activateWindow()
    window.procedures.filter.setFocus()
    demo_desk.wait(window.procedures.filter.hasFocus)
    for character in "influenza":
        focused = QApplication.focusWidget()
        assert focused is window.procedures.filter
        QTest.keyClicks(focused, character)
    assert window.procedures.filter.text() == "influenza"
    demo_desk.session.reload_chart()
    demo_desk.wait_for_chart()


def test_a_server_that_sends_all_in_one_page_is_read_whole(desk: Desk) -> None:
    person = {"resourceType": "Patient", "id": "p", "name": [{"family": "Jones"}]}
    records = [procedure(str(number), "p") for number in range(1_234)]
    answers = {
        "/Patient": reply(200, bundle([person], total=1)),
        "/Procedure": reply(200, bundle(records, total=1_234)),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        bites: list[int] = []
        desk.session.rows_added.connect(lambda rows: bites.append(len(rows)))
        desk.read_chart("jones")
        assert sum(bites) == 1_234
        assert max(bites) <= MOST_ROWS
        assert desk.window.procedures.table.rowCount() == 1_234
        assert desk.window.procedures.statement.text().startswith("All 1234 records, loaded ")
        assert desk.session.chart is not None
        assert desk.session.chart.pages == 1


def test_only_a_hundred_patients_are_measured_for_the_width_of_a_column(desk: Desk) -> None:
    """Qt measures a thousand, which stalled the window for a third of a second."""
    assert desk.window.search.results.horizontalHeader().resizeContentsPrecision() == 100
