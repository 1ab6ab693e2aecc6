"""The demo server beside a FHIRStarter application with the same records: the same requests get the same JSON.

FHIRStarter is what the API is built on. Where the two differ on purpose, a test says so.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from procedure_viewer.demo.records import others, patients, procedures
from procedure_viewer.demo.records.troubled import TROUBLED
from procedure_viewer.demo.trouble import Trouble
from tests.conftest import ROOT
from tests.demo.asking import patient_called

JONES = "b8dfa97bdcdf4754bcd8197ca78ef0f0"
OKAFOR = patient_called("Okafor", "Ngozi")["id"]
DATES = patient_called("Demo-Dates")["id"]
EVERYTHING = patient_called("Demo-Everything")["id"]
NOBODY = "0" * 32


@pytest.fixture(scope="session")
def fhirstarter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a FHIRStarter application, in a process of its own whose environment names the version of FHIR."""
    records = tmp_path_factory.mktemp("fhirstarter") / "records.json"
    records.write_text(json.dumps([*patients(), *procedures(), *others()]), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.demo.fhirstarter_app", str(records)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "FHIR_SEQUENCE": "R4B"},
    )
    with process:
        assert process.stdout
        port = int(process.stdout.readline())
        headers = {"Authorization": "Bearer demo"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=60) as client:
            yield client
        process.terminate()


