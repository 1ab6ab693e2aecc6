"""A search from its first page to its last, on servers that mean well, err, or want the token."""

import json

import pytest

from procedure_viewer.fhir.outcome import Kind
from tests.remote.asking import TOKEN, found
from tests.servers import (
    Exchange,
    Script,
    ScriptedServer,
    bundle,
    by_path,
    in_turn,
    outcome,
    procedure,
    raw,
    reply,
)


def ids(resources: list[bytes]) -> list[str]:
    return [json.loads(resource)["id"] for resource in resources]


def two_pages(link: str) -> Script:
    """Procedure 1 with `link` as the next page, then procedure 2."""
    return in_turn(reply(200, bundle([procedure("1")], next_link=link)), reply(200, bundle([procedure("2")])))


@pytest.mark.parametrize(
    "link", ["/Procedure?p=2", "/fhir/Procedure?p=2", "Procedure?p=2", "?p=2", "{url}/fhir/Procedure?p=2"]
)
def test_pages_are_followed_by_relative_and_absolute_links(link: str) -> None:
    later: list[Script] = []

    async def script(exchange: Exchange) -> None:
        await later[0](exchange)

    with ScriptedServer(script) as server:
        later.append(two_pages(link.format(url=server.url)))
        result = found(f"{server.url}/fhir")
    assert (ids(result.resources), result.problem) == (["1", "2"], None)
    assert server.targets[1] == "/fhir/Procedure?p=2"
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {TOKEN}"] * 2


def test_fewer_or_more_resources_than_asked_for_are_taken_as_they_come() -> None:
    pages = in_turn(
        reply(200, bundle([procedure(str(n)) for n in range(250)], next_link="?p=2")),
        reply(200, bundle([procedure("last")])),
    )
    with ScriptedServer(pages) as server:
        assert len(found(server.url).resources) == 251


def test_pages_that_shift_while_they_are_read_are_no_loop() -> None:
    pages = in_turn(
        reply(200, bundle([procedure("1"), procedure("2")], next_link="?p=2")),
        reply(200, bundle([procedure("2"), procedure("3")], next_link="?p=3")),
        reply(200, bundle([procedure("3")])),
    )
    with ScriptedServer(pages) as server:
        result = found(server.url)
    assert (ids(result.resources), result.problem) == (["1", "2", "2", "3", "3"], None)


def test_a_page_that_fails_leaves_the_earlier_ones_with_the_reader() -> None:
    pages = in_turn(reply(200, bundle([procedure("1")], next_link="?p=2")), reply(500, outcome("exception", "Broken")))
    with ScriptedServer(pages) as server:
        result = found(server.url)
    assert ids(result.resources) == ["1"]
    assert result.problem is not None
    assert (result.problem.kind, result.problem.status) == (Kind.SERVER, 500)


def test_a_page_that_is_lost_once_is_asked_for_again() -> None:
    pages = in_turn(
        reply(200, bundle([procedure("1")], next_link="?p=2")), raw(b""), reply(200, bundle([procedure("2")]))
    )
    with ScriptedServer(pages) as server:
        assert ids(found(server.url).resources) == ["1", "2"]
    assert server.targets[1:] == ["/Procedure?p=2"] * 2


@pytest.mark.parametrize("link", ["", " ", "{self}"])
def test_an_empty_next_link_is_no_end_and_the_same_link_again_is_a_loop(link: str) -> None:
    async def same(exchange: Exchange) -> None:
        await reply(200, bundle([procedure("1")], next_link=link.format(self=exchange.request.target)))(exchange)

    with ScriptedServer(same) as server:
        result = found(server.url)
    assert ids(result.resources) == ["1"]
    assert len(server.requests) == 1
    assert result.problem is not None
    assert result.problem.kind is (Kind.CIRCLES if link == "{self}" else Kind.NOT_FHIR)
    assert "next link" in result.problem.technical


