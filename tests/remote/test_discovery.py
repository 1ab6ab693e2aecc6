"""What a server says that it offers: found in three places, believed in none, and never at the cost of a secret."""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from procedure_viewer.demo.child import DemoServer
from procedure_viewer.fhir.hindrance import CertificateTrouble, Mistrust
from procedure_viewer.fhir.offer import OfferSource, RefusedEndpoint, ServerOffer, Suspicion
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.discovery import LARGEST_CONFIGURATION, discover
from procedure_viewer.remote.transport import Timeouts, Transport
from tests.fhir.samples import NESTED_TOO_DEEP
from tests.remote.authority import Authority
from tests.remote.connect_proxy import ConnectProxy
from tests.servers import Exchange, Script, ScriptedServer, by_path, outcome, raw, reply, reset, stall

SMART = "/.well-known/smart-configuration"
METADATA = "/metadata"
OPENID = "/.well-known/openid-configuration"
JSON = "application/json"
AskedFirst = partial(ScriptedServer, discoverable=True)
"""A server that is asked what it offers, and says it."""


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def found(base_url: str, *, hint: str | None = None, patience: float = 10.0, **transport: Any) -> ServerOffer:
    """What `discover` finds."""

    async def ask() -> ServerOffer:
        made = Transport(base_url, **transport)
        try:
            return await discover(made, hint, patience=patience)
        finally:
            await made.aclose()

    return asyncio.run(ask())


def smart(**members: object) -> dict[str, object]:
    return {
        "authorization_endpoint": "https://ehr.example/auth/authorize/",
        "token_endpoint": "https://ehr.example/auth/token/",
        "capabilities": ["launch-standalone", "client-public"],
        "code_challenge_methods_supported": ["S256"],
        **members,
    }


def statement(*resources: object, uris: Mapping[str, str] | None = None, **members: object) -> dict[str, object]:
    extension = {
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [{"url": name, "valueUri": uri} for name, uri in (uris or {}).items()],
    }
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "software": {"name": "Example FHIR", "version": "7"},
        "rest": [
            {
                "mode": "server",
                "security": {"extension": [extension]} if uris else {},
                "resource": list(resources),
                **members,
            }
        ],
    }


def serving(configuration: object = None, capabilities: object = None, **more: Script) -> Script:
    """A server with the documents; what is None is a 404."""
    scripts: dict[str, Script] = {}
    if configuration is not None:
        scripts[SMART] = reply(200, json.dumps(configuration), content_type=JSON)
    if capabilities is not None:
        scripts[METADATA] = reply(200, json.dumps(capabilities))
    return by_path({**scripts, **more})


PATIENT = {
    "type": "Patient",
    "interaction": [{"code": "read"}, {"code": "search-type"}],
    "searchParam": [{"name": "name"}, {"name": "birthdate"}, {"name": "identifier"}],
}
PROCEDURE = {"type": "Procedure", "interaction": [{"code": "read"}], "searchParam": []}
URIS = {
    "authorize": "https://old.example/authorize",
    "token": "https://old.example/token",
    "revoke": "https://old.example/revoke",
}


def test_the_smart_configuration_comes_first() -> None:
    members = smart(
        revocation_endpoint="https://ehr.example/revoke?a=1",
        scopes_supported=["user/Patient.read", "offline_access"],
        grant_types_supported=["authorization_code"],
        token_endpoint_auth_methods_supported=["client_secret_basic"],
        authorization_response_iss_parameter_supported=True,
    )
    with AskedFirst(serving(members, statement(PATIENT, PROCEDURE, uris=URIS))) as server:
        offer = found(server.url)
    assert offer == ServerOffer(
        base_url=server.url,
        source=OfferSource.SMART,
        fhir_version="4.0.1",
        software="Example FHIR 7",
        resources=offer.resources,
        authorization_endpoint="https://ehr.example/auth/authorize/",
        token_endpoint="https://ehr.example/auth/token/",
        revocation_endpoint="https://ehr.example/revoke?a=1",
        iss_parameter_supported=True,
        scopes_supported=("user/Patient.read", "offline_access"),
        code_challenge_methods=("S256",),
        grant_types=("authorization_code",),
        token_endpoint_auth_methods=("client_secret_basic",),
        capabilities=("launch-standalone", "client-public"),
    )
    assert sorted(server.targets) == [SMART, METADATA]
    assert not [request for request in server.requests if "authorization" in request.headers]


