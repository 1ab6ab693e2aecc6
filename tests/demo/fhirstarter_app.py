"""A FHIRStarter application over given records, to compare the demo server with.

`python -m tests.demo.fhirstarter_app FILE`, with FHIR_SEQUENCE=R4B in the environment, prints its port, and serves
until it is terminated. What FHIRStarter leaves to its user (which resources match, and their pages) is written here
once more, on its own models and without the demo server's code.
"""

import json
import socket
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import uvicorn
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.condition import Condition
from fhir.resources.R4B.encounter import Encounter
from fhir.resources.R4B.location import Location
from fhir.resources.R4B.organization import Organization
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner
from fhir.resources.R4B.practitionerrole import PractitionerRole
from fhir.resources.R4B.procedure import Procedure
from fhir.resources.R4B.provenance import Provenance
from fhirstarter import FHIRProvider, FHIRStarter, InteractionContext
from fhirstarter.exceptions import (
    FHIRBadRequestError,
    FHIRForbiddenError,
    FHIRResourceNotFoundError,
    FHIRUnauthorizedError,
)

NICKNAME = b"""
[search-parameters.Patient.nickname]
type = "string"
description = "A nickname"
uri = "https://example.org/nickname"
include-in-capability-statement = true
"""

Values = list[str] | None
provider = FHIRProvider()
patients: list[Any] = []
procedures: list[Any] = []
provenances: list[Any] = []
others: list[Any] = []
OTHERS = (Condition, Encounter, Location, Organization, Practitioner, PractitionerRole)
RESTRICTED = "demo-restricted"


def load(path: Path) -> None:
    for resource in json.loads(path.read_text("utf-8")):
        if resource["resourceType"] == "Patient":
            patients.append(Patient.model_validate(resource))
        elif resource["resourceType"] == "Procedure":
            procedures.append(Procedure.model_validate(resource))
        elif resource["resourceType"] == "Provenance":
            provenances.append(Provenance.model_validate(resource))
        else:
            (model,) = [each for each in OTHERS if each.__name__ == resource["resourceType"]]
            others.append(model.model_validate(resource))


def let_in(context: InteractionContext) -> None:
    match context.request.headers.get("authorization"):
        case "Bearer demo":
            return
        case "Bearer demo-forbidden":
            raise FHIRForbiddenError("Authorization failed")
        case _:
            raise FHIRUnauthorizedError("Authentication failed")


def bad() -> FHIRBadRequestError:
    return FHIRBadRequestError("invalid", "Bad request")


def by_id(context: InteractionContext, resources: list[Any], id_: str) -> Any:
    let_in(context)
    if id_ == RESTRICTED:
        raise FHIRForbiddenError("Authorization failed")
    for resource in resources:
        if resource.id == id_:
            return resource
    raise FHIRResourceNotFoundError


def bundle(context: InteractionContext, resources: list[Any], known: set[str]) -> Bundle:
    """One page, with the links of the API's examples."""
    kept = [(name, value) for name, value in parse_qsl(context.request.url.query, True) if name in known]
    query = dict(context.request.query_params)
    if not all(query.get(name, "1").removeprefix("-").isdigit() for name in ("_count", "_offset")):
        raise bad()
    count, offset = min(int(query.get("_count", "10")), 100), int(query.get("_offset", "0"))
    if count < 1 or offset < 0:
        raise bad()
    answer: dict[str, Any] = {"type": "searchset", "total": len(resources)}
    if resources:

        def link(relation: str, start: int) -> dict[str, str]:
            told = "".join(f"{quote(name, safe='')}={quote(value, safe='')}&" for name, value in kept)
            path = context.request.url.path
            return {"relation": relation, "url": f"{path}?{told}_count={count}&_offset={start}"}

        following = [link("next", offset + count)] if offset + count < len(resources) else []
        last = len(resources) - ((len(resources) - 1) % count + 1)
        answer["link"] = [link("self", offset), link("first", 0), *following, link("last", last)]
        if shown := resources[offset : offset + count]:
            answer["entry"] = [{"resource": resource} for resource in shown]
    return Bundle(**answer)


def plain(text: str | None) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFD", (text or "").lower()) if unicodedata.category(letter) != "Mn"
    )


def names(patient: Any) -> list[Any]:
    return patient.name or []


def days(text: str) -> tuple[date, date]:
    """The first and the last day of a year, a month, or a day."""
    parts = [int(part) for part in text.split("-")]
    if len(text) == 4:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(text) == 7:
        following = date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
        return date(parts[0], parts[1], 1), date.fromordinal(following.toordinal() - 1)
    return date.fromisoformat(text), date.fromisoformat(text)


def born(patient: Any) -> tuple[date, date] | None:
    when = patient.birthDate
    if isinstance(when, datetime):
        when = when.date()
    return days(str(when)) if when else None


def birth_matches(patient: Any, asked: str) -> bool:
    prefix, value = (asked[:2], asked[2:]) if asked[:2].isalpha() else ("eq", asked)
    try:
        low, high = days(value)
    except ValueError:
        raise bad() from None
    span = born(patient)
    if span is None:
        return False
    inside = low <= span[0] and span[1] <= high
    after, before = span[1] > high, span[0] < low
    answers = {
        "eq": inside,
        "ne": not inside,
        "gt": after,
        "ge": after or inside,
        "lt": before,
        "le": before or inside,
    }
    if prefix not in answers:
        raise bad()
    return answers[prefix]


