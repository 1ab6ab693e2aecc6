"""Who may read and search the records: the bearers of the demo's fixed tokens, and of those that were granted."""

import hmac

from starlette.requests import Request

from procedure_viewer.demo import DEMO_TOKEN, FORBIDDEN_TOKEN
from procedure_viewer.demo.answers import Forbidden, Unauthorized
from procedure_viewer.demo.oauth.grants import Access, Grants
from procedure_viewer.demo.oauth.scopes import FHIR_USER, Interaction, cover
from procedure_viewer.demo.oauth.tokens import bearer_token
from procedure_viewer.demo.store import PRACTITIONER


class Admission:
    """Lets a request through, or refuses it."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    def check(self, request: Request, resource_type: str, interaction: Interaction, resource_id: str = "") -> None:
        """Raises `Unauthorized` without a good token, and `Forbidden` for what that token is not for."""
        token = bearer_token(request)
        if _is(token, DEMO_TOKEN):
            return
        if _is(token, FORBIDDEN_TOKEN):
            raise Forbidden
        access = self._grants.access(token)
        if access is None:
            raise Unauthorized
        if not (cover(access.scopes, resource_type, interaction) or _is_own(access, resource_type, resource_id)):
            raise Forbidden


def _is(token: str, expected: str) -> bool:
    return hmac.compare_digest(token.encode(), expected.encode())


def _is_own(access: Access, resource_type: str, resource_id: str) -> bool:
    """Whether it is the entry of the person who signed in, which `fhirUser` lets a program read."""
    staff = access.grant.staff
    return (
        resource_type == PRACTITIONER and FHIR_USER in access.scopes and staff is not None and staff.id == resource_id
    )
