"""How OAuth says no. RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6."""

from enum import StrEnum

import msgspec
from starlette.responses import Response

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""What each answer with a token, or about one, has in its head."""


class ErrorCode(StrEnum):
    """The value of `error`."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_SCOPE = "invalid_scope"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    UNSUPPORTED_TOKEN_TYPE = "unsupported_token_type"  # noqa: S105 - a word of RFC 7009, and no token
    ACCESS_DENIED = "access_denied"
    LOGIN_REQUIRED = "login_required"


class OAuthError(Exception):
    """A request that is refused: with `code`, and `description` for the developer who reads it."""

    def __init__(self, code: ErrorCode, description: str, *, status: int = 400, challenge: str = "") -> None:
        """`status` is for an answer that is no redirect; `challenge` is its WWW-Authenticate."""
        super().__init__(code, description)
        self.code = code
        self.description = description
        self.status = status
        self.challenge = challenge


def invalid_request(description: str) -> OAuthError:
    return OAuthError(ErrorCode.INVALID_REQUEST, description)


def invalid_grant(description: str) -> OAuthError:
    return OAuthError(ErrorCode.INVALID_GRANT, description)


def json_response(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON that nobody may keep."""
    body = msgspec.json.encode(content)
    return Response(body, status, {**NO_STORE, **(headers or {})}, media_type="application/json")


def error_response(error: OAuthError) -> Response:
    """The refusal as RFC 6749 section 5.2 writes it."""
    headers = {"WWW-Authenticate": error.challenge} if error.challenge else None
    return json_response({"error": error.code, "error_description": error.description}, error.status, headers)
