"""The demo server's routes: read and search of Patient and Procedure, and what a client asks before them.

What procedures point at can be read as well, the staff among them, so that a client may also ask who signed in; and who
recorded a patient's procedures can be searched. Signing in has its routes in `oauth.routes`.

http://hl7.org/fhir/R4/http.html. What the API does is followed also where another server would be kinder: links without
a host, no `fullUrl`, parameters that are ignored when they are not known.
"""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from procedure_viewer.demo.answers import FHIR_JSON, BadRequest, Parameters, Refusal, Window, outcome
from procedure_viewer.demo.capabilities import capability_statement
from procedure_viewer.demo.oauth.admission import Admission
from procedure_viewer.demo.oauth.discovery import openid_configuration, smart_configuration
from procedure_viewer.demo.oauth.grants import Grants
from procedure_viewer.demo.oauth.routes import oauth_routes
from procedure_viewer.demo.oauth.switches import Switches
from procedure_viewer.demo.records import demo_store, demo_troubles
from procedure_viewer.demo.searching import known_parameters
from procedure_viewer.demo.store import OTHERS, PATIENT, PROCEDURE, PROVENANCE, Store
from procedure_viewer.demo.trouble import Troubles, Visit

JSON = "application/json"
REQUEST_ID_HEADER = b"fumage-correlation-id"

_COUNT = 10
_LARGEST_COUNT = 100
_ID = re.compile(r"[A-Za-z0-9\-.]+")
_LONGEST_ID = 64
_FORMATS = frozenset({"json", JSON, FHIR_JSON})

Answer = Callable[[Request], Awaitable[Response]]


def demo_app(latency: float = 0.0, switches: Switches | None = None) -> ASGIApp:
    """The whole application; each answer is held back for `latency` seconds. A test keeps `switches` and turns them."""
    grants = Grants(switches or Switches())
    handlers = _Handlers(demo_store(), demo_troubles(), Admission(grants))
    searched = (PATIENT, PROCEDURE, PROVENANCE)
    read = (*searched, *OTHERS)
    routes = [
        Route("/metadata", handlers.metadata),
        Route("/.well-known/smart-configuration", handlers.smart_configuration),
        Route("/.well-known/openid-configuration", handlers.openid_configuration),
        *(Route(f"/{resource_type}", handlers.search(resource_type)) for resource_type in searched),
        *(Route(f"/{resource_type}/{{id}}", handlers.read(resource_type)) for resource_type in read),
        *oauth_routes(grants),
    ]
    application = Starlette(
        routes=routes, exception_handlers={Refusal: _refused, HTTPException: _no_such_route, Exception: _failed}
    )
    return _Frame(application, latency)


class _Frame:
    """Around every answer, whatever it is: the latency before it, and a request id in its head."""

    def __init__(self, application: ASGIApp, latency: float) -> None:
        """`latency` is in seconds."""
        self._application = application
        self._latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4()).encode("ascii")

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (REQUEST_ID_HEADER, request_id)]
            await send(message)

        await asyncio.sleep(self._latency)
        await self._application(scope, receive, send_with_id)


class _Handlers:
    """The answers to each route's requests."""

    def __init__(self, store: Store, troubles: Troubles, admission: Admission) -> None:
        self._store = store
        self._troubles = troubles
        self._admission = admission

    async def metadata(self, request: Request) -> Response:
        return _resource(request, capability_statement(_base_url(request)))

    async def smart_configuration(self, request: Request) -> Response:
        return Response(smart_configuration(_base_url(request)), media_type=JSON)

    async def openid_configuration(self, request: Request) -> Response:
        return Response(openid_configuration(_base_url(request)), media_type=JSON)

    def read(self, resource_type: str) -> Answer:
        async def read(request: Request) -> Response:
            resource_id = _checked_id(request.path_params["id"])
            self._admission.check(request, resource_type, "r", resource_id)
            return _resource(request, self._store.read(resource_type, resource_id))

        return read

    def search(self, resource_type: str) -> Answer:
        async def search(request: Request) -> Response:
            self._admission.check(request, resource_type, "s")
            parameters = _parameters(request)
            asked = known_parameters(resource_type, parameters)
            window = _window(parameters)
            found = self._store.search(resource_type, asked)
            visit = Visit(resource_type, asked, window, found)
            trouble = self._troubles.in_search(visit)
            return await trouble if trouble else _resource(request, visit.page())

        return search


def _base_url(request: Request) -> str:
    return str(request.base_url).removesuffix("/")


def _parameters(request: Request) -> Parameters:
    return parse_qsl(request.url.query, keep_blank_values=True)


def _checked_id(resource_id: str) -> str:
    """The id in the path; raises `BadRequest` in the framework's words for one that no resource can have."""
    if len(resource_id) > _LONGEST_ID:
        text = f"path -> id — String should have at most {_LONGEST_ID} characters"
        raise BadRequest("value", f"{text} (type=string_too_long; max_length={_LONGEST_ID})")
    if not _ID.fullmatch(resource_id):
        text = f"path -> id — String should match pattern '^{_ID.pattern}$'"
        raise BadRequest("value", f"{text} (type=string_pattern_mismatch; pattern=^{_ID.pattern}$)")
    return resource_id


def _window(parameters: Parameters) -> Window:
    """The page that is asked for. A count that is too high is lowered; one that is no count raises `BadRequest`."""
    values = dict(parameters)
    try:
        window = Window(int(values.get("_count", _COUNT)), int(values.get("_offset", 0)))
    except ValueError as error:
        raise BadRequest from error
    if window.count < 1 or window.offset < 0:
        raise BadRequest
    return Window(min(window.count, _LARGEST_COUNT), window.offset)


def _resource(request: Request, body: bytes) -> Response:
    """`body` with status 200, indented where `_pretty` asks for it; raises `BadRequest` for a `_format` but JSON."""
    if request.query_params.get("_format", "json") not in _FORMATS:
        raise BadRequest("structure", "Invalid response format specified for '_format' parameter")
    if request.query_params.get("_pretty") == "true":
        body = msgspec.json.format(body, indent=2)
    return Response(body, media_type=FHIR_JSON)


async def _refused(_request: Request, refusal: Exception) -> Response:
    """An OperationOutcome with the status that goes with it."""
    assert isinstance(refusal, Refusal)
    return Response(refusal.body, refusal.status, media_type=FHIR_JSON)


async def _failed(_request: Request, _error: Exception) -> Response:
    """A fault of our own, told as the API tells its own.

    uvicorn closes the connection after it; a client that wasn't told so may send its next request into the closing one.
    """
    body = outcome("exception", "Internal server error")
    return Response(body, 500, {"Connection": "close"}, media_type=FHIR_JSON)


async def _no_such_route(_request: Request, error: Exception) -> Response:
    """No FHIR: an unknown path or method never reaches the part of the API that speaks it."""
    assert isinstance(error, HTTPException)
    body = msgspec.json.encode({"detail": error.detail})
    return Response(body, error.status_code, error.headers, media_type=JSON)
