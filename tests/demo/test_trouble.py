"""Each troubled patient comes with their trouble, and with nothing else: they can be found, read, and told by name."""

import asyncio
import json

import httpx
import pytest

from procedure_viewer.demo import DEMO_TOKEN
from procedure_viewer.demo.child import DemoServer
from procedure_viewer.demo.records import procedures
from procedure_viewer.demo.records.troubled import TROUBLED
from procedure_viewer.demo.trouble import Trouble
from tests.demo.asking import Json, found, issue_of, links


def procedures_of(client: httpx.Client, trouble: Trouble, *, count: int = 100, offset: int = 0) -> httpx.Response:
    return client.get(f"/Procedure?patient=Patient%2F{TROUBLED[trouble].id}&_count={count}&_offset={offset}")


def stored(trouble: Trouble) -> list[Json]:
    reference = f"Patient/{TROUBLED[trouble].id}"
    return [procedure for procedure in procedures() if procedure["subject"]["reference"] == reference]


@pytest.mark.parametrize("trouble", Trouble)
def test_patients_in_trouble_are_found_by_name_and_read(client: httpx.Client, trouble: Trouble) -> None:
    (patient,) = found(client, "Patient", ("family", f"Demo-{trouble}"))

    assert client.get(f"/Patient/{patient['id']}").json() == patient
    assert stored(trouble)


@pytest.mark.parametrize(
    ("trouble", "status", "code", "text"),
    [
        (Trouble.FORBIDDEN, 403, "forbidden", "Authorization failed"),
        (Trouble.SIGNED_OUT, 401, "unknown", "Authentication failed"),
        (Trouble.GONE, 410, "deleted", "The record has been removed"),
        (Trouble.SERVER_ERROR, 500, "exception", "Internal server error"),
        (Trouble.THROTTLED, 429, "throttled", "Too many requests"),
    ],
)
def test_refusals(client: httpx.Client, trouble: Trouble, status: int, code: str, text: str) -> None:
    answer = procedures_of(client, trouble)

    assert answer.status_code == status
    assert issue_of(answer) == ("error", code, text)
    assert answer.headers.get("retry-after") == ("60" if status == 429 else None)


def test_busy_at_first_and_then_not(client: httpx.Client) -> None:
    first, second, third = (procedures_of(client, Trouble.BUSY) for _ in range(3))

    assert [answer.status_code for answer in (first, second, third)] == [503, 200, 503]
    assert first.headers["retry-after"] == "1"
    assert second.json()["total"] == len(stored(Trouble.BUSY))


@pytest.mark.parametrize(("trouble", "status"), [(Trouble.PROXY, 502), (Trouble.PORTAL, 200)])
def test_html(client: httpx.Client, trouble: Trouble, status: int) -> None:
    answer = procedures_of(client, trouble)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<html" in answer.text


def test_broken_json(client: httpx.Client) -> None:
    answer = procedures_of(client, Trouble.BROKEN)

    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_connection_ends_in_the_middle(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        procedures_of(client, Trouble.DROPPED)


@pytest.mark.parametrize("trouble", [Trouble.SLOW, Trouble.SILENT])
def test_no_answer_within_half_a_second(demo: DemoServer, trouble: Trouble) -> None:
    headers = {"Authorization": f"Bearer {DEMO_TOKEN}"}
    with (
        httpx.Client(base_url=demo.url, headers=headers, trust_env=False, timeout=0.5) as impatient,
        pytest.raises(httpx.ReadTimeout),
    ):
        procedures_of(impatient, trouble)


def test_the_second_page_fails(client: httpx.Client) -> None:
    first = procedures_of(client, Trouble.HALFWAY)
    second = client.get(links(first.json())["next"])

    assert (first.status_code, second.status_code) == (200, 500)
    assert len(first.json()["entry"]) == 100


def test_pages_in_a_circle(client: httpx.Client) -> None:
    first = procedures_of(client, Trouble.LOOP)
    second = client.get(links(first.json())["next"])

    assert second.json() == first.json()
    assert first.json()["entry"]


def test_next_page_elsewhere(client: httpx.Client) -> None:
    bundle = procedures_of(client, Trouble.ELSEWHERE).json()

    assert links(bundle)["next"].startswith("https://records.example.org/Procedure?patient=")
    assert bundle["total"] > len(bundle["entry"]) == 100


@pytest.mark.parametrize("count", [10, 100])
def test_fewer_than_total(client: httpx.Client, count: int) -> None:
    patient = ("patient", f"Patient/{TROUBLED[Trouble.SHORT].id}")
    total = procedures_of(client, Trouble.SHORT, count=count).json()["total"]

    assert len(found(client, "Procedure", patient)) == total - 2


def test_a_record_added_between_pages(client: httpx.Client) -> None:
    first = procedures_of(client, Trouble.SHIFTED).json()
    second = client.get(links(first)["next"]).json()
    first_ids, second_ids = ([entry["resource"]["id"] for entry in page["entry"]] for page in (first, second))

    assert second["total"] == first["total"] + 1
    assert second_ids[0] == first_ids[-1]
    assert len(set(first_ids) | set(second_ids)) == first["total"]


def test_somebody_elses_procedure(client: httpx.Client) -> None:
    bundle = procedures_of(client, Trouble.MIXED).json()
    own = f"Patient/{TROUBLED[Trouble.MIXED].id}"
    others = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["subject"]["reference"] != own]

    assert len(others) == 1
    assert bundle["total"] == len(bundle["entry"]) == len(stored(Trouble.MIXED)) + 1
    assert client.get(f"/Procedure/{others[0]['id']}").json() == others[0]


def test_a_warning_in_the_bundle(client: httpx.Client) -> None:
    bundle = procedures_of(client, Trouble.WARNING).json()
    (warning,) = [entry for entry in bundle["entry"] if entry.get("search") == {"mode": "outcome"}]

    assert warning["resource"]["issue"][0]["severity"] == "warning"
    assert len(bundle["entry"]) == bundle["total"] + 1


def test_entries_that_hold_no_procedure(client: httpx.Client) -> None:
    resources = [entry["resource"] for entry in procedures_of(client, Trouble.UNREADABLE).json()["entry"]]

    assert resources[-3:-1] == [None, "Procedure"]
    assert resources[:-3] == stored(Trouble.UNREADABLE)


def test_a_slow_answer_holds_up_nobody_else(demo: DemoServer) -> None:
    async def both() -> list[str]:
        headers = {"Authorization": f"Bearer {DEMO_TOKEN}"}
        async with httpx.AsyncClient(base_url=demo.url, headers=headers, trust_env=False, timeout=30) as client:
            done: list[str] = []

            async def ask(name: str, path: str) -> None:
                (await client.get(path)).raise_for_status()
                done.append(name)

            slow = asyncio.create_task(ask("slow", f"/Procedure?patient={TROUBLED[Trouble.SLOW].id}"))
            await ask("quick", "/Patient?name=jones")
            await slow
            return done

    assert asyncio.run(both()) == ["quick", "slow"]
