"""Signing in: OAuth 2.0's authorization code with PKCE (RFC 6749, 7636, 8252), client credentials, and renewing.

http://hl7.org/fhir/smart-app-launch/app-launch.html. Authlib writes and reads the messages, httpx carries them: this
module decides what is sent where, and what is believed.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
from authlib.common.security import generate_token
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import (
    parse_authorization_code_response,
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7009 import prepare_revoke_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from procedure_viewer.fhir.datatypes import Resource, as_object, printable, text_of
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.offer import ServerOffer
from procedure_viewer.fhir.outcome import Failure, Issue, Kind, Problem, issues_from
from procedure_viewer.remote import failures
from procedure_viewer.remote.client import CARRIED
from procedure_viewer.remote.redirect import Redirect, listening
from procedure_viewer.remote.tokens import TokenSet
from procedure_viewer.remote.transport import Transport
from procedure_viewer.remote.withheld import withheld
from procedure_viewer.settings.canvas import DEFAULT_LAUNCH

TOKEN_PATIENCE = 40.0
"""Seconds that a token endpoint may take in all, however slowly it goes on: other windows wait for a renewal."""
_LARGEST_ANSWER: Final = 256 * 1024
"""Bytes of a token endpoint's answer."""
_LONGEST_LIFE: Final = 10 * 366 * 24 * 3600
"""Seconds. A server that says more than ten years, or nothing above zero, has said nothing about how long."""
_NO_LONGER: Final = frozenset(
    {"invalid_grant", "invalid_token", "invalid_client", "unauthorized_client", "access_denied"}
)
"""Refusals of a renewal after which only a new sign-in helps. RFC 6749, section 5.2."""
_SECRET: Final = frozenset({"code", "code_verifier", "refresh_token"})
"""What is sent to a token endpoint and must not be read by anybody else."""
_CLOCKS_DIFFER: Final = 24 * 3600
"""Seconds that this computer's clock may be wrong by: an identity token that has just come is not judged by its age."""
_NAMED: Final = (
    *("Practitioner", "PractitionerRole", "Organization", "Location", "Encounter", "Condition"),
    *("ServiceRequest", "Provenance"),
)
"""What procedures mostly point at, and who recorded them."""
_INVALID_SCOPE: Final = "invalid_scope"
"""RFC 6749, section 4.1.2.1."""
_BASIC, _POST, _NONE = "client_secret_basic", "client_secret_post", "none"

