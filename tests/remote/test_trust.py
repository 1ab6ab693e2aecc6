"""What IT hands out for one connection: a further authority, and a certificate of this computer."""

import asyncio
import json
import os
import ssl
from pathlib import Path

import pytest

from procedure_viewer.fhir.hindrance import CertificateTrouble, FileFault, FileRole, FileTrouble, Mistrust
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote import transport as transport_module
from procedure_viewer.remote.transport import Transport
from procedure_viewer.settings.connections import Network
from tests.remote.asking import asked, problem, read
from tests.remote.authority import Authority
from tests.remote.http2_server import Answered, Http2Server
from tests.remote.mutual_tls import MutualTls
from tests.servers import ScriptedServer, procedure, reply

ANSWER = reply(200, procedure("1"))
BODY = json.dumps(procedure("1")).encode()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


class Folder:
    """Where IT put the files of one connection."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.folder = folder
        self.client = authority.issue("desk-7.clinic.example")
        self.authority = self.put("authority.pem", authority.pem)
        self.certificate = self.put("desk-7.pem", self.client.certificate)
        self.key = self.put("desk-7.key", self.client.key)

    def put(self, name: str, content: bytes) -> str:
        """Write one file; its path."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)


@pytest.fixture
def folder(tmp_path: Path, authority: Authority) -> Folder:
    return Folder(tmp_path, authority)


def test_an_authority_of_the_connection_is_trusted_beside_the_systems(authority: Authority, folder: Folder) -> None:
    with ScriptedServer(ANSWER, tls=authority.server()) as server:
        assert asked(server.url, read, network=Network(authority_file=folder.authority))


def test_http2_is_spoken_over_it(authority: Authority, folder: Folder) -> None:
    with Http2Server(lambda _: Answered(200, BODY), tls=authority.server(alpn="h2")) as server:
        assert asked(server.url, read, network=Network(authority_file=folder.authority)) == BODY


@pytest.mark.parametrize("form", ["der", "bundle with comments"])
def test_an_authority_is_read_in_the_forms_in_which_it_is_handed_out(
    authority: Authority, folder: Folder, form: str
) -> None:
    der = ssl.PEM_cert_to_DER_cert(authority.pem.decode())
    bundle = "# Käufliche Beglaubigung\n".encode() + Authority().pem + authority.pem
    path = folder.put("other.crt", der if form == "der" else bundle)
    with ScriptedServer(ANSWER, tls=authority.server()) as server:
        assert asked(server.url, read, network=Network(authority_file=path))


def test_another_authority_does_not_help(authority: Authority, folder: Folder) -> None:
    other = folder.put("other.pem", Authority().pem)
    with ScriptedServer(ANSWER, tls=authority.server()) as server:
        trouble = problem(server.url, network=Network(authority_file=other))
    assert isinstance(trouble.hindrance, CertificateTrouble)
    assert trouble.hindrance.reason is Mistrust.UNKNOWN_AUTHORITY
    assert server.requests == ()


@pytest.mark.parametrize("apart", [True, False], ids=["two files", "one file"])
def test_a_server_that_demands_a_certificate_gets_it(authority: Authority, folder: Folder, *, apart: bool) -> None:
    pair = folder.put("pair.pem", folder.client.key + folder.client.certificate)
    network = Network(folder.authority, folder.certificate, folder.key) if apart else Network(folder.authority, pair)
    with MutualTls(authority.client(authority.server()), BODY) as server:
        assert asked(server.url, read, network=network) == BODY
    assert server.answered == 1


def test_a_server_that_demands_a_certificate_and_gets_none_is_told_as_such(
    authority: Authority, folder: Folder
) -> None:
    with MutualTls(authority.client(authority.server()), BODY) as server:
        trouble = problem(server.url, network=Network(folder.authority))
    assert trouble.kind is Kind.TLS
    assert trouble.hindrance == CertificateTrouble(Mistrust.CLIENT_WANTED, "127.0.0.1")
    assert server.answered == 0


def test_a_server_that_does_not_like_the_certificate_is_told_as_such(authority: Authority, folder: Folder) -> None:
    stranger = Authority().issue("desk-7.clinic.example")
    pair = folder.put("stranger.pem", stranger.key + stranger.certificate)
    with MutualTls(authority.client(authority.server()), BODY) as server:
        trouble = problem(server.url, network=Network(folder.authority, pair))
    assert trouble.kind is Kind.TLS
    assert trouble.hindrance == CertificateTrouble(Mistrust.CLIENT_REFUSED, "127.0.0.1")
    assert server.answered == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("No required SSL certificate was sent", Mistrust.CLIENT_WANTED),
        ("The SSL certificate error", Mistrust.CLIENT_REFUSED),
    ],
)
def test_nginx_says_the_same_in_a_page(authority: Authority, words: str, reason: Mistrust) -> None:
    page = f"<html>\r\n<head><title>400 {words}</title></head>\r\n</html>"
    with ScriptedServer(reply(400, page, content_type="text/html"), tls=authority.server()) as server:
        trouble = problem(server.url, tls=authority.client())
    assert (trouble.kind, trouble.status) == (Kind.TLS, 400)
    assert trouble.hindrance == CertificateTrouble(reason, "127.0.0.1")


