"""Rule 4: look-alikes of one list are marked, with the reason, and the mark goes along into the chart.

Which names and dates are alike, and that the mark stays rare, is proved in tests/fhir/test_lookalike.py.
"""

from unittest import mock

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QTableView

from procedure_viewer.chart.search import Progress
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.tables.patients import ALIKE_ROLE, Column
from procedure_viewer.ui.icons import icon
from procedure_viewer.ui.name_delegate import NameDelegate
from procedure_viewer.ui.states import Link
from tests.desk import Desk, server_at
from tests.servers import Script, ScriptedServer, bundle, by_path, reply

MARK = "Look-alike: check MRN"
SHAPE = 14
"""Pixels of the warning's drawing in a row."""
SWAPPED = "names sound alike, day and month of birth swapped"


def patient(key: str, family: str, given: str, born: str, mrn: str = "") -> dict[str, object]:
    """A patient as a server sends one."""
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"use": "official", "family": family, "given": [given]}],
        "birthDate": born,
        "gender": "female",
        "identifier": [{"type": kind, "value": mrn}] if mrn else [],
    }


AMINA = patient("amina", "Khan", "Amina", "1957-03-02", "104477201")
AMEENA = patient("ameena", "Kahn", "Ameena", "1957-02-03")
ZARA = patient("zara", "Khan", "Zara", "1988-11-20", "300212277")
KHANS = (AMINA, AMEENA, ZARA)


def clinic(*searches: tuple[str, list[dict[str, object]]]) -> Script:
    """Answers each of the words with these patients, and everything else with nobody; nobody has procedures."""
    found = dict(searches)

    async def script(exchange: object) -> None:
        target: str = exchange.request.target  # type: ignore[attr-defined]
        records = next((records for word, records in found.items() if f"name={word}" in target), [])
        answers = {"/Patient": reply(200, bundle(records)), "/Procedure": reply(200, bundle())}
        answers |= {f"/Patient/{one['id']}": reply(200, one) for one in KHANS}
        await by_path(answers)(exchange)  # type: ignore[arg-type]

    return script


def row_of(desk: Desk, key: str) -> QModelIndex:
    table = desk.window.search.table
    rows = [row for row in range(table.rowCount()) if table.patient_at(row).id == key]
    assert len(rows) == 1
    return table.index(rows[0], Column.NAME)


def found(desk: Desk, key: str) -> Patient:
    return next(one for one in desk.session.found.patients if one.id == key)


def open_by_keys(desk: Desk, key: str) -> None:
    """Choose a row and press Enter."""
    desk.window.search.results.selectRow(row_of(desk, key).row())
    desk.window.search.results.open_wanted.emit()
    desk.wait_for_chart()


def test_the_rows_say_that_and_why_and_against_whom(desk: Desk) -> None:
    with ScriptedServer(clinic(("khan", list(KHANS)))) as server:
        desk.connect(server.url)
        desk.find("khan")
        amina, ameena, zara = (row_of(desk, key) for key in ("amina", "ameena", "zara"))
        assert amina.data() == f"KHAN, Amina\n{MARK}"
        assert ameena.data() == f"KAHN, Ameena\n{MARK}"
        assert zara.data() == "KHAN, Zara"
        assert [index.data(ALIKE_ROLE) for index in (amina, ameena, zara)] == [True, True, False]
        why = f"Looks like KAHN, Ameena (03 Feb 1957): {SWAPPED}"
        for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            assert why in amina.data(role)
            assert f"Looks like KHAN, Amina (02 Mar 1957): {SWAPPED}" in ameena.data(role)
            assert "Looks like" not in zara.data(role)


