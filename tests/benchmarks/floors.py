"""The bare means of getting the pages of a patient's list: what the machine and its libraries need.

Each gives the milliseconds that it took. The offsets are known beforehand, which no honest client may take for granted.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
from PySide6.QtCore import QEventLoop, QUrl
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

TOGETHER = 8
"""Requests under way at once, as many as the program allows itself."""


def page_addresses(url: str, patient: str, count: int = 100) -> list[str]:
    """The address of each page."""
    search = f"{url}/Procedure?patient=Patient/{patient}&_count={count}&_offset="
    return [f"{search}{offset}" for offset in range(0, int(patient[1:]), count)]


class QtPages:
    """QtNetwork, all pages asked for at once: it opens six connections to a host by itself, and keeps them."""

    def __init__(self) -> None:
        self._manager = QNetworkAccessManager()
        self._manager.setAutoDeleteReplies(True)

    def fetch(self, addresses: Sequence[str]) -> float:
        """Milliseconds until the last page is there."""
        loop, sizes = QEventLoop(), list[int]()

        def take(reply: QNetworkReply) -> None:
            sizes.append(reply.readAll().size())
            if len(sizes) == len(addresses):
                loop.quit()

        self._manager.finished.connect(take)
        started = time.perf_counter()
        for address in addresses:
            self._manager.get(QNetworkRequest(QUrl(address)))
        loop.exec()
        taken = (time.perf_counter() - started) * 1000
        self._manager.finished.disconnect(take)
        assert min(sizes) > 0
        return taken


def one_by_one(addresses: Sequence[str]) -> float:
    """httpx.Client, one page after the other."""
    with httpx.Client(trust_env=False) as client:
        started = time.perf_counter()
        for address in addresses:
            client.get(address).raise_for_status()
        return (time.perf_counter() - started) * 1000


def in_threads(addresses: Sequence[str]) -> float:
    """httpx.Client in eight threads."""
    with httpx.Client(trust_env=False) as client, ThreadPoolExecutor(TOGETHER) as pool:
        started = time.perf_counter()
        for answer in pool.map(client.get, addresses):
            answer.raise_for_status()
        return (time.perf_counter() - started) * 1000


def in_tasks(addresses: Sequence[str]) -> float:
    """httpx.AsyncClient, eight at a time."""

    async def fetch() -> float:
        async with httpx.AsyncClient(trust_env=False) as client:
            free = asyncio.Semaphore(TOGETHER)

            async def one(address: str) -> None:
                async with free:
                    (await client.get(address)).raise_for_status()

            started = time.perf_counter()
            await asyncio.gather(*map(one, addresses))
            return (time.perf_counter() - started) * 1000

    return asyncio.run(fetch())