def fault_of(network: Network) -> FileTrouble:
    """What is wrong with the files; nobody is connected to before they are read."""
    with ScriptedServer(ANSWER) as server:
        trouble = problem(server.url, network=network)
    assert server.connections == 0
    assert trouble.kind is Kind.NETWORK_FILE
    assert isinstance(trouble.hindrance, FileTrouble)
    assert str(Path(network.authority_file or network.client_certificate).parent) not in repr(trouble)
    assert "canary" not in repr(trouble)
    return trouble.hindrance


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nbroken\n"])
def test_an_authority_file_without_a_certificate_is_told(folder: Folder, content: bytes) -> None:
    path = folder.put("empty.pem", content)
    assert fault_of(Network(path)) == FileTrouble(FileRole.AUTHORITY, FileFault.UNFIT, "empty.pem")


def test_missing_files_are_told(folder: Folder) -> None:
    lost = str(folder.folder / "lost.pem")
    assert fault_of(Network(lost)) == FileTrouble(FileRole.AUTHORITY, FileFault.MISSING, "lost.pem")
    assert fault_of(Network("", lost, folder.key)) == FileTrouble(
        FileRole.CLIENT_CERTIFICATE, FileFault.MISSING, "lost.pem"
    )
    assert fault_of(Network("", folder.certificate, lost)) == FileTrouble(
        FileRole.CLIENT_KEY, FileFault.MISSING, "lost.pem"
    )


def test_a_folder_is_no_file(folder: Folder) -> None:
    assert fault_of(Network(str(folder.folder))).fault is FileFault.UNREADABLE


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may read everything")
def test_a_file_of_somebody_else_is_told(folder: Folder) -> None:
    Path(folder.key).chmod(0)
    assert fault_of(Network("", folder.certificate, folder.key)).fault is FileFault.UNREADABLE


def test_an_encrypted_key_is_told_and_nobody_is_asked_for_a_password(folder: Folder) -> None:
    locked = folder.put("locked.key", folder.client.encrypted_key())
    assert fault_of(Network("", folder.certificate, locked)) == FileTrouble(
        FileRole.CLIENT_KEY, FileFault.ENCRYPTED, "locked.key"
    )


def test_a_key_that_is_another_certificates_is_told(authority: Authority, folder: Folder) -> None:
    other = folder.put("other.key", authority.issue("desk-8.clinic.example").key)
    assert fault_of(Network("", folder.certificate, other)) == FileTrouble(
        FileRole.CLIENT_KEY, FileFault.MISMATCHED, "other.key"
    )


def test_files_in_the_wrong_place_are_told(folder: Folder) -> None:
    certificate = fault_of(Network("", folder.key, folder.key))
    assert certificate == FileTrouble(FileRole.CLIENT_CERTIFICATE, FileFault.UNFIT, "desk-7.key")
    key = fault_of(Network("", folder.certificate, folder.certificate))
    assert key == FileTrouble(FileRole.CLIENT_KEY, FileFault.UNFIT, "desk-7.pem")


@pytest.mark.parametrize(
    ("begin", "role"),
    [("CERTIFICATE", FileRole.CLIENT_CERTIFICATE), ("PRIVATE KEY", FileRole.CLIENT_KEY)],
)
def test_of_two_files_the_broken_one_is_told(folder: Folder, begin: str, role: FileRole) -> None:
    broken = folder.put("broken.pem", f"-----BEGIN {begin}-----\nbm9uc2Vuc2U=\n-----END {begin}-----\n".encode())
    network = (
        Network("", broken, folder.key)
        if role is FileRole.CLIENT_CERTIFICATE
        else Network("", folder.certificate, broken)
    )
    assert fault_of(network) == FileTrouble(role, FileFault.UNFIT, "broken.pem")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe stands for a disk that does not answer")
def test_a_disk_that_does_not_answer_stops_neither_the_loop_nor_the_question(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "FILES_TIMEOUT", 0.1)
    pipe = folder.folder / "stuck.pem"
    os.mkfifo(pipe)

    async def ask() -> tuple[Problem, int]:
        transport = Transport("https://clinic.example", Network(str(pipe)))
        question = asyncio.ensure_future(transport.exchange("GET", transport.base.address("metadata")))
        turns = 0
        while not question.done():
            turns += 1
            await asyncio.sleep(0.01)
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))  # lets the thread go
        error = question.exception()
        assert isinstance(error, Failure)
        return error.problem, turns

    trouble, turns = asyncio.run(ask())
    assert trouble.hindrance == FileTrouble(FileRole.AUTHORITY, FileFault.SILENT, "stuck.pem")
    assert turns > 2


def test_two_questions_at_once_read_the_files_once_and_share_the_connections(
    authority: Authority, folder: Folder
) -> None:
    async def ask() -> None:
        transport = Transport(server.url, Network(folder.authority))
        try:
            address = transport.base.address("metadata")
            await asyncio.gather(*(transport.exchange("GET", address) for _ in range(5)))
        finally:
            await transport.aclose()

    with Http2Server(lambda _: Answered(200, BODY), tls=authority.server(alpn="h2")) as server:
        asyncio.run(ask())
    assert server.connections == 1
    assert len(server.requests) == 5


def test_a_transport_that_was_closed_stays_closed() -> None:
    async def ask() -> Problem:
        transport = Transport(server.url)
        await transport.aclose()
        with pytest.raises(Failure) as failed:
            await transport.exchange("GET", transport.base.address("metadata"))
        return failed.value.problem

    with ScriptedServer(ANSWER) as server:
        assert asyncio.run(ask()).kind is Kind.OFFLINE
    assert server.connections == 0
