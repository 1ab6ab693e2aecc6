"""A record that was opened by its id: the fresh answer is what is shown, and it takes nothing from the reader."""

from procedure_viewer.chart.open_chart import Standing
from tests.desk import Desk
from tests.servers import Exchange, Held, ScriptedServer, bundle, by_path, in_turn, outcome, procedure, reply
from tests.ui.test_mixups import clinic


def open_first(desk: Desk) -> None:
    desk.find("common")
    desk.session.open(desk.session.found.patients[0])
    desk.wait_for_chart()


def close_error(desk: Desk) -> None:
    desk.wait_for_error()
    desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_the_fresh_answer_replaces_the_row_of_an_open_chart(desk: Desk) -> None:
    withdrawn = procedure("pa-1", "pa") | {"status": "entered-in-error"}
    with ScriptedServer(by_path(clinic() | {"/Procedure/pa-1": reply(200, withdrawn)})) as server:
        desk.connect(server.url)
        open_first(desk)
        desk.session.open_procedure("pa-1")
        desk.wait(lambda: desk.session.selected is not None)
        assert desk.session.selected is not None
        assert desk.session.selected.entered_in_error
        assert desk.window.detail.procedure is desk.session.selected
        assert "1 entered in error" in desk.window.procedures.statement.text()
        assert len(desk.rows()) == 2


def test_what_was_opened_is_shown_although_its_list_fails(desk: Desk) -> None:
    answers = clinic() | {
        "/Procedure/pa-1": reply(200, procedure("pa-1", "pa")),
        "/Procedure": reply(500, outcome("exception", "x")),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.session.open_procedure("pa-1")
        close_error(desk)
        assert desk.session.selected is not None
        assert desk.session.selected.id == "pa-1"
        assert desk.window.procedures.statement.text() == "Not loaded (1 opened by its id)"
        assert desk.window.procedures.statement.isVisible()
        assert desk.window.procedures.retry.isVisible()


def test_what_was_opened_is_shown_although_its_list_is_cancelled(desk: Desk) -> None:
    held = Held(reply(200, bundle([], total=0)))
    answers = clinic() | {"/Procedure/pa-1": reply(200, procedure("pa-1", "pa")), "/Procedure": held}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.session.open_procedure("pa-1")
        desk.wait(lambda: any(target.startswith("/Procedure?") for target in server.targets))
        desk.session.cancel()
        desk.wait(lambda: desk.session.selected is not None)
        assert desk.session.chart is not None
        assert desk.session.chart.standing is Standing.INCOMPLETE
        assert "1 opened by its id)" in desk.window.procedures.statement.text()
        server.call(held.gate.set)


def test_it_does_not_pull_the_reader_back_from_another_row(desk: Desk) -> None:
    held = Held(reply(200, bundle([procedure("pa-9", "pa")], total=2)))

    async def procedures(exchange: Exchange) -> None:
        first = reply(200, bundle([procedure("pa-1", "pa")], total=2, next_link="/Procedure?page2"))
        await (held if "page2" in exchange.request.target else first)(exchange)

    answers = clinic() | {"/Procedure/pa-9": reply(200, procedure("pa-9", "pa")), "/Procedure": procedures}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.session.open_procedure("pa-9")
        desk.wait(lambda: len(desk.rows()) == 1)
        chosen = desk.select("pa-1")
        server.call(held.gate.set)
        desk.wait_for_chart()
        assert len(desk.rows()) == 2
        assert desk.session.selected is chosen
        assert desk.window.detail.procedure is chosen


def test_a_record_that_names_its_patient_on_a_second_reading_moves_under_the_right_banner(desk: Desk) -> None:
    stated = procedure("pb-1", "pb")
    unstated = {key: value for key, value in stated.items() if key != "subject"}
    with ScriptedServer(
        by_path(clinic() | {"/Procedure/pb-1": in_turn(reply(200, unstated), reply(200, stated))})
    ) as server:
        desk.connect(server.url)
        desk.session.open_procedure("pb-1")
        desk.wait(lambda: desk.session.selected is not None)
        assert desk.window.banner.name.text() == "Patient not stated"
        desk.session.refresh()
        desk.wait(lambda: desk.session.chart is not None and not desk.session.chart.is_unstated)
        desk.wait(lambda: desk.session.selected is not None)
        assert desk.window.banner.name.text() == "COMMON, Pb"
        assert desk.session.selected is not None
        assert desk.session.selected.id == "pb-1"
