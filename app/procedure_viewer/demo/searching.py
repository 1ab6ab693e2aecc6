"""What the parameters of the searches mean: each becomes a test that a resource passes or fails.

http://hl7.org/fhir/R4/search.html, as far as the API takes part in it. A parameter that comes twice must be met twice;
an unknown one is ignored, so that a search with nothing else in it finds everything.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from procedure_viewer.demo.answers import BadRequest, Parameters
from procedure_viewer.demo.partial_dates import BirthDateTest

Resource = Mapping[str, Any]
Test = Callable[[Resource], bool]

_ID = r"[A-Za-z0-9\-.]{1,64}"
_PATIENT_REFERENCE = re.compile(rf"(?:Patient/)?({_ID})")
_NICKNAME = "nickname"


def known_parameters(resource_type: str, parameters: Parameters) -> list[tuple[str, str]]:
    """Those of `parameters` that the search for `resource_type` understands, in their order."""
    known = _TESTS[resource_type].keys() | _ORDERING[resource_type]
    return [(name, value) for name, value in parameters if name in known]


def tests_for(resource_type: str, parameters: Parameters) -> list[Test]:
    """One test for each of `parameters`; raises `BadRequest` for a value that can't be one."""
    makers = _TESTS[resource_type]
    return [makers[name](value) for name, value in parameters if name in makers]


def ordered(found: Iterable[tuple[Resource, bytes]], parameters: Parameters) -> list[bytes]:
    """The bytes of the resources in the order that the last `_sort` asks for; without one, as they are stored."""
    rows = list(found)
    for key in reversed(next((value.split(",") for name, value in reversed(parameters) if name == "_sort"), [])):
        reading = _SORT_KEYS.get(key.removeprefix("-"))
        if reading is None:
            raise BadRequest
        keyed = [(reading(resource), resource, raw) for resource, raw in rows]
        keyed.sort(key=itemgetter(0), reverse=key.startswith("-"))
        rows = [(resource, raw) for _, resource, raw in keyed]
    return [raw for _, raw in rows]


def patient_id(reference: str) -> str:
    """The id in the value of `patient`: `Patient/<id>` or the bare id. Raises `BadRequest` for all else."""
    match = _PATIENT_REFERENCE.fullmatch(reference)
    if match is None:
        raise BadRequest
    return match.group(1)


def folded(text: str) -> str:
    """`text` without case and accents, as FHIR's string search compares it."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _names(patient: Resource, *, nicknames: bool) -> Iterator[Mapping[str, Any]]:
    return (name for name in patient.get("name", ()) if (name.get("use") == _NICKNAME) is nicknames)


def _part_of_a_name(value: str) -> Test:
    """Anywhere within a family or given name, nicknames and former names among them."""
    wanted = folded(value)
    return lambda patient: any(
        wanted in folded(word)
        for name in patient.get("name", ())
        for word in (name.get("family", ""), *name.get("given", ()))
    )


def _family(value: str) -> Test:
    wanted = folded(value)
    return lambda patient: any(
        folded(name.get("family", "")).startswith(wanted) for name in _names(patient, nicknames=False)
    )


def _given_in(*, nicknames: bool) -> Callable[[str], Test]:
    def given(value: str) -> Test:
        wanted = folded(value)
        return lambda patient: any(
            folded(word).startswith(wanted)
            for name in _names(patient, nicknames=nicknames)
            for word in name.get("given", ())
        )

    return given


def _telecom(system: str) -> Callable[[str], Test]:
    def telecom(value: str) -> Test:
        wanted = value.casefold()
        return lambda patient: any(
            contact.get("system") == system and contact.get("value", "").casefold() == wanted
            for contact in patient.get("telecom", ())
        )

    return telecom


def _identifier(value: str) -> Test:
    """`value` in any system, `system|value`, `system|` for any value in it, `|value` for one without a system."""
    system, bar, code = value.rpartition("|")

    def identifier(patient: Resource) -> bool:
        return any(
            (not code or candidate.get("value") == code) and (not bar or candidate.get("system", "") == system)
            for candidate in patient.get("identifier", ())
        )

    return identifier


def _active(value: str) -> Test:
    if value not in ("true", "false"):
        raise BadRequest
    wanted = value == "true"
    return lambda patient: patient.get("active") is wanted


def _equal(element: str) -> Callable[[str], Test]:
    return lambda value: lambda resource: bool(resource.get(element) == value)


def _subject(value: str) -> Test:
    wanted = f"Patient/{patient_id(value)}"
    return lambda procedure: bool(procedure["subject"]["reference"] == wanted)


def _official(patient: Resource) -> Mapping[str, Any]:
    names: list[Mapping[str, Any]] = patient.get("name") or [{}]
    return next((name for name in names if name.get("use") == "official"), names[0])


_TESTS: Mapping[str, Mapping[str, Callable[[str], Test]]] = {
    "Patient": {
        "_id": _equal("id"),
        "active": _active,
        "birthdate": BirthDateTest,
        "email": _telecom("email"),
        "family": _family,
        "gender": _equal("gender"),
        "given": _given_in(nicknames=False),
        "identifier": _identifier,
        "name": _part_of_a_name,
        "nickname": _given_in(nicknames=True),
        "phone": _telecom("phone"),
    },
    "Procedure": {"_id": _equal("id"), "patient": _subject},
    "Provenance": {"_id": _equal("id"), "patient": _subject},
}
_ORDERING: Mapping[str, frozenset[str]] = {
    "Patient": frozenset({"_sort"}),
    "Procedure": frozenset(),
    "Provenance": frozenset(),
}
_SORT_KEYS: Mapping[str, Callable[[Resource], str]] = {
    "_id": lambda patient: str(patient["id"]),
    "birthdate": lambda patient: str(patient.get("birthDate", "")),
    "family": lambda patient: folded(_official(patient).get("family", "")),
    "given": lambda patient: folded(" ".join(_official(patient).get("given", ()))),
}
