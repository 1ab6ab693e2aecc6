"""Which proxy the system names: here, as the environment says it to Qt, curl and Python."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from procedure_viewer.background.proxies import system_proxy
from procedure_viewer.fhir.hindrance import Barrier, RouteTrouble
from procedure_viewer.fhir.outcome import Failure, Kind

URL = "https://fhir.clinic.example/r4"

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the system has settings of its own, which a test must not change"
)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def asked(url: str = URL) -> str | None:
    """The answer on a thread other than the main one, as the worker asks."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(system_proxy, url).result()


def test_without_settings_there_is_none() -> None:
    assert asked() is None


@pytest.mark.parametrize(
    ("variable", "value", "proxy"),
    [
        ("https_proxy", "http://proxy.example:3128", "http://proxy.example:3128"),
        ("HTTPS_PROXY", "http://proxy.example:3128", "http://proxy.example:3128"),
        ("http_proxy", "http://proxy.example:3128", "http://proxy.example:3128"),
        ("all_proxy", "http://proxy.example:3128", "http://proxy.example:3128"),
        ("https_proxy", "http://proxy.example", "http://proxy.example"),
        ("http_proxy", "http://proxy.example", "http://proxy.example"),
        ("https_proxy", "proxy.example:3128", "http://proxy.example:3128"),
        ("https_proxy", "https://proxy.example:3129", "https://proxy.example:3129"),
        ("https_proxy", "http://[2001:db8::7]:3128", "http://[2001:db8::7]:3128"),
        (
            "https_proxy",
            "http://us%40er:p%3Ass%2Fw%C3%B6rd@proxy.example:3128",
            "http://us%40er:p%3Ass%2Fw%C3%B6rd@proxy.example:3128",
        ),
        ("HTTPS_PROXY", "http://us%40er:pw@proxy.example:3128", "http://us%40er:pw@proxy.example:3128"),
    ],
)
def test_a_proxy_is_named_with_all_that_it_needs(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, proxy: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert asked() == proxy


@pytest.mark.parametrize("without", ["fhir.clinic.example", ".clinic.example", "a.example,clinic.example", "*"])
@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
def test_what_the_settings_leave_out_goes_without(monkeypatch: pytest.MonkeyPatch, variable: str, without: str) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv(variable, without)
    assert asked() is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "https://127.8.9.1/r4", "http://localhost:8080/r4", "http://[::1]:8080"]
)
def test_this_computer_is_never_asked_by_a_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    assert asked(url) is None


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("value", ["socks5://canary@proxy.example:1080", "socks5h://proxy.example"])
def test_a_proxy_of_another_kind_is_told(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Failure) as failed:
        asked()
    assert failed.value.problem.kind is Kind.PROXY
    assert failed.value.problem.hindrance == RouteTrouble(Barrier.PROXY_UNSUPPORTED, "fhir.clinic.example")
    assert "canary" not in repr(failed.value.problem)


def test_it_needs_no_application_and_imports_nothing_slow_before_it_is_asked() -> None:
    script = (
        "import sys; from procedure_viewer.background.proxies import system_proxy;"
        "slow = {'PySide6.QtNetwork', 'urllib.request'} & set(sys.modules);"
        f"print(sorted(slow), system_proxy({URL!r}))"
    )
    environment = {**os.environ, "https_proxy": "http://proxy.example:3128"}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout == "[] http://proxy.example:3128\n"
    assert run.stderr == ""
