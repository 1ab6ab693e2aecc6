"""Rule 16: a code is shown as the server displays it; the program brings no words of CPT, CDT or SNOMED CT along."""

import ast
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.demo.records import patients, procedures
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.fhir.systems import system_name
from tests.conftest import ROOT
from tests.seed import SEED_PROCEDURE_JSON

OF_OTHERS = {"CPT", "CDT", "SNOMED CT"}
"""Systems whose words belong to others."""
OF_THE_SEED = {("CPT", "23066", "Biopsy soft tissue shoulder deep")}
"""What the contract itself prints."""
BUNDLED = [
    path
    for folder in ("app", "resources")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts
]
"""What the wheel is packed from."""


def shown_code(coding: Mapping[str, object], text: str = "") -> list[str]:
    code = {"coding": [coding], **({"text": text} if text else {})}
    raw = json.dumps({"resourceType": "Procedure", "status": "completed", "code": code}).encode()
    return [
        line.text for fact in summary(read_procedure(raw)) if fact.label in ("Procedure", "Code") for line in fact.lines
    ]


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("http://www.ama-assn.org/go/cpt", "CPT"),
        ("http://snomed.info/sct", "SNOMED CT"),
        ("http://www.cms.gov/Medicare/Coding/ICD10", "ICD-10-PCS"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM"),
        ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets/Alpha-Numeric-HCPCS.html", "HCPCS"),
        ("http://www.ada.org/cdt", "CDT"),
        ("http://ada.org/cdt", "CDT"),
        ("http://loinc.org", "LOINC"),
        ("unstructured", "Unstructured"),
        ("urn:oid:1.2.392.200119.4.401", "K code (Japan)"),
        ("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "HL7 v3-NullFlavor"),
        ("http://example.org/own-codes", "http://example.org/own-codes"),
    ],
)
def test_a_code_goes_with_its_systems_name_and_the_servers_words(system: str, name: str) -> None:
    coding = {"system": system, "code": "X1", "display": "As the server says"}
    assert shown_code(coding) == ["As the server says", f"{name} X1"]
    assert shown_code(coding, "Other words") == ["Other words", f"{name} X1: As the server says"]
    assert shown_code({"system": system, "code": "X1"}) == ["X1", f"{name} X1"]


@given(st.sampled_from(["23066", "33249", "D0120", "80146002", "0W3P8ZZ", "T1019"]), st.text(min_size=1, max_size=30))
def test_no_code_is_given_other_words_than_the_servers(code: str, display: str) -> None:
    for system in ("http://www.ama-assn.org/go/cpt", "http://snomed.info/sct", "http://www.ada.org/cdt"):
        bare = " ".join(shown_code({"system": system, "code": code}))
        assert bare.split() == [code, *system_name(system).split(), code]
        words = printable(display).strip()
        assert shown_code({"system": system, "code": code, "display": display})[0] == (words or code)


def codings(value: Any) -> Iterator[tuple[str, str, str]]:
    """System, code and words of each coding in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("system"), str) and isinstance(value.get("code"), str):
            yield system_name(value["system"]), value["code"], str(value.get("display", ""))
        for member in value.values():
            yield from codings(member)
    elif isinstance(value, list):
        for item in value:
            yield from codings(item)


def test_the_demo_has_no_words_of_others_but_the_seeds() -> None:
    found = {coding for resource in (*patients(), *procedures()) for coding in codings(resource)}
    assert found >= OF_THE_SEED
    assert {name for name, _, _ in found} & {"ICD-10-PCS", "HCPCS"}
    assert {coding for coding in found if coding[0] in OF_OTHERS} <= OF_THE_SEED


def in_pairs(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Texts that stand side by side in a list, a call or a mapping: that is how a table of codes would be written."""
    for node in ast.walk(tree):
        rows: list[list[ast.expr | None]] = []
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            rows = [[*node.elts]]
        elif isinstance(node, ast.Call):
            rows = [[*node.args, *(keyword.value for keyword in node.keywords)]]
        elif isinstance(node, ast.Dict):
            rows = [[*node.values], *([key, value] for key, value in zip(node.keys, node.values, strict=True))]
        for row in rows:
            texts = [item.value if isinstance(item, ast.Constant) else None for item in row]
            for one, other in pairwise(texts):
                if isinstance(one, str) and isinstance(other, str):
                    yield one, other


def test_no_source_pairs_a_code_of_others_with_words() -> None:
    code = re.compile(r"\d{5}|D\d{4}|\d{6,18}")  # CPT, CDT, SNOMED CT
    words = re.compile(r".*[a-z]{3}.* .*")
    seen = 0
    for path in BUNDLED:
        if path.suffix == ".py":
            for one, other in in_pairs(ast.parse(path.read_text())):
                seen += 1
                for left, right in ((one, other), (other, one)):
                    if code.fullmatch(left) and words.fullmatch(right):
                        assert ("CPT", left, right) in OF_THE_SEED, path
    assert seen > 500


def test_the_pairs_are_seen_where_there_are_any() -> None:
    table = ast.parse("T = {'23066': 'Biopsy of it', 'x': ['D0120', 'Oral exam']}; f('80146002', text='Out it goes')")
    pairs = set(in_pairs(table))
    assert {("23066", "Biopsy of it"), ("D0120", "Oral exam"), ("80146002", "Out it goes")} <= pairs


def test_nothing_that_is_packed_is_out_of_sight() -> None:
    """Archives and databases could hide a terminology; there are none."""
    assert {path.suffix for path in BUNDLED} <= {".py", ".md", ".svg", ".txt", ".typed"}
    assert not any(zipfile.is_zipfile(path) for path in BUNDLED)


def test_the_seeds_own_procedure() -> None:
    found = {fact.label: fact.value for fact in summary(read_procedure(json.dumps(SEED_PROCEDURE_JSON).encode()))}
    assert (found["Procedure"], found["Code"]) == ("Biopsy soft tissue shoulder deep", "CPT 23066")
