"""Which addresses a token may be sent to, and how they are written."""

import pytest
from httpx import URL
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.settings.base_url import AddressRefused, checked_base_url, is_loopback


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("https://fumage-example.canvasmedical.com", "https://fumage-example.canvasmedical.com"),
        ("  https://fhir.example.com/r4 \n", "https://fhir.example.com/r4"),
        ("\ufeff\u200bhttps://fhir.example.com\u00a0", "https://fhir.example.com"),
        (" \u200b https://fhir.example.com \u200b ", "https://fhir.example.com"),
        ("HTTPS://FHIR.Example.COM/R4", "https://fhir.example.com/R4"),
        ("https://fhir.example.com:443/r4", "https://fhir.example.com/r4"),
        ("https://fhir.example.com:0443/r4", "https://fhir.example.com/r4"),
        ("https://fhir.example.com:8443", "https://fhir.example.com:8443"),
        ("https://fhir.example.com:80", "https://fhir.example.com:80"),
        ("https://fhir.example.com:", "https://fhir.example.com"),
        ("https://fhir.example.com/", "https://fhir.example.com"),
        ("https://fhir.example.com/r4///", "https://fhir.example.com/r4"),
        ("https://fhir.example.com./r4", "https://fhir.example.com/r4"),
        ("https://fhir.example.com/r4/metadata", "https://fhir.example.com/r4"),
        ("https://fhir.example.com/r4/metadata/", "https://fhir.example.com/r4"),
        ("https://fhir.example.com/metadata", "https://fhir.example.com"),
        ("https://fhir.example.com/my-metadata", "https://fhir.example.com/my-metadata"),
        ("https://metadata", "https://metadata"),
        ("https://fhir.example.com/a%20b/~x;v=1", "https://fhir.example.com/a%20b/~x;v=1"),
        ("https://my_host.example.com", "https://my_host.example.com"),
        ("https://192.0.2.10:8443/fhir", "https://192.0.2.10:8443/fhir"),
        ("https://[2001:DB8:0:0::1]/fhir", "https://[2001:db8::1]/fhir"),
        ("https://[::ffff:192.0.2.10]", "https://[::ffff:c000:20a]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://病院.example/fhir", "https://xn--0rys90e.example/fhir"),
        ("https://аpple.example", "https://xn--pple-43d.example"),  # a Cyrillic а: now it shows
        ("http://localhost:8080/fhir/", "http://localhost:8080/fhir"),
        ("http://LOCALHOST", "http://localhost"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://127.255.255.254:443/r4", "http://127.255.255.254:443/r4"),
        ("http://[::1]:8080/fhir", "http://[::1]:8080/fhir"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        # Names that only look like this computer are names; over https they are as good as any.
        ("https://localhost.evil.example", "https://localhost.evil.example"),
        ("https://127.0.0.1.evil.example", "https://127.0.0.1.evil.example"),
    ],
)
def test_an_address_is_written_in_one_way(text: str, base_url: str) -> None:
    assert checked_base_url(text) == base_url
    assert checked_base_url(base_url) == base_url


