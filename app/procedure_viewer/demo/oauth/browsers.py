"""What is remembered of the browsers in which people sign in: pages that wait for an answer, and who is signed in."""

import secrets
import time
from dataclasses import dataclass, field

from procedure_viewer.demo.oauth.asking import Asking
from procedure_viewer.demo.records.staff import StaffMember

_SECONDS_TO_ANSWER = 600


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in with a browser, and what was allowed there."""

    staff: StaffMember
    signed_in: int
    """In seconds since 1970."""
    client_id: str
    scopes: frozenset[str]

    def answers(self, asking: Asking) -> bool:
        """Whether the same program asks for no more than was allowed before, and no page needs to be shown."""
        if asking.wants_page or asking.client.id != self.client_id or not self.scopes.issuperset(asking.scopes):
            return False
        return asking.max_age is None or time.time() - self.signed_in <= asking.max_age


@dataclass(slots=True)
class Browsers:
    """All pages and sessions."""

    _pages: dict[str, tuple[Asking, float]] = field(default_factory=dict)
    _sessions: dict[str, Session] = field(default_factory=dict)

    def ask(self, asking: Asking) -> str:
        """Note that a page is shown; returns the secret that the answer to it must bring, once."""
        ticket = secrets.token_urlsafe(32)
        self._pages[ticket] = (asking, time.monotonic() + _SECONDS_TO_ANSWER)
        return ticket

    def answered(self, ticket: str) -> Asking | None:
        """What was asked on the page with that secret; None for an unknown, an answered and an old one."""
        asking, dies = self._pages.pop(ticket, (None, 0.0))
        return asking if time.monotonic() < dies else None

    def remember(self, session: Session) -> str:
        """Keep who signed in; returns the value of the browser's cookie."""
        cookie = secrets.token_urlsafe(32)
        self._sessions[cookie] = session
        return cookie

    def session(self, cookie: str) -> Session | None:
        """Who is signed in with a browser that has that cookie."""
        return self._sessions.get(cookie)
