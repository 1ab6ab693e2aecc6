"""What a program may ask leave for, and what that lets it do.

SMART's scopes of both versions (`user/Patient.read` is the first's, `user/Patient.rs` the second's), for reading and
searching only. http://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
"""

import re
from collections.abc import Collection, Sequence
from typing import Literal

from procedure_viewer.demo.oauth.errors import ErrorCode, OAuthError
from procedure_viewer.demo.store import OTHERS, PATIENT, PROCEDURE, PROVENANCE

OPENID = "openid"
FHIR_USER = "fhirUser"
OFFLINE_ACCESS = "offline_access"

Interaction = Literal["r", "s"]
"""Reading one resource by its id, or searching."""

_PERSONS_OWN = (OPENID, FHIR_USER, "profile", OFFLINE_ACCESS, "launch")
_TYPES = "|".join((PATIENT, PROCEDURE, PROVENANCE, *OTHERS))
_CLINICAL = re.compile(rf"(?P<who>user|system)/(?P<type>{_TYPES}|\*)\.(?P<what>read|rs|r|s)")

SUPPORTED = (
    *_PERSONS_OWN,
    *(
        f"{who}/{kind}.{what}"
        for who in ("user", "system")
        for kind in ("Patient", "Procedure")
        for what in ("read", "rs")
    ),
    *(f"user/{kind}.{what}" for kind in (PROVENANCE, *OTHERS) for what in ("read", "rs")),
)
"""Scopes worth telling of; `.r`, `.s` and `*` in the place of a type are understood too."""


def for_person(asked: str) -> tuple[str, ...]:
    """The scopes in `asked`, which a person is to allow, or those for reading charts; raises `OAuthError`."""
    return _checked(asked or "user/Patient.read user/Procedure.read", _PERSONS_OWN, ("user",))


def for_program(asked: str) -> tuple[str, ...]:
    """The scopes in `asked` for a program that acts by itself; raises `OAuthError`.

    They are `system/` by SMART's rules; `user/` is taken too, as servers do that know one list of scopes.
    """
    return _checked(asked or "system/Patient.read system/Procedure.read", (), ("user", "system"))


def narrowed(asked: str, granted: Sequence[str]) -> tuple[str, ...]:
    """The scopes in `asked`, which must all be among those `granted`, or these; raises `OAuthError`."""
    scopes = tuple(dict.fromkeys(asked.split())) or tuple(granted)
    if not set(scopes) <= set(granted):
        raise OAuthError(ErrorCode.INVALID_SCOPE, "more was asked for than had been granted")
    return scopes


def cover(granted: Collection[str], resource_type: str, interaction: Interaction) -> bool:
    """Whether the scopes let a program read, or search for, resources of that type."""
    return any(
        match["type"] in (resource_type, "*") and (match["what"] == "read" or interaction in match["what"])
        for match in map(_CLINICAL.fullmatch, granted)
        if match
    )


def _checked(asked: str, words: Collection[str], levels: Collection[str]) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(asked.split()))
    for scope in scopes:
        match = _CLINICAL.fullmatch(scope)
        if scope not in words and not (match and match["who"] in levels):
            # The scope itself is not said: a description may hold ASCII only.
            raise OAuthError(ErrorCode.INVALID_SCOPE, "a scope is not known here")
    return scopes