PATHS = [
    # Reading
    f"/Patient/{JONES}",
    *(f"/Patient/{patient['id']}" for patient in patients()[1:]),
    f"/Patient/{NOBODY}",
    f"/Patient/{JONES.upper()}",
    "/Procedure/2dd9a3bc-a3bb-472b-aaef-c57be394de39",
    f"/Procedure/{JONES}",
    "/Procedure/2dd9a3bc-a3bb-472b-aaef-c57be394de39?patient=Patient/1&_pretty=true",
    "/Patient/a_b",
    "/Patient/a%20b",
    f"/Patient/{'a' * 65}",
    f"/Patient/{'a' * 64}",
    "/Procedure/%C3%A9",
    f"/Patient/{JONES}?_format=json",
    f"/Patient/{JONES}?_format=application/fhir%2Bjson",
    f"/Patient/{JONES}?_format=turtle",
    f"/Patient/{NOBODY}?_format=turtle",
    # Procedures
    f"/Procedure?patient=Patient%2F{JONES}",
    f"/Procedure?patient=Patient/{JONES}",
    f"/Procedure?patient={JONES}",
    f"/Procedure?patient=Patient/{OKAFOR}",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=100",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=100&_offset=100",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=100&_offset=300",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=500&_offset=312",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=7&_offset=305",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=13&_offset=5",
    f"/Procedure?_offset=3&patient=Patient/{OKAFOR}&_count=3",
    f"/Procedure?patient=Patient/{EVERYTHING}",
    f"/Procedure?patient=Patient/{NOBODY}",
    f"/Procedure?patient=Patient/{OKAFOR}&patient=Patient/{JONES}",
    f"/Procedure?patient=Patient/{OKAFOR}&status=completed&_sort=date",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=0",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=-1",
    f"/Procedure?patient=Patient/{OKAFOR}&_offset=-1",
    f"/Procedure?patient=Patient/{OKAFOR}&_count=many",
    "/Procedure?patient=Group/1",
    "/Procedure?patient=Patient/1/2",
    "/Procedure?patient=Patient/",
    "/Procedure?_id=2dd9a3bc-a3bb-472b-aaef-c57be394de39",
    f"/Procedure?_id=2dd9a3bc-a3bb-472b-aaef-c57be394de39&patient=Patient/{JONES}",
    f"/Procedure?_id=2dd9a3bc-a3bb-472b-aaef-c57be394de39&patient=Patient/{OKAFOR}",
    "/Procedure?_id=1",
    "/Procedure",
    "/Procedure?_count=100&_offset=2900",
    f"/Procedure?subject=Patient/{JONES}",
    # What procedures point at, and who recorded them
    *(f"/{other['resourceType']}/{other['id']}" for other in others()[:14]),
    "/Practitioner/nobody",
    "/Condition/demo-clinic",
    "/Encounter/a_b",
    f"/Provenance/{others()[-1]['id']}",
    f"/Provenance?patient=Patient/{JONES}",
    f"/Provenance?patient=Patient%2F{OKAFOR}&_count=100&_offset=300",
    f"/Provenance?patient=Patient/{NOBODY}",
    f"/Provenance?_id={others()[-1]['id']}",
    "/Provenance?patient=Group/1",
    "/Provenance?_count=3",
    # Patients
    "/Patient",
    "/Patient?_count=100",
    "/Patient?_count=20&_offset=40",
    "/Patient?name=jones",
    "/Patient?name=JONES&_count=1&_offset=1",
    "/Patient?name=Nguy%E1%BB%85n",
    "/Patient?name=muller",
    "/Patient?name=%E5%B1%B1%E7%94%B0",
    "/Patient?name=sammy",
    "/Patient?name=o%27brien",
    "/Patient?name=Samantha+Jones",
    "/Patient?name=samantha&name=marie",
    "/Patient?name=demo-&_count=30",
    "/Patient?name=",
    "/Patient?family=jon&given=SAM",
    "/Patient?nickname=jack",
    "/Patient?given=jack",
    "/Patient?birthdate=1980-11-13",
    "/Patient?birthdate=ge1980-11-13&birthdate=lt1981-01-01",
    "/Patient?birthdate=gt2016-02-29",
    "/Patient?birthdate=le1936-02-14&_sort=birthdate",
    "/Patient?birthdate=ne1980-11-13&_count=100",
    "/Patient?birthdate=1948",
    "/Patient?birthdate=1972-06",
    "/Patient?birthdate=lt1948-06",
    "/Patient?birthdate=ap1980",
    "/Patient?birthdate=yesterday",
    "/Patient?birthdate=1980-02-30",
    "/Patient?gender=male&_count=50",
    "/Patient?gender=unknown",
    "/Patient?gender=x",
    "/Patient?active=false",
    "/Patient?active=true&_count=3",
    "/Patient?active=maybe",
    "/Patient?email=OKAFOR-ngozi@example.org",
    "/Patient?email=okafor-ngozi",
    "/Patient?phone=5551234567",
    *(f"/Patient?phone={patient['telecom'][0]['value']}" for patient in patients()[:3]),
    "/Patient?identifier=963277285",
    "/Patient?identifier=http://canvasmedical.com%7C963277285",
    "/Patient?identifier=http%3A%2F%2Fhl7.org%2Ffhir%2Fsid%2Fus-ssn%7C",
    "/Patient?identifier=%7C963277285",
    f"/Patient?_id={JONES}",
    "/Patient?_sort=family,-given&_count=100",
    "/Patient?_sort=-birthdate&gender=female&_count=40",
    "/Patient?_sort=_id&_count=5",
    "/Patient?_sort=-_id&_count=5",
    "/Patient?_sort=height",
    "/Patient?unknown=1&_count=2",
    "/Patient?name=jones&_format=turtle",
    # Elsewhere
    "/",
    "/Observation/1",
    "/Encounter?patient=1",
    "/Patient/1/2",
    "/procedure",
]


def same(answer: httpx.Response, other: httpx.Response) -> None:
    assert answer.status_code == other.status_code
    assert answer.headers["content-type"] == other.headers["content-type"]
    assert exact(answer) == exact(other)


def exact(answer: httpx.Response) -> Any:
    return json.loads(answer.text, parse_float=str)


@pytest.mark.parametrize("path", PATHS)
def test_same_answer(client: httpx.Client, fhirstarter: httpx.Client, path: str) -> None:
    same(client.get(path), fhirstarter.get(path))


