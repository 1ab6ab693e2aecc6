"""The programs that the demo server knows, and how they prove which of them they are. RFC 6749 section 2.3."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from procedure_viewer.demo import CLIENT_SECRET, CONFIDENTIAL_CLIENT, PUBLIC_CLIENT
from procedure_viewer.demo.oauth.errors import ErrorCode, OAuthError, invalid_request

# RFC 8252 section 7.3: on loopback a program takes the port that is free, so that any port is the registered one.
_REDIRECT = re.compile(r"http://(?:127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?/callback", re.ASCII)
AUTHENTICATION_METHODS = ("client_secret_basic", "client_secret_post", "none")


@dataclass(frozen=True, slots=True)
class Client:
    """A program that was registered."""

    id: str
    name: str
    secret: str = ""
    """Empty for a public client, which has none."""

    @property
    def is_confidential(self) -> bool:
        return bool(self.secret)

    def may_return_to(self, redirect_uri: str) -> bool:
        """Whether the browser may be sent to that address."""
        return _REDIRECT.fullmatch(redirect_uri) is not None


CLIENTS: Mapping[str, Client] = {
    client.id: client
    for client in (
        Client(PUBLIC_CLIENT, "Procedure Viewer"),
        Client(CONFIDENTIAL_CLIENT, "Procedure Viewer (confidential client)", CLIENT_SECRET),
    )
}


def authenticated(authorization: str, form: Mapping[str, str]) -> Client:
    """The client that makes a request with that Authorization header and body; raises `OAuthError`."""
    if not authorization:
        return _proven(form.get("client_id", ""), form.get("client_secret", ""), challenge="")
    client_id, secret = _basic(authorization)
    if "client_secret" in form:
        raise invalid_request("the client proves itself in two ways at once")
    if form.get("client_id", client_id) != client_id:
        raise invalid_request("the header and the body name different clients")
    return _proven(client_id, secret, challenge='Basic realm="demo"')


def _proven(client_id: str, secret: str, *, challenge: str) -> Client:
    client = CLIENTS.get(client_id)
    expected = client.secret if client else ""
    if not hmac.compare_digest(secret.encode(), expected.encode()) or client is None:
        raise OAuthError(
            ErrorCode.INVALID_CLIENT, "this is no client, or not its secret", status=401, challenge=challenge
        )
    return client


def _basic(authorization: str) -> tuple[str, str]:
    """Id and secret, each of which was form-urlencoded before they were joined."""
    scheme, _, credentials = authorization.partition(" ")
    refused = OAuthError(
        ErrorCode.INVALID_CLIENT,
        "the Authorization header is not understood",
        status=401,
        challenge='Basic realm="demo"',
    )
    if scheme.lower() != "basic":
        raise refused
    try:
        client_id, colon, secret = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError) as error:
        raise refused from error
    if not colon:
        raise refused
    return unquote_plus(client_id), unquote_plus(secret)
