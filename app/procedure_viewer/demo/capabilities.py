"""What the demo server says of itself before anybody has signed in.

http://hl7.org/fhir/R4/capabilitystatement.html, http://hl7.org/fhir/smart-app-launch/conformance.html. The addresses
for signing in are named where the API names them; nothing answers there, since the demo is opened by a token that
everybody knows.
"""

import msgspec

from procedure_viewer import __version__

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
                    ],
                }
            ],
        }
    )


def smart_configuration(base_url: str) -> bytes:
    """The SMART App Launch discovery document of the server at `base_url`."""
    return msgspec.json.encode(
        {
            "authorization_endpoint": _authorize(base_url),
            "token_endpoint": _token(base_url),
            "grant_types_supported": ["authorization_code"],
            "scopes_supported": ["user/Patient.read", "user/Procedure.read", "offline_access"],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": [
                "launch-standalone",
                "client-public",
                "permission-offline",
                "permission-user",
                "permission-v1",
            ],
        }
    )


def _authorize(base_url: str) -> str:
    return f"{base_url}/auth/authorize/"


def _token(base_url: str) -> str:
    return f"{base_url}/auth/token/"


def _security(base_url: str) -> dict[str, object]:
    return {
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [
                    {"url": "authorize", "valueUri": _authorize(base_url)},
                    {"url": "token", "valueUri": _token(base_url)},
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
