"""The authorization endpoint: shows the page, and sends the browser back with a code or a refusal. RFC 6749 4.1.

Each answer names who sends it, in `iss` (RFC 9207).
"""

import time
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from procedure_viewer.demo.oauth.asking import Asking, NoWayBack, Return, asked, way_back
from procedure_viewer.demo.oauth.browsers import Browsers, Session
from procedure_viewer.demo.oauth.errors import NO_STORE, ErrorCode, OAuthError
from procedure_viewer.demo.oauth.grants import Grant, Grants
from procedure_viewer.demo.oauth.page import dead_end, question
from procedure_viewer.demo.oauth.parameters import form, query, repeated
from procedure_viewer.demo.records.staff import STAFF

COOKIE = "demo_session"
_BY_ID = {member.id: member for member in STAFF}


class Authorizing:
    """The answers at `/auth/authorize/`."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants
        self._browsers = Browsers()

    async def ask(self, request: Request) -> Response:
        """GET: the page, or the answer at once where this browser gave it before."""
        parameters, base_url = query(request), _base_url(request)
        try:
            back = way_back(parameters)
        except NoWayBack as reason:
            return dead_end(str(reason))
        try:
            asking = asked(
                parameters,
                repeated(request),
                back,
                base_url,
                launch_required=self._grants.switches.launch_required,
            )
        except OAuthError as error:
            return _refused(back, error, base_url)
        session = self._browsers.session(request.cookies.get(COOKIE, ""))
        if session and session.answers(asking):
            return self._granted(asking, session, base_url)
        if not asking.allows_page:
            unasked = OAuthError(ErrorCode.LOGIN_REQUIRED, "nobody is signed in, and prompt=none forbids to ask")
            return _refused(back, unasked, base_url)
        return question(asking, self._browsers.ask(asking), request.url.path)

    async def decide(self, request: Request) -> Response:
        """POST: what the person chose on the page."""
        try:
            answer = await form(request)
        except OAuthError as error:
            return dead_end(f"The answer could not be read: {error.description}.")
        asking = self._browsers.answered(answer.get("ticket", ""))
        if asking is None:
            return dead_end("This page was answered before, or is too old.")
        base_url = _base_url(request)
        member = _BY_ID.get(answer.get("staff", ""))
        if answer.get("decision") != "allow":
            return _refused(asking.back, OAuthError(ErrorCode.ACCESS_DENIED, "the person said no"), base_url)
        if member is None:
            return dead_end("Nobody of that name works here.")
        session = Session(member, int(time.time()), asking.client.id, frozenset(asking.scopes))
        response = self._granted(asking, session, base_url)
        cookie = self._browsers.remember(session)
        response.set_cookie(
            COOKIE, cookie, path=request.url.path, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return response

    def _granted(self, asking: Asking, session: Session, base_url: str) -> Response:
        grant = Grant(
            client_id=asking.client.id,
            scopes=asking.scopes,
            staff=session.staff,
            signed_in=session.signed_in,
            nonce=asking.nonce,
            patient=asking.patient,
        )
        code = self._grants.new_code(grant, asking.back.redirect_uri, asking.challenge)
        return _redirect(asking.back, {"code": code}, base_url)


def _base_url(request: Request) -> str:
    return str(request.base_url).removesuffix("/")


def _refused(back: Return, error: OAuthError, base_url: str) -> Response:
    return _redirect(back, {"error": error.code, "error_description": error.description}, base_url)


def _redirect(back: Return, answer: dict[str, str], base_url: str) -> Response:
    if back.state:
        answer["state"] = back.state
    answer["iss"] = base_url
    # 303, so that no browser posts the form on (RFC 9700 section 4.12).
    return RedirectResponse(f"{back.redirect_uri}?{urlencode(answer)}", 303, NO_STORE)
