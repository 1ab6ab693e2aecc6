"""Short ways to ask the demo server for something, and to look into its answer."""

from typing import Any

import httpx

from procedure_viewer.demo.records import patients

Json = dict[str, Any]


def found(client: httpx.Client, resource_type: str, *parameters: tuple[str, str]) -> list[Json]:
    """All resources that the search finds, along the links from page to page."""
    query = httpx.QueryParams([*parameters, ("_count", "100")])
    link: str | None = f"/{resource_type}?{query}"
    resources: list[Json] = []
    while link:
        bundle = client.get(link).raise_for_status().json()
        resources += [entry["resource"] for entry in bundle.get("entry", ())]
        link = links(bundle).get("next")
    return resources


def links(bundle: Json) -> dict[str, str]:
    """The Bundle's links by relation, in their order."""
    return {link["relation"]: link["url"] for link in bundle.get("link", ())}


def families(resources: list[Json]) -> set[str]:
    """The family names of patients; "" for one without."""
    return {resource.get("name", [{}])[0].get("family", "") for resource in resources}


def patient_called(family: str, given: str = "") -> Json:
    """The first demo patient with that family name and, where it is given, that first name."""
    return next(
        patient
        for patient in patients()
        for name in patient.get("name", ())
        if name.get("family") == family and (not given or name["given"][0] == given)
    )


def issue_of(response: httpx.Response) -> tuple[str, str, str]:
    """Severity, code and text of the one issue of an OperationOutcome."""
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    (issue,) = outcome["issue"]
    return issue["severity"], issue["code"], issue["details"]["text"]
