"""Whom the server finds is shown; whom this program sorts out by the rest of the name is counted, and can be seen."""

import pytest
from PySide6.QtWidgets import QPushButton

from procedure_viewer.chart.search import Progress
from tests.desk import Desk
from tests.servers import ScriptedServer, bundle, by_path, reply

JONESES = ("Samantha", "Marcus", "Tom", "Sam")


def named(given: str) -> dict[str, object]:
    return {"resourceType": "Patient", "id": given, "name": [{"family": "Jones", "given": [given]}]}


def button(desk: Desk, name: str) -> QPushButton:
    found = desk.window.search.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_a_part_of_a_name_finds_whom_the_server_finds(demo_desk: Desk) -> None:
    demo_desk.find("qvist")
    assert [patient.family for patient in demo_desk.session.found.patients] == ["Lindqvist"]
    assert not demo_desk.window.search.passed_over.isVisible()


def test_those_of_whom_a_part_of_the_name_matched_are_counted_and_shown_on_demand(desk: Desk) -> None:
    with ScriptedServer(by_path({"/Patient": reply(200, bundle(list(map(named, JONESES)), total=4))})) as server:
        desk.connect(server.url)
        desk.find("sam jones")
        search = desk.window.search
        assert search.table.rowCount() == 2
        assert search.count.text() == "Showing 2 of 4"
        assert search.passed_over.text() == "2 more patients matched only part of the name"
        assert search.passed_over.isVisible()
        button(desk, "searchWiden").click()
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert search.table.rowCount() == 4
        assert search.count.text() == "4 patients"
        assert search.reading.text() == "Names “sam” and “jones”; part of the name is enough"
        assert not search.passed_over.isVisible()
        assert not button(desk, "searchWiden").isVisible()
        assert server.targets == ["/Patient?name=jones&_count=100"] * 2


@pytest.mark.parametrize(("given", "words"), [(["Tom"], "1 patient matched"), (["Tom", "Sam"], "2 patients matched")])
def test_a_list_that_is_empty_for_it_says_so_and_offers_them(desk: Desk, given: list[str], words: str) -> None:
    with ScriptedServer(by_path({"/Patient": reply(200, bundle(list(map(named, given)), total=len(given)))})) as server:
        desk.connect(server.url)
        desk.find("ngo jones")
        title, text = desk.window.search.pane.message
        assert title == "Nobody has all of this name"
        assert words in text
        button(desk, "searchMessageButton").click()
        desk.wait(lambda: desk.session.progress is Progress.DONE)
        assert desk.window.search.table.rowCount() == len(given)
