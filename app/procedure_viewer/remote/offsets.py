"""Whether a server pages a list by plain offsets, so that the next links of all its pages are known from the first.

FHIR leaves to the server what its links look like: http://hl7.org/fhir/R4/http.html#paging. Only where they say no more
than a count, an offset and what was asked for, is the link to a later page made by changing the offset in the server's
own. Anything else in them may be a cursor or a snapshot, which nobody but the server can make.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl

from procedure_viewer.fhir.bundle import Page, Relation

_OFFSET = re.compile(r"[?&]_offset=([0-9]{1,10})(?=&|$)")
_COUNT = re.compile(r"[?&]_count=([0-9]{1,6})(?=&|$)")
_MOST_RECORDS = 1_000_000
"""More than anybody's list has: a server that announces more is not to be hurried."""
_LINKED_BY = frozenset({"_offset", "_count"})


@dataclass(frozen=True, slots=True)
class OffsetLink:
    """A link that names its page by an offset and a count, each once; `before` and `after` stand around the offset."""

    before: str
    offset: int
    after: str
    count: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Take a link apart; None where it is of another kind."""
        offsets, counts = list(_OFFSET.finditer(text)), _COUNT.findall(text)
        if len(offsets) != 1 or len(counts) != 1:
            return None
        (offset,) = offsets
        return cls(text[: offset.start(1)], int(offset[1]), text[offset.end(1) :], int(counts[0]))

    def at(self, offset: int) -> str:
        """The same link to the page that begins with record number `offset`, from 0 on."""
        return f"{self.before}{offset}{self.after}"

    def with_count(self, count: int) -> str:
        """The same link to a page of `count` records."""
        text = self.at(self.offset)
        found = _COUNT.search(text)
        assert found is not None
        return f"{text[: found.start(1)]}{count}{text[found.end(1) :]}"

    def asks_only(self, asked: Sequence[tuple[str, str]]) -> bool:
        """Whether it says nothing but what was `asked` for, an offset and a count."""
        query = parse_qsl((self.before + str(self.offset) + self.after).partition("?")[2], keep_blank_values=True)
        return sorted((name, value) for name, value in query if name not in _LINKED_BY) == sorted(asked)

    @property
    def path(self) -> str:
        """Where the list is, without what is asked of it."""
        return self.before.partition("?")[0]


@dataclass(frozen=True, slots=True)
class OffsetPaging:
    """How one list is paged: `total` records, `count` a page; the links of one of its pages are the pattern of all."""

    total: int
    count: int
    link: OffsetLink
    """To the page after the one it was read from."""
    naming: OffsetLink
    """How that page named itself."""

    def agrees(self, page: Page, offset: int) -> bool:
        """Whether `page` is the one at `offset` by everything it says: its name, its size, the total, what follows."""
        following = offset + self.count
        follows = self.link.at(following) if following < self.total else None
        return (
            page.total == self.total
            and page.links.get(Relation.SELF) == self.naming.at(offset)
            and page.links.get(Relation.NEXT) == follows
            and not page.broken_next
            and size_of(page) == min(self.count, self.total - offset)
        )


def size_of(page: Page) -> int:
    """How many of the list's records a page holds; what was included does not count, what can't be read does."""
    return len(page.matches) + page.unreadable


def offset_paging(page: Page, offset: int, asked: Sequence[tuple[str, str]]) -> OffsetPaging | None:
    """How the list is paged whose records from `offset` on are on `page`; None where that can't be told for sure.

    `asked` are the parameters of the search. It is told by a full page that is not the last.
    """
    naming, link, last = (
        OffsetLink.read(page.links.get(relation, "")) for relation in (Relation.SELF, Relation.NEXT, Relation.LAST)
    )
    if page.total is None or page.broken_next or naming is None or link is None or last is None:
        return None
    count = size_of(page)
    sound = (
        count > 0
        and page.total <= _MOST_RECORDS
        and _means_the_same_everywhere(link.path)
        and naming.count == link.count == last.count == count
        and naming.path == link.path == last.path
        and naming.offset == offset
        and link.offset == offset + count < page.total
        and page.total - count <= last.offset < page.total
        and all(each.asks_only(asked) for each in (naming, link, last))
    )
    return OffsetPaging(page.total, count, link, naming) if sound else None


def _means_the_same_everywhere(path: str) -> bool:
    """Whether a link with this path leads to the same place from every page of the list."""
    return path.startswith("/") or "://" in path or "/" not in path


def is_rest(page: Page, offset: int, total: int, naming: OffsetLink) -> bool:
    """Whether a larger page than those before it is all that was left, from `offset` on.

    `naming` is how another page of the list named itself.
    """
    named = OffsetLink.read(page.links.get(Relation.SELF, ""))
    return (
        named is not None
        and named.offset == offset
        and named.with_count(naming.count) == naming.at(offset)
        and named.count >= size_of(page) == total - offset
        and page.total == total
        and Relation.NEXT not in page.links
        and not page.broken_next
    )
