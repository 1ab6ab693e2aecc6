"""A certificate authority of the tests' own, and contexts for both ends."""

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Issues certificates that only a client which trusts it will take."""

    def __init__(self) -> None:
        self._authority = trustme.CA()

    def server(
        self,
        *names: str,
        begins: datetime | None = None,
        expires: datetime | None = None,
        alpn: str = "http/1.1",
    ) -> ssl.SSLContext:
        """The server's end, certified for `names`, or else as 127.0.0.1."""
        return self.issue(*(names or ("127.0.0.1",)), begins=begins, expires=expires).context(alpn)

    def issue(self, *names: str, begins: datetime | None = None, expires: datetime | None = None) -> "Issued":
        """A certificate for `names`."""
        leaf = self._authority.issue_cert(*names, not_before=begins, not_after=expires)
        return Issued(b"".join(blob.bytes() for blob in leaf.cert_chain_pems), leaf.private_key_pem.bytes())

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return self._authority.cert_pem.bytes()

    def client(self, context: ssl.SSLContext | None = None) -> ssl.SSLContext:
        """The client's end, or any `context`, made to trust this authority."""
        context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._authority.configure_trust(context)
        return context


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Issued:
    """A certificate with its key, as the PEM files that IT hands out."""

    def __init__(self, certificate: bytes, key: bytes) -> None:
        self.certificate = certificate
        self.key = key

    def context(self, alpn: str = "http/1.1") -> ssl.SSLContext:
        """The end of a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            pair = Path(folder) / "pair.pem"
            pair.write_bytes(self.key + self.certificate)
            context.load_cert_chain(pair)
        context.set_alpn_protocols([alpn])
        return context

    def encrypted_key(self, password: str = "canary-password") -> bytes:
        """The key as it lies on careful people's disks."""
        return serialization.load_pem_private_key(self.key, None).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()),
        )


def self_signed(name: str, *, subject: str = "", days: int = 30) -> Issued:
    """A certificate for `name` that nobody but itself vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject or name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return Issued(
        certificate.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