def identifier_matches(patient: Any, asked: str) -> bool:
    for identifier in patient.identifier or []:
        if "|" not in asked:
            if identifier.value == asked:
                return True
        else:
            system, value = asked.split("|", 1)
            if (identifier.system or "") == system and value in ("", identifier.value):
                return True
    return False


def telecom_matches(patient: Any, system: str, asked: str) -> bool:
    return any(point.system == system and point.value.lower() == asked.lower() for point in patient.telecom or [])


def some_name_starts(patient: Any, asked: str, part: str, *, nickname: bool) -> bool:
    def words() -> Iterator[str | None]:
        for name in names(patient):
            if (name.use == "nickname") == nickname:
                yield from (name.given or []) if part == "given" else [name.family]

    return any(plain(word).startswith(plain(asked)) for word in words() if word)


def name_holds(patient: Any, asked: str) -> bool:
    return any(plain(asked) in plain(word) for name in names(patient) for word in [name.family, *(name.given or [])])


@provider.read(Patient)
def patient_read(context: InteractionContext, id_: str) -> Patient:
    return by_id(context, patients, id_)  # type: ignore[no-any-return]


@provider.read(Procedure)
def procedure_read(context: InteractionContext, id_: str) -> Procedure:
    return by_id(context, procedures, id_)  # type: ignore[no-any-return]


@provider.search_type(Patient)
def patient_search(
    context: InteractionContext,
    _id: Values,
    active: Values,
    birthdate: Values,
    email: Values,
    family: Values,
    gender: Values,
    given: Values,
    identifier: Values,
    name: Values,
    nickname: Values,
    phone: Values,
    _sort: Values,
) -> Bundle:
    let_in(context)
    if not set(active or ()) <= {"true", "false"}:
        raise bad()
    rules: dict[str, tuple[Values, Callable[[Any, str], bool]]] = {
        "_id": (_id, lambda patient, value: patient.id == value),
        "active": (active, lambda patient, value: str(patient.active).lower() == value),
        "birthdate": (birthdate, birth_matches),
        "email": (email, lambda patient, value: telecom_matches(patient, "email", value)),
        "family": (family, lambda patient, value: some_name_starts(patient, value, "family", nickname=False)),
        "gender": (gender, lambda patient, value: patient.gender == value),
        "given": (given, lambda patient, value: some_name_starts(patient, value, "given", nickname=False)),
        "identifier": (identifier, identifier_matches),
        "name": (name, name_holds),
        "nickname": (nickname, lambda patient, value: some_name_starts(patient, value, "given", nickname=True)),
        "phone": (phone, lambda patient, value: telecom_matches(patient, "phone", value)),
    }
    found = [
        patient
        for patient in patients
        if all(rule(patient, value) for values, rule in rules.values() for value in values or ())
    ]
    return bundle(context, in_order(found, _sort), {*rules, "_sort"})


def in_order(found: list[Any], sort: Values) -> list[Any]:
    def official(patient: Any) -> Any:
        return next((name for name in names(patient) if name.use == "official"), None)

    keys: dict[str, Callable[[Any], str]] = {
        "_id": lambda patient: patient.id,
        "birthdate": lambda patient: str(patient.birthDate or ""),
        "family": lambda patient: plain(name.family) if (name := official(patient)) else "",
        "given": lambda patient: plain(" ".join(name.given or [])) if (name := official(patient)) else "",
    }
    for key in reversed(sort[-1].split(",") if sort else []):
        if key.removeprefix("-") not in keys:
            raise bad()
        found = sorted(found, key=keys[key.removeprefix("-")], reverse=key.startswith("-"))
    return found


@provider.search_type(Procedure)
def procedure_search(context: InteractionContext, _id: Values, patient: Values) -> Bundle:
    let_in(context)
    wanted = [value if value.startswith("Patient/") else f"Patient/{value}" for value in patient or ()]
    if any(len(value.split("/")) != 2 or value.endswith("/") for value in wanted):
        raise bad()
    found = [
        procedure
        for procedure in procedures
        if all(procedure.id == value for value in _id or ())
        and all(procedure.subject.reference == value for value in wanted)
    ]
    return bundle(context, found, {"_id", "patient"})


@provider.read(Provenance)
def provenance_read(context: InteractionContext, id_: str) -> Provenance:
    return by_id(context, provenances, id_)  # type: ignore[no-any-return]


@provider.search_type(Provenance)
def provenance_search(context: InteractionContext, _id: Values, patient: Values) -> Bundle:
    let_in(context)
    wanted = [value if value.startswith("Patient/") else f"Patient/{value}" for value in patient or ()]
    if any(len(value.split("/")) != 2 or value.endswith("/") for value in wanted):
        raise bad()
    subjects = {f"Procedure/{procedure.id}": procedure.subject.reference for procedure in procedures}
    found = [
        provenance
        for provenance in provenances
        if all(provenance.id == value for value in _id or ())
        and all(subjects[provenance.target[0].reference] == value for value in wanted)
    ]
    return bundle(context, found, {"_id", "patient"})


def offer_reading(model: type[Any]) -> None:
    """A read of the records of one more type."""

    def read(context: InteractionContext, id_: str) -> Any:
        return by_id(context, [other for other in others if isinstance(other, model)], id_)

    provider.read(model)(read)


for each in OTHERS:
    offer_reading(each)


def main() -> None:
    load(Path(sys.argv[1]))
    app = FHIRStarter(config_file=BytesIO(NICKNAME), openapi_url=None)
    app.add_providers(provider)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        print(listener.getsockname()[1], flush=True)  # noqa: T201 - the test waits for it
        uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    main()