def test_then_the_capability_statement() -> None:
    with AskedFirst(serving(None, statement(uris=URIS))) as server:
        offer = found(server.url)
    assert offer.source is OfferSource.CAPABILITIES
    assert offer.token_endpoint == "https://old.example/token"
    assert offer.revocation_endpoint == "https://old.example/revoke"
    assert offer.smart_problem is not None
    assert (offer.smart_problem.kind, offer.smart_problem.status) == (Kind.NOT_FOUND, 404)


def test_the_addresses_of_two_documents_are_never_mixed() -> None:
    half = smart()
    del half["token_endpoint"]
    with AskedFirst(serving(half, statement(uris=URIS))) as server:
        offer = found(server.url)
    assert offer.authorization_endpoint == "https://old.example/authorize"
    assert offer.token_endpoint == "https://old.example/token"
    assert (offer.source, offer.capabilities) == (OfferSource.CAPABILITIES, ())


def test_a_server_for_programs_alone_offers_no_page_to_sign_in() -> None:
    half = smart()
    del half["authorization_endpoint"]
    with AskedFirst(serving(half)) as server:
        offer = found(server.url)
    assert (offer.source, offer.authorization_endpoint) == (OfferSource.SMART, "")
    assert offer.token_endpoint == "https://ehr.example/auth/token/"


def test_then_canvas_and_what_it_needs(authority: Authority) -> None:
    with (
        ConnectProxy() as proxy,
        AskedFirst(serving(), tls=authority.server("fumage-clinic-staging.canvasmedical.com")) as server,
    ):
        proxy.leads_to(server.port)
        offer = found("https://fumage-clinic-staging.canvasmedical.com", tls=authority.client(), proxy=proxy.url)
    assert offer.source is OfferSource.CANVAS
    assert offer.authorization_endpoint == "https://clinic-staging.canvasmedical.com/auth/authorize/"
    assert offer.token_endpoint == "https://clinic-staging.canvasmedical.com/auth/token/"
    assert offer.launch_needed


def test_a_canvas_server_by_another_name_is_told_by_a_hint() -> None:
    with AskedFirst(serving()) as server:
        offer = found(server.url, hint="https://clinic.canvasmedical.com/")
        without = found(server.url)
    assert offer.token_endpoint == "https://clinic.canvasmedical.com/auth/token/"
    assert offer.launch_needed
    assert (without.source, without.token_endpoint, without.launch_needed) == (OfferSource.NONE, "", False)


def test_what_can_be_searched_by() -> None:
    with AskedFirst(serving(None, statement(PATIENT, PROCEDURE, searchParam=[{"name": "_id"}]))) as server:
        offer = found(server.url)
    assert offer.parameters("Patient") == frozenset({"name", "birthdate", "identifier", "_id"})
    assert offer.offers("Patient") is True
    assert offer.parameters("Procedure") is None
    assert offer.offers("Procedure") is False
    assert offer.offers("Provenance") is False


@pytest.mark.parametrize("capabilities", [None, statement(), statement(7, {"type": 3})])
def test_what_is_not_said_is_not_known(capabilities: object) -> None:
    with AskedFirst(serving(smart(), capabilities)) as server:
        offer = found(server.url)
    assert offer.resources is None
    assert offer.offers("Patient") is None
    assert offer.parameters("Patient") is None


def test_the_demo_server_offers_what_it_has(demo_server: DemoServer) -> None:
    offer = found(demo_server.url)
    assert offer.source is OfferSource.SMART
    assert offer.fhir_version == "4.0.1"
    assert "demo" in offer.software
    assert offer.authorization_endpoint == f"{demo_server.url}/auth/authorize/"
    assert offer.token_endpoint == f"{demo_server.url}/auth/token/"
    assert offer.code_challenge_methods == ("S256",)
    assert offer.offers("Patient") is True
    assert offer.parameters("Procedure") == frozenset({"_id", "patient"})
    assert offer.refused == ()