Show = Callable[[str, Redirect], None]
"""Gets the address that the browser is to open, and the place where its answer is waited for."""


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """How a server's OAuth knows this program."""

    id: str
    secret: str = field(default="", repr=False)
    scopes: str = ""
    """Separated by spaces; empty for what reading procedures needs."""
    redirect_port: int = 0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh grant, and the reference to whoever it was given to ("Practitioner/1"), if the server tells."""

    tokens: TokenSet
    fhir_user: str = ""


async def by_browser(
    transport: Transport, offer: ServerOffer, client: OAuthClient, base_url: str, show: Show, *, again: bool
) -> SignedIn:
    """Have a person sign in in the browser that `show` opens; with `again`, also one who is still signed in there.

    Waits for as long as the person takes. Raises `Failure`.
    """
    _required(offer.authorization_endpoint, "no address for signing in by browser")
    _required(offer.token_endpoint, "no address of a token endpoint")
    scopes, enough = wanted_scopes(offer, client.scopes), wanted_scopes(offer, client.scopes, names=False)
    try:
        return await _by_browser(transport, offer, client, base_url, show, scopes, again=again)
    except Failure as failure:
        if scopes == enough or _INVALID_SCOPE not in {issue.code for issue in failure.problem.issues}:
            raise
    # What a server offers is not always what it lets every program ask for.
    return await _by_browser(transport, offer, client, base_url, show, enough, again=again)


async def _by_browser(
    transport: Transport,
    offer: ServerOffer,
    client: OAuthClient,
    base_url: str,
    show: Show,
    scopes: str,
    *,
    again: bool,
) -> SignedIn:
    endpoint = offer.authorization_endpoint
    state, verifier, nonce = generate_token(32), generate_token(64), generate_token(32)
    with_identity = "openid" in scopes.split()
    async with listening(state, client.redirect_port) as redirect:
        address = prepare_grant_uri(
            endpoint,
            client.id,
            "code",
            redirect.uri,
            scopes,
            state,
            code_challenge=create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]
            code_challenge_method="S256",
            aud=base_url,
            launch=DEFAULT_LAUNCH if offer.launch_needed else None,
            nonce=nonce if with_identity else None,
            prompt="login" if again and (not offer.prompt_values or "login" in offer.prompt_values) else None,
        )
        show(address, redirect)
        answer = await redirect.answer()
    code = _code_in(answer, state, offer)
    form = prepare_token_request("authorization_code", "", redirect.uri, code=code, code_verifier=verifier)
    granted = await _asked(transport, offer, client, form, Kind.SIGN_IN)
    claims = _claims(text_of(granted, "id_token"), client, nonce, offer) if with_identity else {}
    tokens = _token_set(granted, offer.token_endpoint, scopes, who=_name_in(claims))
    return SignedIn(tokens, text_of(claims, "fhirUser"))


async def by_client_credentials(transport: Transport, offer: ServerOffer, client: OAuthClient) -> TokenSet:
    """Sign the program itself in, and no person. Raises `Failure`."""
    _required(offer.token_endpoint, "no address of a token endpoint")
    scopes = client.scopes or None
    form = prepare_token_request("client_credentials", "", scope=scopes)
    granted = await _asked(transport, offer, client, form, Kind.SIGN_IN)
    return _token_set(granted, offer.token_endpoint, client.scopes, person=False)


async def renewed(transport: Transport, offer: ServerOffer, client: OAuthClient, former: TokenSet) -> TokenSet:
    """The grant after `former`. Raises `Failure`, of Kind.SIGNED_OUT where the server does not renew it any more."""
    form = prepare_token_request("refresh_token", "", refresh_token=former.refresh_token)
    granted = await _asked(transport, offer, client, form, Kind.SIGNED_OUT, former.token_endpoint)
    tokens = _token_set(granted, former.token_endpoint, former.scope, who=former.who)
    if tokens.refresh_token:
        return tokens
    return msgspec.structs.replace(tokens, refresh_token=former.refresh_token)


async def revoke(transport: Transport, offer: ServerOffer, client: OAuthClient, tokens: TokenSet) -> None:
    """Have the server forget a grant, where it offers that: RFC 7009. Raises `Failure`.

    A discovery document can't lead the token away from the server that gave it.
    """
    if not offer.revocation_endpoint or not _same_origin(offer.revocation_endpoint, tokens.token_endpoint):
        return
    token, hint = (
        (tokens.refresh_token, "refresh_token") if tokens.refresh_token else (tokens.access_token, "access_token")
    )
    form, headers = prepare_revoke_token_request(token, hint)
    body = _signed(offer, client, offer.revocation_endpoint, headers, form)
    await transport.exchange(
        "POST", httpx.URL(offer.revocation_endpoint), headers=headers, content=body, largest=_LARGEST_ANSWER
    )


async def name_from_userinfo(transport: Transport, offer: ServerOffer, tokens: TokenSet) -> str:
    """The name that the server's userinfo endpoint gives; "" where there is none, or it does not answer."""
    if not offer.userinfo_endpoint:
        return ""
    headers = {"Authorization": f"Bearer {tokens.access_token}", "Accept": "application/json"}
    try:
        response, body = await transport.exchange(
            "GET", httpx.URL(offer.userinfo_endpoint), headers=headers, largest=_LARGEST_ANSWER
        )
    except Failure:
        return ""
    return _name_in(_object_in(body)) if response.status_code == HTTPStatus.OK else ""


