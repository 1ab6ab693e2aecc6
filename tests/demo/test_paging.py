"""From page to page: counts, offsets, links, and what an empty answer lacks."""

import httpx
import pytest

from tests.demo.asking import found, links, patient_called

BUSY = patient_called("Okafor", "Ngozi")["id"]
IDLE = patient_called("Lindqvist")["id"]


def page(client: httpx.Client, query: str) -> dict[str, object]:
    answer: dict[str, object] = client.get(f"/Procedure?patient=Patient%2F{BUSY}&{query}").raise_for_status().json()
    return answer


def test_ten_come_by_default(client: httpx.Client) -> None:
    bundle = client.get(f"/Procedure?patient=Patient/{BUSY}").json()

    assert (len(bundle["entry"]), bundle["total"]) == (10, 312)
    assert links(bundle)["next"] == f"/Procedure?patient=Patient%2F{BUSY}&_count=10&_offset=10"
    assert links(bundle)["last"] == f"/Procedure?patient=Patient%2F{BUSY}&_count=10&_offset=310"


@pytest.mark.parametrize("count", [100, 101, 1000, 10**30])
def test_no_more_than_a_hundred_come(client: httpx.Client, count: int) -> None:
    bundle = client.get(f"/Procedure?patient=Patient/{BUSY}&_count={count}").json()

    assert len(bundle["entry"]) == 100
    assert "_count=100&_offset=100" in links(bundle)["next"]


@pytest.mark.parametrize(("count", "last"), [(7, 308), (52, 260), (78, 234), (100, 300), (104, 300)])
def test_links_lead_through_all_once(client: httpx.Client, count: int, last: int) -> None:
    link = f"/Procedure?patient=Patient%2F{BUSY}&_count={count}"
    ids: list[str] = []
    seen: list[dict[str, str]] = []
    while link:
        bundle = client.get(link).json()
        ids += [entry["resource"]["id"] for entry in bundle["entry"]]
        seen.append(links(bundle))
        link = seen[-1].get("next", "")

    assert len(ids) == len(set(ids)) == 312
    assert all(list(relations) == ["self", "first", "next", "last"] for relations in seen[:-1])
    assert list(seen[-1]) == ["self", "first", "last"]
    assert seen[-1]["self"] == seen[-1]["last"]
    assert seen[-1]["last"].endswith(f"_offset={last}")


def test_an_empty_answer_has_neither_entries_nor_links(client: httpx.Client) -> None:
    answer = client.get(f"/Procedure?patient=Patient/{IDLE}")

    assert answer.json() == {"resourceType": "Bundle", "type": "searchset", "total": 0}


def test_behind_the_end_there_are_no_entries(client: httpx.Client) -> None:
    bundle = page(client, "_offset=312")

    assert "entry" not in bundle
    assert bundle["total"] == 312
    assert list(links(bundle)) == ["self", "first", "last"]


@pytest.mark.parametrize("query", ["_count=0", "_count=-1", "_count=ten", "_count=", "_offset=-1", "_offset=1.5"])
def test_nonsense_is_refused(client: httpx.Client, query: str) -> None:
    assert client.get(f"/Procedure?patient=Patient/{BUSY}&{query}").status_code == 400


def test_links_keep_the_parameters_in_their_order(client: httpx.Client) -> None:
    bundle = client.get(
        "/Patient?_sort=-family&x=1&birthdate=ge1950-01-01&_offset=10&name=de mo&_count=3&name=o"
    ).json()
    own = links(client.get("/Patient?_sort=-family&unheard=of&birthdate=ge1950-01-01&_offset=3&name=o&_count=3").json())

    assert bundle["total"] == 0
    assert own["self"] == "/Patient?_sort=-family&birthdate=ge1950-01-01&name=o&_count=3&_offset=3"


def test_links_escape_what_needs_it(client: httpx.Client) -> None:
    bundle = client.get("/Patient", params={"identifier": "http://canvasmedical.com|963277285"}).json()
    expected = "/Patient?identifier=http%3A%2F%2Fcanvasmedical.com%7C963277285&_count=10&_offset=0"

    assert links(bundle)["self"] == expected


def test_everything_is_paged_once(client: httpx.Client) -> None:
    procedures = found(client, "Procedure")

    assert len({procedure["id"] for procedure in procedures}) == len(procedures) > 2_500
