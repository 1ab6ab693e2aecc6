"""What a server offers and how one signs in there: asked before anybody has signed in, so that no secret is at stake.

In this order: the SMART configuration (http://hl7.org/fhir/smart-app-launch/conformance.html), the CapabilityStatement,
and for Canvas its convention. The addresses for signing in are taken from one of them, never mixed. The documents are
the server's word only: they are fetched without a token, along no redirect, up to a size and for a time, and each
address in them is checked.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import httpx

from procedure_viewer.fhir.datatypes import Resource, as_object, text_of, texts_of
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.offer import (
    OfferSource,
    RefusedEndpoint,
    ServerOffer,
    Suspicion,
    oauth_uris,
    resources_of,
    software_of,
)
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote import failures
from procedure_viewer.remote.endpoints import Suspicious, checked_endpoint
from procedure_viewer.remote.origin import Base
from procedure_viewer.remote.transport import Transport
from procedure_viewer.settings.canvas import is_canvas, sign_in_base

PATIENCE = 15.0
"""Seconds that one document may take; some servers put their CapabilityStatement together when it is asked for."""
LARGEST_CONFIGURATION = 1024 * 1024
LARGEST_STATEMENT = 16 * 1024 * 1024
"""Bytes of one document that are read at most. Real CapabilityStatements have up to five million."""

_OPENID = "openid-configuration"
_STAYED_AWAY = frozenset({Kind.OFFLINE, Kind.TIMEOUT, Kind.TLS, Kind.PROXY, Kind.NETWORK_FILE})
"""The server was not reached, so that nothing is known of what it offers."""


async def discover(transport: Transport, ehr_hint: str | None = None, *, patience: float = PATIENCE) -> ServerOffer:
    """What the server at the transport's base offers. Raises `Failure` only when it can't be reached.

    `ehr_hint` is the address of a Canvas instance's own pages, for a FHIR server that is Canvas's but goes by another
    name. Documents that are missing, or are no documents, are an offer of less.
    """
    base = transport.base
    smart, statement = await asyncio.gather(
        _document(transport, base.address(".well-known/smart-configuration"), LARGEST_CONFIGURATION, patience),
        _document(transport, base.address("metadata"), LARGEST_STATEMENT, patience, "CapabilityStatement"),
    )
    if isinstance(smart, Problem) and isinstance(statement, Problem) and {smart.kind, statement.kind} <= _STAYED_AWAY:
        raise Failure(smart)
    base_url = str(base.url).rstrip("/")
    offer = ServerOffer(base_url, launch_needed=bool(sign_in_base(base_url) or ehr_hint))
    if isinstance(statement, Problem):
        offer = replace(offer, capabilities_problem=statement)
    else:
        offer = replace(
            offer,
            fhir_version=text_of(statement, "fhirVersion"),
            software=software_of(statement),
            resources=resources_of(statement),
        )
    ways = [
        _by_smart(as_object(smart), base),
        _by_statement(as_object(statement), base),
        _by_convention(ehr_hint or sign_in_base(base_url), base),
    ]
    offer = _with_way(offer, ways)
    if is_canvas(httpx.URL(offer.authorization_endpoint).host):
        offer = replace(offer, launch_needed=True)  # its FHIR server may go by another name
    if isinstance(smart, Problem):
        return replace(offer, smart_problem=smart)
    if offer.source is OfferSource.SMART:
        offer = _with_smart(offer, smart, base)
    return await _with_openid(offer, transport, patience) if offer.issuer else offer


@dataclass(slots=True)
class _Way:
    """The addresses for signing in out of one document, "" where there is none to be used, and those refused."""

    source: str
    endpoints: dict[str, str] = field(default_factory=dict)
    refused: list[RefusedEndpoint] = field(default_factory=list)

    def take(self, name: str, value: object, base: Base) -> None:
        """Note an address, where the document names one."""
        if value is None:
            return
        try:
            self.endpoints[name] = str(checked_endpoint(value, base))
        except Suspicious as refusal:
            self.refused.append(RefusedEndpoint(name, self.source, refusal.suspicion, refusal.place))


_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "revocation_endpoint")


def _by_smart(document: Resource, base: Base) -> _Way:
    way = _Way(OfferSource.SMART)
    for name in _ENDPOINTS:
        way.take(name, document.get(name), base)
    return way


def _by_statement(statement: Resource, base: Base) -> _Way:
    way = _Way(OfferSource.CAPABILITIES)
    uris = oauth_uris(statement)
    for name, uri in zip(_ENDPOINTS, ("authorize", "token", "revoke"), strict=True):
        way.take(name, uris.get(uri), base)
    return way


def _by_convention(pages: str | None, base: Base) -> _Way:
    way = _Way(OfferSource.CANVAS)
    if pages is not None:
        way.take("authorization_endpoint", f"{pages.rstrip('/')}/auth/authorize/", base)
        way.take("token_endpoint", f"{pages.rstrip('/')}/auth/token/", base)
    return way


def _with_way(offer: ServerOffer, ways: list[_Way]) -> ServerOffer:
    """The offer with the first way that leads all the way; else with the first by which the program can sign in."""
    refused = tuple(refusal for way in ways for refusal in way.refused)
    for needed in ({"authorization_endpoint", "token_endpoint"}, {"token_endpoint"}):
        for way in ways:
            if needed <= way.endpoints.keys():
                authorization, token, revocation = (way.endpoints.get(name, "") for name in _ENDPOINTS)
                return replace(
                    offer,
                    source=OfferSource(way.source),
                    authorization_endpoint=authorization,
                    token_endpoint=token,
                    revocation_endpoint=revocation,
                    refused=refused,
                )
    return replace(offer, refused=refused)


def _with_smart(offer: ServerOffer, document: Resource, base: Base) -> ServerOffer:
    way = _Way(OfferSource.SMART)
    for name in ("issuer", "jwks_uri"):
        way.take(name, document.get(name), base)
    return replace(
        offer,
        issuer=str(document["issuer"]) if "issuer" in way.endpoints else "",
        jwks_uri=way.endpoints.get("jwks_uri", ""),
        iss_parameter_supported=document.get("authorization_response_iss_parameter_supported") is True,
        scopes_supported=texts_of(document, "scopes_supported"),
        code_challenge_methods=texts_of(document, "code_challenge_methods_supported"),
        grant_types=texts_of(document, "grant_types_supported"),
        token_endpoint_auth_methods=texts_of(document, "token_endpoint_auth_methods_supported"),
        capabilities=texts_of(document, "capabilities"),
        refused=(*offer.refused, *way.refused),
    )


async def _with_openid(offer: ServerOffer, transport: Transport, patience: float) -> ServerOffer:
    """The offer with what the issuer says of itself (OpenID Connect Discovery, 4), where it says anything.

    The access token goes to the userinfo endpoint. It is taken only on a host that has a token, or gives them, anyway.
    """
    issuer = httpx.URL(offer.issuer)
    try:
        address = issuer.copy_with(path=f"{issuer.path.rstrip('/')}/.well-known/openid-configuration", query=None)
    except (httpx.InvalidURL, ValueError):
        return offer
    document = await _document(transport, address, LARGEST_CONFIGURATION, patience)
    if isinstance(document, Problem) or document.get("issuer") != offer.issuer:
        return offer
    way = _Way(_OPENID)
    way.take("userinfo_endpoint", document.get("userinfo_endpoint"), transport.base)
    way.take("jwks_uri", document.get("jwks_uri"), transport.base)
    userinfo = way.endpoints.get("userinfo_endpoint", "")
    known = {_origin(httpx.URL(text)) for text in (offer.base_url, offer.issuer, offer.token_endpoint)}
    if userinfo and _origin(httpx.URL(userinfo)) not in known:
        place = _origin(httpx.URL(userinfo))
        way.refused.append(RefusedEndpoint("userinfo_endpoint", _OPENID, Suspicion.ELSEWHERE, place))
        userinfo = ""
    return replace(
        offer,
        userinfo_endpoint=userinfo,
        jwks_uri=offer.jwks_uri or way.endpoints.get("jwks_uri", ""),
        iss_parameter_supported=offer.iss_parameter_supported
        or document.get("authorization_response_iss_parameter_supported") is True,
        prompt_values=texts_of(document, "prompt_values_supported"),
        refused=(*offer.refused, *way.refused),
    )


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


async def _document(
    transport: Transport, address: httpx.URL, largest: int, patience: float, resource_type: str = ""
) -> Mapping[str, object] | Problem:
    """The JSON object at `address`, a resource of the type where one is named; or the problem in its place."""
    headers = {"Accept": "application/fhir+json, application/json" if resource_type else "application/json"}
    try:
        async with asyncio.timeout(patience):
            response, body = await transport.exchange("GET", address, headers=headers, largest=largest)
    except TimeoutError:
        return Problem(Kind.TIMEOUT, technical="a document took too long")
    except Failure as failure:
        return failure.problem
    if not response.is_success:
        return failures.answered(response, body, transport.base)
    try:
        document = decode_value(body)
    except NotJson:
        document = None
    if not isinstance(document, dict) or (resource_type and document.get("resourceType") != resource_type):
        return failures.unreadable(response, body, f"not the {resource_type or 'document'} asked for")
    return document
