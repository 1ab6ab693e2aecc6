"""The port that the browser comes back to takes one answer, ours, and nothing that anybody else brings."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import httpx
import pytest

from procedure_viewer.fhir.outcome import Failure, Kind
from procedure_viewer.remote.redirect import NotOurs, Redirect, listening

STATE = "state-5d1c"
OURS = f"code=the-code&state={STATE}"

Answer = TypeVar("Answer")


def with_redirect(job: Callable[[Redirect, httpx.AsyncClient], Awaitable[Answer]], port: int = 0) -> Answer:
    """What a job answers that has a listening redirect and a browser."""

    async def run() -> Answer:
        async with listening(STATE, port) as redirect, httpx.AsyncClient(trust_env=False) as browser:
            return await job(redirect, browser)

    return asyncio.run(run())


def test_the_browser_brings_the_answer_and_may_close_its_tab() -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        page = await browser.get(f"{redirect.uri}?{OURS}")
        assert page.status_code == 200
        assert "You can close this tab" in page.text
        assert await redirect.answer() == f"{redirect.uri}?{OURS}"
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "the-code" not in page.text

    with_redirect(job)


@pytest.mark.parametrize(
    "query",
    [
        "code=injected&state=another",
        "code=injected",
        "",
        f"code=injected&state={STATE}&state=another",
        f"code=injected&state={STATE}x",
        "error=access_denied",
        f"code=injected&State={STATE}",
    ],
)
def test_an_injected_code_changes_nothing(query: str) -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        page = await browser.get(f"{redirect.uri}?{query}")
        assert page.status_code == 400
        assert not redirect.answered
        assert (await browser.get(f"{redirect.uri}?{OURS}")).status_code == 200
        assert "injected" not in await redirect.answer()

    with_redirect(job)


def test_a_second_request_changes_nothing() -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        await browser.get(f"{redirect.uri}?{OURS}")
        page = await browser.get(f"{redirect.uri}?code=another&state={STATE}")
        assert page.status_code == 410
        assert await redirect.answer() == f"{redirect.uri}?{OURS}"

    with_redirect(job)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/favicon.ico", 404), ("POST", "/callback", 404), ("GET", "/callback/", 404)],
)
def test_there_is_nothing_else_at_the_port(method: str, path: str, status: int) -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        answer = await browser.request(method, f"http://127.0.0.1:{redirect.port}{path}?{OURS}")
        assert answer.status_code == status
        assert not redirect.answered

    with_redirect(job)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_a_web_page_under_another_name_is_refused(host: str) -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        answer = await browser.get(f"{redirect.uri}?{OURS}", headers={"Host": host})
        assert answer.status_code in (400, 403)
        assert not redirect.answered

    with_redirect(job)


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"A" * 100_000, b""])
def test_whoever_speaks_no_http_is_hung_up_on(sent: bytes) -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", redirect.port)
        writer.write(sent)
        if writer.can_write_eof():
            writer.write_eof()
        with suppress(ConnectionResetError):  # where its bytes were not even read to their end
            assert await reader.read() == b""
        writer.close()
        assert (await browser.get(f"{redirect.uri}?{OURS}")).status_code == 200

    with_redirect(job)


def test_one_who_only_connects_does_not_hold_up_the_end() -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", redirect.port)
        assert (await browser.get(f"{redirect.uri}?{OURS}")).status_code == 200
        async with asyncio.timeout(0.5):
            await redirect.leave()
            assert await reader.read() == b""
        writer.close()

    with_redirect(job)


def test_a_refusal_is_an_answer_too() -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        await browser.get(f"{redirect.uri}?error=access_denied&state={STATE}")
        assert "error=access_denied" in await redirect.answer()

    with_redirect(job)


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
            raise AssertionError("it can't be had")

        with pytest.raises(Failure) as failed:
            with_redirect(job, port)
    assert failed.value.problem.kind is Kind.SIGN_IN
    assert str(port) in failed.value.problem.technical


def test_a_fixed_port_is_used() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> str:
        return redirect.uri

    assert with_redirect(job, port) == f"http://127.0.0.1:{port}/callback"


@pytest.mark.parametrize(
    "pasted",
    [
        "http://127.0.0.1:1234/callback?" + OURS,
        "  http://127.0.0.1:1234/callback?" + OURS + "\n",
        "127.0.0.1:1234/callback?" + OURS,
        OURS,
    ],
)
def test_the_address_can_be_pasted(pasted: str) -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        redirect.paste(pasted)
        assert await redirect.answer() == f"{redirect.uri}?{OURS}"
        with pytest.raises(NotOurs, match="answered already"):
            redirect.paste(pasted)

    with_redirect(job)


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("", "no code"),
        ("https://clinic.example/auth/login", "no code"),
        ("http://127.0.0.1:1/callback?code=injected&state=another", "another sign-in"),
        ("http://127.0.0.1:1/callback?code=injected", "another sign-in"),
        ("the-code", "no code"),
    ],
)
def test_what_is_pasted_wrongly_is_said(pasted: str, reason: str) -> None:
    async def job(redirect: Redirect, browser: httpx.AsyncClient) -> None:
        with pytest.raises(NotOurs, match=reason):
            redirect.paste(pasted)
        assert not redirect.answered

    with_redirect(job)
