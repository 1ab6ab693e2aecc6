"""From one page of a search to the next: where a `next` link leads, and when a server leads in circles.

http://hl7.org/fhir/R4/http.html#paging: a client follows the links as they are. They may be absolute, or relative to
the base, and are the server's word only: each is checked before anything is sent along it.
"""

import re

import httpx

from procedure_viewer.fhir.bundle import Page, Relation
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.identity import identity
from procedure_viewer.remote.origin import Base

_SHORT = (1 << 60) - 1
_BEFORE_QUERY = re.compile(r"[^?#]*")


def next_address(page: Page, address: httpx.URL, base: Base) -> httpx.URL | None:
    """Where the page after the one that came from `address` is, or None at the last page; raises `Failure`."""
    if page.broken_next:
        raise Failure(Problem(Kind.NOT_FHIR, technical="a next link without an address that can be read"))
    link = page.links.get(Relation.NEXT)
    return resolve(link, address, base) if link else None


def resolve(link: str, address: httpx.URL, base: Base) -> httpx.URL:
    """The URL that `link` means on the page that came from `address`.

    Raises `Failure`: FOREIGN when it is not under `base`, NOT_FHIR when it is no link at all.
    """
    link = link.strip()
    before_query = _BEFORE_QUERY.match(link)
    if before_query and "\\" in before_query.group():
        # Some readers of addresses take a backslash for a slash, so that "/\host" would name another host.
        raise Failure(Problem(Kind.FOREIGN, technical="a backslash in a next link"))
    try:
        leads_to = base.rooted(link) if link.startswith("/") and not link.startswith("//") else address.join(link)
    except (httpx.InvalidURL, ValueError) as error:
        raise Failure(Problem(Kind.NOT_FHIR, technical="a next link that is no address")) from error
    if not base.holds(leads_to):
        raise Failure(Problem(Kind.FOREIGN, technical="a next link that leads out of the server's base address"))
    return leads_to


class LoopGuard:
    """Notices a search that would never end: a link seen before, or pages of nothing but known resources."""

    def __init__(self) -> None:
        self._addresses: set[bytes] = set()
        self._resources: set[int] = set()
        """What each hashes to, in a number of little room. Of a million records two hash alike once in two million
        lists, and it would have to be all that a page brings."""
        self._with_news = False

    def enter(self, address: httpx.URL) -> None:
        """Note that the page at `address` is about to be asked for; raises `Failure` (CIRCLES) when it was before."""
        if address.raw_path in self._addresses:
            raise Failure(Problem(Kind.CIRCLES, technical="a next link that was followed before"))
        self._addresses.add(address.raw_path)

    def add(self, page: Page) -> None:
        """Note the page's resources."""
        known = len(self._resources)
        self._resources.update(hash(identity(raw) or raw) & _SHORT for raw in (*page.matches, *page.included))
        self._with_news = len(self._resources) > known

    def follow(self, address: httpx.URL) -> None:
        """Enter what the page offers as the next one.

        Raises `Failure` (CIRCLES) also when that page brought nothing new.
        """
        if not self._with_news:
            raise Failure(Problem(Kind.CIRCLES, technical="a page without anything new that offers a next one"))
        self.enter(address)
