"""Rule 1: who the patient is can be seen at every size and in every tab; the window's title carries no name."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from tests.desk import SEED_PROCEDURE, Desk
from tests.servers import ScriptedServer, bundle, by_path, procedure, reply


def whole_in_window(widget: QWidget) -> bool:
    """Whether all of the widget lies inside its window."""
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return widget.isVisible() and window.rect().contains(place)


def test_the_banner_is_there_at_every_size_and_in_every_tab(demo_desk: Desk) -> None:
    demo_desk.read_chart("jones 1980-11-13")
    window = demo_desk.window
    demo_desk.select(SEED_PROCEDURE)
    for size in (window.minimumSize(), window.minimumSize() * 1.3, window.minimumSize() * 2.2):
        window.resize(size)
        for tab in range(window.detail.tabs.count()):
            window.detail.tabs.setCurrentIndex(tab)
            for label in (window.banner.name, window.banner.facts):
                demo_desk.wait(lambda label=label: whole_in_window(label))  # type: ignore[misc]
                needed = label.heightForWidth(label.width())
                assert label.height() >= needed, f"{label.objectName()} is cut at {size}"
    assert "Jones" not in window.windowTitle()
    assert "JONES" not in window.windowTitle().upper()


def test_deceased_inactive_and_merged_are_said_in_words(desk: Desk) -> None:
    patient = {
        "resourceType": "Patient",
        "id": "alice",
        "active": False,
        "deceasedDateTime": "2024-02",
        "gender": "female",
        "birthDate": "1957",
        "name": [{"use": "nickname", "given": ["Ali"]}, {"use": "official", "family": "Alder", "given": ["Alice"]}],
        "link": [{"type": "replaced-by", "other": {"reference": "Patient/alice2"}}],
    }
    answers = by_path(
        {
            "/Patient": reply(200, bundle([patient], total=1)),
            "/Procedure": reply(200, bundle([procedure("1", "alice")])),
        }
    )
    with ScriptedServer(answers) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        banner = desk.window.banner
        assert banner.name.text() == "ALDER, Alice"
        assert "Born 1957" in banner.facts.text()
        assert "MRN not stated" in banner.facts.text()
        remarks = banner.remarks.text()
        assert banner.remarks.isVisible()
        assert "Feb 2024" in remarks
        assert "Inactive" in remarks
        assert "replaced by Patient/alice2" in remarks
