"""TLS: a server that can not prove who it is never sees a request."""

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest
import truststore

from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.remote.transport import Timeouts
from tests.remote.asking import asked, found, problem, read
from tests.remote.authority import LONG_AGO, Authority
from tests.servers import Exchange, ScriptedServer, bundle, in_turn, procedure, reply, stall

ANSWER = reply(200, procedure("1"))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_a_trusted_server_is_read(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server()) as server:
        assert asked(server.url, read, tls=authority.client())


def test_the_systems_trust_can_hold_another_authority(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server()) as server:
        system = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        assert asked(server.url, read, tls=authority.client(system))


def test_the_systems_own_trust_knows_no_authority_of_tests(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server()) as server:
        trouble = problem(server.url)
    assert trouble.kind is Kind.TLS
    assert "certificate" in trouble.technical
    assert server.requests == ()


def test_a_certificate_for_another_host_is_refused(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server("other.example")) as server:
        trouble = problem(server.url, tls=authority.client())
    assert trouble.kind is Kind.TLS
    assert "127.0.0.1" in trouble.technical
    assert server.requests == ()


def test_an_expired_certificate_is_refused(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server(expires=LONG_AGO)) as server:
        trouble = problem(server.url, tls=authority.client())
    assert trouble.kind is Kind.TLS
    assert "expired" in trouble.technical
    assert server.requests == ()


def test_a_quarrel_about_tls_is_not_tried_again(authority: Authority) -> None:
    with ScriptedServer(ANSWER, greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        trouble = problem(f"https://127.0.0.1:{server.port}", tls=authority.client())
    assert trouble.kind is Kind.TLS
    assert server.connections == 1


def test_a_server_that_finds_no_common_version_of_tls_is_told_so(authority: Authority) -> None:
    fatal_alert_protocol_version = b"\x15\x03\x01\x00\x02\x02\x46"
    with ScriptedServer(ANSWER, greeting=fatal_alert_protocol_version) as server:
        trouble = problem(f"https://127.0.0.1:{server.port}", tls=authority.client())
    assert trouble.kind is Kind.TLS
    assert "PROTOCOL_VERSION" in trouble.technical


def test_a_connection_lost_during_the_handshake_is_lost_and_no_matter_of_certificates(authority: Authority) -> None:
    context = authority.server()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    client = authority.client()
    client.minimum_version = ssl.TLSVersion.TLSv1_3
    with ScriptedServer(ANSWER, tls=context) as server:  # which hangs up without a word when it can't agree
        trouble = problem(server.url, tls=client)
    assert (trouble.kind, trouble.technical) == (Kind.OFFLINE, "ConnectError")


def test_a_server_that_asks_for_a_certificate_of_the_client_is_told_as_tls(authority: Authority) -> None:
    context = authority.client(authority.server())
    context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            connection, _ = listener.accept()
            with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as secured:
                with pytest.raises(ssl.SSLError):
                    secured.do_handshake()
                secured.shutdown(socket.SHUT_WR)
                # A close with unread data would reset the connection, and the alert with it.
                while secured.recv(4096):
                    pass

        # A blocking server, because asyncio's does not send the alert by which TLS tells the client why.
        with ThreadPoolExecutor(1) as executor:
            refused = executor.submit(refuse)
            trouble = problem(f"https://127.0.0.1:{listener.getsockname()[1]}", tls=authority.client())
            refused.result()
    assert trouble.kind is Kind.TLS
    assert "CERTIFICATE_REQUIRED" in trouble.technical


def test_a_next_link_without_tls_on_the_same_host_is_not_followed(authority: Authority) -> None:
    with ScriptedServer(reply(200, bundle())) as plain:
        pages = in_turn(
            reply(200, bundle([procedure("1")], next_link=f"{plain.url}/Procedure?p=2")), reply(200, bundle())
        )
        with ScriptedServer(pages, tls=authority.server()) as server:
            result = found(server.url, tls=authority.client())
    assert plain.connections == 0
    assert result.problem is not None
    assert result.problem.kind is Kind.FOREIGN


def test_a_next_link_to_the_same_port_without_tls_is_not_followed(authority: Authority) -> None:
    later: list[str] = []

    async def script(exchange: Exchange) -> None:
        await reply(200, bundle([procedure("1")], next_link=later[0]))(exchange)

    with ScriptedServer(script, tls=authority.server()) as server:
        later.append(f"http://127.0.0.1:{server.port}/Procedure?p=2")
        result = found(server.url, tls=authority.client())
    assert result.problem is not None
    assert result.problem.kind is Kind.FOREIGN
    assert len(server.requests) == 1


def test_a_stall_after_the_handshake_is_a_time_out(authority: Authority) -> None:
    with ScriptedServer(stall(), tls=authority.server()) as server:
        trouble = problem(server.url, tls=authority.client(), timeouts=Timeouts(read=0.05))
        server.wait_until_left()
    assert trouble.kind is Kind.TIMEOUT
