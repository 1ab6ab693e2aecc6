"""The timeline in the window: it shows and selects what the list does, and goes when the chart goes."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.settings.preferences import load_preferences
from procedure_viewer.tables.grouping import Grouping
from procedure_viewer.ui.timeline_drawing import FRAME
from tests.desk import Desk
from tests.safety.witness import Witness
from tests.servers import Exchange, ScriptedServer, bundle, procedure, reply

ALICE = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder", "given": ["Alice", "Sam"]}]}
BOB = {"resourceType": "Patient", "id": "bob", "name": [{"family": "Birch", "given": ["Bob", "Sam"]}]}
RECORDS = [
    procedure("a1", "alice") | {"performedDateTime": "1998-04-12", "code": {"text": "Appendectomy"}},
    procedure("a2", "alice") | {"performedDateTime": "2011", "code": {"text": "Colonoscopy"}},
    procedure("a3", "alice") | {"performedDateTime": "2012-05-06", "status": "entered-in-error"},
    procedure("a4", "alice") | {"code": {"text": "Colonoscopy, when is not known"}},
]


async def answers(exchange: Exchange) -> None:
    target = exchange.request.target
    if target.startswith("/Patient"):
        await reply(200, bundle([ALICE, BOB], total=2))(exchange)
    elif "alice" in target:
        await reply(200, bundle(RECORDS, total=len(RECORDS)))(exchange)
    else:
        await reply(200, bundle([procedure("b1", "bob") | {"performedDateTime": "2020"}], total=1))(exchange)


def ids(procedures: tuple[Procedure, ...]) -> set[str]:
    return {one.id for one in procedures}


def open_alice(desk: Desk, server: ScriptedServer) -> None:
    desk.connect(server.url)
    desk.find("sam")
    desk.session.open(desk.session.found.patients[0])
    desk.wait_for_chart()


def test_it_shows_what_the_list_shows(desk: Desk) -> None:
    with ScriptedServer(answers) as server:
        open_alice(desk, server)
        timeline, procedures = desk.window.timeline, desk.window.procedures
        assert ids(timeline.shown) == {"a1", "a2", "a4"}
        assert timeline.heading.whole_text == "Timeline: 3 procedures, 1998 to 2011"
        whole = timeline.canvas.view
        procedures.filter.setText("colono")
        desk.wait(lambda: ids(timeline.shown) == {"a2", "a4"})
        assert timeline.heading.whole_text == "Timeline: 2 of 3 procedures, 2011"
        assert timeline.canvas.view == whole, "a filter moves nothing"
        procedures.filter.setText("nothing like it")
        desk.wait(lambda: timeline.heading.whole_text == "Timeline: none of 3 procedures")
        assert timeline.isVisible()
        procedures.filter.clear()
        procedures.errors.setChecked(True)
        desk.wait(lambda: ids(timeline.shown) == {"a1", "a2", "a3", "a4"})
        assert timeline.heading.whole_text == "Timeline: 4 procedures, 1998 to 2012"


def test_selection_is_shared_both_ways(desk: Desk) -> None:
    with ScriptedServer(answers) as server:
        open_alice(desk, server)
        timeline = desk.window.timeline
        wanted = desk.select("a2")
        assert timeline.canvas.selected is wanted
        desk.select("a4")
        other = desk.session.chart.find("a1") if desk.session.chart is not None else None
        assert other is not None
        mark = timeline.canvas.sight.mark_of(other)
        assert mark is not None
        point = (mark.body.center() + QPointF(FRAME, FRAME)).toPoint()
        QTest.mouseClick(timeline.canvas, Qt.MouseButton.LeftButton, pos=point)
        assert desk.session.selected is other
        assert desk.window.detail.procedure is other
        assert timeline.canvas.selected is other
        QTest.keyClick(timeline.canvas, Qt.Key.Key_Down)
        assert desk.session.selected is wanted
        QTest.mouseClick(timeline.undated, Qt.MouseButton.LeftButton)
        assert desk.session.selected is not None
        assert desk.session.selected.id == "a4"


def test_what_stands_under_a_closed_heading_is_shown_and_can_be_chosen(desk: Desk) -> None:
    with ScriptedServer(answers) as server:
        open_alice(desk, server)
        timeline, procedures = desk.window.timeline, desk.window.procedures
        procedures.group_by(Grouping.YEAR)
        procedures.table.collapse_all()
        assert ids(timeline.shown) == {"a1", "a2", "a4"}
        wanted = next(one for one in timeline.shown if one.id == "a2")
        mark = timeline.canvas.sight.mark_of(wanted)
        assert mark is not None
        point = (mark.body.center() + QPointF(FRAME, FRAME)).toPoint()
        QTest.mouseClick(timeline.canvas, Qt.MouseButton.LeftButton, pos=point)
        assert desk.session.selected is wanted


def test_no_patients_timeline_outlives_the_chart(desk: Desk) -> None:
    with ScriptedServer(answers) as server:
        open_alice(desk, server)
        desk.select("a1")
        desk.window.timeline.canvas.zoom(5)
        witness = Witness(desk)
        desk.session.open(desk.session.found.patients[1])
        assert desk.window.timeline.shown == ()
        desk.wait_for_chart()
        assert ids(desk.window.timeline.shown) == {"b1"}
        desk.session.close_chart()
        assert desk.window.timeline.shown == ()
        assert not desk.window.timeline.isVisible()
        assert witness.looks > 4


def test_it_can_be_hidden_and_that_is_remembered(desk: Desk) -> None:
    with ScriptedServer(answers) as server:
        open_alice(desk, server)
        action = desk.window.actions_by_name["timeline"]
        assert action.isChecked()
        assert desk.window.timeline.isVisible()
        action.trigger()
        assert not desk.window.timeline.isVisible()
        desk.window.rules.save()
        assert not load_preferences(desk.window.rules.folder).timeline
        action.trigger()
        assert desk.window.timeline.isVisible()


def test_keys_lead_to_it(desk: Desk) -> None:
    with ScriptedServer(answers) as server:
        open_alice(desk, server)
        desk.window.actions_by_name["pane4"].trigger()
        desk.wait(desk.window.timeline.canvas.hasFocus)
