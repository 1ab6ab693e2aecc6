"""The request with which a program sends a person to the server. RFC 6749 section 4.1.1, RFC 7636 section 4.3.

What Canvas has beside them, where the switch says so: staff must bring `launch`, the base64 of a JSON object that may
name a patient.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from procedure_viewer.demo.oauth.clients import CLIENTS, Client
from procedure_viewer.demo.oauth.errors import ErrorCode, OAuthError, invalid_request
from procedure_viewer.demo.oauth.parameters import required
from procedure_viewer.demo.oauth.scopes import for_person

PROMPTS = ("none", "login", "consent")
_STANDARD = str.maketrans("-_", "+/")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class NoWayBack(Exception):
    """The request names no program, or no address of its own, to which the browser could be sent back."""


@dataclass(frozen=True, slots=True)
class Return:
    """Where the browser goes with the answer, and what it brings along."""

    client: Client
    redirect_uri: str
    state: str
    """"" where none was sent."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request in which everything is in order."""

    back: Return
    scopes: tuple[str, ...]
    challenge: str
    """PKCE's, S256; "" where none was sent."""
    nonce: str
    patient: str | None
    prompt: frozenset[str]
    max_age: int | None
    """How many seconds ago the person may have signed in."""

    @property
    def client(self) -> Client:
        return self.back.client

    @property
    def wants_page(self) -> bool:
        """Whether the page must be shown, whoever is signed in already."""
        return bool(self.prompt - {"none"})

    @property
    def allows_page(self) -> bool:
        """Whether the page may be shown."""
        return "none" not in self.prompt


def way_back(parameters: Mapping[str, str]) -> Return:
    """Where an answer may be sent; raises `NoWayBack`."""
    client = CLIENTS.get(parameters.get("client_id", ""))
    if client is None:
        raise NoWayBack("The program that sent you here is not known.")
    redirect_uri = parameters.get("redirect_uri", "")
    if not client.may_return_to(redirect_uri):
        raise NoWayBack("The program that sent you here may not get an answer at the address that it gave.")
    return Return(client, redirect_uri, parameters.get("state", ""))


def asked(
    parameters: Mapping[str, str], repeated: set[str], back: Return, base_url: str, *, launch_required: bool
) -> Asking:
    """What is asked for; raises `OAuthError`. `base_url` is the address of the records that we are asked for."""
    if repeated:
        raise invalid_request("a parameter comes more than once")
    if required(parameters, "response_type") != "code":
        raise OAuthError(ErrorCode.UNSUPPORTED_RESPONSE_TYPE, "only response_type=code is offered")
    if parameters.get("response_mode", "query") != "query":
        raise invalid_request("only response_mode=query is offered")
    if parameters.get("aud", base_url).rstrip("/") != base_url:
        raise invalid_request("aud names another server")
    prompt = frozenset(parameters.get("prompt", "").split())
    if not prompt <= set(PROMPTS) or ("none" in prompt and len(prompt) > 1):
        raise invalid_request("prompt is not understood")
    return Asking(
        back=back,
        scopes=for_person(parameters.get("scope", "")),
        challenge=_challenge(parameters, back.client),
        nonce=parameters.get("nonce", ""),
        patient=_launch_patient(parameters, launch_required),
        prompt=prompt,
        max_age=_max_age(parameters),
    )


def _challenge(parameters: Mapping[str, str], client: Client) -> str:
    challenge = parameters.get("code_challenge", "")
    if not challenge:
        if client.is_confidential and "code_challenge_method" not in parameters:
            return ""
        raise invalid_request("code_challenge is missing")
    if parameters.get("code_challenge_method", "plain") != "S256":
        raise invalid_request("only code_challenge_method=S256 is offered")
    if not _CHALLENGE.fullmatch(challenge):
        raise invalid_request("code_challenge is no SHA-256 digest")
    return challenge


def _launch_patient(parameters: Mapping[str, str], launch_required: bool) -> str | None:
    launch = parameters.get("launch")
    if launch is None and not launch_required:
        return None
    if launch is None:
        raise OAuthError(ErrorCode.ACCESS_DENIED, "staff can't sign in without launch")
    try:
        standard = launch.translate(_STANDARD) + "=" * (-len(launch) % 4)
        content = msgspec.json.decode(base64.b64decode(standard, validate=True), type=dict[str, str])
    except ValueError as error:  # also what base64 and msgspec raise
        raise invalid_request("launch is not base64 of a JSON object") from error
    return content.get("patient")


def _max_age(parameters: Mapping[str, str]) -> int | None:
    text = parameters.get("max_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise invalid_request("max_age is no number of seconds")
    return int(text)
