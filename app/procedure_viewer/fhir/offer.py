"""What a server says that it offers, before anybody has signed in: a value that the window and the worker share.

Resources and search parameters come from the CapabilityStatement (http://hl7.org/fhir/R4/capabilitystatement.html); how
one signs in comes from the document named by `source`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from procedure_viewer.fhir.datatypes import Resource, object_of, objects_of, text_of
from procedure_viewer.fhir.outcome import Problem

_LONGEST_NAME = 120
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


class OfferSource(StrEnum):
    """Where it is said how one signs in, in the order in which it is looked for."""

    SMART = "smart-configuration"
    CAPABILITIES = "capability-statement"
    CANVAS = "canvas-convention"
    NONE = "none"


class Suspicion(StrEnum):
    """Why an address out of a document is not used."""

    PLAIN = "plain"  # http: what is sent there could be read on the way
    THIS_COMPUTER = "this-computer"  # a server elsewhere names this computer
    ELSEWHERE = "elsewhere"  # the access token would go where it has no business
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class RefusedEndpoint:
    """An address that a document named and that is not used."""

    name: str
    """Such as "token_endpoint"."""
    source: str
    """The document: an `OfferSource`, or "openid-configuration"."""
    suspicion: Suspicion
    place: str = ""
    """Its scheme and host, where they can be read."""


@dataclass(frozen=True, slots=True)
class OfferedResource:
    """A type of resource that the server lists; None where it does not say more."""

    type: str
    reads: bool | None = None
    searches: bool | None = None
    parameters: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ServerOffer:
    """All that was found out. Addresses are "" where there is none that may be used; each is https, or on loopback."""

    base_url: str
    source: OfferSource = OfferSource.NONE
    fhir_version: str = ""
    software: str = ""
    resources: tuple[OfferedResource, ...] | None = None
    """None where the server has no CapabilityStatement that could be read, or lists no resources in it."""
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    revocation_endpoint: str = ""
    userinfo_endpoint: str = ""
    issuer: str = ""
    """Exactly as the server writes it: RFC 9207 compares it character by character."""
    jwks_uri: str = ""
    iss_parameter_supported: bool = False
    scopes_supported: tuple[str, ...] = ()
    code_challenge_methods: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ()
    token_endpoint_auth_methods: tuple[str, ...] = ()
    prompt_values: tuple[str, ...] = ()
    """What `prompt` may be (OpenID Connect); () where the server does not say."""
    capabilities: tuple[str, ...] = ()
    launch_needed: bool = False
    """Whether the sign-in wants a `launch` value, as Canvas's does for staff."""
    refused: tuple[RefusedEndpoint, ...] = ()
    smart_problem: Problem | None = None
    """Why the SMART configuration could not be read; None where it was."""
    capabilities_problem: Problem | None = None
    """Why the CapabilityStatement could not be read; None where it was."""

    def resource(self, resource_type: str) -> OfferedResource | None:
        """What is said of a type; None where the server lists others but not this one."""
        if self.resources is None:
            return OfferedResource(resource_type)
        return next((resource for resource in self.resources if resource.type == resource_type), None)

    def parameters(self, resource_type: str) -> frozenset[str] | None:
        """The search parameters of a type; None where the server does not say."""
        resource = self.resource(resource_type)
        return resource.parameters if resource else None

    def offers(self, resource_type: str) -> bool | None:
        """Whether the type can be searched for; None where the server does not say."""
        resource = self.resource(resource_type)
        return resource.searches if resource else False


def software_of(statement: Resource) -> str:
    """The name and version of the software, else what the installation is called; maybe ""."""
    software = object_of(statement, "software")
    name = " ".join(filter(None, (text_of(software, "name"), text_of(software, "version"))))
    return (name or text_of(object_of(statement, "implementation"), "description"))[:_LONGEST_NAME]


def resources_of(statement: Resource) -> tuple[OfferedResource, ...] | None:
    """The resources that a server lists in its CapabilityStatement; None where it lists none."""
    found: dict[str, OfferedResource] = {}
    for rest in _server_sides(statement):
        everywhere = _names(rest, "searchParam", "name")
        for resource in objects_of(rest, "resource"):
            kind = text_of(resource, "type")
            if not kind:
                continue
            interactions = _names(resource, "interaction", "code")
            parameters = _names(resource, "searchParam", "name")
            found[kind] = OfferedResource(
                kind,
                reads="read" in interactions if interactions else None,
                searches="search-type" in interactions if interactions else None,
                parameters=parameters | everywhere if parameters else None,
            )
    return tuple(found.values()) or None


def oauth_uris(statement: Resource) -> dict[str, object]:
    """The addresses for signing in that a CapabilityStatement names: "authorize", "token", "revoke", as they stand.

    http://hl7.org/fhir/smart-app-launch/conformance.html, in the form that is older than the SMART configuration.
    """
    found: dict[str, object] = {}
    for rest in _server_sides(statement):
        for extension in objects_of(object_of(rest, "security"), "extension"):
            if extension.get("url") == _OAUTH_URIS:
                for uri in objects_of(extension, "extension"):
                    found.setdefault(text_of(uri, "url"), uri.get("valueUri"))
    return found


def _server_sides(statement: Resource) -> Iterator[Resource]:
    """`rest` may also say how the software behaves as a client."""
    return (rest for rest in objects_of(statement, "rest") if text_of(rest, "mode") != "client")


def _names(resource: Resource, element: str, name: str) -> frozenset[str]:
    return frozenset(text for item in objects_of(resource, element) if (text := text_of(item, name)))