def test_a_shape_stands_before_the_words(desk: Desk) -> None:
    """Not by colour alone: the row is drawn with the warning's drawing, which nobody else's row has."""
    with ScriptedServer(clinic(("khan", list(KHANS)))) as server:
        desk.connect(server.url)
        desk.find("khan")
        results = desk.window.search.results

        warning = icon("warning", SHAPE)

        def has_shape(index: QModelIndex) -> bool:
            """Whether the warning's drawing is anywhere at the left of a row, on the ground of that row."""
            image = results.viewport().grab(results.visualRect(index)).toImage()
            shape = QImage(SHAPE, SHAPE, QImage.Format.Format_RGB32)
            shape.fill(image.pixelColor(image.width() - 2, image.height() - 2))
            painter = QPainter(shape)
            warning.paint(painter, shape.rect())
            painter.end()
            places = [(x, y) for x in range(8) for y in range(image.height() - SHAPE + 1)]
            return any(is_drawn(image, shape, x, y) for x, y in places)

        desk.wait(lambda: results.visualRect(row_of(desk, "zara")).height() > 0)
        assert has_shape(row_of(desk, "amina"))
        assert has_shape(row_of(desk, "ameena"))
        assert not has_shape(row_of(desk, "zara"))
        assert results.sizeHintForRow(row_of(desk, "amina").row()) > results.sizeHintForRow(row_of(desk, "zara").row())


def is_drawn(image: QImage, shape: QImage, left: int, top: int) -> bool:
    """Whether the shape is in the picture at a place, point for point but for what is smoothed."""
    points = [(x, y) for x in range(shape.width()) for y in range(shape.height())]
    alike = sum(
        abs(image.pixelColor(left + x, top + y).lightness() - shape.pixelColor(x, y).lightness()) < 24
        for x, y in points
    )
    return alike > 0.95 * len(points)


def test_the_banner_says_it_while_the_chart_is_open_and_names_nobody_else(desk: Desk) -> None:
    with ScriptedServer(clinic(("khan", list(KHANS)), ("zara", [ZARA]))) as server:
        desk.connect(server.url)
        desk.find("khan")
        banner = desk.window.banner
        open_by_keys(desk, "amina")
        assert banner.alike.isVisible()
        assert banner.alike.text() == "Another patient looks alike: check the MRN"
        assert banner.alike.accessibleDescription() == SWAPPED
        assert SWAPPED in banner.alike.toolTip()
        assert "Ameena" not in banner.alike.text() + banner.alike.toolTip() + banner.alike.accessibleDescription()
        desk.find("zara")  # the list changes, the chart stays open
        assert banner.alike.isVisible()
        open_by_keys(desk, "zara")
        assert not banner.alike.isVisible()
        assert banner.alike.text() == banner.alike.toolTip() == banner.alike.accessibleDescription() == ""


def test_without_an_mrn_another_identifier_is_to_be_checked(desk: Desk) -> None:
    with ScriptedServer(clinic(("khan", list(KHANS)))) as server:
        desk.connect(server.url)
        desk.find("khan")
        open_by_keys(desk, "ameena")
        assert desk.window.banner.alike.text() == "Another patient looks alike: check a second identifier"


def test_it_is_said_too_where_they_were_found_one_by_one(desk: Desk) -> None:
    with ScriptedServer(clinic(("amina", [AMINA]), ("ameena", [AMEENA]))) as server:
        desk.connect(server.url)
        desk.find("amina")
        assert row_of(desk, "amina").data() == "KHAN, Amina"
        open_by_keys(desk, "amina")
        assert not desk.window.banner.alike.isVisible()
        desk.find("ameena")
        open_by_keys(desk, "ameena")
        assert desk.window.banner.alike.isVisible()
        desk.window.search.field.clear()  # those opened in this run
        assert row_of(desk, "amina").data() == f"KHAN, Amina\n{MARK}"


def test_what_is_known_of_look_alikes_is_forgotten_with_the_patients(desk: Desk) -> None:
    with ScriptedServer(clinic(("khan", list(KHANS)))) as server:
        desk.connect(server.url)
        desk.find("khan")
        amina = found(desk, "amina")
        assert desk.session.resembling.of(amina)
        desk.session.forget()
        assert desk.session.resembling.of(amina) == ()
        desk.find("khan")
        assert desk.session.resembling.of(amina)
        desk.session.use(server_at(server.url))
        assert desk.session.resembling.of(amina) == ()
        desk.wait(lambda: desk.session.link is Link.READY and desk.session.progress is Progress.DONE)


