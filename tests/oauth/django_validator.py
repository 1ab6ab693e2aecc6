"""What django-oauth-toolkit is to tell of the person who signs in, by its own means for that."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):
    """Adds SMART's `fhirUser` and the name."""

    oidc_claim_scope = {**OAuth2Validator.oidc_claim_scope, "fhirUser": "fhirUser", "name": "openid"}  # noqa: RUF012

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        """Claims for the id_token and for userinfo."""
        from tests.oauth.django_site import PRACTITIONER_ID

        return {"name": request.user.get_full_name(), "fhirUser": f"Practitioner/{PRACTITIONER_ID}"}