@pytest.mark.parametrize(
    "path", [f"/Patient/{JONES}", "/Patient?name=jones", f"/Procedure?patient=Patient/{JONES}", "/x"]
)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic ZGVtbw==", "Bearer demo-forbidden"])
def test_same_answer_to_tokens(client: httpx.Client, fhirstarter: httpx.Client, path: str, header: str) -> None:
    headers = {"Authorization": header}

    same(client.get(path, headers=headers), fhirstarter.get(path, headers=headers))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/Patient", f"/Patient/{JONES}", "/metadata", "/nowhere"])
def test_same_answer_to_other_methods(client: httpx.Client, fhirstarter: httpx.Client, method: str, path: str) -> None:
    same(client.request(method, path), fhirstarter.request(method, path))


@pytest.mark.parametrize("path", ["/Patient/", "/Procedure/?_count=1"])
def test_same_redirect(client: httpx.Client, fhirstarter: httpx.Client, path: str) -> None:
    places = [httpx.URL(each.get(path).headers["location"]).raw_path for each in (client, fhirstarter)]

    assert places[0] == places[1]


def test_all_pages_are_the_same(client: httpx.Client, fhirstarter: httpx.Client) -> None:
    for offset in range(0, 400, 100):
        path = f"/Procedure?patient=Patient/{OKAFOR}&_count=100&_offset={offset}"
        same(client.get(path), fhirstarter.get(path))


class TestDifferencesOnPurpose:
    """What the demo server does otherwise than the FHIRStarter application."""

    def test_capabilities_are_of_r4_and_tell_where_to_sign_in(
        self, client: httpx.Client, fhirstarter: httpx.Client
    ) -> None:
        ours, theirs = (each.get("/metadata").json() for each in (client, fhirstarter))

        assert (ours["fhirVersion"], theirs["fhirVersion"]) == ("4.0.1", "4.3.0")
        assert ("security" in ours["rest"][0], "security" in theirs["rest"][0]) == (True, False)

        def told(statement: dict[str, Any]) -> dict[str, set[str]]:
            return {
                resource["type"]: {parameter["name"] for parameter in resource["searchParam"]}
                for resource in statement["rest"][0]["resource"]
                if "searchParam" in resource
            }

        assert told(ours) == told(theirs)

    def test_z_stays_z(self, client: httpx.Client, fhirstarter: httpx.Client) -> None:
        path = f"/Procedure?patient=Patient/{DATES}&_count=100"
        ours, theirs = client.get(path).text, fhirstarter.get(path).text

        assert '"2020-07-14T09:05:00Z"' in ours
        assert json.loads(ours.replace('00Z"', '00+00:00"')) == json.loads(theirs)

    def test_xml_is_refused(self, client: httpx.Client, fhirstarter: httpx.Client) -> None:
        path = f"/Patient/{JONES}?_format=xml"

        assert (client.get(path).status_code, fhirstarter.get(path).status_code) == (400, 200)

    def test_searching_by_post_is_not_offered(self, client: httpx.Client) -> None:
        assert client.post("/Patient/_search", data={"name": "jones"}).status_code == 405

    def test_head_is_answered(self, client: httpx.Client, fhirstarter: httpx.Client) -> None:
        answers = [each.head(f"/Patient/{JONES}").status_code for each in (client, fhirstarter)]

        assert answers == [200, 405]

    def test_each_answer_has_a_request_id(self, client: httpx.Client, fhirstarter: httpx.Client) -> None:
        told = ["fumage-correlation-id" in each.get("/Patient").headers for each in (client, fhirstarter)]

        assert told == [True, False]

    def test_trouble_is_made(self, client: httpx.Client, fhirstarter: httpx.Client) -> None:
        path = f"/Procedure?patient=Patient/{TROUBLED[Trouble.FORBIDDEN].id}"

        assert (client.get(path).status_code, fhirstarter.get(path).status_code) == (403, 200)
