"""A stand-in for the system's browser and the person before it: signs in, presses Allow, and goes where it is sent.

It knows the demo server's page and django-oauth-toolkit's by their forms alone.
"""

import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpx

PATIENCE = 30.0
_MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a sign-in ended."""

    redirect: str
    """The address of the program's own, with what the server sent to it."""
    status: int
    """Of the program's answer there; 0 where nobody asked for it."""
    page: str
    """What the program showed there."""

    @property
    def answer(self) -> dict[str, str]:
        """What the server sent: `code`, `state`, `iss`, or `error`."""
        return answer_in(self.redirect)


@dataclass(slots=True)
class Form:
    """The form of a page."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    """Hidden and typed fields."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """The values that each group of radio buttons offers."""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Names and values of what can be pressed."""


class NoWayOn(AssertionError):
    """A page without a form, which tells why it goes no further; the text is the page's."""


class StandInBrowser:
    """A browser with cookies of its own, and somebody who uses it."""

    def __init__(
        self, *, username: str = "staff", password: str = "staff-password", verify: ssl.SSLContext | bool = True
    ) -> None:
        """`verify` as httpx has it: whom to trust where the server speaks TLS."""
        self.username = username
        self.password = password
        self.allows = True
        """Whether the person presses Allow."""
        self.staff = 0
        """Which of the staff the person chooses on the demo server's page, from 0."""
        self.pages: list[str] = []
        """The paths of the pages that had a form, so far: one can tell whether the person was asked."""
        self._client = httpx.Client(verify=verify, trust_env=False, timeout=PATIENCE)
        self._one_at_a_time = ThreadPoolExecutor(1, "stand-in browser")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._one_at_a_time.shutdown(cancel_futures=True)
        self._client.close()

    def visit(self, address: str) -> Visit:
        """Sign in at the authorization address, and go to the program's own address that it leads to."""
        redirect = self.redirect_of(address)
        answer = self._client.get(redirect)
        return Visit(redirect, answer.status_code, answer.text)

    def start(self, address: str) -> "Future[Visit]":
        """`visit` in a thread of its own, for a program that opens the browser and goes on."""
        return self._one_at_a_time.submit(self.visit, address)

    def redirect_of(self, address: str) -> str:
        """Sign in, and return the address that the browser would go to next, without going there.

        It is what a person copies who pastes the address instead. Raises `NoWayOn`.
        """
        home = parse_qs(urlsplit(address).query).get("redirect_uri", [""])[0]
        request = self._client.build_request("GET", address)
        for _ in range(_MOST_STEPS):
            response = self._client.send(request)
            if response.has_redirect_location:
                assert response.next_request
                target = str(response.next_request.url)
                if home and target.partition("?")[0] == home:
                    return target
                request = response.next_request
            else:
                request = self._filled_in(response)
        raise NoWayOn(f"still no end after {_MOST_STEPS} steps")

    def forget(self) -> None:
        """Close the browser: its cookies are gone."""
        self._client.cookies.clear()

    def _filled_in(self, response: httpx.Response) -> httpx.Request:
        form = form_in(response.text)
        if response.status_code != httpx.codes.OK or form is None:
            raise NoWayOn(f"{response.status_code}: {response.text}")
        self.pages.append(response.url.path)
        values = dict(form.values)
        if "password" in values:
            values |= {"username": self.username, "password": self.password}
        for name, offered in form.choices.items():
            values[name] = offered[self.staff]
        values |= self._pressed(form)
        # As browsers do, and as Django's protection against forged requests asks for over TLS.
        headers = {"Referer": str(response.url), "Origin": str(response.url.join("/")).removesuffix("/")}
        url = response.url.join(form.action) if form.action else response.url
        return self._client.build_request(form.method, url, data=values, headers=headers)

    def _pressed(self, form: Form) -> dict[str, str]:
        """What the button that is pressed adds: one of the two that decide, where the page has them."""
        if not any("allow" in button for button in form.buttons):
            return {}
        name, value = next(button for button in form.buttons if ("allow" in button) is self.allows)
        return {name: value} if name else {}


def answer_in(redirect: str) -> dict[str, str]:
    """What stands in the query of an address, each name once."""
    return {name: value for name, (value,) in parse_qs(urlsplit(redirect).query).items()}


def form_in(page: str) -> Form | None:
    """The first form of an HTML page."""
    reader = _FormReader()
    reader.feed(page)
    reader.close()
    return reader.form


class _FormReader(HTMLParser):
    """Collects the fields of the first form."""

    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None:
            self.form = Form(attributes.get("method", "get").upper(), attributes.get("action", ""))
            self._inside = True
        elif self._inside and self.form and tag in ("input", "button"):
            self._field(self.form, attributes.get("type", "text" if tag == "input" else "submit"), attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _field(self, form: Form, kind: str, attributes: dict[str, str]) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if kind == "submit":
            form.buttons.append((name, value))
        elif kind == "radio":
            form.choices.setdefault(name, []).append(value)
        elif name:
            form.values[name] = value
