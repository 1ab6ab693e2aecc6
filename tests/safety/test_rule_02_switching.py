"""Rule 2: opening another patient clears everything first; late answers are dropped; no frame shows two patients."""

import asyncio

import pytest
from PySide6.QtCore import QSize

from tests.desk import Desk
from tests.safety.frames import EVEN, UNEVEN, Frames, Seen, can_be_drawn
from tests.safety.witness import Witness
from tests.servers import Exchange, ScriptedServer, bundle, procedure, reply

ALICE = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder", "given": ["Alice", "Sam"]}]}
BOB = {"resourceType": "Patient", "id": "bob", "name": [{"family": "Birch", "given": ["Bob", "Sam"]}]}


class TwoCharts:
    """A server whose answer for Alice is held back until the test lets it go."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        target = exchange.request.target
        if target.startswith("/Patient"):
            await reply(200, bundle([ALICE, BOB], total=2))(exchange)
        elif "alice" in target:
            await self.gate.wait()
            await reply(200, bundle([procedure("a1", "alice"), procedure("a2", "alice")], total=2))(exchange)
        else:
            await reply(200, bundle([procedure("b1", "bob")], total=1))(exchange)


def test_a_late_answer_of_the_patient_before_is_dropped(desk: Desk) -> None:
    script = TwoCharts()
    with ScriptedServer(script) as server:
        desk.connect(server.url)
        witness = Witness(desk)
        desk.find("sam")
        alice, bob = desk.session.found.patients
        desk.session.open(alice)
        desk.wait(lambda: any("alice" in target for target in server.targets))
        desk.session.open(bob)
        server.call(script.gate.set)
        desk.wait_for_chart()
        assert [row[1] for row in desk.rows()] == ["Unspecified procedure"]
        assert desk.session.chart is not None
        assert [p.id for p in desk.session.chart.procedures] == ["b1"]
        assert "BIRCH" in desk.window.banner.name.text()
        desk.session.open(alice)
        desk.wait_for_chart()
        assert {p.id for p in desk.session.chart.procedures} == {"a1", "a2"}
        assert "ALDER" in desk.window.banner.name.text()
        assert witness.looks > 6


def test_the_detail_is_gone_when_another_patient_is_opened(desk: Desk) -> None:
    script = TwoCharts()
    with ScriptedServer(script) as server:
        server.call(script.gate.set)
        desk.connect(server.url)
        witness = Witness(desk)
        desk.find("sam")
        alice, bob = desk.session.found.patients
        desk.session.open(alice)
        desk.wait_for_chart()
        desk.select("a1")
        desk.window.detail.tabs.setCurrentIndex(2)
        assert "a1" in desk.window.detail.json.toPlainText()
        desk.session.open(bob)
        assert desk.window.detail.procedure is None
        assert not desk.window.detail.json.toPlainText()
        assert not desk.window.actions_by_name["export"].isEnabled()
        desk.wait_for_chart()
        assert witness.looks > 4


def striped(patient_id: str, stripes: str) -> tuple[dict[str, object], list[object]]:
    """A patient and two procedures, all of whose texts are stripes."""
    patient: dict[str, object] = {
        "resourceType": "Patient",
        "id": patient_id,
        "name": [{"family": stripes}],
        "birthDate": "1950",
    }
    records: list[object] = [
        procedure(f"{patient_id}{number}", patient_id) | {"code": {"text": stripes}, "note": [{"text": stripes}]}
        for number in (1, 2)
    ]
    return patient, records


STRIPED = dict(zip(("alice", "bob"), (striped("alice", EVEN), striped("bob", UNEVEN)), strict=True))


WHOLE = {"alice": Seen(frozenset({EVEN}), frozenset({EVEN})), "bob": Seen(frozenset({UNEVEN}), frozenset({UNEVEN}))}
"""What a frame shows once a chart is there."""


async def striped_charts(exchange: Exchange) -> None:
    """Each chart in two pages, so that there are frames in between."""
    target = exchange.request.target
    if target.startswith("/Patient"):
        await reply(200, bundle([patient for patient, _ in STRIPED.values()], total=2))(exchange)
        return
    whose = next(one for one in STRIPED if one in target)
    first, second = STRIPED[whose][1]
    link = None if "_page" in target else f"Procedure?patient=Patient/{whose}&_page=2"
    await reply(200, bundle([second if link is None else first], next_link=link, total=2))(exchange)


@pytest.mark.parametrize("tab", range(3))
@pytest.mark.parametrize("size", [QSize(900, 560), QSize(1400, 900)])
def test_no_frame_on_the_screen_shows_two_patients(desk: Desk, tab: int, size: QSize) -> None:
    if not can_be_drawn():
        pytest.skip("no font here has the block characters")
    window = desk.window
    with ScriptedServer(striped_charts) as server:
        desk.connect(server.url)
        window.resize(size)
        window.detail.tabs.setCurrentIndex(tab)
        desk.find("sam")
        patients = {patient.id: patient for patient in desk.session.found.patients}
        with Frames(window) as frames:
            for whose in ("alice", "bob", "alice"):
                desk.session.open(patients[whose])
                desk.wait_for_chart()
                desk.select(f"{whose}1")
                desk.wait(lambda whole=WHOLE[whose]: frames.shows(whole))  # type: ignore[misc]
    assert all(len(seen.banner | seen.below) < 2 for seen in frames.seen), frames.seen
    # Nor is anything of a patient seen before it is said who that is.
    assert all(seen.below <= seen.banner for seen in frames.seen), frames.seen


def test_a_frame_with_two_patients_would_be_noticed(desk: Desk) -> None:
    if not can_be_drawn():
        pytest.skip("no font here has the block characters")
    with ScriptedServer(striped_charts) as server:
        desk.connect(server.url)
        desk.find("sam")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        opened, other = ("alice", UNEVEN) if desk.session.found.patients[0].id == "alice" else ("bob", EVEN)
        with Frames(desk.window) as frames:
            desk.window.foot.note.setText(other)
            whole = WHOLE[opened]
            desk.wait(lambda: frames.shows(Seen(whole.banner, whole.below | {other})))
