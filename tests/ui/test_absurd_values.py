"""Values of absurd lengths take no room from those beside them, and nothing opens that is not seen to be chosen."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from procedure_viewer.tables.patients import Column
from procedure_viewer.tables.texts import LONGEST_FACT, LONGEST_IN_NARROW_CELL
from tests.desk import Desk
from tests.servers import ScriptedServer, bundle, by_path, reply
from tests.ui.test_mixups import clinic, highlighted, patient


def absurd(patient_id: str) -> dict[str, object]:
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    names = [{"family": "Common", "given": [patient_id]}, *({"use": "old", "text": f"{n}" * 600} for n in range(3))]
    number = {"type": kind, "value": "9" * 250}
    return patient(patient_id) | {"gender": "W" * 3_000, "identifier": [number], "name": names}


def test_an_absurd_number_or_sex_is_cut_and_told_in_a_tooltip(desk: Desk) -> None:
    answers = clinic() | {"/Patient": reply(200, bundle([absurd("pa"), absurd("pb")], total=2))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        table, window = desk.window.search.table, desk.window
        for column in (Column.SEX, Column.MRN):
            index = table.index(0, column)
            assert len(str(index.data())) == LONGEST_IN_NARROW_CELL + 1
            assert len(str(index.data(Qt.ItemDataRole.ToolTipRole))) > 200
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        window.resize(window.minimumSize())
        banner = window.banner
        desk.bot.waitUntil(lambda: banner.facts.height() >= banner.facts.heightForWidth(banner.facts.width()))
        facts = banner.facts.text().replace("\u200b", "")
        assert f"MRN {'9' * LONGEST_FACT}…" in facts
        assert "9" * 250 in banner.facts.toolTip()
        assert banner.height() < window.height() // 3
        desk.session.close_chart()
        assert banner.facts.toolTip() == ""


def test_enter_opens_only_who_is_highlighted(desk: Desk) -> None:
    with ScriptedServer(by_path(clinic())) as server:
        desk.connect(server.url)
        desk.find("common")
        results = desk.window.search.results
        results.selectRow(0)
        place = results.visualRect(results.model().index(0, 0)).center()
        button, control = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
        QTest.mouseClick(results.viewport(), button, control, place)
        assert highlighted(desk) == "pa"
        results.clearSelection()
        QTest.keyClick(results, Qt.Key.Key_Return)
        assert desk.session.chart is None
