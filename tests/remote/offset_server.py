"""A server that pages by plain offsets, as Canvas does, and can be made to err in one place or another."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from tests.servers import Exchange, Script, bundle, procedure, reply

PATIENT_ID = "b8dfa97bdcdf4754bcd8197ca78ef0f0"
Bundle = dict[str, object]
Act = Callable[[Exchange, Bundle], Awaitable[None]]


@dataclass
class OffsetServer:
    """The script of a `ScriptedServer`: `total` procedures in pages of at most `largest`.

    What happens at an offset is up to `acts`, each of which is used up by its first use, or stays where it is in
    `always`; the others' pages are as they should be. It counts how many requests wait for their answers at a time.
    """

    total: int
    largest: int = 100
    acts: dict[int, Act] = field(default_factory=dict)
    always: dict[int, Act] = field(default_factory=dict)
    absolute: str = ""
    """The server's address, where its links are to have one."""
    caps_quietly: bool = False
    """Whether the links name the count that was asked for, although the pages are smaller."""
    refuses_more_than: int = 10_000
    """The `_count` above which it answers 400."""
    seconds: float = 0.0
    one_by_one_seconds: float = 0.0
    """Seconds for each page, beside others, or one after the other."""
    at_once: int = 0
    most_at_once: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)
    """Offset and count of each request."""

    def __post_init__(self) -> None:
        self._working = asyncio.Lock()

    async def __call__(self, exchange: Exchange) -> None:
        asked = parse_qs(exchange.request.target.partition("?")[2])
        count, offset = int(asked["_count"][0]), int(asked.get("_offset", ["0"])[0])
        self.asked.append((offset, count))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            if self.one_by_one_seconds:
                async with self._working:
                    await asyncio.sleep(self.one_by_one_seconds)
            if count > self.refuses_more_than:
                await reply(400)(exchange)
                return
            act = self.acts.pop(offset, None) or self.always.get(offset, usual)
            await act(exchange, self.page(offset, count))
        finally:
            self.at_once -= 1

    def page(self, offset: int, count: int) -> Bundle:
        """The page as it should be."""
        size = min(count, self.largest)
        said = count if self.caps_quietly else size
        offsets = {"self": offset, "first": 0, "last": max(0, self.total - 1) // said * said}
        if offset + said < self.total:
            offsets["next"] = offset + said
        records = [procedure(str(n), PATIENT_ID) for n in range(offset, min(offset + size, self.total))]
        page = bundle(records, total=self.total)
        page["link"] = [{"relation": name, "url": self.link(at, said)} for name, at in offsets.items()]
        return page

    def link(self, offset: int, count: int) -> str:
        """The address of a page, in the server's own words."""
        return f"{self.absolute}/Procedure?patient=Patient%2F{PATIENT_ID}&_count={count}&_offset={offset}"


async def usual(exchange: Exchange, page: Bundle) -> None:
    """Send the page as it should be."""
    await reply(200, page)(exchange)


def instead(script: Script) -> Act:
    """Answer something else than the page."""

    async def act(exchange: Exchange, _page: Bundle) -> None:
        await script(exchange)

    return act


def changed(**elements: object) -> Act:
    """Send the page with other elements."""

    async def act(exchange: Exchange, page: Bundle) -> None:
        await reply(200, page | elements)(exchange)

    return act


def without(*relations: str) -> Act:
    """Send the page without some of its links."""

    async def act(exchange: Exchange, page: Bundle) -> None:
        await reply(200, page | {"link": [link for link in links(page) if link["relation"] not in relations]})(exchange)

    return act


def linking(relation: str, url: str) -> Act:
    """Send the page with another address in one of its links."""

    async def act(exchange: Exchange, page: Bundle) -> None:
        changed = [link | ({"url": url} if link["relation"] == relation else {}) for link in links(page)]
        if all(link["relation"] != relation for link in changed):
            changed.append({"relation": relation, "url": url})
        await reply(200, page | {"link": changed})(exchange)

    return act


def holding(records: Sequence[object]) -> Act:
    """Send the page with other records in it."""
    return changed(entry=[{"resource": record} for record in records])


def links(page: Bundle) -> list[dict[str, str]]:
    """The links of a page."""
    found = page["link"]
    assert isinstance(found, list)
    return found