def test_where_most_have_namesakes_it_is_said_once_and_not_on_every_row(desk: Desk) -> None:
    """Of thirty Khans, born at quite other times, twenty share five names; two are taken for one another besides."""
    khans = [
        patient(
            str(n),
            "Khan",
            f"Zara{'abcde'[n % 5] * 4}" if n < 20 else f"{'fghijklmno'[n - 20] * 9}",
            f"19{n + 20}-{n % 11 + 1:02}-{7 * n % 27 + 1:02}",
        )
        for n in range(30)
    ]
    with ScriptedServer(clinic(("khan", [*khans, AMINA, AMEENA]))) as server:
        desk.connect(server.url)
        desk.find("khan")
        table = desk.window.search.table
        marked = [row for row in range(table.rowCount()) if table.index(row, Column.NAME).data(ALIKE_ROLE)]
        assert {row_of(desk, "amina").row(), row_of(desk, "ameena").row()} <= set(marked)
        assert len(marked) < table.rowCount() // 3
        assert (
            "have namesakes born at other times, who are not marked: check birth dates"
            in desk.window.search.count.text()
        )


def test_a_row_measured_once_is_as_high_as_qt_makes_it(desk: Desk) -> None:
    long = [patient(str(n), "Khan " * n, "Amina", "1957-03-02", "1" * n * 4) for n in range(1, 16)]
    people = [*long, *KHANS, {**AMINA, "id": "gone", "active": False}]
    with ScriptedServer(clinic(("khan", people))) as server:
        desk.connect(server.url)
        desk.find("khan")
        results = desk.window.search.results
        heights = set()
        for width in (900, 1_300):
            desk.window.resize(width, 900)  # every row in view: Qt measures what is
            QApplication.processEvents()
            for row in range(results.model().rowCount()):
                heights.add(results.sizeHintForRow(row))
                assert results.sizeHintForRow(row) == QTableView.sizeHintForRow(results, row)
        assert len(heights) > 2
        with mock.patch.object(NameDelegate, "sizeHint", side_effect=AssertionError("measured again")):
            results.resizeRowsToContents()


def test_that_not_all_names_of_somebody_were_compared_is_said_above_the_list(desk: Desk) -> None:
    former = [{"family": f"Former{number}", "given": ["Amina"]} for number in range(20)]
    many = {**AMINA, "name": [{"family": "Khan", "given": ["Amina"]}, *former]}
    with ScriptedServer(clinic(("khan", [many, AMEENA]))) as server:
        desk.connect(server.url)
        desk.find("khan")
        assert desk.window.search.count.text().endswith(
            "1 have more names than are compared: a look-alike may be unmarked."
        )


def test_the_mark_is_there_however_long_the_name_is(desk: Desk) -> None:
    long = [patient(key, "Khan " * 30, "Maximiliana " * 10, "1957-03-02") for key in ("a", "b")]
    with ScriptedServer(clinic(("khan", [one | {"active": False} for one in long]))) as server:
        desk.connect(server.url)
        desk.find("khan")
        results = desk.window.search.results
        text = row_of(desk, "a").data()
        assert text.split("\n")[1:] == [MARK, "(inactive)"]
        room = results.fontMetrics().lineSpacing()
        assert results.rowHeight(0) >= 6 * room, "four lines of the name, and both of what must not be cut off"


@pytest.mark.parametrize("line", ["jones", "khan", "smith"])
def test_the_demo_shows_it(demo_desk: Desk, line: str) -> None:
    demo_desk.find(line)
    table = demo_desk.window.search.table
    marked = [row for row in range(table.rowCount()) if table.index(row, Column.NAME).data(ALIKE_ROLE)]
    assert len(marked) >= 2