PLAIN_HTTP = "Plain http"
NO_SCHEME = "Begin the address with https://"
USER = "Leave out the user name"
TAIL = r"Leave out everything from the \? or # on"
HOST = "name of the server is missing"
IPV4 = "four plain numbers"
PLAIN_NAME = "plain letters"
INSIDE = "space or an invisible character inside"
PORT = "port must be a number"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Enter the address"),
        (" \u200b ", "Enter the address"),
        ("http://fhir.example.com", PLAIN_HTTP),
        ("http://localhost.evil.example", PLAIN_HTTP),
        ("http://127.0.0.1.evil.example", PLAIN_HTTP),
        ("http://localhost.localdomain", PLAIN_HTTP),
        ("http://my.localhost", PLAIN_HTTP),
        ("http://128.0.0.1", PLAIN_HTTP),
        ("http://0.0.0.0:8080", PLAIN_HTTP),
        ("http://192.168.1.5", PLAIN_HTTP),
        ("http://[::]", PLAIN_HTTP),
        ("http://[::2]", PLAIN_HTTP),
        ("http://[::ffff:127.0.0.1]", PLAIN_HTTP),
        ("fhir.example.com/r4", NO_SCHEME),
        ("localhost:8080", NO_SCHEME),
        ("//fhir.example.com", NO_SCHEME),
        ("https:fhir.example.com", NO_SCHEME),
        ("https:/fhir.example.com", NO_SCHEME),
        ("ftp://fhir.example.com", NO_SCHEME),
        ("file:///etc/passwd", NO_SCHEME),
        ("javascript://fhir.example.com/%0Aalert(1)", NO_SCHEME),
        ("httpſ://fhir.example.com", NO_SCHEME),
        ("https://user@fhir.example.com", USER),
        ("https://user:secret@fhir.example.com", USER),
        ("https://@fhir.example.com", USER),
        ("https://fhir.example.com@evil.example/r4", USER),
        ("https://localhost:80@evil.example", USER),
        ("https://fhir.example.com?x=1", TAIL),
        ("https://fhir.example.com/r4?", TAIL),
        ("https://fhir.example.com/r4#", TAIL),
        ("https://evil.example#@fhir.example.com", TAIL),
        ("https://fhir.example.com/metadata?_format=json", TAIL),
        ("https://", HOST),
        ("https:///r4", HOST),
        ("https://:8080", HOST),
        ("https://.", HOST),
        ("https://.example.com", HOST),
        ("https://a..example.com", HOST),
        ("https://fhir.example.com..", HOST),
        ("https://-a.example.com", HOST),
        ("https://a-.example.com", HOST),
        ("https://a,b.example.com", HOST),
        ("https://*.example.com", HOST),
        ("https://fhir%2eexample.com", HOST),
        ("https://::1/fhir", HOST),
        ("https://[::1", HOST),
        ("https://[::1]evil.example", HOST),
        ("https://[::1]@evil.example", USER),
        ("https://evil[::1]", HOST),
        ("https://[fe80::1%25eth0]", HOST),
        ("https://[v1.x]", HOST),
        ("https://[::g]", HOST),
        ("https://[]", HOST),
        ("https://[1::2::3]", "IPv6 address"),
        ("https://" + "a" * 64 + ".example", HOST),
        ("https://" + ".".join(["a" * 60] * 5), HOST),
        ("https://fhir.example.com:0", PORT),
        ("https://fhir.example.com:65536", PORT),
        ("https://fhir.example.com:" + "9" * 5000, PORT),
        ("https://fhir.example.com:https", HOST),
        ("https://fhir.example.com:-1", HOST),
        ("https://fhir.example.com:٤٤٣", HOST),
        ("http://2130706433", IPV4),
        ("http://0x7f000001", IPV4),
        ("http://0x7F.1", IPV4),
        ("http://127.1", IPV4),
        ("http://0177.0.0.1", IPV4),
        ("http://127.0.0.01", IPV4),
        ("http://127.0.0.0x1", IPV4),
        ("https://256.1.1.1", IPV4),
        ("https://1.2.3.4.5", IPV4),
        ("https://0", IPV4),
        ("https://0x", IPV4),
        ("https://example.1", IPV4),
        ("http://１２７.0.0.1", PLAIN_NAME),
        ("http://127。0。0。1", PLAIN_NAME),
        ("http://ｌocalhost", PLAIN_NAME),
        ("https://faß.example", PLAIN_NAME),  # "fass" by the older rules, "xn--fa-hia" by the newer
        ("https://fhir.example.com／r4", PLAIN_NAME),
        ("https://evil.example℀.fhir.example.com", PLAIN_NAME),
        ("https://" + "ü" * 64 + ".example", PLAIN_NAME),
        ("https://fhir.exa mple.com", INSIDE),
        ("https://fhir.example.com/a b", INSIDE),
        ("https://fhir.exa\tmple.com", INSIDE),
        ("https://fhir.exa\nmple.com", INSIDE),
        ("https://fhir.exa\u200bmple.com", INSIDE),
        ("https://fhir.example.com\u202e/4r", INSIDE),
        ("https://fhir.example.com\\@evil.example", "backslash"),
        ("https:\\\\fhir.example.com", "backslash"),
        ("https://fhir.example.com/r4/../admin", r"Leave out the \. and \.\. parts"),
        ("https://fhir.example.com/./r4", r"Leave out the \. and \.\. parts"),
        ("https://fhir.example.com/r4/%2E%2e/admin", r"Leave out the \. and \.\. parts"),
        ("https://fhir.example.com/%zz", "%XX"),
        ("https://fhir.example.com/ä", "%XX"),
        ("https://fhir.example.com/<r4>", "%XX"),
        ("https://fhir.example.com/r4\ud800", INSIDE),
    ],
    ids=lambda text: ascii(text)[:60],
)
def test_an_address_that_could_mislead_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(AddressRefused, match=reason):
        checked_base_url(text)


@pytest.mark.parametrize(
    ("base_url", "loopback"),
    [
        ("http://localhost:8080", True),
        ("https://localhost/fhir", True),
        ("http://127.0.0.1", True),
        ("http://127.8.8.8/fhir", True),
        ("http://[::1]:8080/fhir", True),
        ("https://localhost.evil.example", False),
        ("https://127.0.0.1.evil.example", False),
        ("https://evil.example/localhost", False),
        ("http://0.0.0.0", False),
        ("http://2130706433", False),
        ("https://[::ffff:127.0.0.1]", False),
        ("http://user@localhost", False),
        ("", False),
        ("not an address", False),
    ],
)
def test_loopback_is_told_by_the_parsed_host(base_url: str, loopback: bool) -> None:
    assert is_loopback(base_url) is loopback


@given(
    st.one_of(st.text(), st.text().map(lambda text: f"https://{text}"), st.text().map(lambda text: f"http://{text}"))
)
def test_any_text_is_either_refused_or_settled_at_once(text: str) -> None:
    try:
        base_url = checked_base_url(text)
    except AddressRefused:
        return
    assert checked_base_url(base_url) == base_url
    assert base_url.isascii()
    assert base_url.startswith("https://") or is_loopback(base_url)


AWKWARD = st.text("htps:/@[]%?#\\.01xlocaf-e \u00df。", max_size=30)


@given(AWKWARD.map(lambda text: f"https://{text}"))
def test_what_is_taken_is_read_alike_by_the_client(text: str) -> None:
    """The HTTP client must see the same host as the check did."""
    try:
        base_url = checked_base_url(text)
    except AddressRefused:
        return
    url = URL(base_url)
    assert url.scheme == "https"
    assert url.userinfo == b""
    assert not url.query
    assert not url.fragment
    host = f"[{url.host}]" if ":" in url.host else url.host
    port = "" if url.port is None else f":{url.port}"
    assert f"https://{host}{port}{url.raw_path.decode().rstrip('/')}" == base_url
