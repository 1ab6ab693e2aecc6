"""Rule 5 where several pages are asked for at once: it is counted alike, and a list that drifted is read by links."""

from datetime import UTC, datetime

import pytest

from procedure_viewer.remote import width
from tests.desk import Desk
from tests.remote.offset_server import PATIENT_ID, OffsetServer, changed, holding, instead
from tests.servers import Exchange, Script, ScriptedServer, bundle, procedure, reply

ALICE = {"resourceType": "Patient", "id": PATIENT_ID, "name": [{"family": "Alder"}]}
AT = datetime(2026, 3, 2, 10, 32, tzinfo=UTC)


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many pages at once as there may be."""
    monkeypatch.setattr(width, "GAIN", 0.0)


@pytest.fixture
def at_half_past(desk: Desk) -> Desk:
    desk.session.clock = lambda: AT
    return desk


def clinic(*readings: OffsetServer) -> Script:
    """Alice, and her list as it is at each reading; the last one for good."""
    number = -1

    async def script(exchange: Exchange) -> None:
        nonlocal number
        if exchange.request.target.startswith("/Patient"):
            await reply(200, bundle([ALICE], total=1))(exchange)
            return
        number += "_offset" not in exchange.request.target
        await readings[min(number, len(readings) - 1)](exchange)

    return script


def statement(desk: Desk) -> str:
    return desk.window.procedures.statement.text()


def read(desk: Desk, *readings: OffsetServer) -> None:
    with ScriptedServer(clinic(*readings)) as server:
        desk.connect(server.url)
        desk.read_chart("alder")
        desk.wait(lambda: statement(desk).startswith(("All", "Incomplete")))


def received(desk: Desk) -> list[int]:
    assert desk.session.chart is not None
    return [int(one.id) for one in desk.session.chart.procedures]


def test_all_is_said_of_what_came_in_its_order(at_half_past: Desk) -> None:
    server = OffsetServer(1_500, seconds=0.002)
    read(at_half_past, server)
    assert statement(at_half_past) == "All 1500 records, loaded 10:32 (15 pages)"
    assert received(at_half_past) == list(range(1_500))
    assert server.most_at_once > 1


def test_a_total_that_changes_half_way_has_the_list_read_again_link_by_link(at_half_past: Desk) -> None:
    drifting, whole = OffsetServer(1_500, seconds=0.002), OffsetServer(1_501, seconds=0.002)
    drifting.always = {at: changed(total=1_501) for at in range(700, 1_500, 100)}
    read(at_half_past, drifting, whole)
    assert statement(at_half_past) == "All 1501 records, loaded 10:32 (16 pages, read twice)"
    assert received(at_half_past) == list(range(1_501))
    assert drifting.most_at_once > 1
    assert whole.most_at_once == 1
    assert whole.asked[1] == (100, 100), "with the server's own count"


def test_pages_that_overlap_are_never_read_a_third_time(at_half_past: Desk) -> None:
    overlaps = [OffsetServer(900), OffsetServer(900), OffsetServer(900)]
    for number, one in enumerate(overlaps):
        one.always = {300: holding([procedure(str(n), PATIENT_ID) for n in range(299 - number, 399 - number)])}
    read(at_half_past, *overlaps)
    assert statement(at_half_past).startswith("Incomplete: ")
    assert "read twice" in statement(at_half_past)
    assert overlaps[2].asked == []


def test_a_page_that_never_comes_leaves_it_incomplete(at_half_past: Desk) -> None:
    read(at_half_past, OffsetServer(1_500, always={800: instead(reply(500))}))
    assert statement(at_half_past).startswith("Incomplete: 800 of 1500 records (the server failed at the next page)")
    assert received(at_half_past) == list(range(800))


def test_what_is_anothers_on_a_page_ahead_is_withheld(at_half_past: Desk) -> None:
    mixed = [procedure(str(n), "bob" if n == 555 else PATIENT_ID) for n in range(500, 600)]
    read(at_half_past, OffsetServer(1_000, always={500: holding(mixed)}))
    assert statement(at_half_past).startswith("All 1000 records, loaded 10:32 (10 pages, 1 of another patient withheld")
    assert 555 not in received(at_half_past)


def test_another_chart_has_every_request_of_the_first_one_ended(at_half_past: Desk) -> None:
    """No late page of the one may reach the other."""

    async def hang(exchange: Exchange, _page: dict[str, object]) -> None:
        await exchange.until_peer_leaves()

    hanging = OffsetServer(3_000, always=dict.fromkeys(range(1_000, 3_000, 100), hang))
    with ScriptedServer(clinic(hanging)) as server:
        at_half_past.connect(server.url)
        at_half_past.find("alder")
        at_half_past.open_first()
        at_half_past.wait(lambda: hanging.at_once > 1)
        at_half_past.session.close_chart()
        at_half_past.wait(lambda: hanging.at_once == 0)
        assert at_half_past.session.chart is None
