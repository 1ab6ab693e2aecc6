"""The log tells that something was asked, of what type, and how it went: nothing of whom."""

import contextlib
import importlib
import logging
import pkgutil
import traceback

import pytest

from procedure_viewer.remote import quiet
from tests.remote.asking import TOKEN, asked, found, problem, read
from tests.remote.authority import Authority
from tests.remote.http2_server import Answered, Http2Server
from tests.servers import Script, ScriptedServer, bundle, in_turn, outcome, procedure, raw, reply

CANARIES = (TOKEN, "canary-name", "canary-patient", "canary-body", "canary-location", "canary-text")
LIBRARIES = ("httpx", "httpcore", "h11", "h2", "hpack", "hyperframe")
QUERY = (("patient", "Patient/canary-patient"), ("name", "canary-name"))


def loggers_of_the_libraries() -> list[str]:
    """The names of all loggers that the libraries make once all their modules are imported."""
    for library in LIBRARIES:
        package = importlib.import_module(library)
        for module in pkgutil.walk_packages(package.__path__, f"{library}."):
            if not module.name.endswith(("__main__", "_main", "trio")):
                with contextlib.suppress(ImportError):  # what an extra would bring that is not installed
                    importlib.import_module(module.name)
    known = logging.root.manager.loggerDict.items()
    return [
        name for name, logger in known if name.partition(".")[0] in LIBRARIES and isinstance(logger, logging.Logger)
    ]


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "procedure_viewer.remote")
    for name in loggers_of_the_libraries():
        caplog.set_level(logging.DEBUG, name)


def told(caplog: pytest.LogCaptureFixture) -> str:
    """All records with their arguments and tracebacks."""
    lines = [f"{record.name} {record.getMessage()} {record.args}" for record in caplog.records]
    lines += ["".join(traceback.format_exception(*record.exc_info)) for record in caplog.records if record.exc_info]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "script",
    [
        reply(200, bundle([procedure("canary-body")])),
        reply(200, bundle([procedure("canary-body")], next_link="http://h.example/canary-location")),
        reply(200, bundle([procedure("canary-body")], next_link="http://[canary-location")),
        in_turn(reply(200, bundle([procedure("canary-body")], next_link="?canary-location")), raw(b"")),
        reply(403, outcome("forbidden", "canary-text")),
        reply(200, outcome("forbidden", "canary-text")),
        reply(302, b"canary-body", {"Location": "http://h.example/canary-location"}),
        reply(200, b"canary-body"),
        raw(b"canary-body\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncanary-body"),
        reply(200, b"canary-body", {"Content-Encoding": "gzip"}),
    ],
)
def test_neither_queries_nor_bodies_nor_tokens_are_logged(caplog: pytest.LogCaptureFixture, script: Script) -> None:
    with ScriptedServer(script) as server:
        found(server.url, QUERY)
    everything = told(caplog)
    assert "GET Procedure" in everything
    assert not [canary for canary in CANARIES if canary in everything]
    assert not [record for record in caplog.records if record.name.partition(".")[0] in LIBRARIES]


def test_the_same_over_http2(caplog: pytest.LogCaptureFixture) -> None:
    authority = Authority()
    with Http2Server(lambda _: Answered(200, b"canary-body"), tls=authority.server(alpn="h2")) as server:
        found(server.url, QUERY, tls=authority.client())
    everything = told(caplog)
    assert "GET Procedure" in everything
    assert not [canary for canary in CANARIES if canary in everything]


def test_a_problem_holds_neither_the_query_nor_the_address() -> None:
    with ScriptedServer(raw(b"canary-body\r\n\r\n")) as server:
        trouble = found(server.url, QUERY).problem
    assert not [canary for canary in CANARIES if canary in repr(trouble)]
    assert "127.0.0.1" not in repr(trouble)


def test_a_line_names_method_type_status_and_request_id(caplog: pytest.LogCaptureFixture) -> None:
    with ScriptedServer(reply(200, procedure("1"), {"x-request-id": "r-17"})) as server:
        asked(server.url, read)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "procedure_viewer.remote"]
    assert line.startswith("GET Procedure: ")
    assert "200" in line
    assert line.endswith("request id r-17")


def test_a_failure_is_logged_by_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    with ScriptedServer(reply(404, b"", {"x-request-id": "r-18"})) as server:
        problem(server.url)
    assert "not-found, status 404" in told(caplog)
    assert "r-18" in told(caplog)


def test_no_logger_of_the_libraries_was_forgotten() -> None:
    quiet.hush()
    talkative = set(loggers_of_the_libraries())
    assert {"httpx", "httpcore.http11", "hpack.hpack"} <= talkative
    assert not [name for name in talkative if not logging.getLogger(name).disabled]
