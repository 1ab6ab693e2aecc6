"""What the servers and the browser of this folder promise to the tests that are built on them."""

import contextlib
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import trustme

from tests.oauth.browser import StandInBrowser, answer_in
from tests.oauth.demo_server import Gate, RunningDemo
from tests.oauth.django_server import DjangoOAuth
from tests.oauth.program import Program
from tests.servers import ScriptedServer, reply


def test_a_demo_server_ends_while_requests_are_held() -> None:
    with ThreadPoolExecutor(1) as pool, RunningDemo() as server:
        server.switches.before_granting = gate = Gate("client_credentials")
        with Program(server.url, "demo-confidential", "demo-secret") as program:
            held = pool.submit(program.ask_for_tokens, grant_type="client_credentials")
            gate.wait_for_arrival()
            server.stop()
            # Whether it still says that it failed depends on who is faster.
            with contextlib.suppress(httpx.TransportError):
                assert held.result().status_code == 500


def test_a_demo_server_speaks_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    with RunningDemo(certificate=tmp_path / "server.pem") as server:
        trust = ssl.create_default_context(cafile=tmp_path / "authority.pem")
        found = httpx.get(f"{server.url}/.well-known/smart-configuration", verify=trust, trust_env=False).json()

    assert server.url.startswith("https://")
    assert found["issuer"] == server.url


def test_a_browser_goes_on_by_itself(demo_oauth: RunningDemo, stand_in_browser: StandInBrowser) -> None:
    with ScriptedServer(reply(200, b"done")) as listener, Program(demo_oauth.url, "demo-public") as program:
        program.redirect_uri = f"{listener.url}/callback"
        going = stand_in_browser.start(program.address())
        listener.wait_for_request()
        visit = going.result()

    assert (visit.status, visit.page) == (200, "done")
    assert visit.answer == answer_in(visit.redirect)


def test_django_is_as_new_for_each_test(django_oauth: DjangoOAuth, stand_in_browser: StandInBrowser) -> None:
    with Program(django_oauth.url, django_oauth.public_client) as program:
        tokens = program.redeem(answer_in(stand_in_browser.redirect_of(program.address()))["code"]).json()
        renewed = program.refresh(tokens["refresh_token"]).json()
        assert django_oauth.refreshes == 1
        django_oauth.reset()

        assert django_oauth.refreshes == 0
        assert program.get("/Patient", renewed["access_token"]).status_code == 401
        stand_in_browser.pages.clear()
        stand_in_browser.redirect_of(program.address())
        assert stand_in_browser.pages[0] == "/login/"
