"""What a test may turn while the demo server runs in its process. Nothing here can be reached over HTTP."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from procedure_viewer.demo import ACCESS_TOKEN_SECONDS

CODE_SECONDS = 60

Hook = Callable[[str], Awaitable[None]]
"""Awaited with the request's grant type; the answer waits until it returns."""


async def _at_once(_grant_type: str) -> None:
    return None


@dataclass(slots=True)
class Switches:
    """Each may be turned at any time, from any thread, and holds from the next request on."""

    access_token_seconds: int = ACCESS_TOKEN_SECONDS
    """How long an access token that is given from now on lives; 0 gives one that has expired."""
    code_seconds: int = CODE_SECONDS
    """How long an authorization code that is given from now on lives."""
    token_bytes: int = 32
    """How many random bytes stand in a token that is given from now on; with many it is as long as signed ones are."""
    launch_required: bool = False
    """Whether nobody can sign in without a `launch` value, as at Canvas."""
    refuse_refreshes: bool = False
    """Whether each refresh token is answered as one that is not known."""
    before_granting: Hook = _at_once
    """Awaited by the token endpoint when a request is found to be in order, before anything is changed."""
    after_granting: Hook = _at_once
    """Awaited when the change is made (a refresh token is rotated, a code is used up), before it is answered."""
    refreshes: int = 0
    """How often a refresh token was rotated."""
    refused_refreshes: int = 0
    """How often one was refused, for whatever reason."""
    generation: int = 0
    """Access tokens of an earlier generation are not known any more."""

    def revoke_access_tokens(self) -> None:
        """End every access token that was given so far; the refresh tokens stay."""
        self.generation += 1