def wanted_scopes(offer: ServerOffer, chosen: str = "", *, names: bool = True) -> str:
    """What to ask leave for: what was `chosen`, else reading the two resources and whatever the server offers of
    staying signed in and of saying who it is. http://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html

    With `names` also reading what procedures point at, as far as the server lists just these scopes: one that doesn't
    know a scope may refuse the whole sign-in.
    """
    if chosen:
        return chosen
    newer = "permission-v2" in offer.capabilities and "permission-v1" not in offer.capabilities
    scopes = ["user/Patient.rs", "user/Procedure.rs"] if newer else ["user/Patient.read", "user/Procedure.read"]
    offered = frozenset(offer.scopes_supported or ())
    if "permission-offline" in offer.capabilities or not offered:
        offered |= {"offline_access"}
    if "sso-openid-connect" in offer.capabilities:
        offered |= {"openid", "fhirUser"}
    scopes.extend(scope for scope in ("offline_access", "openid", "fhirUser", "profile") if scope in offered)
    if names:
        wanted = (f"user/{kind}.{'rs' if newer else 'read'}" for kind in _NAMED)
        scopes.extend(scope for scope in wanted if scope in offered)
    return " ".join(scopes)


def _required(endpoint: str, technical: str) -> str:
    if not endpoint:
        raise Failure(Problem(Kind.SIGN_IN, technical=technical))
    return endpoint


def _same_origin(one: str, other: str) -> bool:
    first, second = httpx.URL(one), httpx.URL(other)
    return (first.scheme, first.netloc) == (second.scheme, second.netloc)


def _code_in(answer: str, state: str, offer: ServerOffer) -> str:
    """The code in the answer that the browser brought; raises `Failure`."""
    try:
        parameters = parse_authorization_code_response(answer, state)
    except OAuth2Error:
        raise Failure(_declined(answer)) from None
    issuer = parameters.get("iss")
    # RFC 9207: an answer from another server than the one that was asked is an attack, and so is one that hides it.
    if offer.issuer and (issuer or offer.iss_parameter_supported) and issuer != offer.issuer:
        raise Failure(Problem(Kind.SIGN_IN, technical="the answer came from another sign-in server"))
    return str(parameters["code"])


def _declined(answer: str) -> Problem:
    """The problem of an answer without a code: RFC 6749, section 4.1.2.1."""
    parameters = dict(httpx.QueryParams(urlsplit(answer).query))
    code = printable(parameters.get("error", ""))[:100]
    words = printable(parameters.get("error_description", ""))[:500]
    return Problem(Kind.SIGN_IN, issues=(Issue("error", code or "unknown", words),), technical="the server declined")


async def _asked(
    transport: Transport,
    offer: ServerOffer,
    client: OAuthClient,
    form: str,
    refused: Kind,
    endpoint: str = "",
) -> Resource:
    """What the token endpoint grants. Raises `Failure`; a refusal that is meant for good is of kind `refused`."""
    endpoint = endpoint or offer.token_endpoint
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = _signed(offer, client, endpoint, headers, form)
    try:
        async with asyncio.timeout(TOKEN_PATIENCE):
            response, content = await transport.exchange(
                "POST", httpx.URL(endpoint), headers=headers, content=body, largest=_LARGEST_ANSWER
            )
    except TimeoutError as error:
        raise Failure(Problem(Kind.TIMEOUT, technical="the token endpoint took too long")) from error
    answer = _object_in(content)
    if response.is_redirect:
        raise Failure(
            Problem(Kind.FOREIGN, status=response.status_code, technical="the token endpoint redirects elsewhere")
        )
    if not response.is_success or "error" in answer:
        sent = (value for name, value in parse_qsl(form) if name in _SECRET)
        raise Failure(withheld(_refusal(response, content, text_of(answer, "error"), refused), client.secret, *sent))
    if not CARRIED.fullmatch(_exact(answer, "access_token")) or text_of(answer, "token_type").lower() != "bearer":
        raise Failure(
            Problem(Kind.NOT_FHIR, status=response.status_code, technical="the token endpoint sent no bearer token")
        )
    return answer


