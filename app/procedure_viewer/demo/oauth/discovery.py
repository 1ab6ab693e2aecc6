"""What the demo server says of signing in: SMART's document and OpenID Connect's.

http://hl7.org/fhir/smart-app-launch/conformance.html,
https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
"""

from typing import Any

import msgspec

from procedure_viewer.demo.oauth.asking import PROMPTS
from procedure_viewer.demo.oauth.clients import AUTHENTICATION_METHODS
from procedure_viewer.demo.oauth.identity import ALGORITHM
from procedure_viewer.demo.oauth.routes import AUTHORIZE, JWKS, REVOKE, TOKEN, USERINFO
from procedure_viewer.demo.oauth.scopes import SUPPORTED
from procedure_viewer.demo.oauth.tokens import GRANT_TYPES


def smart_configuration(base_url: str) -> bytes:
    """The SMART App Launch discovery document of the server at `base_url`."""
    capabilities = (
        "launch-standalone",
        "client-public",
        "client-confidential-symmetric",
        "sso-openid-connect",
        "permission-offline",
        "permission-user",
        "permission-v1",
        "permission-v2",
    )
    return msgspec.json.encode({**_common(base_url), "capabilities": capabilities})


def openid_configuration(base_url: str) -> bytes:
    """The OpenID Connect discovery document of the server at `base_url`."""
    return msgspec.json.encode(
        {
            **_common(base_url),
            "userinfo_endpoint": base_url + USERINFO,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "name", "fhirUser"],
            "claims_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    )


def _common(base_url: str) -> dict[str, Any]:
    return {
        "issuer": base_url,
        "jwks_uri": base_url + JWKS,
        "authorization_endpoint": base_url + AUTHORIZE,
        "token_endpoint": base_url + TOKEN,
        "revocation_endpoint": base_url + REVOKE,
        "grant_types_supported": GRANT_TYPES,
        "token_endpoint_auth_methods_supported": AUTHENTICATION_METHODS,
        "scopes_supported": SUPPORTED,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": PROMPTS,
        "authorization_response_iss_parameter_supported": True,
    }