# Attacks


@pytest.mark.parametrize(
    ("address", "suspicion", "place"),
    [
        ("http://ehr.example/token", Suspicion.PLAIN, "http://ehr.example"),
        ("http://192.0.2.7/token", Suspicion.PLAIN, "http://192.0.2.7"),
        ("http://127.0.0.1.evil.example/token", Suspicion.PLAIN, "http://127.0.0.1.evil.example"),
        ("http://localhost.evil.example/", Suspicion.PLAIN, "http://localhost.evil.example"),
        ("https://clinic.example@evil.example/token", Suspicion.MALFORMED, "https://evil.example"),
        ("https://evil.example\\@clinic.example/token", Suspicion.MALFORMED, ""),
        ("https://ehr.example/token#fragment", Suspicion.MALFORMED, "https://ehr.example"),
        ("https://ehr.example/token#", Suspicion.MALFORMED, "https://ehr.example"),
        ("//evil.example/token", Suspicion.MALFORMED, ""),
        ("/auth/token", Suspicion.MALFORMED, ""),
        ("file:///etc/passwd", Suspicion.MALFORMED, ""),
        ("javascript:alert(1)", Suspicion.MALFORMED, ""),
        ("https://", Suspicion.MALFORMED, ""),
        ("https://[::1/token", Suspicion.MALFORMED, ""),
        ("https://ehr.example/to ken", Suspicion.MALFORMED, ""),
        ("https://ehr.example/to\nken", Suspicion.MALFORMED, ""),
        ("https://еhr.example/token", Suspicion.MALFORMED, ""),  # a Cyrillic letter
        ("https://ehr.example/" + "x" * 2048, Suspicion.MALFORMED, ""),
        ("https://ehr.example:99999/token", Suspicion.MALFORMED, ""),
        ("https://2130706433/token", Suspicion.MALFORMED, ""),
        ("https://127.1/token", Suspicion.MALFORMED, ""),
        ("https://0x7f000001/token", Suspicion.MALFORMED, ""),
        ("", Suspicion.MALFORMED, ""),
        (7, Suspicion.MALFORMED, ""),
        (["https://ehr.example/token"], Suspicion.MALFORMED, ""),
    ],
)
def test_an_address_that_may_not_be_used_is_ignored_and_told(address: object, suspicion: Suspicion, place: str) -> None:
    with AskedFirst(serving(smart(token_endpoint=address))) as server:
        offer = found(server.url)
    assert offer.token_endpoint == ""
    assert offer.refused == (RefusedEndpoint("token_endpoint", OfferSource.SMART, suspicion, place),)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("here", ["127.0.0.1:8080", "localhost", "localhost.", "[::1]:1"])
def test_a_server_elsewhere_may_not_name_this_computer(authority: Authority, scheme: str, here: str) -> None:
    members = smart(authorization_endpoint=f"{scheme}://{here}/a", token_endpoint=f"{scheme}://{here}/t")
    with (
        ConnectProxy() as proxy,
        AskedFirst(serving(members), tls=authority.server("clinic.example")) as server,
    ):
        offer = found(f"https://clinic.example:{server.port}", tls=authority.client(), proxy=proxy.url)
    assert (offer.source, offer.token_endpoint, offer.authorization_endpoint) == (OfferSource.NONE, "", "")
    assert {refusal.suspicion for refusal in offer.refused} == {Suspicion.THIS_COMPUTER}
    assert len(offer.refused) == 2


def test_an_address_refused_in_one_document_does_not_spoil_the_next() -> None:
    with AskedFirst(serving(smart(token_endpoint="http://ehr.example/token"), statement(uris=URIS))) as server:
        offer = found(server.url)
    assert (offer.source, offer.token_endpoint) == (OfferSource.CAPABILITIES, "https://old.example/token")
    assert [refusal.source for refusal in offer.refused] == [OfferSource.SMART]


