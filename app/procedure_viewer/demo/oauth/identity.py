"""Who signed in, as OpenID Connect tells it: the id_token, its key, and what `/auth/userinfo/` says.

https://openid.net/specs/openid-connect-core-1_0.html#IDToken. SMART asks for RS256.
"""

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from procedure_viewer.demo.oauth.grants import Grant
from procedure_viewer.demo.oauth.scopes import FHIR_USER

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
_SECONDS = 3600


class Identity:
    """The key of this process, and what is signed with it."""

    def id_token(self, grant: Grant, issuer: str) -> str:
        """The signed statement of who signed in."""
        from joserfc import jwt

        now = int(time.time())
        claims = self.claims(grant, grant.scopes)
        claims |= {"iss": issuer, "aud": grant.client_id, "iat": now, "exp": now + _SECONDS}
        claims["auth_time"] = grant.signed_in
        if grant.nonce:
            claims["nonce"] = grant.nonce
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, claims, self._key)

    def claims(self, grant: Grant, scopes: tuple[str, ...]) -> dict[str, Any]:
        """What is told of the person."""
        assert grant.staff
        claims: dict[str, Any] = {"sub": grant.staff.id, "name": grant.staff.full_name}
        if FHIR_USER in scopes:
            claims["fhirUser"] = grant.staff.reference
        return claims

    def public_keys(self) -> dict[str, Any]:
        """The JSON Web Key Set with which the id_token is checked."""
        return {"keys": [self._key.as_dict(private=False)]}

    @cached_property
    def _key(self) -> "RSAKey":
        # Made when it is first asked for: the library and the key take 0.3 s, which `--demo` should not wait for.
        from joserfc.jwk import RSAKey

        return RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
