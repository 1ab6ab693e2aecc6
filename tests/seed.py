"""The contract's own example bodies, as values."""

SEED_PROCEDURE_JSON = {
    "resourceType": "Procedure",
    "id": "2dd9a3bc-a3bb-472b-aaef-c57be394de39",
    "status": "unknown",
    "code": {
        "coding": [
            {
                "system": "http://www.ama-assn.org/go/cpt",
                "code": "23066",
                "display": "Biopsy soft tissue shoulder deep",
            }
        ]
    },
    "subject": {"reference": "Patient/b8dfa97bdcdf4754bcd8197ca78ef0f0", "type": "Patient"},
    "performedDateTime": "2023-09-20T21:18:54.263690+00:00",
}


def outcome(code: str, text: str) -> dict[str, object]:
    """An OperationOutcome as the contract prints it."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "details": {"text": text}}],
    }


BAD_REQUEST = outcome("invalid", "Bad request")
AUTHENTICATION_FAILED = outcome("unknown", "Authentication failed")
AUTHORIZATION_FAILED = outcome("forbidden", "Authorization failed")
UNKNOWN_PROCEDURE = outcome("not-found", "Unknown Procedure resource 'a47c7b0e-bbb4-42cd-bc4a-df259d148ea1'")