def test_redirects_are_not_followed() -> None:
    with AskedFirst(serving(smart(), statement())) as evil:
        script = by_path(
            {
                SMART: reply(302, b"", {"Location": f"{evil.url}{SMART}"}),
                METADATA: reply(307, b"", {"Location": METADATA + "/"}),
            }
        )
        with AskedFirst(script) as server:
            offer = found(server.url)
    assert evil.connections == 0
    assert len(server.requests) == 2
    assert (offer.source, offer.resources) == (OfferSource.NONE, None)
    assert offer.smart_problem is not None
    assert offer.smart_problem.kind is Kind.FOREIGN


Bad = pytest.mark.parametrize(
    ("script", "kind"),
    [
        (reply(404), Kind.NOT_FOUND),
        (reply(401, outcome("login", "Sign in")), Kind.SIGNED_OUT),
        (reply(500), Kind.SERVER),
        (reply(200, "<html>Accept the terms</html>", content_type="text/html"), Kind.NOT_FHIR),
        (reply(200, b""), Kind.NOT_FHIR),
        (reply(200, b"[]"), Kind.NOT_FHIR),
        (reply(200, b'{"token_endpoint": "https://ehr'), Kind.NOT_FHIR),
        (reply(200, NESTED_TOO_DEEP), Kind.NOT_FHIR),
        (reply(200, b"\xff\xfe\x00"), Kind.NOT_FHIR),
        (reply(200, b" " * (16 * 1024 * 1024 + 1)), Kind.NOT_FHIR),
        (reply(200, b"x", {"Content-Encoding": "gzip"}), Kind.NOT_FHIR),
        (raw(b"nonsense\r\n\r\n"), Kind.NOT_FHIR),
    ],
    ids=lambda value: value if isinstance(value, Kind) else None,
)


@Bad
def test_documents_that_are_none_are_an_offer_of_less(script: Script, kind: Kind) -> None:
    with AskedFirst(script) as server:
        offer = found(server.url)
    assert (offer.source, offer.resources) == (OfferSource.NONE, None)
    assert [problem.kind for problem in (offer.smart_problem, offer.capabilities_problem) if problem] == [kind, kind]


@Bad
def test_one_document_that_is_none_leaves_the_other(script: Script, kind: Kind) -> None:
    with AskedFirst(by_path({SMART: script, METADATA: reply(200, statement(PATIENT, uris=URIS))})) as server:
        one = found(server.url)
    with AskedFirst(by_path({METADATA: script, SMART: reply(200, smart())})) as server:
        other = found(server.url)
    assert one.source is OfferSource.CAPABILITIES
    assert one.smart_problem is not None
    assert one.smart_problem.kind is kind
    assert other.source is OfferSource.SMART
    assert (other.resources, other.fhir_version) == (None, "")
    assert other.capabilities_problem is not None
    assert other.capabilities_problem.kind is kind


def test_another_resource_is_no_capability_statement() -> None:
    with AskedFirst(serving(smart(), {**statement(PATIENT), "resourceType": "Patient"})) as server:
        offer = found(server.url)
    assert offer.resources is None
    assert offer.capabilities_problem is not None


def test_a_configuration_of_more_than_a_megabyte_is_not_read() -> None:
    with AskedFirst(serving(smart(padding="x" * LARGEST_CONFIGURATION))) as server:
        assert found(server.url).source is OfferSource.NONE


@pytest.mark.parametrize("slow", [SMART, METADATA])
def test_a_document_that_does_not_come_costs_its_share_of_time_only(slow: str) -> None:
    async def trickle(exchange: Exchange) -> None:
        await stall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")(exchange)

    scripts = {SMART: reply(200, smart()), METADATA: reply(200, statement(PATIENT)), slow: trickle}
    with AskedFirst(by_path(scripts)) as server:
        offer = found(server.url, patience=0.3)
        server.wait_until_left()
    late = offer.smart_problem if slow == SMART else offer.capabilities_problem
    assert late is not None
    assert late.kind is Kind.TIMEOUT
    assert (offer.source is OfferSource.SMART) is (slow == METADATA)
    assert (offer.offers("Patient") is True) is (slow == SMART)


def failure(ask: Callable[[], object]) -> Problem:
    with pytest.raises(Failure) as failed:
        ask()
    return failed.value.problem


