"""A certificate that is refused: what it is for, who issued it, since and until when, and why it was refused."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import truststore

from procedure_viewer.fhir.hindrance import CertificateTrouble, Mistrust
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.remote.certificates import Certificate, read_certificate, understood
from procedure_viewer.remote.reaching import mistrusted
from procedure_viewer.remote.transport import Timeouts
from procedure_viewer.remote.trust import secured
from procedure_viewer.settings.connections import Network
from tests.remote.asking import problem
from tests.remote.authority import LONG_AGO, Authority, self_signed
from tests.remote.connect_proxy import ConnectProxy
from tests.servers import ScriptedServer, in_turn, procedure, reply, stall

ANSWER = reply(200, procedure("1"))
IN_TEN_YEARS = datetime.now(UTC) + timedelta(days=3652)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def trouble_with(server: ScriptedServer, authority: Authority) -> CertificateTrouble:
    """What is said of the server's certificate, which got no request for all that."""
    trouble = problem(server.url, tls=authority.client())
    assert trouble.kind is Kind.TLS
    assert isinstance(trouble.hindrance, CertificateTrouble)
    assert server.requests == ()
    assert trouble.hindrance.host == "127.0.0.1"
    return trouble.hindrance


def test_the_wrong_host(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server("clinic.example", "www.clinic.example", "192.0.2.7")) as server:
        trouble = trouble_with(server, authority)
    assert trouble.reason is Mistrust.WRONG_HOST
    assert sorted(trouble.names) == ["192.0.2.7", "clinic.example", "www.clinic.example"]
    assert "trustme" in trouble.issuer
    assert trouble.not_before is not None
    assert trouble.not_after is not None
    assert trouble.not_before < datetime.now(UTC) < trouble.not_after


def test_expired(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server(expires=LONG_AGO)) as server:
        trouble = trouble_with(server, authority)
    assert (trouble.reason, trouble.not_after) == (Mistrust.EXPIRED, LONG_AGO)
    assert trouble.names == ("127.0.0.1",)


def test_not_yet_valid(authority: Authority) -> None:
    begins = IN_TEN_YEARS.replace(microsecond=0)
    with ScriptedServer(ANSWER, tls=authority.server(begins=begins, expires=begins + timedelta(days=1))) as server:
        trouble = trouble_with(server, authority)
    assert (trouble.reason, trouble.not_before) == (Mistrust.NOT_YET_VALID, begins)


def test_an_unknown_authority(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=Authority().server()) as server:
        trouble = trouble_with(server, authority)
    assert trouble.reason is Mistrust.UNKNOWN_AUTHORITY
    assert "trustme" in trouble.issuer


def test_self_signed(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=self_signed("clinic.example").context()) as server:
        trouble = trouble_with(server, authority)
    assert (trouble.reason, trouble.names, trouble.issuer) == (
        Mistrust.SELF_SIGNED,
        ("clinic.example",),
        "clinic.example",
    )


def test_what_a_certificate_says_can_not_mislead_the_eye(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=self_signed("a.example", subject="A\n\u202eB" + "x" * 40).context()) as server:
        trouble = trouble_with(server, authority)
    assert trouble.issuer == "A \ufffdB" + "x" * 40


def test_the_system_without_another_authority_says_the_same(authority: Authority) -> None:
    with ScriptedServer(ANSWER, tls=authority.server()) as server:
        trouble = problem(server.url).hindrance
    assert isinstance(trouble, CertificateTrouble)
    assert trouble.reason is Mistrust.UNKNOWN_AUTHORITY


def test_by_a_proxy_the_second_handshake_goes_by_it_too_and_nothing_is_sent(authority: Authority) -> None:
    with (
        ConnectProxy(user="user", password="canary-password") as proxy,
        ScriptedServer(ANSWER, tls=authority.server("other.example")) as server,
    ):
        by = proxy.url.replace("://", "://user:canary-password@")
        trouble = problem(f"https://clinic.example:{server.port}", tls=authority.client(), proxy=by)
    assert isinstance(trouble.hindrance, CertificateTrouble)
    assert trouble.hindrance.reason is Mistrust.WRONG_HOST
    assert (trouble.hindrance.host, trouble.hindrance.names) == ("clinic.example", ("other.example",))
    assert proxy.targets == [f"clinic.example:{server.port}"] * 2
    assert "canary" not in repr(trouble)
    assert server.requests == ()


