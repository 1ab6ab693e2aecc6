"""What `Patient.link` says, in the banner's words; and the way to the other record."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.desk import Desk
from tests.servers import Script, ScriptedServer, bundle, by_path, procedure, reply


def patient(key: str, *links: tuple[str, dict[str, str]], **more: object) -> dict[str, object]:
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"family": "Thompson", "given": [key.title()]}],
        "link": [{"type": kind, "other": other} for kind, other in links],
        **more,
    }


def at(key: str) -> dict[str, str]:
    return {"reference": f"Patient/{key}"}


def clinic(first: dict[str, object], *others: dict[str, object]) -> Script:
    """A search finds the first; all can be read, and have a procedure each."""
    answers = {f"/Patient/{one['id']}": reply(200, one) for one in (first, *others)}
    answers["/Patient"] = reply(200, bundle([first]))
    answers["/Procedure"] = reply(200, bundle([procedure("p", str(first["id"]))]))
    return by_path(answers)


@pytest.mark.parametrize(
    ("kind", "words", "button"),
    [
        ("replaced-by", "Merged: this record was replaced by Patient/new", "Open the record that replaced it"),
        ("replaces", "Merged: this record replaces Patient/new", "Open the replaced record"),
        ("refer", "Not the main record of this patient, which is Patient/new", "Open the main record"),
        ("seealso", "Another record may be of the same patient: Patient/new", "Open the other record"),
        ("made-up", "Linked to another record: Patient/new", "Open the other record"),
    ],
)
def test_each_kind_of_link_is_said_and_opened(desk: Desk, kind: str, words: str, button: str) -> None:
    with ScriptedServer(clinic(patient("old", (kind, at("new"))), patient("new"))) as server:
        desk.connect(server.url)
        desk.read_chart("thompson")
        banner = desk.window.banner
        assert banner.remarks.text() == words
        assert banner.other_record.isVisible()
        assert banner.other_record.text() == banner.other_record.accessibleName() == button
        listed = desk.window.search.table.index(0, 0).data()
        assert listed == ("THOMPSON, Old\n(merged)" if kind == "replaced-by" else "THOMPSON, Old")
        QTest.mouseClick(banner.other_record, Qt.MouseButton.LeftButton)
        desk.wait(lambda: desk.session.chart is not None and desk.session.chart.patient.id == "new")
        desk.wait_for_chart()
        assert banner.name.text() == "THOMPSON, New"
        # Of a merge each record leads to the other, whichever of them tells it.
        assert banner.other_record.isVisible() == kind.startswith("replace")
        assert banner.remarks.isVisible() == kind.startswith("replace")


def test_several_are_chosen_from_and_the_one_that_counts_comes_first(desk: Desk) -> None:
    old = patient("old", ("seealso", at("third")), ("replaced-by", at("new")), ("refer", at("new")))
    with ScriptedServer(clinic(old, patient("new"), patient("third"))) as server:
        desk.connect(server.url)
        desk.read_chart("thompson")
        button = desk.window.banner.other_record
        assert button.text() == "Open another record…"
        actions = button.menu().actions()
        assert [action.text() for action in actions] == [
            "Open the record that replaced it (new)",
            "Open the other record (third)",
        ]
        actions[1].trigger()
        desk.wait(lambda: desk.session.chart is not None and desk.session.chart.patient.id == "third")
        desk.wait_for_chart()
        assert button.menu() is None


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"reference": "https://elsewhere.example/fhir/Patient/new"}, "(not on this server)"),
        ({"display": "The other chart"}, "The other chart"),
        ({"reference": "RelatedPerson/mother"}, "RelatedPerson/mother"),
        ({"reference": "Patient/old"}, "Patient/old"),
        ({}, "a record that is not named"),
    ],
)
def test_what_is_no_other_patient_here_is_said_but_not_opened(desk: Desk, other: dict[str, str], words: str) -> None:
    """Another server's Patient/new is somebody else than this one's."""
    with ScriptedServer(clinic(patient("old", ("replaced-by", other)), patient("new"))) as server:
        desk.connect(server.url)
        desk.read_chart("thompson")
        assert words in desk.window.banner.remarks.text()
        assert not desk.window.banner.other_record.isVisible()


def test_a_merge_that_only_the_other_record_tells_is_said_too(desk: Desk) -> None:
    old, new = patient("old"), patient("new", ("replaces", at("old")))
    answers = {"/Patient": reply(200, bundle([old, new])), "/Procedure": reply(200, bundle())}
    with ScriptedServer(by_path(answers | {"/Patient/new": reply(200, new)})) as server:
        desk.connect(server.url)
        desk.find("thompson")
        desk.session.open(next(one for one in desk.session.found.patients if one.id == "old"))
        desk.wait_for_chart()
        banner = desk.window.banner
        assert banner.remarks.text() == "Merged: this record was replaced by Patient/new"
        QTest.mouseClick(banner.other_record, Qt.MouseButton.LeftButton)
        desk.wait(lambda: banner.name.text() == "THOMPSON, New")
        desk.wait_for_chart()
        assert banner.remarks.text() == "Merged: this record replaces Patient/old"


def test_one_that_can_not_be_read_leaves_the_chart_as_it_is(desk: Desk) -> None:
    with ScriptedServer(clinic(patient("old", ("replaced-by", at("gone"))))) as server:
        desk.connect(server.url)
        desk.read_chart("thompson")
        QTest.mouseClick(desk.window.banner.other_record, Qt.MouseButton.LeftButton)
        desk.wait_for_error()
        assert desk.session.chart is not None
        assert desk.session.chart.patient.id == "old"


def test_the_demo_leads_from_the_merged_record_to_the_other_and_back(demo_desk: Desk) -> None:
    demo_desk.find("thompson")
    merged = next(one for one in demo_desk.session.found.patients if one.merged)
    demo_desk.session.open(merged)
    demo_desk.wait_for_chart()
    button = demo_desk.window.banner.other_record
    for name in ("THOMPSON, Margaret Rose", "THOMPSON, Margaret"):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        demo_desk.wait(lambda name=name: demo_desk.window.banner.name.text() == name)  # type: ignore[misc]
        demo_desk.wait_for_chart()