def _refusal(response: httpx.Response, content: bytes, error: str, refused: Kind) -> Problem:
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = Kind.SERVER
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = Kind.THROTTLED
    elif error in _NO_LONGER or refused is Kind.SIGN_IN:
        kind = refused
    else:
        kind = Kind.SIGN_IN
    return Problem(
        kind,
        issues=issues_from(content),
        status=status,
        request_id=failures.request_id(response.headers),
        technical="the token endpoint refused",
    )


def _signed(offer: ServerOffer, client: OAuthClient, endpoint: str, headers: dict[str, str], form: str) -> str:
    """The body to send: the form with the client's proof in it, unless that went into `headers`."""
    auth = ClientAuth(client.id, client.secret, _method(offer, client))
    _, _, body = auth.prepare("POST", endpoint, headers, form)  # type: ignore[no-untyped-call]
    return str(body)


def _method(offer: ServerOffer, client: OAuthClient) -> str:
    """How the program proves itself: RFC 6749, section 2.3.1."""
    if not client.secret:
        return _NONE
    offered = offer.token_endpoint_auth_methods
    fits_a_header = f"{client.id}{client.secret}".isascii() and ":" not in client.id
    return _BASIC if fits_a_header and (not offered or _BASIC in offered) else _POST


def _object_in(body: bytes) -> Resource:
    try:
        return as_object(decode_value(body))
    except NotJson:
        return {}


def _token_set(granted: Resource, token_endpoint: str, scopes: str, *, who: str = "", person: bool = True) -> TokenSet:
    now, seconds = time.time(), _life(granted.get("expires_in"))
    return TokenSet(
        access_token=_exact(granted, "access_token"),
        refresh_token=_exact(granted, "refresh_token"),
        token_endpoint=token_endpoint,
        granted_at=now,
        expires_at=now + seconds if seconds is not None else None,
        scope=text_of(granted, "scope") or scopes,
        who=who,
        person=person,
    )


def _life(expires_in: object) -> float | None:
    """How many seconds an access token lives; None where the server does not tell, or tells nonsense.

    Some write the number as text. A token without life would be renewed before each request.
    """
    if isinstance(expires_in, str) and expires_in.isascii() and expires_in.isdecimal() and len(expires_in) < 20:
        expires_in = int(expires_in)
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float):
        return None
    return float(expires_in) if 0 < expires_in <= _LONGEST_LIFE else None


def _exact(granted: Resource, name: str) -> str:
    """A token as it came: nothing about it may be made printable."""
    token = granted.get(name)
    return token if isinstance(token, str) else ""


def _claims(id_token: str, client: OAuthClient, nonce: str, offer: ServerOffer) -> Resource:
    """What the identity token says; nothing without one. Raises `Failure` for one that is not for this sign-in.

    It came straight from the token endpoint over TLS, which stands for its signature: OpenID Connect Core, 3.1.3.7.
    """
    if not id_token:
        return {}
    issuer: ClaimsOption = {"essential": True, "value": offer.issuer} if offer.issuer else {}
    try:
        claims: dict[str, object] = json.loads(jws.extract_compact(id_token.encode()).payload)
        JWTClaimsRegistry(
            leeway=_CLOCKS_DIFFER,
            aud={"essential": True, "value": client.id},
            nonce={"essential": True, "value": nonce},
            iss=issuer,
        ).validate(claims)
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise Failure(Problem(Kind.SIGN_IN, technical="the identity token is not for this sign-in")) from error
    return claims


def _name_in(claims: Resource) -> str:
    parts = text_of(claims, "name") or " ".join(
        filter(None, (text_of(claims, "given_name"), text_of(claims, "family_name")))
    )
    return printable(parts)[:200]
