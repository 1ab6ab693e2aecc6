"""Every element that US Core wants seen of a Procedure has a place in the summary, and R5's names have the same places.

Must-support and mandatory elements by version, and those that are "additional USCDI" since 6.1:
https://hl7.org/fhir/us/core/STU3.1.1/StructureDefinition-us-core-procedure.html
https://hl7.org/fhir/us/core/STU4/StructureDefinition-us-core-procedure.html
https://hl7.org/fhir/us/core/STU5.0.1/StructureDefinition-us-core-procedure.html
https://hl7.org/fhir/us/core/STU6.1/StructureDefinition-us-core-procedure.html
https://hl7.org/fhir/us/core/STU7/StructureDefinition-us-core-procedure.html
https://hl7.org/fhir/us/core/STU8/StructureDefinition-us-core-procedure.html
https://build.fhir.org/ig/HL7/US-Core/StructureDefinition-us-core-procedure.html (9.0.0)
and, as a machine reads them, `:must_supports:` in
https://github.com/inferno-framework/us-core-test-kit/tree/main/lib/us_core_test_kit/generated (3.1.1 to 8.0.0).
US Core defines no extension of a Procedure.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from procedure_viewer.fhir.elements import Element, read_elements
from procedure_viewer.fhir.fact import Line
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.summary import summary
from tests.fhir.samples import WHOLE_PROCEDURE, encoded

_FIRST = ("status", "code", "subject", "performed[x]")
MUST_SUPPORT = {
    "3.1.1": _FIRST,
    "4.0.0": _FIRST,
    "5.0.1": _FIRST,
    "6.1.0": (*_FIRST, "basedOn"),
    "7.0.0": (*_FIRST, "basedOn", "encounter", "reasonCode", "reasonReference"),
    "8.0.0": (*_FIRST, "basedOn", "encounter", "performer", "performer.actor", "reasonCode", "reasonReference"),
    "9.0.0": (*_FIRST, "basedOn", "encounter", "performer", "performer.actor", "reasonCode", "reasonReference"),
}
PLACES: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "status": ("Status", {"status": "completed"}, "Completed"),
    "code": ("Procedure", {"code": {"text": "Biopsy"}}, "Biopsy"),
    "subject": ("Patient, as recorded", {"subject": {"reference": "Patient/1", "display": "A. Alder"}}, "A. Alder"),
    "basedOn": ("Based on", {"basedOn": [{"reference": "ServiceRequest/1"}]}, "ServiceRequest/1"),
    "encounter": ("Encounter", {"encounter": {"reference": "Encounter/1"}}, "Encounter/1"),
    "performer": ("Performer", {"performer": [{"function": {"text": "Surgeon"}}]}, "Surgeon"),
    "performer.actor": ("Performer", {"performer": [{"actor": {"display": "Dr A"}}]}, "Dr A"),
    "reasonCode": ("Reason", {"reasonCode": [{"text": "Cough"}]}, "Cough"),
    "reasonReference": ("Reason", {"reasonReference": [{"reference": "Condition/1"}]}, "Condition/1"),
}
PERFORMED = {
    "performedDateTime": ("2023-09", "Sep 2023"),
    "performedPeriod": ({"start": "2023"}, "from 2023, no end stated"),
    "performedString": ("as a child", "as a child"),
    "performedAge": ({"value": 4, "code": "a"}, "at age 4 years"),
    "performedRange": ({"low": {"value": 4, "code": "a"}}, "at age 4 years or more"),
}
OTHER_NAMES = {  # R5's name and shape: http://hl7.org/fhir/R5/procedure.html, and R4's for the same
    "occurrenceDateTime": ("2023-09", "performedDateTime", "2023-09"),
    "occurrencePeriod": ({"start": "2023"}, "performedPeriod", {"start": "2023"}),
    "occurrenceString": ("as a child", "performedString", "as a child"),
    "category": ([{"text": "Surgery"}], "category", {"text": "Surgery"}),
    "reason": ([{"concept": {"text": "Cough"}}], "reasonCode", [{"text": "Cough"}]),
    "reason ": ([{"reference": {"display": "A cold"}}], "reasonReference", [{"display": "A cold"}]),
    "used": ([{"concept": {"text": "Needle"}}], "usedCode", [{"text": "Needle"}]),
    "used ": ([{"reference": {"display": "Scope"}}], "usedReference", [{"display": "Scope"}]),
    "complication": ([{"concept": {"text": "Bleeding"}}], "complication", [{"text": "Bleeding"}]),
    "complication ": ([{"reference": {"display": "Hole"}}], "complicationDetail", [{"display": "Hole"}]),
    "reportedReference": ({"display": "The mother"}, "asserter", {"display": "The mother"}),
}


def facts(elements: Mapping[str, object]) -> dict[str, str]:
    resource = {"resourceType": "Procedure", **elements}
    return {fact.label: fact.value for fact in summary(read_procedure(encoded(resource)))}


@pytest.mark.parametrize("version", MUST_SUPPORT)
def test_every_element_has_its_place(version: str) -> None:
    for element in MUST_SUPPORT[version]:
        if element == "performed[x]":
            for name, (value, words) in PERFORMED.items():
                assert facts({name: value})["When"] == words
        else:
            label, elements, words = PLACES[element]
            assert facts(elements)[label] == words


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_r5_says_the_same_in_the_same_place(name: str) -> None:
    value, in_r4, value_in_r4 = OTHER_NAMES[name]
    assert facts({name.strip(): value}) == facts({in_r4: value_in_r4})


@pytest.mark.parametrize(
    ("url", "value", "label", "words"),
    [
        ("procedure-method", {"valueCodeableConcept": {"text": "Open"}}, "Method", "Open"),
        ("procedure-approachBodyStructure", {"valueReference": {"display": "Left flank"}}, "Approach", "Left flank"),
        ("procedure-incisionDateTime", {"valueDateTime": "2023-09-20"}, "First incision", "20 Sep 2023"),
        ("procedure-causedBy", {"valueReference": {"display": "A fall"}}, "Caused by", "A fall"),
        ("unheard-of", {"valueBoolean": True}, "Further details", "unheard-of: Yes"),
        ("unheard-of", {"valueQuantity": {"value": 3, "unit": "cm"}}, "Further details", "unheard-of: 3 cm"),
        ("unheard-of", {"valueRange": {"low": {"value": 3}}}, "Further details", "unheard-of: 3 or more"),
        ("unheard-of", {"valueDecimal": 1.5}, "Further details", "unheard-of: 1.5"),
        ("unheard-of", {"valueAddress": {"city": "Oslo"}}, "Further details", 'unheard-of: {"city": "Oslo"}'),
        (
            "unheard-of",
            {"extension": [{"url": "a", "valueCode": "x"}, {"url": "b", "extension": [{"url": "c", "valueId": "y"}]}]},
            "Further details",
            "unheard-of: a: x; b: c: y",
        ),
    ],
)  # fmt: skip
def test_extensions_are_said_by_their_names(url: str, value: dict[str, object], label: str, words: str) -> None:
    extension = {"url": f"http://hl7.org/fhir/StructureDefinition/{url}", **value}
    assert facts({"extension": [extension]})[label] == words


def test_r5_in_an_r4_record_stands_in_the_same_fact() -> None:
    url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Procedure.recorded"
    found = facts({"recorded": "2023", "extension": [{"url": url, "valueDateTime": "2024"}]})
    assert found["Recorded"] == "2023\n2024"


def every_path(element: Element) -> set[str]:
    return {element.path, *(path for child in element.children for path in every_path(child))}


def lines_of(raw: bytes) -> list[Line]:
    return [line for fact in summary(read_procedure(raw)) for line in fact.lines]


def test_every_line_names_an_element_that_is_there() -> None:
    raw = encoded(WHOLE_PROCEDURE)
    paths = every_path(read_elements(raw))
    lines = lines_of(raw)
    assert [line for line in lines if line.path not in paths] == []
    assert len({line.path for line in lines}) >= 30


@pytest.mark.shared
@pytest.mark.parametrize(
    "file", ["official/Procedure.hl7-r4.ndjson", "official/Procedure.us-core-9.ndjson", "small/Procedure.ndjson"]
)
def test_so_it_is_in_records_that_nobody_here_wrote(shared_data: Path, file: str) -> None:
    for raw in (shared_data / file).read_bytes().splitlines():
        paths = every_path(read_elements(raw))
        for line in lines_of(raw):
            assert line.path in paths or (line.path == "" and line.text in ("Not stated", "Unspecified procedure"))
            assert line.text.strip()


def as_r5(resource: dict[str, Any]) -> dict[str, Any]:
    """An R4 Procedure with R5's names and shapes: http://hl7.org/fhir/R5/procedure.html"""
    renamed = {name.replace("performed", "occurrence", 1): value for name, value in resource.items()}
    if "category" in renamed:
        renamed["category"] = [renamed["category"]]
    for name, (concepts, references) in {
        "reason": ("reasonCode", "reasonReference"),
        "used": ("usedCode", "usedReference"),
        "complication": ("complication", "complicationDetail"),
    }.items():
        both = [{"concept": concept} for concept in renamed.pop(concepts, [])]
        both += [{"reference": reference} for reference in renamed.pop(references, [])]
        if both:
            renamed[name] = both
    return renamed


@pytest.mark.shared
def test_a_record_in_r5s_shape_reads_as_it_does_in_r4s(shared_data: Path) -> None:
    count = 0
    for file in ("official/Procedure.hl7-r4.ndjson", "official/Procedure.us-core-9.ndjson", "small/Procedure.ndjson"):
        for raw in (shared_data / file).read_bytes().splitlines():
            resource = json.loads(raw)
            assert facts(as_r5(resource)) == facts(resource)
            count += 1
    assert count > 1_000
