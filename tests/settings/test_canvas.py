"""A Canvas instance is known by its name; two addresses follow from it."""

import base64
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.settings.base_url import AddressRefused, checked_base_url
from procedure_viewer.settings.canvas import (
    DEFAULT_LAUNCH,
    canvas_base_url,
    instance_of,
    read_address,
    sign_in_base,
)

CLINIC = "https://fumage-myclinic.canvasmedical.com"
instances = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,54}[a-z0-9])?", fullmatch=True).filter(
    lambda name: name not in ("www", "docs") and not name.startswith("fumage-")
)


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("myclinic", CLINIC),
        (" MyClinic \n", CLINIC),
        ("\ufeffmyclinic\u200b", CLINIC),
        ("fumage-myclinic", CLINIC),
        ("myclinic-staging", "https://fumage-myclinic-staging.canvasmedical.com"),
        ("myclinic-dev", "https://fumage-myclinic-dev.canvasmedical.com"),
        ("myclinic.canvasmedical.com", CLINIC),
        ("MyClinic.CanvasMedical.com.", CLINIC),
        ("fumage-myclinic.canvasmedical.com/", CLINIC),
        ("https://myclinic.canvasmedical.com", CLINIC),
        ("https://myclinic.canvasmedical.com:443/", CLINIC),
        ("http://myclinic.canvasmedical.com/", CLINIC),
        ("https://myclinic.canvasmedical.com/patient/0a1b2c?tab=x y#command-1", CLINIC),
        ("https://myclinic.canvasmedical.com?next=https://evil.example", CLINIC),
        ("https://fumage-myclinic.canvasmedical.com/metadata", CLINIC),
        ("https://fumage-myclinic.canvasmedical.com/Patient?name=jones", CLINIC),
        ("x" * 56, f"https://fumage-{'x' * 56}.canvasmedical.com"),
    ],
)
def test_a_name_and_every_pasted_address_give_the_base_url(text: str, base_url: str) -> None:
    assert canvas_base_url(text) == base_url
    assert read_address(text) == base_url
    assert checked_base_url(base_url) == base_url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "my clinic",
        "my_clinic",
        "myclinic-",
        "-myclinic",
        "fumage-",
        "fumage-fumage-myclinic",
        "clínica",
        "my\u212alinic",  # a Kelvin sign, which folds to k
        "mycl\u017fnic",
        "x" * 57,
        "a.b",
        "a.b.canvasmedical.com",
        "canvasmedical.com",
        "https://canvasmedical.com/",
        "https://myclinic",
        "https://myclinic.canvasmedical.com.evil.example",
        "https://myclinic.canvasmedical.com@evil.example",
        "https://myclinic.canvasmedical.com\\@evil.example",
        "https://evil@myclinic.canvasmedical.com",
        "https://myclinic.canvasmedical.com:8443",
        "https://evil.example/myclinic.canvasmedical.com",
        "https://evil.example?myclinic.canvasmedical.com/",
        "ftp://myclinic.canvasmedical.com",
        "https://myclinic.canvasmedical.org",
        "https://fhir.example.com",
    ],
)
def test_what_names_no_instance_is_refused(text: str) -> None:
    with pytest.raises(AddressRefused, match="A Canvas instance has a name of letters"):
        canvas_base_url(text)


@pytest.mark.parametrize("text", ["www", "https://www.canvasmedical.com/", "docs.canvasmedical.com/api/"])
def test_canvas_s_own_sites_are_no_instance(text: str) -> None:
    with pytest.raises(AddressRefused, match="public site"):
        canvas_base_url(text)
    with pytest.raises(AddressRefused, match="public site"):
        read_address(text)


@given(instances)
def test_a_name_comes_back_from_its_base_url(name: str) -> None:
    base_url = canvas_base_url(name)
    assert instance_of(base_url) == name
    assert sign_in_base(base_url) == f"https://{name}.canvasmedical.com"
    assert canvas_base_url(base_url) == canvas_base_url(f"https://{name}.canvasmedical.com/x") == base_url


@pytest.mark.parametrize(
    ("base_url", "instance"),
    [
        (CLINIC, "myclinic"),
        ("https://FUMAGE-myclinic.canvasmedical.com/metadata", "myclinic"),
        ("https://fumage-myclinic.canvasmedical.com/r4", "myclinic"),
        ("https://myclinic.canvasmedical.com", None),
        ("https://fumage-myclinic.canvasmedical.com:8443", None),
        ("http://fumage-myclinic.canvasmedical.com", None),
        ("https://fumage-myclinic.canvasmedical.com.evil.example", None),
        ("https://evil.example/fumage-myclinic.canvasmedical.com", None),
        ("https://fumage-.canvasmedical.com", None),
        ("https://fumage-fumage-a.canvasmedical.com", None),
        ("https://fumage-a.b.canvasmedical.com", None),
        ("https://fhir.example.com/r4", None),
        ("http://127.0.0.1:8080", None),
        ("nonsense", None),
    ],
)
def test_which_servers_are_canvas_s(base_url: str, instance: str | None) -> None:
    assert instance_of(base_url) == instance
    assert sign_in_base(base_url) == (instance and f"https://{instance}.canvasmedical.com")


@given(st.text() | st.from_regex(r"https?://[a-z.@:/\\-]*canvasmedical\.com.*"))
def test_whatever_is_typed_gives_a_checked_address_or_a_reason(text: str) -> None:
    try:
        base_url, reason = read_address(text), ""
    except AddressRefused as refusal:
        base_url, reason = "", str(refusal)
    assert reason or checked_base_url(base_url) == base_url


def test_the_launch_value_names_no_patient() -> None:
    assert json.loads(base64.b64decode(DEFAULT_LAUNCH, validate=True)) == {"patient": ""}


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("https://fhir.example.com/r4/", "https://fhir.example.com/r4"),
        ("fhir.example.com/r4", "https://fhir.example.com/r4"),
        ("FHIR.example.com", "https://fhir.example.com"),
        ("fhir.example.com:8443/r4/metadata", "https://fhir.example.com:8443/r4"),
        ("intranet:8443", "https://intranet:8443"),
        ("intranet/fhir", "https://intranet/fhir"),
        ("192.0.2.10", "https://192.0.2.10"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/fhir", "http://localhost:8080/fhir"),
        ("a.b.canvasmedical.com", "https://a.b.canvasmedical.com"),
    ],
)
def test_any_other_address_is_a_fhir_server_s(text: str, base_url: str) -> None:
    assert read_address(text) == base_url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Enter the address"),
        ("my clinic", "A Canvas instance has a name"),
        ("localhost", "http:// or https://"),
        ("localhost:8080", "http:// or https://"),
        ("127.0.0.1:8080/fhir", "http:// or https://"),
        ("http://fhir.example.com", "Plain http"),
        ("https:/fhir.example.com", "Begin the address with https://"),
        ("https:fhir.example.com", "Begin the address with https://"),
        ("//fhir.example.com", "Begin the address with https://"),
        ("user@fhir.example.com", "Begin the address with https://"),
        ("fhir.example.com?x=1", re.escape("from the ? or # on")),
        ("fhir.example.com\\r4", "backslash"),
        ("127.1", "four plain numbers"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(AddressRefused, match=reason):
        read_address(text)
