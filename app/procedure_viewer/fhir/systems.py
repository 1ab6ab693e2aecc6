"""What people call the code systems of procedures and of what surrounds them.

http://hl7.org/fhir/R4/terminologies-systems.html, with the addresses that servers use for the same systems.
"""

from typing import Final

from procedure_viewer.fhir.words import translate

UNSTRUCTURED: Final = "unstructured"
"""Canvas's own mark for a procedure without a code; it is no address."""

_NAMES: Final = {
    "http://www.ama-assn.org/go/cpt": "CPT",
    "urn:oid:2.16.840.1.113883.6.12": "CPT",
    "http://snomed.info/sct": "SNOMED CT",
    "urn:oid:2.16.840.1.113883.6.96": "SNOMED CT",
    "http://www.cms.gov/medicare/coding/icd10": "ICD-10-PCS",
    "http://hl7.org/fhir/sid/icd-10-pcs": "ICD-10-PCS",
    "urn:oid:2.16.840.1.113883.6.4": "ICD-10-PCS",
    "http://terminology.hl7.org/codesystem/icd10pcs": "ICD-10-PCS",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
    "urn:oid:2.16.840.1.113883.6.90": "ICD-10-CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM",
    "urn:oid:2.16.840.1.113883.6.103": "ICD-9-CM",
    "urn:oid:2.16.840.1.113883.6.104": "ICD-9-CM",
    "http://terminology.hl7.org/codesystem/icd9cm": "ICD-9-CM",
    "http://www.cms.gov/medicare/coding/hcpcsreleasecodesets": "HCPCS",
    "https://www.cms.gov/medicare/coding/hcpcsreleasecodesets/alpha-numeric-hcpcs.html": "HCPCS",
    "http://terminology.hl7.org/codesystem/hcpcs": "HCPCS",
    "http://terminology.hl7.org/codesystem/hcpcs-all-codes": "HCPCS",
    "urn:oid:2.16.840.1.113883.6.285": "HCPCS",
    "urn:oid:2.16.840.1.113883.6.14": "HCPCS",
    "http://www.ada.org/cdt": "CDT",
    "http://ada.org/cdt": "CDT",
    "http://terminology.hl7.org/codesystem/cdt": "CDT",
    "urn:oid:2.16.840.1.113883.6.13": "CDT",
    "http://loinc.org": "LOINC",
    "urn:oid:2.16.840.1.113883.6.1": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://hl7.org/fhir/sid/cvx": "CVX",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://unitsofmeasure.org": "UCUM",
    "https://fhir.hl7.org.uk/id/opcs-4": "OPCS-4",
    "http://fhir.hl7.org.uk/id/opcs-4": "OPCS-4",
    "http://fhir.de/codesystem/bfarm/ops": "OPS",
    "http://fhir.de/codesystem/dimdi/ops": "OPS",
    "urn:oid:1.2.392.200119.4.401": "K code (Japan)",
    "http://jpfhir.jp/fhir/core/mhlw/codesystem/icd10-2013-full": "ICD-10 (Japan)",
    "urn:oid:2.16.840.1.113883.2.4.15.111": "RoleCodeNL",
    "http://hl7.org/fhir/device-action": "FHIR device action",
}


_OF_HL7: Final = "http://terminology.hl7.org/CodeSystem/"
"""HL7's own small systems have no other names than these."""


def system_name(system: str) -> str:
    """The name of a code system ("CPT"); "" for "", and an unknown system as it was given."""
    name = _NAMES.get(system) or _NAMES.get(system.rstrip("/").lower())
    if name is None and system.startswith(_OF_HL7) and (own := system.removeprefix(_OF_HL7)):
        return f"HL7 {own}"
    if name is None and system.lower() == UNSTRUCTURED:
        return translate("fhir", "Unstructured")
    return name or system
