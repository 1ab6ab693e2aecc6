"""FHIR's small types, read whatever they turn out to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.datatypes import (
    CodeableConcept,
    Coding,
    HumanName,
    Reference,
    ResourceKey,
    paragraphs,
    printable,
    read_coding,
    read_concept,
    read_human_name,
    read_identifier,
    read_reference,
)
from tests.fhir.samples import characters, json_values

READERS = [read_coding, read_concept, read_human_name, read_identifier, read_reference]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Biopsy of skin", "Biopsy of skin"),
        ("two\r\nlines\tand a tab", "two  lines and a tab"),
        ("\x00\x1b[31m", "␀␛[31m"),
        ("\u202eevil\u2066", "\ufffdevil\ufffd"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("n\u0303 \u3000 \N{NO-BREAK SPACE}", "n\u0303 \u3000 \N{NO-BREAK SPACE}"),
        ("कर्\N{ZERO WIDTH JOINER}म", "कर्\N{ZERO WIDTH JOINER}म"),
        ("井上 陽菜", "井上 陽菜"),
    ],
)
def test_text_is_safe_on_one_line(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(characters))
def test_printable_text_can_be_encoded_and_has_one_line(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown
    assert not any("\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069" for character in shown)


@given(st.text(characters))
def test_paragraphs_keep_their_lines(text: str) -> None:
    assert paragraphs(text).split("\n") == (list(map(printable, text.splitlines())) or [""])


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("http://www.ama-assn.org/go/cpt", "CPT"),
        ("http://www.ama-assn.org/go/cpt/", "CPT"),
        ("http://snomed.info/sct", "SNOMED CT"),
        ("http://www.cms.gov/Medicare/Coding/ICD10", "ICD-10-PCS"),
        ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets/Alpha-Numeric-HCPCS.html", "HCPCS"),
        ("urn:oid:2.16.840.1.113883.6.285", "HCPCS"),
        ("http://www.ada.org/cdt", "CDT"),
        ("http://loinc.org", "LOINC"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM"),
        ("unstructured", "Unstructured"),
        ("urn:oid:1.2.3", "urn:oid:1.2.3"),
        ("", ""),
    ],
)
def test_code_systems_have_names(system: str, name: str) -> None:
    assert Coding(system).system_name == name


@pytest.mark.parametrize(
    ("concept", "label"),
    [
        ({"text": " Biopsy ", "coding": [{"display": "Other"}]}, "Biopsy"),
        ({"coding": [{"code": "1"}, {"display": "Words"}]}, "Words"),
        ({"coding": [{"code": "1"}, {"code": "2"}]}, "1"),
        ({"coding": {"code": "7"}}, "7"),
        ("plain", "plain"),
        ({"coding": "x", "text": 5}, ""),
        (None, ""),
    ],
)
def test_the_words_of_a_concept(concept: object, label: str) -> None:
    assert read_concept(concept).label == label


def test_a_concept_is_what_it_says() -> None:
    concept = read_concept({"text": "t", "coding": [{"system": "s", "code": "c", "display": "d"}, 5]})
    assert concept == CodeableConcept("t", (Coding("s", "c", "d"),))


BASE = "https://fhir.example.com/r4"


@pytest.mark.parametrize(
    ("reference", "base_url", "key"),
    [
        ("Patient/123", "", "Patient/123"),
        ("Patient/123", BASE, "Patient/123"),
        ("Patient/123/_history/4", BASE, "Patient/123"),
        (f"{BASE}/Patient/123", BASE, "Patient/123"),
        (f"{BASE}/Patient/123/_history/4", BASE, "Patient/123"),
        (f"{BASE}/Patient/123", f"{BASE}/", "Patient/123"),
        ("https://FHIR.example.com:443/r4/Patient/123", BASE, "Patient/123"),
        ("https://other.example/x/Patient/123", "", "Patient/123"),
        ("https://other.example/r4/Patient/123", BASE, None),
        ("http://fhir.example.com/r4/Patient/123", BASE, None),
        ("https://fhir.example.com:8443/r4/Patient/123", BASE, None),
        ("https://fhir.example.com/other/Patient/123", BASE, None),
        ("https://fhir.example.com/r4/deep/Patient/123", BASE, None),
        ("https://fhir.example.com@evil.example/r4/Patient/123", BASE, None),
        ("https://user@fhir.example.com/r4/Patient/123", BASE, None),
        ("https://evil.example/?x=https://fhir.example.com/r4/Patient/123", BASE, None),
        (f"{BASE}/Patient/123?x=Patient/4", BASE, None),
        (f"{BASE}/Patient/123#x", BASE, None),
        ("https://fhir.example.com:port/r4/Patient/123", BASE, None),
        ("https://[::1/Patient/123", BASE, None),
        ("/Patient/123", BASE, None),
        ("Patient?identifier=5", BASE, None),
        ("Patient/", BASE, None),
        ("Patient/1 2", BASE, None),
        ("Patient/123\n", BASE, None),
        ("patient/123", BASE, None),
        (f"Patient/{'1' * 65}", BASE, None),
        ("#contained", BASE, None),
        ("urn:uuid:2dd9a3bc-a3bb-472b-aaef-c57be394de39", BASE, None),
        ("", BASE, None),
    ],
)
def test_what_a_reference_points_at(reference: str, base_url: str, key: str | None) -> None:
    found = Reference(reference).key(base_url)
    assert (found.text if found else None) == key


def test_keys_are_equal_when_type_and_id_are() -> None:
    assert Reference("Patient/1").key() == ResourceKey("Patient", "1") == Reference(f"{BASE}/Patient/1").key(BASE)
    assert Reference("Patient/1").key() != Reference("Group/1").key()


@given(st.text(), st.text() | st.just(BASE))
def test_a_key_is_always_well_formed(reference: str, base_url: str) -> None:
    for text in (reference, f"https://{reference}/Patient/1", f"{BASE}/{reference}"):
        key = Reference(text).key(base_url)
        assert key is None or Reference(key.text).key() == key


@pytest.mark.parametrize(
    ("name", "formal"),
    [
        (HumanName(family="Okafor", given=("Ngozi", "Grace")), "OKAFOR, Ngozi Grace"),
        (HumanName(family="van den Broek", given=("Eva",)), "VAN DEN BROEK, Eva"),
        (HumanName(family="Smith", given=("John",), suffix=("Jr.",)), "SMITH, John Jr."),
        (HumanName(family="Okafor"), "OKAFOR"),
        (HumanName(given=("Kenzi",)), "Kenzi"),
        (HumanName(given=("Kenzi",), text="other"), "Kenzi"),
        (HumanName(text="Ngozi Okafor"), "Ngozi Okafor"),
        (HumanName(family="Groß", given=("Eva",)), "GROẞ, Eva"),
        (HumanName(family="井上", given=("陽菜",)), "井上, 陽菜"),
        (HumanName(prefix=("Dr",)), ""),
    ],
)
def test_formal_names(name: HumanName, formal: str) -> None:
    assert name.formal == formal


@given(json_values)
def test_any_value_can_be_read_as_any_type(value: object) -> None:
    for read in READERS:
        str(read(value)).encode()
