"""What was granted to whom, and the codes and tokens that stand for it; all in memory.

A code and a token are known by their digests: looking one up takes the same time however much of it was guessed.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass, field

from procedure_viewer.demo.oauth.errors import invalid_grant
from procedure_viewer.demo.oauth.switches import Switches
from procedure_viewer.demo.records.staff import StaffMember


@dataclass(slots=True)
class Grant:
    """What one person allowed one program, or one program was allowed by itself; all its tokens end with it."""

    client_id: str
    scopes: tuple[str, ...]
    staff: StaffMember | None = None
    """None where a program acts by itself."""
    signed_in: int = 0
    """When the person signed in, in seconds since 1970."""
    nonce: str = ""
    patient: str | None = None
    """The patient whom the launch named; None where it named none."""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token lets its bearer do."""

    grant: Grant
    scopes: tuple[str, ...]
    dies: float
    generation: int


@dataclass(slots=True)
class Code:
    """An authorization code: what it is good for, and what the request for its tokens must know."""

    grant: Grant
    redirect_uri: str
    challenge: str
    """PKCE's, S256; "" where none was sent."""
    dies: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class _Refresh:
    grant: Grant
    access: bytes
    """The digest of the access token that was given together with it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one successful request to the token endpoint gives."""

    access: str
    scopes: tuple[str, ...]
    seconds: int
    """How long the access token lives."""
    refresh: str = ""
    """Empty where none is given."""


@dataclass(slots=True)
class Grants:
    """All codes and tokens."""

    switches: Switches
    _codes: dict[bytes, Code] = field(default_factory=dict)
    _accesses: dict[bytes, Access] = field(default_factory=dict)
    _refreshes: dict[bytes, _Refresh] = field(default_factory=dict)

    def new_code(self, grant: Grant, redirect_uri: str, challenge: str) -> str:
        """A code for a grant that a person has just made."""
        code = secrets.token_urlsafe(32)
        dies = time.monotonic() + self.switches.code_seconds
        self._codes[_digest(code)] = Code(grant, redirect_uri, challenge, dies)
        return code

    def code(self, code: str, client_id: str) -> Code:
        """The client's code, still to be used; raises `OAuthError`.

        One that comes a second time was stolen, now or then: all that the first time gave ends (RFC 6749 4.1.2).
        """
        found = self._codes.get(_digest(code))
        if found is None or found.grant.client_id != client_id:
            raise invalid_grant("the code is not known")
        if found.used:
            found.grant.ended = True
            raise invalid_grant("the code was used before")
        if time.monotonic() >= found.dies:
            raise invalid_grant("the code has expired")
        return found

    def redeem(self, code: Code, *, refreshable: bool) -> Tokens:
        """The tokens for a code, which is used up by that; raises `OAuthError` where another request was faster."""
        if code.used:
            code.grant.ended = True
            raise invalid_grant("the code was used before")
        code.used = True
        return self.give(code.grant, refreshable=refreshable)

    def give(self, grant: Grant, *, refreshable: bool) -> Tokens:
        """The first tokens of a grant."""
        return self._new(grant, grant.scopes, refreshable=refreshable)

    def refreshable(self, token: str, client_id: str) -> Grant:
        """The grant that the client's refresh token stands for; raises `OAuthError`."""
        found = self._refreshes.get(_digest(token))
        if found is None or found.grant.client_id != client_id or found.grant.ended:
            raise invalid_grant("the refresh token is not known, or was used before")
        return found.grant

    def rotate(self, token: str, client_id: str, scopes: tuple[str, ...]) -> Tokens:
        """New tokens for a refresh token, which ends by that, as does the access token given with it.

        Raises `OAuthError` where another request with the same token was faster. The new refresh token stands for the
        whole grant again, however few `scopes` the access token has (RFC 6749 section 6).
        """
        grant = self.refreshable(token, client_id)
        former = self._refreshes.pop(_digest(token))
        self._accesses.pop(former.access, None)
        self.switches.refreshes += 1
        return self._new(grant, scopes, refreshable=True)

    def access(self, token: str) -> Access | None:
        """What an access token lets its bearer do; None for one that is not known or is good no more."""
        found = self._accesses.get(_digest(token))
        if found is None or found.grant.ended or found.generation != self.switches.generation:
            return None
        return found if time.monotonic() < found.dies else None

    def revoke(self, token: str, client_id: str) -> None:
        """End a token of the client, and with a refresh token its whole grant; nothing happens for an unknown one."""
        digest = _digest(token)
        refresh, access = self._refreshes.get(digest), self._accesses.get(digest)
        if refresh and refresh.grant.client_id == client_id:
            refresh.grant.ended = True
        if access and access.grant.client_id == client_id:
            del self._accesses[digest]

    def _new(self, grant: Grant, scopes: tuple[str, ...], *, refreshable: bool) -> Tokens:
        seconds = self.switches.access_token_seconds
        access = secrets.token_urlsafe(self.switches.token_bytes)
        self._accesses[_digest(access)] = Access(grant, scopes, time.monotonic() + seconds, self.switches.generation)
        if not refreshable:
            return Tokens(access, scopes, seconds)
        refresh = secrets.token_urlsafe(self.switches.token_bytes)
        self._refreshes[_digest(refresh)] = _Refresh(grant, _digest(access))
        return Tokens(access, scopes, seconds, refresh)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
