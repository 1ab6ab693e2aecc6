"""Reading a list ahead: several of its pages are asked for at once, where their addresses are sure.

What comes of it is what following the links one by one would bring, page for page: each was asked for at the very
address that the page before it names as `next`. Where a page is not what it should be, or the server fails or asks for
patience, reading ahead ends; who asked goes on with the links, from the last page that was given.
"""

import asyncio
import itertools
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from procedure_viewer.fhir.bundle import Page
from procedure_viewer.fhir.outcome import Failure, Problem
from procedure_viewer.remote.offsets import OffsetPaging, is_rest, offset_paging, size_of
from procedure_viewer.remote.width import MOST_AT_ONCE, Width

LARGER_COUNT = 500
"""Records in a page where the server gives so many: what the window takes in at once."""
QUICK = 0.15
"""Seconds in which the first page must have come for larger ones to be asked for: rows are to come steadily."""
SHORTEST = 0.001
"""Seconds below which the time of an answer says nothing."""
QUIET = 300.0
"""Seconds without reading ahead after the server has asked for patience."""
MOST_BYTES = 32 * 1024 * 1024
"""Of pages that are asked for or wait for the one before them, as far as the last one tells how large they are."""

_TOO_LARGE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, the address at which it was asked for, and the seconds that it took, those for connecting left out."""

    page: Page
    address: httpx.URL
    seconds: float


Ask = Callable[[str, httpx.URL], Awaitable[Answer]]
"""Asks, once, for the page to which a link leads on the page from the address; raises `Failure`."""


class Habits:
    """What a server has shown, for as long as it is in use; and what it was said to want."""

    def __init__(self, *, may_be_read_ahead: bool = True) -> None:
        self._reads_ahead = may_be_read_ahead
        self._quiet_until = 0.0
        self.takes_larger = True

    @property
    def may_be_read_ahead(self) -> bool:
        """Whether several pages may be asked for at once."""
        return self._reads_ahead and time.monotonic() >= self._quiet_until

    def learn(self, problem: Problem) -> None:
        """Note a failure: who asks for patience is asked for one page after the other for a while."""
        if problem.status in _BUSY:
            self._quiet_until = time.monotonic() + max(QUIET, problem.retry_after or 0.0)


class Ahead:
    """Reads the rest of the list whose first page is `first`; `asked` are the parameters of the search.

    `ask` raises `Failure`, which ends the reading ahead: it is then in `failure`.
    """

    def __init__(self, ask: Ask, first: Answer, asked: Sequence[tuple[str, str]], habits: Habits) -> None:
        self._ask = ask
        self._last = first
        self._asked = asked
        self._habits = habits
        self._paging = offset_paging(first.page, 0, asked)
        self._at = 0
        self._note(first)
        self.failure: Failure | None = None

    async def answers(self) -> AsyncGenerator[Answer]:
        """The pages in their order, as they come, as far as they can be read ahead: perhaps none."""
        larger = None if self._paging is None else await self._larger(self._paging)
        if larger is not None:
            yield larger
        width = Width(self._pace, self._room())
        while self.failure is None and self._paging is not None and self._at < self._paging.total:
            stretch = _Stretch(self._ask, self._paging, self._last.address, self._at, width)
            try:
                while (answer := await stretch.next()) is not None:
                    self._note(answer)
                    yield answer
            finally:
                await stretch.stop()
            if stretch.ended_early:
                self._fail(stretch.failure)
                return
            width.note(stretch.records, stretch.seconds)

    # A larger page

    def _may_be_larger(self, paging: OffsetPaging) -> bool:
        size = sum(map(len, self._last.page.matches))
        return (
            self._habits.takes_larger
            and paging.total - self._at > paging.count
            and paging.count < LARGER_COUNT
            and self._last.seconds < QUICK
            and size * LARGER_COUNT // paging.count * MOST_AT_ONCE < MOST_BYTES
        )

    async def _larger(self, paging: OffsetPaging) -> Answer | None:
        """The next page, with a larger count than the server's own link has; None where it isn't to be had."""
        if not self._may_be_larger(paging):
            return None
        try:
            answer = await self._ask(paging.link.with_count(LARGER_COUNT), self._last.address)
        except Failure as failure:
            if failure.problem.status not in _TOO_LARGE:
                self._fail(failure)
                return None
            self._habits.takes_larger = False
            return None
        page, naming = answer.page, paging.naming
        following = offset_paging(page, self._at, self._asked)
        goes_on = following is not None and following.total == paging.total and following.naming.path == naming.path
        self._paging = following if goes_on else None
        if not goes_on and not is_rest(page, self._at, paging.total, naming):
            self._habits.takes_larger = False
            return None
        if following is not None and following.count <= paging.count:
            self._habits.takes_larger = False
        self._note(answer)
        return answer

    # Inside

    def _fail(self, failure: Failure | None) -> None:
        self.failure = failure
        if failure is not None:
            self._habits.learn(failure.problem)

    def _note(self, answer: Answer) -> None:
        self._last = answer
        self._at += size_of(answer.page)
        self._pace = size_of(answer.page) / max(answer.seconds, SHORTEST)

    def _room(self) -> int:
        size = sum(map(len, self._last.page.matches)) or 1
        return max(1, min(MOST_AT_ONCE, MOST_BYTES // size))


class _Stretch:
    """Some pages in a row, from the record number `at` on, so many at once as `width` says.

    `before` is where the page before them came from.
    """

    def __init__(self, ask: Ask, paging: OffsetPaging, before: httpx.URL, at: int, width: Width) -> None:
        self._ask = ask
        self._before = before
        self._paging = paging
        self._at_once = width.at_once
        end = paging.total if width.pages is None else min(paging.total, at + width.pages * paging.count)
        self._to_ask = iter(range(at, end, paging.count))
        self._under_way: deque[asyncio.Task[Answer | Failure | None]] = deque()
        self.ended_early = False
        self.failure: Failure | None = None
        self.records = 0
        self.seconds: list[float] = []

    async def next(self) -> Answer | None:
        """The next page in the list's order; None behind the last, and before one that is not what it should be."""
        while len(self._under_way) < self._at_once and not self.ended_early:
            offset = next(self._to_ask, None)
            if offset is None:
                break
            self._under_way.append(asyncio.create_task(self._answer(offset), name="page"))
        if not self._under_way:
            return None
        answer = await self._under_way[0]
        self._under_way.popleft()
        if isinstance(answer, Answer):
            self.records += size_of(answer.page)
            self.seconds.append(answer.seconds)
            return answer
        self.failure = answer
        return None

    async def stop(self) -> None:
        """Let nothing of it go on."""
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _answer(self, offset: int) -> Answer | Failure | None:
        """The page at `offset`; or what became of it instead, after which nothing further is asked for."""
        failure: Failure | None = None
        try:
            answer = await self._ask(self._paging.link.at(offset), self._before)
            if self._paging.agrees(answer.page, offset):
                return answer
        except Failure as what_failed:
            failure = what_failed
        self._end_after(asyncio.current_task())
        return failure

    def _end_after(self, task: "asyncio.Task[object] | None") -> None:
        self.ended_early = True
        for later in itertools.dropwhile(lambda other: other is not task, tuple(self._under_way)):
            if later is not task:
                later.cancel()