class Listening(ScriptedServer):
    """Keeps every byte that comes out of TLS."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(ANSWER, tls=tls)
        self.heard = b""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.heard += data


@pytest.mark.parametrize("alpn", ["http/1.1", "h2"])
def test_over_the_second_handshake_not_a_byte_is_sent(authority: Authority, alpn: str) -> None:
    with Listening(authority.server("other.example", alpn=alpn)) as server:
        assert problem(server.url, tls=authority.client()).hindrance is not None
        server.wait_until_left()
    assert server.heard == b""


def test_a_second_handshake_that_stalls_costs_the_details_only(authority: Authority) -> None:
    """The first proxy connection gets the server's certificate, the second one nothing."""
    with ScriptedServer(ANSWER, tls=authority.server("other.example")) as server, ConnectProxy() as honest:
        scripts = in_turn(honest.script, stall())
        with ScriptedServer(scripts) as proxy:
            trouble = problem(
                f"https://clinic.example:{server.port}",
                tls=authority.client(),
                proxy=proxy.url,
                timeouts=Timeouts(connect=0.5),
            )
            proxy.wait_until_left()
    assert trouble.hindrance == CertificateTrouble(Mistrust.WRONG_HOST, "clinic.example")


@pytest.mark.parametrize("der", [b"", b"\x30\x03\x02\x01\x00", b"nonsense"])
def test_a_certificate_that_is_none_is_no_error(der: bytes) -> None:
    assert read_certificate(der) is None


NOW = datetime(2026, 6, 30, tzinfo=UTC)
GOOD = Certificate(("a.example",), "An authority", self_issued=False, not_before=LONG_AGO, not_after=IN_TEN_YEARS)


@pytest.mark.parametrize(
    ("told", "certificate", "reason"),
    [
        (Mistrust.OTHER, GOOD, Mistrust.OTHER),
        (Mistrust.OTHER, replace(GOOD, not_after=LONG_AGO), Mistrust.EXPIRED),
        # Windows has one number for both.
        (Mistrust.EXPIRED, replace(GOOD, not_before=IN_TEN_YEARS), Mistrust.NOT_YET_VALID),
        (Mistrust.UNKNOWN_AUTHORITY, replace(GOOD, self_issued=True), Mistrust.SELF_SIGNED),
        (Mistrust.WRONG_HOST, replace(GOOD, self_issued=True), Mistrust.WRONG_HOST),
    ],
)
def test_the_certificate_makes_the_systems_word_more_precise(
    told: Mistrust, certificate: Certificate, reason: Mistrust
) -> None:
    assert understood(CertificateTrouble(told, "h.example"), certificate, NOW).reason is reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (23, Mistrust.REVOKED),
        (0x800B010C, Mistrust.REVOKED),
        (-67820, Mistrust.REVOKED),
        (0x800B0109, Mistrust.UNKNOWN_AUTHORITY),
        (0x800B010F, Mistrust.WRONG_HOST),
        (-67818, Mistrust.EXPIRED),
        (4711, Mistrust.OTHER),
    ],
)
def test_the_numbers_of_all_systems_are_known(code: int, reason: Mistrust) -> None:
    """Those of Windows and macOS can't be met here: they are taken from the systems' headers."""
    error = ssl.SSLCertVerificationError("words of the system")
    error.verify_code = code
    assert mistrusted(error, "h.example").reason is reason


def test_truststore_is_what_is_asked() -> None:
    assert isinstance(secured(Network()), truststore.SSLContext)
    assert secured(Network()).verify_mode is ssl.CERT_REQUIRED
