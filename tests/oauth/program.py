"""A program that signs in by hand, request for request, to see what a server does with it."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

PATIENCE = 30.0
SCOPES = "openid fhirUser offline_access user/Patient.read user/Procedure.read"
LAUNCH = base64.b64encode(json.dumps({"patient": ""}).encode()).decode()


def challenge_of(verifier: str) -> str:
    """PKCE's S256 challenge."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@dataclass
class Program:
    """One client of the server at `url`, as a context manager; a parameter that is changed to None is left out."""

    url: str
    client_id: str
    client_secret: str = ""
    redirect_uri: str = "http://127.0.0.1:49152/callback"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def __enter__(self) -> Self:
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE)
        self.offer: dict[str, Any] = self.http.get("/.well-known/smart-configuration").raise_for_status().json()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def address(self, **changes: str | None) -> str:
        """The authorization address."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPES,
            "state": self.state,
            "nonce": self.nonce,
            "launch": LAUNCH,
            "aud": self.url,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(self.offer["authorization_endpoint"], params=_left(parameters | changes)))

    def redeem(self, code: str, /, **changes: str | None) -> httpx.Response:
        """Ask for the tokens of a code."""
        parameters: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return self.ask_for_tokens(**(parameters | changes))

    def refresh(self, refresh_token: str, /, **changes: str | None) -> httpx.Response:
        """Ask for new tokens."""
        parameters: dict[str, str | None] = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.ask_for_tokens(**(parameters | changes))

    def ask_for_tokens(self, **parameters: str | None) -> httpx.Response:
        """A request to the token endpoint, with the client's id and secret in the body."""
        return self.http.post(self.offer["token_endpoint"], data=_left(self.itself() | parameters))

    def revoke(self, token: str) -> httpx.Response:
        """Ask for the end of a token."""
        return self.http.post(self.offer["revocation_endpoint"], data=_left({**self.itself(), "token": token}))

    def get(self, path: str, token: str) -> httpx.Response:
        """Read something with a token."""
        return self.http.get(path, headers={"Authorization": f"Bearer {token}"})

    def itself(self) -> dict[str, str | None]:
        """How the client says who it is."""
        return {"client_id": self.client_id, "client_secret": self.client_secret or None}


def _left(parameters: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value is not None}
