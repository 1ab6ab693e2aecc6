"""Ids for made-up records: always the same for the same name, and of the API's forms."""

import uuid

_NAMESPACE = uuid.UUID("6f1c9f0e-3a55-4a53-9d6b-52d7a1c1d0aa")


def patient_key(slug: str) -> str:
    """A patient's id: 32 hex digits without dashes."""
    return uuid.uuid5(_NAMESPACE, f"Patient/{slug}").hex


def staff_key(slug: str) -> str:
    """A staff member's id: 32 hex digits without dashes."""
    return uuid.uuid5(_NAMESPACE, f"Practitioner/{slug}").hex


def provenance_key(procedure_id: str) -> str:
    """The id of the Provenance of a procedure: a UUID with dashes."""
    return str(uuid.uuid5(_NAMESPACE, f"Provenance/{procedure_id}"))


def procedure_key(patient_id: str, number: int) -> str:
    """The id of the patient's procedure `number`: a UUID with dashes."""
    return str(uuid.uuid5(_NAMESPACE, f"{patient_id}/{number}"))
