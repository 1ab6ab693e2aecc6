"""What counts as the server's own: the one rule on which it hangs where a token goes."""

import httpx
import pytest

from procedure_viewer.fhir.outcome import Failure, Kind
from procedure_viewer.remote.origin import Base, NotABase
from procedure_viewer.remote.paging import resolve


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://fumage-clinic.canvasmedical.com", "https://fumage-clinic.canvasmedical.com/"),
        ("https://h.example/fhir/r4/", "https://h.example/fhir/r4"),
        (" HTTPS://H.Example:443/fhir ", "https://h.example/fhir"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("http://127.8.9.10/x", "http://127.8.9.10/x"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("http://localhost:8000", "http://localhost:8000/"),
    ],
)
def test_a_base_is_an_origin_and_a_path(text: str, url: str) -> None:
    assert str(Base.parse(text).url) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "clinic.example",
        "ftp://h.example/",
        "file:///etc/passwd",
        "http://h.example/",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://0.0.0.0/",
        "https://user@h.example/",
        "https://user:secret@h.example/",
        "https://h.example/fhir?x=1",
        "https://h.example/fhir#x",
        "https://h.example/%2e%2e/fhir",
        "https://[broken/",
        "https://h.example:port/",
        "https:///fhir",
    ],
)
def test_what_is_no_base_is_refused_before_anything_is_sent(text: str) -> None:
    with pytest.raises(NotABase):
        Base.parse(text)


OWN = "https://h.example/fhir"


@pytest.mark.parametrize(
    "url",
    [
        "https://h.example/fhir",
        "https://h.example/fhir/",
        "https://h.example/fhir?_getpages=abc",
        "https://h.example/fhir/Procedure?x=http://evil.example/../",
        "https://h.example:443/fhir/Procedure",
        "HTTPS://H.EXAMPLE/fhir/Procedure/1",
        "https://h.example/other/../fhir/Procedure",
        "https://h.example/fhir/Procedure/a..b/...",
    ],
)
def test_addresses_under_the_base_are_held(url: str) -> None:
    assert Base.parse(OWN).holds(httpx.URL(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://h.example/fhir/Procedure",
        "http://h.example:443/fhir/Procedure",
        "https://h.example:8443/fhir/Procedure",
        "https://h.example./fhir/Procedure",
        "https://www.h.example/fhir/Procedure",
        "https://h.example.evil.example/fhir/Procedure",
        "https://evil.example/fhir/?x=https://h.example/fhir/",
        "https://evil.example/https://h.example/fhir/",
        "https://evil.example#https://h.example/fhir/",
        "https://h.example@evil.example/fhir/Procedure",
        "https://h.example:443@evil.example/fhir/Procedure",
        "https://user@h.example/fhir/Procedure",
        "https://user:pass@h.example/fhir/Procedure",
        "https://h.example/",
        "https://h.example/Procedure",
        "https://h.example/fhirs/Procedure",
        "https://h.example/FHIR/Procedure",
        "https://h.example/fhir/../admin",
        "https://h.example/fhir/%2e%2e/admin",
        "https://h.example/fhir/%2E%2E/admin",
        "https://h.example/fhir/.%2e/admin",
        "https://h.example/fhir/%252e%252e/admin",
        "https://h.example/fhir/..%2fadmin",
        "https://h.example/fhir/..%5cadmin",
        "https://h.example/fhir/..;/admin",
        "https://h.example/fhir/%2e%2e;x=1/admin",
        "https://h.example//fhir/Procedure",
        "https://h.example/fhir%2fProcedure",
        "ftp://h.example/fhir/Procedure",
    ],
)
def test_addresses_elsewhere_are_not_held(url: str) -> None:
    assert not Base.parse(OWN).holds(httpx.URL(url))


@pytest.mark.parametrize(
    ("base", "link", "leads_to"),
    [
        (OWN, "/Procedure?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "/fhir/Procedure?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "/fhir?_getpages=2", "https://h.example/fhir?_getpages=2"),
        (OWN, "/fhirs?p=2", "https://h.example/fhir/fhirs?p=2"),
        (OWN, "/?_getpages=2", "https://h.example/fhir/?_getpages=2"),
        (OWN, "Procedure?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "https://h.example/fhir/Procedure?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "https://h.example:443/fhir/Procedure?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "//h.example/fhir/Procedure?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "/fhir/../Procedure?p=2", "https://h.example/fhir/Procedure?p=2"),
        (OWN, " /Procedure?p=2\n", "https://h.example/fhir/Procedure?p=2"),
        (OWN, "/Procedure?name=Anne Marie", "https://h.example/fhir/Procedure?name=Anne%20Marie"),
        (OWN, "/Procedure?patient=Patient%2F1|2", "https://h.example/fhir/Procedure?patient=Patient%2F1|2"),
        (OWN, "/Procedure?next=http:\\\\evil", "https://h.example/fhir/Procedure?next=http:\\\\evil"),
        ("https://h.example", "/Procedure?p=2", "https://h.example/Procedure?p=2"),
        ("https://h.example", "Procedure?p=2", "https://h.example/Procedure?p=2"),
        ("https://h.example", "https://h.example/Procedure?p=2", "https://h.example/Procedure?p=2"),
        ("https://h.example/a/b", "/a/b/Procedure?p=2", "https://h.example/a/b/Procedure?p=2"),
        ("https://h.example/a/b", "/Procedure?p=2", "https://h.example/a/b/Procedure?p=2"),
    ],
)
def test_a_next_link_may_be_relative_or_absolute(base: str, link: str, leads_to: str) -> None:
    own = Base.parse(base)
    assert resolve(link, own.address("Procedure", [("p", "1")]), own) == httpx.URL(leads_to)


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("//evil.example/fhir/Procedure", Kind.FOREIGN),
        ("///evil.example/fhir/Procedure", Kind.FOREIGN),
        ("/\\evil.example/fhir/Procedure", Kind.FOREIGN),
        ("\\\\evil.example/fhir/Procedure", Kind.FOREIGN),
        ("https:\\\\evil.example/fhir", Kind.FOREIGN),
        ("https://h.example\\@evil.example/fhir", Kind.FOREIGN),
        ("/../admin", Kind.FOREIGN),
        ("/%2e%2e/admin", Kind.FOREIGN),
        ("../../admin", Kind.FOREIGN),
        ("javascript:alert(1)", Kind.FOREIGN),
        ("file:///etc/passwd", Kind.FOREIGN),
        ("https://h.example/admin", Kind.FOREIGN),
        ("https://h.example:fhir/", Kind.NOT_FHIR),
        ("https://[h.example/", Kind.FOREIGN),
        ("////evil.example/fhir/Procedure", Kind.NOT_FHIR),
        ("ht\ttps://evil.example/", Kind.NOT_FHIR),
        ("/Procedure?p=\x00", Kind.NOT_FHIR),
        ("/" + "x" * 70_000, Kind.NOT_FHIR),
    ],
)
def test_a_next_link_that_leads_elsewhere_is_refused(link: str, kind: Kind) -> None:
    own = Base.parse(OWN)
    with pytest.raises(Failure) as refused:
        resolve(link, own.address("Procedure"), own)
    assert refused.value.problem.kind is kind
