"""The token endpoint, the revocation endpoint, and what else is answered about tokens.

RFC 6749 sections 4.1.3, 4.4.2, 5 and 6; RFC 7636 section 4.6; RFC 7009; OpenID Connect Core section 5.3.
"""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from procedure_viewer.demo.oauth.clients import Client, authenticated
from procedure_viewer.demo.oauth.errors import (
    ErrorCode,
    OAuthError,
    error_response,
    invalid_grant,
    invalid_request,
    json_response,
)
from procedure_viewer.demo.oauth.grants import Code, Grant, Grants, Tokens
from procedure_viewer.demo.oauth.identity import Identity
from procedure_viewer.demo.oauth.parameters import form, required
from procedure_viewer.demo.oauth.scopes import OFFLINE_ACCESS, OPENID, for_program, narrowed

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant type, and no token
CLIENT_CREDENTIALS = "client_credentials"
GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS)

Form = Mapping[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(answer: Endpoint) -> Endpoint:
    """`answer`, whose refusals become JSON."""

    async def answer_or_refuse(request: Request) -> Response:
        try:
            return await answer(request)
        except OAuthError as error:
            return error_response(error)

    return answer_or_refuse


def bearer_token(request: Request) -> str:
    """The token in the Authorization header; "" without one. RFC 6750 section 2.1."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


class TokenEndpoints:
    """The answers at `/auth/token/`, `/auth/revoke/`, `/auth/userinfo/` and `/auth/jwks/`."""

    def __init__(self, grants: Grants, identity: Identity) -> None:
        self._grants = grants
        self._switches = grants.switches
        self._identity = identity

    async def token(self, request: Request) -> Response:
        parameters = await form(request)
        client = authenticated(request.headers.get("authorization", ""), parameters)
        grant_type = required(parameters, "grant_type")
        if grant_type == AUTHORIZATION_CODE:
            issuer = str(request.base_url).removesuffix("/")
            return json_response(await self._for_code(client, parameters, issuer))
        if grant_type == REFRESH_TOKEN:
            return json_response(await self._for_refresh_token(client, parameters))
        if grant_type == CLIENT_CREDENTIALS:
            return json_response(await self._for_client(client, parameters))
        raise OAuthError(ErrorCode.UNSUPPORTED_GRANT_TYPE, "this grant_type is not offered")

    async def revoke(self, request: Request) -> Response:
        """Says yes also to a token that is not known: what is asked for is that it be none."""
        parameters = await form(request)
        client = authenticated(request.headers.get("authorization", ""), parameters)
        self._grants.revoke(required(parameters, "token"), client.id)
        return json_response({})

    async def userinfo(self, request: Request) -> Response:
        access = self._grants.access(bearer_token(request))
        if access is None or access.grant.staff is None:
            refusal = {"error": "invalid_token"}
            return json_response(refusal, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if OPENID not in access.scopes:
            refusal = {"error": "insufficient_scope"}
            return json_response(
                refusal, 403, {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="openid"'}
            )
        return json_response(self._identity.claims(access.grant, access.scopes))

    async def public_keys(self, _request: Request) -> Response:
        return json_response(await asyncio.to_thread(self._identity.public_keys))

    async def _for_code(self, client: Client, parameters: Form, issuer: str) -> dict[str, object]:
        code = self._grants.code(required(parameters, "code"), client.id)
        if parameters.get("redirect_uri") != code.redirect_uri:
            raise invalid_grant("redirect_uri is not the one that the code was sent to")
        _check_verifier(code, parameters.get("code_verifier", ""))
        await self._switches.before_granting(AUTHORIZATION_CODE)
        grant = code.grant
        tokens = self._grants.redeem(code, refreshable=OFFLINE_ACCESS in grant.scopes)
        answer = _answer(tokens, grant)
        if OPENID in grant.scopes:
            answer["id_token"] = await asyncio.to_thread(self._identity.id_token, grant, issuer)
        await self._switches.after_granting(AUTHORIZATION_CODE)
        return answer

    async def _for_refresh_token(self, client: Client, parameters: Form) -> dict[str, object]:
        token = required(parameters, "refresh_token")
        try:
            grant = self._grants.refreshable(token, client.id)
            if self._switches.refuse_refreshes:
                raise invalid_grant("refreshing is switched off")
            scopes = narrowed(parameters.get("scope", ""), grant.scopes)
            await self._switches.before_granting(REFRESH_TOKEN)
            tokens = self._grants.rotate(token, client.id, scopes)
        except OAuthError:
            self._switches.refused_refreshes += 1
            raise
        await self._switches.after_granting(REFRESH_TOKEN)
        return _answer(tokens, grant)

    async def _for_client(self, client: Client, parameters: Form) -> dict[str, object]:
        if not client.is_confidential:
            raise OAuthError(ErrorCode.UNAUTHORIZED_CLIENT, "a client without a secret can't sign in by itself")
        grant = Grant(client.id, for_program(parameters.get("scope", "")))
        await self._switches.before_granting(CLIENT_CREDENTIALS)
        tokens = self._grants.give(grant, refreshable=False)
        await self._switches.after_granting(CLIENT_CREDENTIALS)
        return _answer(tokens, grant)


def _check_verifier(code: Code, verifier: str) -> None:
    """Raises `OAuthError` unless whoever brings the code is the one who asked for it."""
    if not code.challenge:
        if verifier:
            raise invalid_grant("code_verifier comes without a code_challenge before it")
        return
    if not verifier:
        raise invalid_request("code_verifier is missing")
    if not _VERIFIER.fullmatch(verifier):
        raise invalid_request("code_verifier is not of the form that it must have")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=")
    if not hmac.compare_digest(digest, code.challenge.encode("ascii")):
        raise invalid_grant("code_verifier is not the one of the code_challenge")


def _answer(tokens: Tokens, grant: Grant) -> dict[str, object]:
    answer: dict[str, object] = {
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": tokens.seconds,
        "scope": " ".join(tokens.scopes),
    }
    if tokens.refresh:
        answer["refresh_token"] = tokens.refresh
    if grant.patient is not None:
        answer["patient"] = grant.patient
    return answer
