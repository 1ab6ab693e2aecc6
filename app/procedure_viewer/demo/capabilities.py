"""What the demo server says of itself before anybody has signed in.

http://hl7.org/fhir/R4/capabilitystatement.html. Where to sign in is named as servers did before SMART had a document of
its own for that (see `oauth.discovery`).
"""

import msgspec

from procedure_viewer import __version__
from procedure_viewer.demo.oauth.routes import AUTHORIZE, REVOKE, TOKEN
from procedure_viewer.demo.store import OTHERS

_DEFINITIONS = "http://hl7.org/fhir/SearchParameter/"
_PATIENT_PARAMETERS = (
    ("_id", "Resource-id", "token"),
    ("active", "Patient-active", "token"),
    ("birthdate", "individual-birthdate", "date"),
    ("email", "individual-email", "token"),
    ("family", "individual-family", "string"),
    ("gender", "individual-gender", "token"),
    ("given", "individual-given", "string"),
    ("identifier", "Patient-identifier", "token"),
    ("name", "Patient-name", "string"),
    ("nickname", "", "string"),
    ("phone", "individual-phone", "token"),
)
_PROCEDURE_PARAMETERS = (("_id", "Resource-id", "token"), ("patient", "clinical-patient", "reference"))
_PROVENANCE_PARAMETERS = (("_id", "Resource-id", "token"), ("patient", "Provenance-patient", "reference"))


def capability_statement(base_url: str) -> bytes:
    """The CapabilityStatement of the server at `base_url`, for FHIR 4.0.1."""
    return msgspec.json.encode(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-06-30",
            "kind": "instance",
            "software": {"name": "Procedure Viewer demo server", "version": __version__},
            "implementation": {"description": "Synthetic records on this machine", "url": base_url},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [
                {
                    "mode": "server",
                    "security": _security(base_url),
                    "resource": [
                        _resource("Patient", _PATIENT_PARAMETERS),
                        _resource("Procedure", _PROCEDURE_PARAMETERS),
                        _resource("Provenance", _PROVENANCE_PARAMETERS),
                        *({"type": other, "interaction": [{"code": "read"}]} for other in OTHERS),
                    ],
                }
            ],
        }
    )


def _security(base_url: str) -> dict[str, object]:
    return {
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [
                    {"url": "authorize", "valueUri": base_url + AUTHORIZE},
                    {"url": "token", "valueUri": base_url + TOKEN},
                    {"url": "revoke", "valueUri": base_url + REVOKE},
                ],
            }
        ],
        "service": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                        "code": "SMART-on-FHIR",
                    }
                ]
            }
        ],
    }


def _resource(resource_type: str, parameters: tuple[tuple[str, str, str], ...]) -> dict[str, object]:
    return {
        "type": resource_type,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [
            {"name": name, "definition": _DEFINITIONS + definition, "type": kind}
            if definition
            else {"name": name, "type": kind}
            for name, definition, kind in parameters
        ],
    }