def test_a_server_that_is_not_reached_is_a_failure(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert failure(lambda: found(f"http://127.0.0.1:{port}")).kind is Kind.OFFLINE
    with AskedFirst(reset()) as server:
        assert failure(lambda: found(server.url)).kind is Kind.OFFLINE
    with AskedFirst(stall()) as server:
        assert failure(lambda: found(server.url, timeouts=Timeouts(read=0.1))).kind is Kind.TIMEOUT
        server.wait_until_left()
    with AskedFirst(serving(smart()), tls=authority.server("other.example")) as server:
        trouble = failure(lambda: found(server.url, tls=authority.client()))
    assert trouble.kind is Kind.TLS
    assert isinstance(trouble.hindrance, CertificateTrouble)
    assert trouble.hindrance.reason is Mistrust.WRONG_HOST


# Who the issuer is


def with_issuer(url: str, *, issuer: str | None = None, says: str | None = None, **openid: object) -> Script:
    issuer = f"{url}/op" if issuer is None else issuer
    document = {
        "issuer": issuer if says is None else says,
        "userinfo_endpoint": f"{url}/op/userinfo/",
        "jwks_uri": f"{url}/op/keys",
        "prompt_values_supported": ["none", "login"],
        "authorization_response_iss_parameter_supported": True,
        **openid,
    }
    return by_path(
        {
            SMART: reply(200, smart(issuer=issuer)),
            f"/op{OPENID}": reply(200, document),
        }
    )


def found_with_issuer(**members: Any) -> ServerOffer:
    """What is found on a server that names itself as the issuer, unless told otherwise."""
    later: list[Script] = []

    async def script(exchange: Exchange) -> None:
        await later[0](exchange)

    with AskedFirst(script) as server:
        later.append(with_issuer(server.url, **members))
        return found(server.url)


def test_the_issuer_says_where_a_person_is_named() -> None:
    offer = found_with_issuer()
    assert offer.issuer == f"{offer.base_url}/op"
    assert offer.userinfo_endpoint == f"{offer.base_url}/op/userinfo/"
    assert offer.jwks_uri == f"{offer.base_url}/op/keys"
    assert offer.prompt_values == ("none", "login")
    assert offer.iss_parameter_supported
    assert offer.refused == ()


@pytest.mark.parametrize("issuer", ["http://op.example", "https://u@op.example", "op", 7])
def test_an_issuer_that_may_not_be_used_is_not_asked(issuer: Any) -> None:
    offer = found_with_issuer(issuer=issuer)
    assert (offer.issuer, offer.userinfo_endpoint, offer.iss_parameter_supported) == ("", "", False)
    assert [refusal.name for refusal in offer.refused] == ["issuer"]


def test_an_issuer_that_calls_itself_otherwise_is_not_believed() -> None:
    offer = found_with_issuer(says="https://evil.example")
    assert (offer.userinfo_endpoint, offer.prompt_values) == ("", ())


@pytest.mark.parametrize(
    ("address", "suspicion"),
    [
        ("https://evil.example/userinfo", Suspicion.ELSEWHERE),
        ("http://ehr.example/userinfo", Suspicion.PLAIN),
        ("https://ehr.example:8443/userinfo", Suspicion.ELSEWHERE),
    ],
)
def test_the_access_token_is_not_offered_to_strangers(address: str, suspicion: Suspicion) -> None:
    offer = found_with_issuer(userinfo_endpoint=address)
    assert offer.userinfo_endpoint == ""
    assert [(refusal.source, refusal.suspicion) for refusal in offer.refused] == [("openid-configuration", suspicion)]


def test_userinfo_beside_the_token_endpoint_is_no_stranger() -> None:
    offer = found_with_issuer(userinfo_endpoint="https://ehr.example/userinfo/")
    assert offer.userinfo_endpoint == "https://ehr.example/userinfo/"


@pytest.mark.parametrize("script", [reply(404), reset(), reply(200, b"[]")])
def test_an_issuer_that_says_nothing_costs_nothing(script: Script) -> None:
    with AskedFirst(script) as issuer, AskedFirst(serving(smart(issuer=issuer.url))) as server:
        offer = found(server.url)
    assert issuer.targets == [OPENID]
    assert (offer.issuer, offer.userinfo_endpoint) == (issuer.url, "")
    assert offer.token_endpoint
