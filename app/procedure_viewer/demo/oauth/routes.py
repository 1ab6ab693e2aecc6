"""Where the OAuth endpoints are, with the slashes at their ends that Canvas has."""

from starlette.routing import BaseRoute, Route

from procedure_viewer.demo.oauth.authorizing import Authorizing
from procedure_viewer.demo.oauth.grants import Grants
from procedure_viewer.demo.oauth.identity import Identity
from procedure_viewer.demo.oauth.tokens import TokenEndpoints, endpoint

AUTHORIZE = "/auth/authorize/"
TOKEN = "/auth/token/"  # noqa: S105 - an address, and no token
REVOKE = "/auth/revoke/"
USERINFO = "/auth/userinfo/"
JWKS = "/auth/jwks/"


def oauth_routes(grants: Grants) -> list[BaseRoute]:
    """All endpoints, over what `grants` keeps."""
    authorizing = Authorizing(grants)
    tokens = TokenEndpoints(grants, Identity())
    return [
        Route(AUTHORIZE, authorizing.ask, methods=["GET"]),
        Route(AUTHORIZE, authorizing.decide, methods=["POST"]),
        Route(TOKEN, endpoint(tokens.token), methods=["POST"]),
        Route(REVOKE, endpoint(tokens.revoke), methods=["POST"]),
        Route(USERINFO, tokens.userinfo, methods=["GET", "POST"]),
        Route(JWKS, tokens.public_keys),
    ]