def test_two_links_that_lead_to_each_other_are_a_loop() -> None:
    pages = in_turn(
        reply(200, bundle([procedure("1")], next_link="?p=2")),
        reply(200, bundle([procedure("2")], next_link="?p=3")),
        reply(200, bundle([procedure("3")], next_link="?p=2#again")),
    )
    with ScriptedServer(pages) as server:
        result = found(server.url)
    assert ids(result.resources) == ["1", "2", "3"]
    assert result.problem is not None
    assert result.problem.kind is Kind.CIRCLES
    assert len(server.requests) == 3


@pytest.mark.parametrize("resources", [[], [procedure("1")], [{"resourceType": "Procedure"}], [7]])
def test_links_that_never_end_with_nothing_new_are_a_loop(resources: list[object]) -> None:
    number = 0

    async def on_and_on(exchange: Exchange) -> None:
        nonlocal number
        number += 1
        await reply(200, bundle(resources, next_link=f"?p={number}"))(exchange)

    with ScriptedServer(on_and_on) as server:
        result = found(server.url)
    assert result.problem is not None
    assert result.problem.kind is Kind.CIRCLES
    assert len(server.requests) <= 2


ELSEWHERE = [
    "{evil}/Procedure?p=2",
    "{evil}/Procedure?p=2&x={url}/fhir/",
    "{evil}/{url}/fhir/Procedure",
    "{evil}#{url}/fhir/",
    "//{evil_host}/fhir/Procedure?p=2",
    "http://{host}@{evil_host}/fhir/Procedure",
    "http://{host}%2f@{evil_host}/fhir/Procedure",
    "http://user:secret@{host}/fhir/Procedure?p=2",
    "\\\\{evil_host}\\fhir\\Procedure",
    "/\\{evil_host}/fhir/Procedure",
    "http:\\\\{evil_host}/fhir/Procedure",
    "http://{host}\\@{evil_host}/fhir/Procedure",
    "http://{evil_host}\\@{host}/fhir/Procedure",
    "http:/{evil_host}/fhir/Procedure",
    "http:{evil_host}/fhir/Procedure",
    "https://{host}/fhir/Procedure?p=2",
    "{url}/Procedure?p=2",
    "{url}/fhirs/Procedure?p=2",
    "{url}/fhir/../Procedure?p=2",
    "/../Procedure?p=2",
    "/%2e%2e/Procedure?p=2",
    "/..%2fProcedure?p=2",
    "/%252e%252e/Procedure?p=2",
    "/..;/Procedure?p=2",
]


@pytest.mark.parametrize("link", ELSEWHERE)
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"], ids=["other port", "other host"])
def test_nothing_is_sent_along_a_link_that_leads_elsewhere(link: str, host: str) -> None:
    later: list[Script] = []

    async def script(exchange: Exchange) -> None:
        await later[0](exchange)

    with ScriptedServer(reply(200, bundle()), host=host) as evil, ScriptedServer(script) as server:
        names = {
            "url": server.url,
            "host": f"127.0.0.1:{server.port}",
            "evil": evil.url,
            "evil_host": f"{host}:{evil.port}",
        }
        later.append(two_pages(link.format(**names)))
        result = found(f"{server.url}/fhir")
    assert evil.connections == 0
    assert all(target.startswith("/fhir/") and ".." not in target for target in server.targets)
    assert ids(result.resources[:1]) == ["1"]
    if len(server.requests) == 1:
        assert result.problem is not None
        assert result.problem.kind in (Kind.FOREIGN, Kind.NOT_FHIR)
    else:
        # An address that has no host of its own, by RFC 3986, is one of this server's.
        assert link == "http:{evil_host}/fhir/Procedure"


def test_an_unknown_route_is_told_also_in_the_middle_of_a_search() -> None:
    first = reply(200, bundle([procedure("1")], next_link="/Elsewhere"))
    with ScriptedServer(by_path({"/Procedure": first})) as server:
        result = found(server.url)
    assert result.problem is not None
    assert (result.problem.kind, result.problem.status) == (Kind.NOT_FOUND, 404)
