"""Rule 11: what a server says inside a Bundle beside its records is shown, for as long as the chart is."""

import pytest

from tests.desk import Desk
from tests.servers import Exchange, ScriptedServer, bundle, by_path, outcome, procedure, reply

ALICE = {"resourceType": "Patient", "id": "alice", "name": [{"family": "Alder"}]}
PAPER = outcome("incomplete", "Procedures before 2015 are in the paper archive", "warning")
SLOW = outcome("timeout", "index offline", "error")


def answer(*outcomes: object, mode: bool = True, next_link: str | None = None, ids: str = "12") -> dict[str, object]:
    """Two records and what the server says about them; without `mode` the entry doesn't say that it is an outcome."""
    page = bundle([procedure(one, "alice") for one in ids], next_link=next_link)
    entries = page["entry"]
    assert isinstance(entries, list)
    for one in outcomes:
        entries.append({"resource": one, **({"search": {"mode": "outcome"}} if mode else {})})
    return page


def read(desk: Desk, server: ScriptedServer) -> str:
    desk.connect(server.url)
    desk.read_chart("alder")
    warnings = desk.window.procedures.warnings
    assert warnings.isVisible()
    assert warnings.warns
    return warnings.text()


@pytest.mark.parametrize("mode", [True, False])
def test_a_warning_is_shown_in_the_servers_words(desk: Desk, mode: bool) -> None:
    answers = {"/Patient": reply(200, bundle([ALICE])), "/Procedure": reply(200, answer(PAPER, mode=mode))}
    with ScriptedServer(by_path(answers)) as server:
        assert read(desk, server) == "warning (incomplete): Procedures before 2015 are in the paper archive"
        assert desk.window.procedures.statement.text().startswith("All 2 records, loaded ")
        assert len(desk.rows()) == 2
        desk.session.close_chart()
        assert desk.window.procedures.warnings.isHidden()


def test_an_error_inside_the_answer_makes_it_incomplete_as_well(desk: Desk) -> None:
    answers = {"/Patient": reply(200, bundle([ALICE])), "/Procedure": reply(200, answer(PAPER, SLOW))}
    with ScriptedServer(by_path(answers)) as server:
        assert read(desk, server).splitlines()[1:] == ["error (timeout): index offline"]
        assert desk.window.procedures.statement.text().startswith(
            "Incomplete: 2 records (the server reported a failure inside its answer)"
        )
        assert desk.window.procedures.retry.isVisible()


def test_what_every_page_says_is_said_once_and_what_one_says_is_not_lost(desk: Desk) -> None:
    async def procedures(exchange: Exchange) -> None:
        last = "page" in exchange.request.target
        page = answer(PAPER, outcome("business-rule", "only your own site", "information"), ids="34")
        await reply(200, page if last else answer(PAPER, next_link="/Procedure?page=2"))(exchange)

    with ScriptedServer(by_path({"/Patient": reply(200, bundle([ALICE])), "/Procedure": procedures})) as server:
        assert read(desk, server).splitlines() == [
            "warning (incomplete): Procedures before 2015 are in the paper archive",
            "information (business-rule): only your own site",
        ]


def test_a_warning_that_looks_like_markup_is_shown_as_it_is(desk: Desk) -> None:
    markup = outcome("processing", '<b>bold</b> <img src="file:///etc/passwd">', "warning")
    answers = {"/Patient": reply(200, bundle([ALICE])), "/Procedure": reply(200, answer(markup))}
    with ScriptedServer(by_path(answers)) as server:
        assert read(desk, server).endswith('<b>bold</b> <img src="file:///etc/passwd">')


def test_a_warning_without_a_single_record_does_not_pass_for_an_empty_chart(desk: Desk) -> None:
    page = bundle()
    page["entry"] = [{"resource": SLOW, "search": {"mode": "outcome"}}]
    answers = {"/Patient": reply(200, bundle([ALICE])), "/Procedure": reply(200, page)}
    with ScriptedServer(by_path(answers)) as server:
        assert read(desk, server) == "error (timeout): index offline"
        assert desk.window.procedures.pane.message[0] != "No procedures"
